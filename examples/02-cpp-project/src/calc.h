#pragma once

#include <optional>
#include <string_view>

// The value of "A + B" or "A / B"; nothing for anything else, and for a division by zero.
std::optional<long> Calculate(std::string_view text);

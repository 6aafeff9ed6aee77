#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/types/type.h"

namespace sluice::types {

// The number that a text of type percent, bytes or cpu stands for: percents, bytes, cores. Nothing when it is malformed.
//   percent: "10%", "99.95%"    bytes: "512Mi", "1.5G", "4096"    cpu: "500m", "2", "0.5"
std::optional<double> QuantityValue(Refined unit, std::string_view text);

// The shortest text of that value: the largest unit that it is a whole number of. QuantityValue reads it back.
std::string QuantityText(Refined unit, double value);

}  // namespace sluice::types

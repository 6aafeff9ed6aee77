#pragma once

#include <string_view>

namespace sluice::check {

// The length of a DURATION token such as `1h30m` in milliseconds.
double DurationMilliseconds(std::string_view text);

// Does a URL in the text carry a user's name and password: `scheme://user:password@`?
bool HasCredentials(std::string_view text);

}  // namespace sluice::check

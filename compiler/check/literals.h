#pragma once

#include <string_view>

namespace sluice::check {

// The length of a DURATION token such as `1h30m` in milliseconds.
double DurationMilliseconds(std::string_view text);

// Does a URL in the text carry a user's name and password, `scheme://user:password@`, for a server that is not this job's
// own? `next_placeholder`: what is read behind the text, as written (`services.db.host`).
bool HasCredentials(std::string_view text, std::string_view next_placeholder = {});

}  // namespace sluice::check

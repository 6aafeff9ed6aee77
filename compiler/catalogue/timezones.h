#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::catalogue {

// Is it a name of the IANA time zone database? With case, as GitHub reads it.
bool IsTimeZone(std::string_view name);
// All of them, for suggestions.
const std::vector<std::string>& TimeZones();

}  // namespace sluice::catalogue

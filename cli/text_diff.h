#pragma once

#include <string>

namespace sluice::cli {

// The difference of two texts in the unified format of diff(1), with three lines around each change; empty when equal.
std::string UnifiedDiff(const std::string& path, const std::string& before, const std::string& after);

}  // namespace sluice::cli

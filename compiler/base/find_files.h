#pragma once

#include <set>
#include <string>
#include <string_view>

#include "compiler/base/file_system.h"

namespace sluice {

// The files below `folder` that match the pattern (MatchesGlob), sorted. Hidden folders and node_modules are not looked
// into, unless the pattern names them.
std::set<std::string> FindFiles(const FileSystem& files, const std::string& folder, std::string_view pattern);

}  // namespace sluice

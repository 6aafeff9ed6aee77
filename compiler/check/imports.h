#pragma once

#include <string>
#include <vector>

#include "compiler/check/reporter.h"
#include "compiler/check/scope.h"

namespace sluice::check {

// Binds what files import from each other (P0207). All files must have been collected.
void ResolveImports(ProjectScope& names, Reporter& report);

// The path of the file, then of the other files that it reaches by import, sorted.
std::vector<std::string> ReachedFiles(const FileScope& file);

}  // namespace sluice::check

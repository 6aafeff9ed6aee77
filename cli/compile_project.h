#pragma once

#include <string>
#include <vector>

#include "cli/project.h"
#include "compiler/compile.h"

namespace sluice::cli {

// Compiles the parsed sources of a project with the pins that count. What is found is in its sink, sorted.
compile::Compiled CompileProject(Project& project, bool deny_warnings);

}  // namespace sluice::cli

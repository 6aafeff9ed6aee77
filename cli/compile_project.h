#pragma once

#include <string>
#include <vector>

#include "cli/project.h"
#include "compiler/compile.h"

namespace sluice::cli {

// Who only wants to know what is wrong, or the program, need not wait for the workflows to be written.
enum class Want : uint8_t { Program, Outputs };

// Compiles the parsed sources of a project with the pins that count. What is found is in its sink, sorted.
compile::Compiled CompileProject(Project& project, bool deny_warnings, Want want = Want::Outputs);

}  // namespace sluice::cli

#pragma once

#include "cli/project.h"
#include "compiler/model/program.h"

namespace sluice::cli {

// The program that reads scripts: `$SLUICE_SHELLCHECK`, else shellcheck where it is installed. Empty: none.
std::string FindShellcheck();

// Has shellcheck read the bash and sh scripts of the program as they are emitted, and adds what it finds as P0520 at the
// places where the scripts were written. What stands in nobody's source is not read. The error is that it cannot be run.
Status CheckScripts(Project& project, const model::Program& program, const std::string& shellcheck);

}  // namespace sluice::cli

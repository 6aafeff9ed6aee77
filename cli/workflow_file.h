#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "compiler/model/program.h"

namespace sluice::cli {

// Is this the name of a workflow file (`.yml`, `.yaml`)?
bool IsWorkflowFile(const std::string& path);

// Loads a workflow file. Its diagnostics go to stderr; without a program `exit_code` says whether the file is wrong (1)
// or could not be read (2).
std::optional<model::Program> ReadWorkflowFile(const std::string& path, const Globals& globals, int& exit_code);

// The program of a file that `sluice graph --format json` wrote; "-" is standard input. Prints why there is none.
std::optional<model::Program> ReadGraphFile(const std::string& path);

}  // namespace sluice::cli

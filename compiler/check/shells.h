#pragma once

#include <string>
#include <string_view>

#include "compiler/catalogue/project_file.h"
#include "compiler/check/checked.h"

// Which program reads a script (docs/decisions/0121).
namespace sluice::check {

// `shell: default`: none is written, and GitHub takes the one of the runner.
inline constexpr std::string_view kDefaultShell = "default";
bool IsDefaultShell(const TermPtr& shell);

// The program of `bash`, `bash -e {0}`, `/usr/bin/bash {0}`: "bash".
std::string_view ShellProgram(std::string_view shell);

// What GitHub takes in this job when nobody says it: "bash", "sh" or "pwsh"; empty when its runner is not known.
std::string_view DefaultProgram(const Job& job, const catalogue::Project& project);

}  // namespace sluice::check

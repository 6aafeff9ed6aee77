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

// The program of `bash`, `bash -e {0}`, `/usr/bin/bash {0}`, `D:\\bash.exe '{0}'`: "bash".
std::string_view ShellProgram(std::string_view shell);
// What GitHub is told for the word behind `run`: `node` is none of its own shells.
std::string_view ShellText(std::string_view language);

// How a value gets into the scripts of a program.
enum class Handover : uint8_t {
  None,      // nobody knows how it reads variables
  Words,     // bash, sh: words of a command, also lists of texts
  Text,      // PowerShell: texts and numbers
  Anything,  // Python, node: also lists and records
};
Handover HandoverTo(std::string_view program);

// The operating system of the runners of the job: "linux", "macos", "windows"; empty when they differ or are not known.
std::string_view OsOfJob(const Job& job, const catalogue::Project& project);

// What GitHub takes in this job when nobody says it: "bash", "sh" or "pwsh"; empty when its runner is not known.
std::string_view DefaultProgram(const Job& job, const catalogue::Project& project);

}  // namespace sluice::check

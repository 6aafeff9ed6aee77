#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::steps {

// How a run step's script is started: its file gets `extension`, and `argv` holds `{0}` where the file's path goes.
struct Shell {
  std::vector<std::string> argv;
  std::string extension;  // ".sh", ".py", ".ps1"
  std::string prologue;   // put before and behind the script
  std::string epilogue;

  // The words with the path of the script in place.
  std::vector<std::string> CommandLine(const std::string& script_path) const;
};

// The shell as a Linux runner starts it:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax "jobs.<job_id>.steps[*].shell". An
// empty name is "not specified": bash, in a container job sh. Anything unknown must be a command line with `{0}`.
Result<Shell> FindShell(std::string_view name, bool container_job);

}  // namespace sluice::steps

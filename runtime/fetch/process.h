#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::fetch {

struct Program {
  std::vector<std::string> arguments;    // the first is looked up in PATH
  std::vector<std::string> environment;  // NAME=value, over our own; every GIT_… of ours that is not a setting goes
  std::string input;
  std::chrono::milliseconds time{20'000};
  size_t most_output = size_t{64} << 20;
};

struct Finished {
  int status = 0;  // exit code, or 128 and the signal
  bool timed_out = false;
  bool too_much = false;
  std::string out, errors;
};

// Runs a program in a process group of its own and waits for it, but never longer than its time: then the whole group is
// killed, helpers included. The error is that it cannot be started.
Result<Finished> Run(const Program& program);

}  // namespace sluice::fetch

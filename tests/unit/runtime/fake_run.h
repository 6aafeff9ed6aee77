#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/engine/fake.h"
#include "runtime/run_loop.h"

namespace sluice::runtime {

// Runs a workflow text on the fake engine. A script's process does what its text says, line by line:
//   out TEXT | err TEXT      prints a line
//   env|output|path|summary TEXT   appends a line to that command file
//   exit N                   ends; the end of the script is exit 0
//   hang                     runs until it is signalled
//   echo-env NAME            prints NAME=value of its environment
struct FakeRun {
  // What to change before running.
  std::map<std::string, std::string> secrets;
  std::map<std::string, std::string> files;  // in the workspace of every job, by relative path
  RunOptions options;
  std::function<void(steps::RunFacts&)> adjust;
  std::vector<int> ignored_signals;  // by a hanging script
  std::string event = "push";

  // What came of it.
  RunResult result;
  std::vector<report::Event> events;
  int most_alive = 0;
  std::vector<std::string> started;  // display names in order

  void Go(const std::string& workflow);

  // "job=result" of all rows in order of their end, and "job:step=result".
  std::string Jobs() const;
  std::string Steps(const std::string& job) const;
  // The lines that a job printed, joined with '|'.
  std::string Log(const std::string& job) const;
  std::string Reason(const std::string& shown) const;
  std::string Output(const std::string& job, const std::string& name) const;
};

}  // namespace sluice::runtime

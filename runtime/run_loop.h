#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/report/event.h"
#include "runtime/steps/facts.h"

namespace sluice::runtime {

struct RunOptions {
  std::vector<std::string> jobs;  // asked for by name, with what they need; empty: all
  size_t capacity = 1;            // containers at one time
  std::vector<std::pair<std::string, std::string>> matrix_filter;
  // Readable when a signal came: each byte is its number (SIGINT, SIGTERM). The first cancels, the second kills.
  // -1: none.
  int signals = -1;
  bool live = false;  // call the reporter's Tick
};

struct RunResult {
  bool failed = false;                                                       // a job failed, or ran out of time
  int signal = 0;                                                            // the signal that ended it, or 0
  size_t passed = 0, failures = 0, cancelled = 0, skipped = 0, not_run = 0;  // rows of jobs
};

// Runs the pipeline of `facts` to its end: starts jobs to capacity, waits for one event, goes on. One thread.
RunResult Run(const steps::RunFacts& facts, const RunOptions& options, engine::Engine& engine,
              report::Reporter& reporter);

// The jobs that `names` and everything they need are, as indices into pipeline.jobs in its order; empty names: all.
std::vector<size_t> SelectJobs(const model::Program& program, const model::Pipeline& pipeline,
                               const std::vector<std::string>& names);

}  // namespace sluice::runtime

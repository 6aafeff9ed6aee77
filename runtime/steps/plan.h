#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/scheduler/scheduler.h"
#include "runtime/steps/facts.h"

namespace sluice::steps {

// What planning a job looks at, beside the facts of the run: how its needs ended and what was asked for.
struct PlanInput {
  expr::Value needs;                                             // the `needs` context
  std::function<bool(const std::vector<std::string>&)> success;  // of the ancestors, or of those named
  std::function<bool(const std::vector<std::string>&)> failure;
  bool cancelled = false;
  std::string not_run_need;  // an ancestor that was not run, or ""
  bool named = false;        // the job was asked for by its name
  // --matrix: only rows whose values are among these, for the keys they have
  std::vector<std::pair<std::string, std::string>> matrix_filter;
};

struct JobPlan {
  scheduler::Plan plan;
  std::string reason;  // why it does not start, if plan.ended
  std::vector<JobRow> rows;
};

// Evaluates the job's condition, then its matrix, strategy and names.
JobPlan PlanJob(const RunFacts& facts, const model::Job& job, const PlanInput& input);

}  // namespace sluice::steps

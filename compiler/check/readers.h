#pragma once

#include <functional>
#include <map>
#include <string>

#include "compiler/base/result.h"
#include "compiler/catalogue/lock.h"

namespace sluice::check {

// What the YAML of a raw step says of itself, as far as other steps have to know.
struct RawStepFacts {
  std::string id;
  bool conditional = false;  // it has an `if`
  bool goes_on = false;      // the job goes on when it fails
};

// What only readers of YAML know. This room has none: whoever compiles hands them in.
struct Readers {
  // Signatures of the workflow files in the repository that jobs call, by path.
  std::map<std::string, catalogue::WorkflowPin> workflows;
  // Why the file of the repository is no workflow that people wrote, or "".
  std::function<std::string(const std::string& path)> workflow;
  // The signature of the action in that folder of the repository, or why its metadata cannot be read; null when the
  // folder has none. What it points to outlives checking.
  std::function<const Result<catalogue::ActionPin>*(const std::string& folder)> action;
  std::function<RawStepFacts(const std::string& yaml)> raw_step;
};

}  // namespace sluice::check

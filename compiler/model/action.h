#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/program.h"

namespace sluice::model {

// The metadata file of an action (`action.yml`), as far as running it needs. Only composite actions have steps.
struct ActionInput {
  std::string name;
  std::optional<Value> default_value;
  bool required = false;
};

struct Action {
  std::string name;
  std::string runtime;  // `runs.using`: composite, docker, node24 …
  std::vector<ActionInput> inputs;
  std::vector<std::pair<std::string, Value>> outputs;
  std::vector<Step> steps;
};

}  // namespace sluice::model

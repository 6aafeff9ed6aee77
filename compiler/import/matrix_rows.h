#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/value.h"

namespace sluice::import {

// One combination of a matrix: names and values in the order that GitHub has them.
struct Row {
  std::vector<std::pair<std::string, model::Value>> cells;
  const model::Value* Find(const std::string& name) const;
};

// The rows that GitHub makes of a constant `matrix` mapping with its `include` and `exclude`, in its order. Nothing when
// a part of it is an expression.
std::optional<std::vector<Row>> ExpandMatrix(const model::Value& matrix);

}  // namespace sluice::import

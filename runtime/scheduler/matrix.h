#pragma once

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/value.h"

namespace sluice::scheduler {

// GitHub's limit for one run: https://docs.github.com/actions/reference/limits
inline constexpr size_t kMaxRows = 256;

// One job of a matrix: its `matrix` context.
struct Row {
  expr::Value values;              // an Object; null for a job without matrix
  std::vector<std::string> shown;  // the scalar values in order, as they stand in the job's display name
};

// Expands an evaluated `strategy.matrix`: the product of the axes in order, minus `exclude`, then `include`, which adds
// keys to the rows it does not contradict or makes a row of its own. Errors say what GitHub would not accept; more than
// 256 rows is one.
Result<std::vector<Row>> Expand(const expr::Value& matrix);

// The default display name of a row: `test (a, b)`; `test` when there is nothing to show. Cut at 100 characters.
std::string RowName(const std::string& job, const Row& row);

// Do the values of `filter` (an Object) occur in the row, compared as GitHub compares `exclude`?
bool RowMatches(const expr::Value& row, const expr::Value& filter);

}  // namespace sluice::scheduler

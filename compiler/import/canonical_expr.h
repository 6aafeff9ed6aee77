#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/expr/expr.h"
#include "compiler/model/value.h"

namespace sluice::import {

// What import calls otherwise than the YAML, in one job: the axis that holds the rows of its matrix, axes and steps by
// their new names (lower case).
struct Names {
  std::string row;
  std::map<std::string, std::string> axes, steps;
  // What the job waits for (lower case): of other jobs GitHub tells it nothing. Not known: all tell something.
  std::optional<std::set<std::string>> needs = {};
};

// One spelling for expressions that GitHub computes alike: names without case, choices by `case` and by `&& ||`, tests
// for emptiness of what is used as a condition. `condition`: only truth counts.
expr::Expr Canonical(const expr::Expr& e, bool condition, const Names& names);

// The expression, or the constant that GitHub computes of it when all of its operands are constants.
expr::Expr Folded(expr::Expr e);

// A value as text with placeholders in canonical form.
std::string CanonicalText(const model::Value& value, const Names& names);

}  // namespace sluice::import

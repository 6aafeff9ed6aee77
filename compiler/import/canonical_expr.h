#pragma once

#include <map>
#include <string>

#include "compiler/expr/expr.h"
#include "compiler/model/value.h"

namespace sluice::import {

// What import calls otherwise than the YAML, in one job: the axis that holds the rows of its matrix, axes and steps by
// their new names (lower case).
struct Names {
  std::string row;
  std::map<std::string, std::string> axes, steps;
};

// One spelling for expressions that GitHub computes alike: names without case, choices by `case` and by `&& ||`, tests
// for emptiness of what is used as a condition. `condition`: only truth counts.
expr::Expr Canonical(const expr::Expr& e, bool condition, const Names& names);

// A value as text with placeholders in canonical form.
std::string CanonicalText(const model::Value& value, const Names& names);

}  // namespace sluice::import

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/expr.h"
#include "compiler/expr/value.h"

namespace sluice::expr {

// What an expression can see. Status functions and hashFiles are the runner's, so the caller answers them.
class Environment {
 public:
  virtual ~Environment() = default;
  // The context of that name (any case), or null when it does not exist here.
  virtual const Value* Context(std::string_view name) const = 0;
  // success, failure, always, cancelled (lower case) with their job ids; hashfiles with its patterns.
  // An error means: not available here.
  virtual Result<Value> CallHost(std::string_view function, const std::vector<Value>& args) const = 0;
};

// Evaluates as a runner does: short-circuiting, GitHub's coercions, no side effects. Errors tell what GitHub's would.
Result<Value> Evaluate(const Expr& e, const Environment& environment);

}  // namespace sluice::expr

#pragma once

#include <string>
#include <string_view>
#include <utility>
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
  // Does this function of the runner (lower case) exist in this slot? One that does not is an error wherever it stands.
  virtual bool Provides(std::string_view /*function*/) const { return true; }
};

// Options for Parse that refuse the contexts and functions that do not exist there, with their place, as GitHub does.
// They refer to `environment`.
ParseOptions NamesOf(const Environment& environment);

// What the values held at one time may take, in bytes of UTF-16. Source: GitHub's runner; what it allows an expression
// alone, and what the expressions of a workflow.
inline constexpr size_t kLoneMemory = 1 << 20;
inline constexpr size_t kWorkflowMemory = 10 << 20;

// Evaluates as a runner does: short-circuiting, GitHub's coercions, no side effects. A context or function that does
// not exist is an error even where it would not be reached. Errors tell what GitHub's would.
Result<Value> Evaluate(const Expr& e, const Environment& environment, size_t max_bytes = kWorkflowMemory);

// The contexts are the members of one object; the runner's functions do not exist.
class ObjectEnvironment : public Environment {
 public:
  explicit ObjectEnvironment(Object contexts) : contexts_(std::move(contexts)) {}
  const Value* Context(std::string_view name) const override { return contexts_.Find(name); }
  Result<Value> CallHost(std::string_view function, const std::vector<Value>& args) const override;
  bool Provides(std::string_view /*function*/) const override { return false; }

 private:
  Object contexts_;
};

}  // namespace sluice::expr

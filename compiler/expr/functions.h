#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/value.h"

// GitHub's functions: https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions
namespace sluice::expr {

enum class FunctionId : uint8_t {
  Contains,
  StartsWith,
  EndsWith,
  Format,
  Join,
  ToJson,
  FromJson,
  Case,
  HashFiles,  // from here on: the runner's
  Success,
  Failure,
  Always,
  Cancelled
};

struct Function {
  FunctionId id;
  std::string_view name;  // as the documentation spells it
  size_t min_args;
  size_t max_args;
};

// The function of that name in any case, or null.
const Function* FindFunction(std::string_view name);

// The documented spellings, for "did you mean".
std::vector<std::string> FunctionNames();

bool IsStatusFunction(FunctionId id);
inline bool IsHostFunction(FunctionId id) { return id >= FunctionId::HashFiles; }

// Calls one of the pure functions but `case`, whose arguments are lazy. The argument count fits. An error when an
// argument does not, or when the result takes more than `max_bytes` (UTF-16, as GitHub counts).
Result<Value> CallFunction(FunctionId id, const std::vector<Value>& args, size_t max_bytes);

}  // namespace sluice::expr

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/evaluate.h"
#include "compiler/expr/value.h"

namespace sluice::steps {

// The contexts and status functions that exist at one place of a run. A context that was not set does not exist there.
class Contexts : public expr::Environment {
 public:
  using Function = std::function<Result<expr::Value>(const std::vector<expr::Value>&)>;

  // `name` in lower case.
  void Set(const std::string& name, expr::Value value) { values_[name] = std::move(value); }
  void SetFunction(const std::string& name, Function function) { functions_[name] = std::move(function); }

  const expr::Value* Context(std::string_view name) const override;
  Result<expr::Value> CallHost(std::string_view function, const std::vector<expr::Value>& args) const override;

 private:
  std::map<std::string, expr::Value> values_;
  std::map<std::string, Function> functions_;
};

// Strings by name, in order of the map, as an Object.
expr::Value ObjectOf(const std::map<std::string, std::string>& entries, bool case_sensitive = false);

// `key` of `value` as text; "" when it is missing or no scalar.
std::string TextAt(const expr::Value& value, std::string_view key);
// `a.b.c` of `value`, or null.
const expr::Value* Lookup(const expr::Value& value, std::string_view dotted);

}  // namespace sluice::steps

#include "runtime/steps/contexts.h"

#include <fmt/format.h>

#include <memory>

#include "compiler/base/text.h"

namespace sluice::steps {

using expr::Value;

const Value* Contexts::Context(std::string_view name) const {
  auto it = values_.find(AsciiLower(name));
  return it == values_.end() ? nullptr : &it->second;
}

Result<Value> Contexts::CallHost(std::string_view function, const std::vector<Value>& args) const {
  auto it = functions_.find(AsciiLower(function));
  if (it == functions_.end()) return Error{fmt::format("the function `{}` is not available here", function)};
  return it->second(args);
}

Value ObjectOf(const std::map<std::string, std::string>& entries, bool case_sensitive) {
  auto object = std::make_shared<expr::Object>();
  object->case_sensitive = case_sensitive;
  for (const auto& [key, value] : entries) object->entries.emplace_back(key, Value(value));
  return Value(std::shared_ptr<const expr::Object>(std::move(object)));
}

std::string TextAt(const Value& value, std::string_view key) {
  const Value* found = Lookup(value, key);
  if (found == nullptr || found->kind() == expr::Kind::Array || found->kind() == expr::Kind::Object) return "";
  return expr::ToText(*found);
}

const Value* Lookup(const Value& value, std::string_view dotted) {
  const Value* at = &value;
  for (std::string_view key : SplitString(dotted, '.')) {
    if (at->kind() != expr::Kind::Object) return nullptr;
    at = at->object()->Find(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace sluice::steps

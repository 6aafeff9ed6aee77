#include "compiler/load/convert.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::load {
namespace {

using model::Value;

bool CallsStatus(const Value& value) {
  if (value.is(Value::Kind::Expression)) return expr::CallsStatusFunction(*value.expr);
  return std::ranges::any_of(value.parts,
                             [](const model::TextPart& p) { return p.expr && expr::CallsStatusFunction(*p.expr); });
}

}  // namespace

std::optional<std::string> ConstantText(const Value& value) {
  if (value.is(Value::Kind::String)) return value.text;
  if (value.is(Value::Kind::Expression) && value.expr->op == expr::Op::String) return value.expr->text;
  return std::nullopt;
}

std::optional<Value> Get(const Value& map, std::string_view key) {
  const Value* value = map.Find(key);
  return value == nullptr ? std::nullopt : std::optional<Value>(*value);
}

bool IsDynamic(const Value& value) {
  if (value.is(Value::Kind::Expression) || value.is(Value::Kind::Text)) return true;
  return std::ranges::any_of(value.entries, [](const auto& entry) { return !entry.first.is(Value::Kind::String); });
}

void AddRaw(Value& raw, std::string_view key, const Value& value) {
  raw.kind = Value::Kind::Map;
  raw.entries.emplace_back(Value::String(std::string(key)), value);
}

std::optional<std::string> WhyNoId(std::string_view id) {
  const auto legal = [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; };
  if (id.empty()) return "an id is not empty";
  if (!IsAsciiAlpha(id[0]) && id[0] != '_') return "an id starts with a letter or `_`";
  if (!std::ranges::all_of(id, legal)) return "an id has only letters, digits, `_` and `-`";
  if (id.size() >= 100) return "an id has less than 100 characters";
  if (id.starts_with("__")) return "ids that start with `__` are GitHub's own";
  return std::nullopt;
}

std::optional<model::Condition> ConvertCondition(const Value& value, const Scope& scope, Context& context) {
  model::Condition condition;
  condition.user = value;
  condition.origin = value.origin;
  // Without `${{ }}` the text is the expression; GitHub treats a literal in braces the same way.
  if (const auto text = ConstantText(value)) {
    const std::string_view trimmed = Trim(*text);
    if (trimmed.empty()) return condition;
    auto e = context.placeholders.ReadBare(trimmed, value.origin.at, scope);
    if (!e) return std::nullopt;
    if (value.is(Value::Kind::String)) {
      condition.user = Value::Expression(std::move(*e), *text);
      condition.user.origin = value.origin;
      condition.bare = true;
    }
  }
  condition.implicit_success = !CallsStatus(condition.user);
  return condition;
}

}  // namespace sluice::load

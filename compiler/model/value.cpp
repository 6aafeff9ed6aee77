#include "compiler/model/value.h"

#include <algorithm>
#include <cmath>

namespace sluice::model {

Value::Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Value Value::Boolean(bool value) {
  Value v;
  v.kind = Kind::Boolean;
  v.boolean = value;
  return v;
}

Value Value::Number(double value, std::string spelling) {
  Value v;
  v.kind = Kind::Number;
  v.number = value;
  v.text = std::move(spelling);
  return v;
}

Value Value::String(std::string value) {
  Value v;
  v.kind = Kind::String;
  v.text = std::move(value);
  return v;
}

Value Value::Expression(Expr e, std::string spelling) {
  Value v;
  v.kind = Kind::Expression;
  v.expr = std::move(e);
  v.text = std::move(spelling);
  return v;
}

Value Value::List(std::vector<Value> items) {
  Value v;
  v.kind = Kind::List;
  v.items = std::move(items);
  return v;
}

Value Value::Map(std::vector<std::pair<Value, Value>> entries) {
  Value v;
  v.kind = Kind::Map;
  v.entries = std::move(entries);
  return v;
}

Value Value::Text(std::vector<TextPart> parts) {
  std::vector<TextPart> joined;
  for (TextPart& part : parts) {
    if (!part.expr && part.literal.empty()) continue;
    if (!part.expr && !joined.empty() && !joined.back().expr)
      joined.back().literal += part.literal;
    else
      joined.push_back(std::move(part));
  }
  if (joined.empty()) return String("");
  if (joined.size() == 1)
    return joined[0].expr ? Expression(std::move(*joined[0].expr), std::move(joined[0].spelling))
                          : String(std::move(joined[0].literal));
  Value v;
  v.kind = Kind::Text;
  v.parts = std::move(joined);
  return v;
}

bool Value::constant() const {
  if (kind == Kind::Expression || kind == Kind::Text) return false;
  return std::ranges::all_of(items, &Value::constant) && std::ranges::all_of(entries, [](const auto& entry) {
           return entry.first.constant() && entry.second.constant();
         });
}

const Value* Value::Find(std::string_view key) const {
  for (const auto& [k, v] : entries)
    if (k.kind == Kind::String && k.text == key) return &v;
  return nullptr;
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Value::Kind::Null:
      return true;
    case Value::Kind::Boolean:
      return a.boolean == b.boolean;
    case Value::Kind::Number:
      return a.number == b.number || (std::isnan(a.number) && std::isnan(b.number));
    case Value::Kind::String:
      return a.text == b.text;
    case Value::Kind::Expression:
      return a.expr == b.expr;
    case Value::Kind::Text:
      return a.parts == b.parts;
    case Value::Kind::List:
      return a.items == b.items;
    case Value::Kind::Map:
      return a.entries == b.entries;
  }
  return false;
}

}  // namespace sluice::model

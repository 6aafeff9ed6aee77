#include "compiler/model/show.h"

#include <fmt/format.h>

#include "compiler/expr/expr.h"

namespace sluice::model {
namespace {

std::string ShowText(const Value& value) {
  std::string text;
  for (const TextPart& part : value.parts) text += part.expr ? "${{ " + expr::Print(*part.expr) + " }}" : part.literal;
  return text;
}

std::string ShowMap(const Value& value, Maps maps) {
  if (maps == Maps::Hidden) return "{…}";
  std::string text;
  for (const auto& [key, entry] : value.entries)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", Show(key), Show(entry));
  return "{" + text + "}";
}

std::string ShowList(const Value& value, Maps maps) {
  std::string text;
  for (const Value& item : value.items) text += std::string(text.empty() ? "" : ", ") + Show(item, maps);
  return "[" + text + "]";
}

}  // namespace

std::string Show(const Value& value, Maps maps) {
  switch (value.kind) {
    case Value::Kind::Null:
      return "null";
    case Value::Kind::Boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::Number:
      return value.text.empty() ? fmt::format("{}", value.number) : value.text;
    case Value::Kind::String:
      return value.text;
    case Value::Kind::Expression:
      return "${{ " + expr::Print(*value.expr) + " }}";
    case Value::Kind::Map:
      return ShowMap(value, maps);
    case Value::Kind::Text:
      return ShowText(value);
    case Value::Kind::List:
      return ShowList(value, maps);
  }
  return "";
}

}  // namespace sluice::model

#include "compiler/emit/github/values.h"

#include "compiler/base/text.h"
#include "compiler/emit/yaml/scalar.h"

namespace sluice::emit {
namespace {

using model::Value;

std::string Escaped(const std::string& literal) { return ReplaceAll(literal, "${{", "${{ '${{' }}"); }

}  // namespace

std::string Placeholder(const expr::Expr& e, const std::string& spelling) {
  return spelling.empty() ? "${{ " + expr::Print(e) + " }}" : "${{" + spelling + "}}";
}

std::string ToYamlText(const Value& value) {
  if (value.is(Value::Kind::Expression)) return Placeholder(*value.expr, value.text);
  if (!value.is(Value::Kind::Text)) return Escaped(value.text);
  std::string text;
  for (const model::TextPart& part : value.parts)
    text += part.expr ? Placeholder(*part.expr, part.spelling) : Escaped(part.literal);
  return text;
}

Node ToNode(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Null:
      return Node::Null();
    case Value::Kind::Boolean:
      return Node::Boolean(value.boolean);
    case Value::Kind::Number:
      return Node::Number(PrintNumber(value.number));
    case Value::Kind::String:
    case Value::Kind::Expression:
    case Value::Kind::Text:
      return Node::String(ToYamlText(value));
    case Value::Kind::List: {
      Node list = Node::List();
      for (const Value& item : value.items) list.items.push_back(ToNode(item));
      return list;
    }
    case Value::Kind::Map:
      break;
  }
  Node map = Node::Map();
  for (const auto& [key, entry] : value.entries) map.AddName(ToYamlText(key), ToNode(entry));
  return map;
}

Node ToNode(const model::Condition& condition) {
  const Value& user = condition.user;
  if (!user.is(Value::Kind::Expression)) return ToNode(user);
  if (!user.text.empty()) return Node::String(condition.bare ? user.text : Placeholder(*user.expr, user.text));
  std::string text = expr::Print(*user.expr);
  return Node::String(IsPlain(text, false) ? text : "${{ " + text + " }}");
}

}  // namespace sluice::emit

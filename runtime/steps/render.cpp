#include "runtime/steps/render.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::steps {
namespace {

using MKind = model::Value::Kind;
using expr::Kind;
using expr::Value;

Result<Value> RenderList(const model::Value& value, const expr::Environment& environment) {
  std::vector<Value> items;
  for (const model::Value& item : value.items) {
    SLUICE_ASSIGN(Value rendered, Render(item, environment));
    if (item.is(MKind::Expression) && rendered.kind() == Kind::Array) {
      items.insert(items.end(), rendered.array()->items.begin(), rendered.array()->items.end());
    } else {
      items.push_back(std::move(rendered));
    }
  }
  return expr::MakeArray(std::move(items));
}

bool IsInsert(const model::Value& key) {
  return key.is(MKind::Expression) && key.expr->op == expr::Op::Name && EqualsIgnoreCase(key.expr->text, "insert");
}

Result<Value> RenderMapping(const model::Value& value, const expr::Environment& environment) {
  auto object = std::make_shared<expr::Object>();
  for (const auto& [key, item] : value.entries) {
    SLUICE_ASSIGN(Value rendered, Render(item, environment));
    if (IsInsert(key)) {
      if (rendered.kind() != Kind::Object) return Error{"`${{ insert }}` needs a mapping"};
      for (const auto& [name, inner] : rendered.object()->entries) object->Set(name, inner);
      continue;
    }
    SLUICE_ASSIGN(std::string name, RenderText(key, environment));
    object->Set(std::move(name), std::move(rendered));
  }
  return Value(std::shared_ptr<const expr::Object>(std::move(object)));
}

Result<std::string> RenderParts(const model::Value& value, const expr::Environment& environment) {
  std::string text;
  for (const model::TextPart& part : value.parts) {
    text += part.literal;
    if (!part.expr) continue;
    SLUICE_ASSIGN(const Value piece, expr::Evaluate(*part.expr, environment));
    text += expr::ToText(piece);
  }
  return text;
}

bool IsSecret(const expr::Expr& e, std::string& name) {
  if (e.op != expr::Op::Index || e.args.size() != 2 || e.args[0].op != expr::Op::Name) return false;
  if (e.args[1].op != expr::Op::String) return false;
  if (EqualsIgnoreCase(e.args[0].text, "secrets")) {
    name = AsciiUpper(e.args[1].text);
    return true;
  }
  if (!EqualsIgnoreCase(e.args[0].text, "github") || !EqualsIgnoreCase(e.args[1].text, "token")) return false;
  name = "GITHUB_TOKEN";
  return true;
}

void AddOnce(std::vector<std::string>& names, std::string name) {
  for (const std::string& known : names)
    if (known == name) return;
  names.push_back(std::move(name));
}

// `tested`: only whether the value is there matters.
void Needed(const expr::Expr& e, bool tested, std::vector<std::string>& names) {
  std::string name;
  if (IsSecret(e, name)) {
    if (!tested) AddOnce(names, std::move(name));
    return;
  }
  switch (e.op) {
    case expr::Op::Equal:
    case expr::Op::NotEqual:
    case expr::Op::Not:
      for (const expr::Expr& arg : e.args) Needed(arg, true, names);
      return;
    case expr::Op::And:
    case expr::Op::Or:
      for (size_t i = 0; i < e.args.size(); ++i) Needed(e.args[i], tested || i + 1 < e.args.size(), names);
      return;
    default:
      for (const expr::Expr& arg : e.args) Needed(arg, false, names);
  }
}

void Named(const expr::Expr& e, NamedSecrets& found) {
  std::string name;
  if (IsSecret(e, name)) return AddOnce(found.names, std::move(name));
  if (e.op == expr::Op::Name && EqualsIgnoreCase(e.text, "secrets")) found.all = true;
  for (const expr::Expr& arg : e.args) Named(arg, found);
}

template <class Visit>
void EachExpression(const model::Value& value, const Visit& visit) {
  if (value.expr) visit(*value.expr);
  for (const model::TextPart& part : value.parts)
    if (part.expr) visit(*part.expr);
  for (const model::Value& item : value.items) EachExpression(item, visit);
  for (const auto& [key, item] : value.entries) {
    EachExpression(key, visit);
    EachExpression(item, visit);
  }
}

}  // namespace

Result<Value> Render(const model::Value& value, const expr::Environment& environment) {
  switch (value.kind) {
    case MKind::Null:
      return Value();
    case MKind::Boolean:
      return Value(value.boolean);
    case MKind::Number:
      return Value(value.number);
    case MKind::String:
      return Value(value.text);
    case MKind::Expression:
      return expr::Evaluate(*value.expr, environment);
    case MKind::Text: {
      SLUICE_ASSIGN(std::string text, RenderParts(value, environment));
      return Value(std::move(text));
    }
    case MKind::List:
      return RenderList(value, environment);
    case MKind::Map:
      return RenderMapping(value, environment);
  }
  return Value();
}

Result<std::string> RenderText(const model::Value& value, const expr::Environment& environment) {
  SLUICE_ASSIGN(const Value rendered, Render(value, environment));
  if (rendered.kind() == Kind::Array || rendered.kind() == Kind::Object)
    return Error{
        fmt::format("expected a text, but this is {}", rendered.kind() == Kind::Array ? "a sequence" : "a mapping")};
  return expr::ToText(rendered);
}

Result<std::string> RenderText(const std::optional<model::Value>& value, const expr::Environment& environment) {
  if (!value) return std::string();
  return RenderText(*value, environment);
}

Result<bool> RenderBoolean(const std::optional<model::Value>& value, bool absent, const expr::Environment& environment,
                           std::string_view what) {
  if (!value || value->is(MKind::Null)) return absent;
  SLUICE_ASSIGN(const Value rendered, Render(*value, environment));
  if (rendered.kind() == Kind::Boolean) return rendered.boolean();
  const std::string text = expr::ToText(rendered);
  if (EqualsIgnoreCase(text, "true")) return true;
  if (EqualsIgnoreCase(text, "false")) return false;
  return Error{fmt::format("`{}` must be true or false, but is `{}`", what, text)};
}

Result<double> RenderNumber(const std::optional<model::Value>& value, double absent,
                            const expr::Environment& environment, std::string_view what) {
  if (!value || value->is(MKind::Null)) return absent;
  SLUICE_ASSIGN(const Value rendered, Render(*value, environment));
  const double number = expr::ToNumber(rendered);
  if (number >= 0 && number < 1e9) return number;
  return Error{fmt::format("`{}` must be a number that is not negative, but is `{}`", what, expr::ToText(rendered))};
}

Result<TextMap> RenderMap(const std::optional<model::Value>& value, const expr::Environment& environment,
                          std::string_view what) {
  TextMap map;
  if (!value || value->is(MKind::Null)) return map;
  if (!value->is(MKind::Map)) {
    SLUICE_ASSIGN(const Value rendered, Render(*value, environment));
    if (rendered.kind() != Kind::Object) return Error{fmt::format("`{}` must be a mapping", what)};
    for (const auto& [key, item] : rendered.object()->entries) map.emplace_back(key, expr::ToText(item));
    return map;
  }
  for (const auto& [key, item] : value->entries) {
    if (IsInsert(key)) {
      SLUICE_ASSIGN(const Value rendered, Render(item, environment));
      if (rendered.kind() != Kind::Object) return Error{"`${{ insert }}` needs a mapping"};
      for (const auto& [name, inner] : rendered.object()->entries) map.emplace_back(name, expr::ToText(inner));
      continue;
    }
    SLUICE_ASSIGN(std::string name, RenderText(key, environment));
    SLUICE_ASSIGN(std::string text, RenderText(item, environment));
    map.emplace_back(std::move(name), std::move(text));
  }
  return map;
}

std::string With(const TextMap& with, std::string_view key, std::string absent) {
  for (const auto& [name, value] : with)
    if (EqualsIgnoreCase(name, key)) return value;
  return absent;
}

Result<bool> Holds(const std::optional<model::Condition>& condition, const expr::Environment& environment) {
  if (!condition || condition->implicit_success) {
    SLUICE_ASSIGN(const Value success, environment.CallHost("success", {}));
    if (!expr::Truthy(success)) return false;
  }
  if (!condition || condition->user.is(MKind::Null)) return true;
  SLUICE_ASSIGN(const Value holds, Render(condition->user, environment));
  return expr::Truthy(holds);
}

std::vector<std::string> NeededSecrets(const model::Value& value) {
  std::vector<std::string> names;
  EachExpression(value, [&](const expr::Expr& e) { Needed(e, false, names); });
  return names;
}

void CollectSecrets(const model::Value& value, NamedSecrets& found) {
  EachExpression(value, [&](const expr::Expr& e) { Named(e, found); });
}

}  // namespace sluice::steps

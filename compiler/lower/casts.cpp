#include "compiler/lower/casts.h"

#include <vector>

#include "compiler/expr/value.h"

namespace sluice::lower {
namespace {

using types::Kind;

expr::Expr Json(const expr::Expr& value) { return expr::Call("toJSON", {value}); }

expr::Expr Starts(const expr::Expr& value, std::string with) {
  return expr::Call("startsWith", {Json(value), expr::String(std::move(with))});
}

expr::Expr Among(const std::vector<std::string>& words, expr::Expr value) {
  std::vector<expr::Value> items;
  for (const std::string& word : words) items.emplace_back(word);
  expr::Expr list = expr::Call("fromJSON", {expr::String(expr::PrintCompactJson(expr::MakeArray(std::move(items))))});
  return expr::Call("contains", {std::move(list), std::move(value)});
}

// A number is the only value but a bool whose JSON is its text.
expr::Expr IsNumber(const expr::Expr& value, bool whole) {
  expr::Expr text = expr::Call("format", {expr::String("{0}"), value});
  std::vector<expr::Expr> tests = {expr::Binary(expr::Op::Equal, std::move(text), Json(value)),
                                   expr::Not(Among({"true", "false"}, Json(value)))};
  if (whole) tests.push_back(expr::Not(expr::Call("contains", {Json(value), expr::String(".")})));
  return expr::And(std::move(tests));
}

expr::Expr IsRecord(const expr::Expr& value, const types::Type& type) {
  std::vector<expr::Expr> tests = {Starts(value, "{")};
  for (const types::Field& field : type.fields) {
    const expr::Expr part = expr::Member(value, field.name);
    expr::Expr test = TypeTest(part, types::Present(field.type));
    if (field.optional || field.type.optional)
      test = expr::Or({expr::Binary(expr::Op::Equal, Json(part), expr::String("null")), std::move(test)});
    tests.push_back(std::move(test));
  }
  return tests.size() == 1 ? tests[0] : expr::And(std::move(tests));
}

}  // namespace

expr::Expr TypeTest(const expr::Expr& value, const types::Type& type) {
  switch (type.kind) {
    case Kind::Bool:
      return Among({"true", "false"}, Json(value));
    case Kind::Int:
    case Kind::Float:
      return IsNumber(value, type.is(Kind::Int));
    case Kind::Enum:
      return expr::And({Starts(value, "\""), Among(type.members, value)});
    case Kind::List:
      return Starts(value, "[");
    case Kind::Map:
      return Starts(value, "{");
    case Kind::Record:
      return IsRecord(value, type);
    case Kind::Json:
      return expr::Boolean(true);
    default:
      return Starts(value, "\"");
  }
}

std::string CastFailure(const check::Term& cast) {
  return "this value is not " + types::WithArticle(types::Present(cast.type));
}

}  // namespace sluice::lower

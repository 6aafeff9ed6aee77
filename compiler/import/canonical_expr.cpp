#include "compiler/import/canonical_expr.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/value.h"
#include "compiler/import/expressions.h"
#include "compiler/import/printer.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;

bool IsEmptyText(const Expr& e) { return e.op == Op::String && e.text.empty(); }
bool IsText(const Expr& e, std::string_view text) { return e.op == Op::String && e.text == text; }
bool IsCall(const Expr& e, std::string_view name) { return e.op == Op::Call && EqualsIgnoreCase(e.text, name); }

// True or false whatever it reads.
bool IsTruth(const Expr& e) {
  switch (e.op) {
    case Op::Boolean:
    case Op::Not:
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
      return true;
    case Op::And:
    case Op::Or:
      return std::ranges::all_of(e.args, IsTruth);
    case Op::Call:
      return !IsCall(e, "format") && !IsCall(e, "join") && !IsCall(e, "tojson") && !IsCall(e, "fromjson") &&
             !IsCall(e, "hashfiles") && !IsCall(e, "case");
    default:
      return false;
  }
}

// The key of `matrix.x` and `steps.x` as the YAML has it.
std::string OldName(const Expr& index, const Names& names) {
  std::string key = AsciiLower(index.args[1].text);
  if (index.args[0].op != Op::Name) return key;
  const bool axis = EqualsIgnoreCase(index.args[0].text, "matrix");
  if (!axis && !EqualsIgnoreCase(index.args[0].text, "steps")) return key;
  const auto& renamed = axis ? names.axes : names.steps;
  const auto it = renamed.find(key);
  return it == renamed.end() ? key : AsciiLower(it->second);
}

Expr Condition(const Expr& e, const Names& names);
Expr Whole(const Expr& e, const Names& names);

bool IsLiteral(const Expr& e) {
  return e.op == Op::Null || e.op == Op::Boolean || e.op == Op::Number || e.op == Op::String;
}

bool IsTruthy(const Expr& literal) {
  return literal.op == Op::Boolean  ? literal.boolean
         : literal.op == Op::Number ? literal.number != 0
                                    : literal.op == Op::String && !literal.text.empty();
}

class NoContexts : public expr::Environment {
 public:
  const expr::Value* Context(std::string_view) const override { return nullptr; }
  Result<expr::Value> CallHost(std::string_view, const std::vector<expr::Value>&) const override {
    return Error{"known in the run only"};
  }
};

// As a condition only its truth counts.
Expr AsTruth(Expr e) { return IsLiteral(e) ? expr::Boolean(IsTruthy(e)) : e; }

Expr Negated(Expr e) {
  if (e.op == Op::Not) return Expr(e.args[0]);
  if (e.op == Op::Equal || e.op == Op::NotEqual) {
    e.op = e.op == Op::Equal ? Op::NotEqual : Op::Equal;
    return e;
  }
  if (e.op == Op::Boolean) return expr::Boolean(!e.boolean);
  return expr::Not(std::move(e));
}

Expr Join(Op op, std::vector<Expr> args) {
  if (args.size() == 1) return std::move(args[0]);
  return op == Op::And ? expr::And(std::move(args)) : expr::Or(std::move(args));
}

Expr Condition(const Expr& e, const Names& names) {
  if (e.op == Op::Not) return Negated(Condition(e.args[0], names));
  if (e.op == Op::And || e.op == Op::Or) {
    std::vector<Expr> args;
    for (const Expr& arg : e.args) {
      Expr one = Condition(arg, names);
      // `x || false`, `x && true`
      if (one.op != Op::Boolean || one.boolean != (e.op == Op::And)) args.push_back(std::move(one));
    }
    if (args.empty()) return expr::Boolean(e.op == Op::And);
    // `x && false`, and `x || true`: there a status function would still count.
    if (std::ranges::any_of(args, IsLiteral) && (e.op == Op::And || !expr::CallsStatusFunction(e)))
      return expr::Boolean(e.op == Op::Or);
    // The order of `!failure()` and `!cancelled()` means nothing: the first of the two places gets the former.
    const auto denies = [](const Expr& one, std::string_view function) {
      return one.op == Op::Not && IsCall(one.args[0], function);
    };
    const auto failure = std::ranges::find_if(args, [&](const Expr& one) { return denies(one, "failure"); });
    const auto cancelled = std::ranges::find_if(args, [&](const Expr& one) { return denies(one, "cancelled"); });
    if (e.op == Op::And && failure != args.end() && cancelled < failure) std::iter_swap(cancelled, failure);
    return Join(e.op, std::move(args));
  }
  if (e.op == Op::Equal || e.op == Op::NotEqual)
    for (const size_t i : {size_t{0}, size_t{1}}) {
      const Expr& other = e.args[1 - i];
      if (IsEmptyText(e.args[i])) {
        Expr test = Condition(other, names);
        return e.op == Op::NotEqual ? test : Negated(std::move(test));
      }
      // A flag of an event is true, false or nothing.
      if (e.args[i].op == Op::Boolean && IsFlag(PathOf(other))) {
        Expr test = Whole(other, names);
        return e.args[i].boolean == (e.op == Op::Equal) ? test : Negated(std::move(test));
      }
      // A flag that may be absent.
      if (IsText(e.args[i], "true") && IsCall(other, "tojson") && other.args.size() == 1) {
        Expr test = Condition(other.args[0], names);
        return e.op == Op::Equal ? test : Negated(std::move(test));
      }
    }
  // `case(toJSON(x) == 'null', false, x)`
  if (IsCall(e, "case") && e.args.size() == 3 && e.args[1].op == Op::Boolean && !e.args[1].boolean)
    if (const Expr& test = e.args[0]; test.op == Op::Equal && IsText(test.args[1], "null") &&
                                      IsCall(test.args[0], "tojson") && test.args[0].args[0] == e.args[2])
      return Condition(e.args[2], names);
  if (e.op == Op::String) return expr::Boolean(!e.text.empty());
  if (e.op == Op::Number) return expr::Boolean(e.number != 0);
  if (e.op == Op::Null) return expr::Boolean(false);
  return AsTruth(Whole(e, names));
}

// `case(c, a, b)` as `c && a || b`, where that is the same.
Expr Case(const Expr& e, const Names& names) {
  if (e.args.size() != 3) return e;
  const Expr c = Condition(e.args[0], names);
  const Expr a = Whole(e.args[1], names);
  const Expr b = Whole(e.args[2], names);
  if (IsEmptyText(b)) return IsTruth(c) ? expr::Or({expr::And({c, a}), b}) : expr::And({c, a});
  if (IsText(b, "false") && IsTruth(c)) return expr::And({c, a});
  if (IsTruth(c) && IsText(a, "true")) return expr::Or({c, b});
  if (NeverFalsy(a)) return expr::Or({expr::And({c, a}), b});
  return expr::Call("case", {c, a, b});
}

// May the value be `false`, which is no empty text? `c && x` is false where the comparison c is.
bool MayBeFalse(const Expr& e) {
  if (IsTruth(e)) return true;
  return e.op == Op::And && std::ranges::any_of(e.args, MayBeFalse);
}

// `c && x` with a comparison c and a text x: where c does not hold, the text is `false`.
bool IsChoice(const Expr& e) {
  return e.op == Op::And && NeverFalsy(e.args.back()) && std::all_of(e.args.begin(), e.args.end() - 1, IsTruth);
}

Expr Alternatives(const Expr& e, const Names& names) {
  std::vector<Expr> args;
  for (size_t i = 0; i < e.args.size(); ++i) {
    const bool last = i + 1 == e.args.size();
    const Expr& arg = e.args[i];
    if (last && (IsEmptyText(arg) || arg.op == Op::Null)) {  // `x || ''` is `x`
      if (args.empty() || MayBeFalse(args.back())) args.push_back(expr::String(""));
      continue;
    }
    Expr one = Whole(arg, names);
    if (!last && IsLiteral(one) && !IsTruthy(one)) continue;                               // `false || x`
    if (last && IsText(one, "false") && !args.empty() && IsChoice(args.back())) continue;  // `c && x || 'false'`
    // `case(c, a, '') || b` is `c && a || b`.
    if (!last && IsCall(arg, "case") && arg.args.size() == 3 && IsEmptyText(arg.args[2]))
      one = expr::And({Condition(arg.args[0], names), Whole(arg.args[1], names)});
    if (one.op == Op::And && one.args.size() == 2 && IsTruth(one.args[0]) && IsText(one.args[1], "true"))
      one = Expr(one.args[0]);
    const bool decides = IsLiteral(one) && IsTruthy(one);
    args.push_back(std::move(one));
    if (decides) break;
  }
  return Join(Op::Or, std::move(args));
}

Expr Whole(const Expr& e, const Names& names) {
  Expr result = e;
  result.begin = result.end = 0;
  switch (e.op) {
    case Op::Name:
      result.text = AsciiLower(e.text);
      return result;
    case Op::Number:
      result.text.clear();
      return result;
    case Op::And: {
      if (IsTruth(e)) return Condition(e, names);
      std::vector<Expr> args;
      for (size_t i = 0; i + 1 < e.args.size(); ++i) {
        Expr one = Condition(e.args[i], names);
        if (args.empty() && one.op == Op::Boolean && !one.boolean) return Whole(e.args[i], names);  // `false && x`
        if (one.op != Op::Boolean || !one.boolean) args.push_back(std::move(one));
      }
      Expr value = Whole(e.args.back(), names);
      if (!args.empty() && args.back() == value) args.pop_back();  // `x != '' && x`
      args.push_back(std::move(value));
      return Join(Op::And, std::move(args));
    }
    case Op::Or:
      return IsTruth(e) ? Condition(e, names) : Alternatives(e, names);
    case Op::Not:
      return Condition(e, names);
    case Op::Call:
      if (IsCall(e, "case")) return Case(e, names);
      // How JSON is laid out means nothing.
      if (IsCall(e, "fromjson") && e.args.size() == 1 && e.args[0].op == Op::String)
        if (const auto json = expr::ParseJson(e.args[0].text); json.ok()) {
          result.text = "fromjson";
          result.args[0] = expr::String(expr::PrintCompactJson(*json));
          return result;
        }
      result.text = AsciiLower(e.text);
      break;
    case Op::Index:
      if (names.needs && e.args[1].op == Op::String && PathOf(e.args[0]) == "needs" &&
          !names.needs->contains(AsciiLower(e.args[1].text)))
        return expr::Null();
      if (!names.row.empty() && e.args[0].op == Op::Index && e.args[0].args[0].op == Op::Name &&
          EqualsIgnoreCase(e.args[0].args[0].text, "matrix") && IsText(e.args[0].args[1], names.row))
        return expr::Member(expr::Name("matrix"), AsciiLower(e.args[1].text));
      if (e.args[1].op == Op::String) result.args[1].text = OldName(e, names);
      result.args[0] = Whole(e.args[0], names);
      if (e.args[1].op != Op::String) result.args[1] = Whole(e.args[1], names);
      return result.args[0].op == Op::Null ? expr::Null() : result;
    case Op::Equal:
    case Op::NotEqual:
      if ((e.args[0].op == Op::Boolean && IsFlag(PathOf(e.args[1]))) ||
          (e.args[1].op == Op::Boolean && IsFlag(PathOf(e.args[0]))))
        return Condition(e, names);
      if (IsEmptyText(e.args[0]) || IsEmptyText(e.args[1])) return Condition(e, names);
      break;
    default:
      break;
  }
  for (Expr& arg : result.args) arg = Whole(Expr(arg), names);
  return Folded(std::move(result));
}

std::string Placeholder(const Expr& e, const Names& names);

// `format('a {0}', x)` in a text is the text `a ${{ x }}`. `e` is canonical already.
std::optional<std::string> FormatText(const Expr& e) {
  if (!IsCall(e, "format") || e.args.empty() || e.args[0].op != Op::String) return std::nullopt;
  const std::string& format = e.args[0].text;
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c != '{' && c != '}') {
      text += c;
    } else if (i + 1 < format.size() && format[i + 1] == c) {
      text += c;
      ++i;
    } else {
      const size_t close = format.find('}', i);
      const std::string number = close == std::string::npos ? "" : format.substr(i + 1, close - i - 1);
      if (c == '}' || number.empty() || number.size() > 2 || !std::ranges::all_of(number, IsAsciiDigit) ||
          std::stoul(number) + 1 >= e.args.size())
        return std::nullopt;
      text += Placeholder(e.args[std::stoul(number) + 1], {});
      i = close;
    }
  }
  return text;
}

std::string Placeholder(const Expr& e, const Names& names) {
  const Expr canonical = Whole(e, names);
  if (canonical.op == Op::String) return canonical.text;
  if (canonical.op == Op::Boolean) return canonical.boolean ? "true" : "false";
  if (canonical.op == Op::Null) return "";
  if (canonical.op == Op::Number) return expr::NumberToText(canonical.number);
  if (const auto text = FormatText(canonical)) return *text;
  return "${{ " + expr::Print(canonical) + " }}";
}

}  // namespace

Expr Folded(Expr e) {
  if (IsLiteral(e) || e.op == Op::Name || e.args.empty() || !std::ranges::all_of(e.args, IsLiteral)) return e;
  const auto value = expr::Evaluate(e, NoContexts());
  if (!value.ok()) return e;
  if (value->kind() == expr::Kind::Null) return expr::Null();
  if (value->kind() == expr::Kind::Boolean) return expr::Boolean(value->boolean());
  if (value->kind() == expr::Kind::Number) return expr::Number(value->number());
  if (value->kind() == expr::Kind::String) return expr::String(value->string());
  return e;
}

Expr Canonical(const Expr& e, bool condition, const Names& names) {
  return condition ? Condition(e, names) : Whole(e, names);
}

std::string CanonicalText(const model::Value& value, const Names& names) {
  if (value.is(model::Value::Kind::Expression)) return Placeholder(*value.expr, names);
  if (!value.is(model::Value::Kind::Text)) return ScalarText(value);
  std::string text;
  for (const model::TextPart& part : value.parts) text += part.expr ? Placeholder(*part.expr, names) : part.literal;
  return text;
}

}  // namespace sluice::import

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

// What of a value counts where it stands. A value that is tested counts by its truth alone; one before `||` where it is
// truthy, since any falsy one gives way to what follows; one in a text by how it is shown.
struct Use {
  bool text = false;    // `null` and '' are alike, and so are true and 'true'
  bool truthy = false;  // all falsy values are alike
};
constexpr Use kExact{}, kText{.text = true};

Expr Condition(const Expr& e, const Names& names);
Expr Form(const Expr& e, Use use, const Names& names);

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

Expr Case(const Expr& e, Use use, const Names& names);

// Only the truth of `e` counts.
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
        Expr test = Form(other, kExact, names);
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
  if (IsCall(e, "case")) return AsTruth(Case(e, {.truthy = true}, names));
  return AsTruth(Form(e, kExact, names));
}

// `e` as true or false.
Expr Truth(const Expr& e, const Names& names) {
  Expr test = Condition(e, names);
  return IsTruth(test) ? test : expr::Binary(Op::NotEqual, std::move(test), expr::String(""));
}

// Is it a text, so that it shows nothing where it is falsy?
bool IsEmptyWhereFalsy(const Expr& e) {
  switch (e.op) {
    case Op::Null:
    case Op::String:
      return true;
    case Op::Index:
      return IsAlwaysText(PathOf(e));
    case Op::And:
      return std::ranges::all_of(e.args, IsEmptyWhereFalsy);
    case Op::Or:
      return IsEmptyWhereFalsy(e.args.back());
    case Op::Call:
      if (IsCall(e, "case") && e.args.size() == 3) return IsEmptyWhereFalsy(e.args[1]) && IsEmptyWhereFalsy(e.args[2]);
      return IsCall(e, "format") || IsCall(e, "join") || IsCall(e, "tojson") || IsCall(e, "hashfiles");
    default:
      return false;
  }
}

// Does it show `false` where it is falsy, as `c && x` with a comparison c and an x that is never falsy?
bool IsFalseWhereFalsy(const Expr& e) {
  if (IsTruth(e)) return true;
  if (e.op == Op::Or) return IsFalseWhereFalsy(e.args.back());
  return e.op == Op::And && NeverFalsy(e.args.back()) && std::all_of(e.args.begin(), e.args.end() - 1, IsTruth);
}

Expr Literal(const Expr& e, Use use) {
  if (use.truthy && !IsTruthy(e)) return expr::Boolean(false);
  if (use.text && e.op == Op::Null) return expr::String("");
  if (use.text && e.op == Op::Boolean) return expr::String(e.boolean ? "true" : "false");
  if (use.text && e.op == Op::Number) return expr::String(expr::NumberToText(e.number));
  Expr result = e;
  result.begin = result.end = 0;
  if (e.op == Op::Number) result.text.clear();
  return result;
}

// `case(c, a, b)` as `c && a || b`, where that is the same.
Expr Case(const Expr& e, Use use, const Names& names) {
  if (e.args.size() != 3) {
    Expr result = expr::Call("case", {});
    for (size_t i = 0; i < e.args.size(); ++i)
      result.args.push_back(i % 2 == 0 && i + 1 < e.args.size() ? Truth(e.args[i], names)
                                                                : Form(e.args[i], use, names));
    return result;
  }
  const Expr &c = e.args[0], &a = e.args[1], &b = e.args[2];
  Expr test = Condition(c, names);
  if (IsLiteral(test)) return Form(IsTruthy(test) ? a : b, use, names);
  // A comparison that does not hold shows `false`.
  if (use.text && !use.truthy && IsText(b, "false") && IsTruth(c)) return Form(expr::And({c, a}), use, names);
  const bool falsy_b = IsLiteral(b) && !IsTruthy(b);
  const bool same_falsy =
      (use.truthy && falsy_b) || (use.text && (IsEmptyText(b) || b.op == Op::Null) && IsEmptyWhereFalsy(a));
  if (NeverFalsy(a) || same_falsy) return Form(expr::Or({expr::And({c, a}), b}), use, names);
  return expr::Call("case", {Truth(c, names), Form(a, use, names), Form(b, use, names)});
}

// `a && b` that is no mere truth: b where a holds, else what a is.
Expr Both(const Expr& e, Use use, const Names& names) {
  std::vector<Expr> args;
  for (size_t i = 0; i + 1 < e.args.size(); ++i) {
    Expr one = use.truthy ? Condition(e.args[i], names) : Form(e.args[i], kExact, names);
    if (IsLiteral(one) && IsTruthy(one)) continue;
    if (IsLiteral(one) && args.empty()) return Literal(one, use);
    args.push_back(std::move(one));
  }
  // `c && 'true'` shows what the comparison c shows.
  const bool shown =
      use.text && IsText(e.args.back(), "true") && std::all_of(e.args.begin(), e.args.end() - 1, IsTruth);
  if (shown) return Truth(expr::And({e.args.begin(), e.args.end() - 1}), names);
  Expr last = Form(e.args.back(), use, names);
  // `x != '' && x`
  if (use.truthy && !args.empty() && args.back() == Condition(e.args.back(), names)) args.pop_back();
  args.push_back(std::move(last));
  return Join(Op::And, std::move(args));
}

// `a || b` that is no mere truth: a where it is truthy, else b.
Expr Either(const Expr& e, Use use, const Names& names) {
  const Expr& end = e.args.back();
  const std::vector<Expr> before(e.args.begin(), e.args.end() - 1);
  // `x || ''`, and `c && x || 'false'`, where that shows what x shows.
  if (const Expr rest = Join(Op::Or, before);
      (use.truthy && IsLiteral(end) && !IsTruthy(end)) ||
      (use.text && (IsEmptyText(end) || end.op == Op::Null) && IsEmptyWhereFalsy(rest)) ||
      (use.text && !use.truthy && (IsText(end, "false") || (end.op == Op::Boolean && !end.boolean)) &&
       IsFalseWhereFalsy(rest)))
    return Form(rest, use, names);
  std::vector<Expr> args;
  for (const Expr& arg : before) {
    Expr one = Form(arg, {use.text, true}, names);
    if (IsLiteral(one) && !IsTruthy(one)) continue;
    // `case(c, a, '')`, and a choice before the last place, are opened.
    const bool decides = IsLiteral(one);
    if (one.op == Op::Or)
      args.insert(args.end(), one.args.begin(), one.args.end());
    else
      args.push_back(std::move(one));
    if (decides) return Join(Op::Or, std::move(args));
  }
  Expr last = Form(end, use, names);
  if (last.op == Op::Or && !args.empty())
    args.insert(args.end(), last.args.begin(), last.args.end());
  else
    args.push_back(std::move(last));
  return Join(Op::Or, std::move(args));
}

Expr Member(const Expr& e, const Names& names) {
  Expr result = e;
  result.begin = result.end = 0;
  if (names.needs && e.args[1].op == Op::String && PathOf(e.args[0]) == "needs" &&
      !names.needs->contains(AsciiLower(e.args[1].text)))
    return expr::Null();
  if (!names.row.empty() && e.args[0].op == Op::Index && e.args[0].args[0].op == Op::Name &&
      EqualsIgnoreCase(e.args[0].args[0].text, "matrix") && IsText(e.args[0].args[1], names.row))
    return expr::Member(expr::Name("matrix"), AsciiLower(e.args[1].text));
  if (e.args[1].op == Op::String) result.args[1].text = OldName(e, names);
  result.args[0] = Form(e.args[0], kExact, names);
  if (e.args[1].op != Op::String) result.args[1] = Form(e.args[1], kExact, names);
  return result.args[0].op == Op::Null ? expr::Null() : result;
}

Expr FunctionCall(const Expr& e, Use use, const Names& names) {
  if (IsCall(e, "case")) return Case(e, use, names);
  Expr result = e;
  result.begin = result.end = 0;
  result.text = AsciiLower(e.text);
  // How JSON is laid out means nothing.
  if (IsCall(e, "fromjson") && e.args.size() == 1 && e.args[0].op == Op::String)
    if (const auto json = expr::ParseJson(e.args[0].text); json.ok()) {
      result.args[0] = expr::String(expr::PrintCompactJson(*json));
      return result;
    }
  // What these search and print they take as text. In a list `contains` compares.
  const bool text = IsCall(e, "format") || IsCall(e, "startswith") || IsCall(e, "endswith") ||
                    (IsCall(e, "contains") && IsEmptyWhereFalsy(e.args[0]));
  for (Expr& arg : result.args) arg = Form(Expr(arg), text ? kText : kExact, names);
  return Folded(std::move(result));
}

Expr Form(const Expr& e, Use use, const Names& names) {
  if (IsLiteral(e)) return Literal(e, use);
  Expr result = e;
  result.begin = result.end = 0;
  switch (e.op) {
    case Op::Name:
      result.text = AsciiLower(e.text);
      return result;
    case Op::And:
    case Op::Or:
      if (IsTruth(e)) break;
      return e.op == Op::And ? Both(e, use, names) : Either(e, use, names);
    case Op::Not:
      break;
    case Op::Call:
      result = FunctionCall(e, use, names);
      return IsLiteral(result) ? Literal(result, use) : result;
    case Op::Index:
      result = Member(e, names);
      return IsLiteral(result) ? Literal(result, use) : result;
    case Op::Equal:
    case Op::NotEqual:
      if ((e.args[0].op == Op::Boolean && IsFlag(PathOf(e.args[1]))) ||
          (e.args[1].op == Op::Boolean && IsFlag(PathOf(e.args[0]))) || IsEmptyText(e.args[0]) ||
          IsEmptyText(e.args[1]))
        break;
      [[fallthrough]];
    default:
      for (Expr& arg : result.args) arg = Form(Expr(arg), kExact, names);
      result = Folded(std::move(result));
      return IsLiteral(result) ? Literal(result, use) : result;
  }
  result = Truth(e, names);
  return IsLiteral(result) ? Literal(result, use) : result;
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
  const Expr canonical = Form(e, kText, names);
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
  return condition ? Condition(e, names) : Form(e, kText, names);
}

std::string CanonicalText(const model::Value& value, const Names& names) {
  if (value.is(model::Value::Kind::Expression)) return Placeholder(*value.expr, names);
  if (!value.is(model::Value::Kind::Text)) return ScalarText(value);
  std::string text;
  for (const model::TextPart& part : value.parts) text += part.expr ? Placeholder(*part.expr, names) : part.literal;
  return text;
}

}  // namespace sluice::import

#include "compiler/expr/expr.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/base/check.h"
#include "compiler/base/text.h"
#include "compiler/expr/functions.h"

namespace sluice::expr {
namespace {

Expr MakeLeaf(Op op, std::string text = {}) {
  Expr e;
  e.op = op;
  e.text = std::move(text);
  return e;
}

Expr MakeNode(Op op, std::vector<Expr> args, std::string text = {}) {
  Expr e = MakeLeaf(op, std::move(text));
  e.args = std::move(args);
  return e;
}

Expr Flatten(Op op, std::vector<Expr> args) {
  SLUICE_CHECK(!args.empty(), "and/or of nothing");
  if (args.size() == 1) return std::move(args[0]);
  std::vector<Expr> flat;
  for (Expr& arg : args) {
    if (arg.op == op)
      std::ranges::move(arg.args, std::back_inserter(flat));
    else
      flat.push_back(std::move(arg));
  }
  return MakeNode(op, std::move(flat));
}

bool SameNumber(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

}  // namespace

bool operator==(const Expr& a, const Expr& b) {
  if (a.op != b.op) return false;
  if (a.op == Op::Number) return SameNumber(a.number, b.number);
  return a.boolean == b.boolean && a.text == b.text && a.args == b.args;
}

Expr Null() { return {}; }

Expr Boolean(bool value) {
  Expr e = MakeLeaf(Op::Boolean);
  e.boolean = value;
  return e;
}

Expr Number(double value) {
  Expr e = MakeLeaf(Op::Number);
  e.number = value;
  return e;
}

Expr String(std::string value) { return MakeLeaf(Op::String, std::move(value)); }

Expr Name(std::string context) { return MakeLeaf(Op::Name, std::move(context)); }

Expr Member(Expr object, std::string key) {
  std::vector<Expr> args;
  args.push_back(std::move(object));
  args.push_back(String(std::move(key)));
  return MakeNode(Op::Index, std::move(args));
}

Expr Path(std::string_view dotted) {
  const std::vector<std::string_view> parts = SplitString(dotted, '.');
  Expr e = Name(std::string(parts[0]));
  for (size_t i = 1; i < parts.size(); ++i) e = Member(std::move(e), std::string(parts[i]));
  return e;
}

Expr Call(std::string function, std::vector<Expr> args) {
  return MakeNode(Op::Call, std::move(args), std::move(function));
}

Expr Not(Expr e) {
  std::vector<Expr> args;
  args.push_back(std::move(e));
  return MakeNode(Op::Not, std::move(args));
}

Expr And(std::vector<Expr> args) { return Flatten(Op::And, std::move(args)); }

Expr Or(std::vector<Expr> args) { return Flatten(Op::Or, std::move(args)); }

Expr Binary(Op op, Expr a, Expr b) {
  std::vector<Expr> args;
  args.push_back(std::move(a));
  args.push_back(std::move(b));
  return MakeNode(op, std::move(args));
}

bool CallsStatusFunction(const Expr& e) {
  if (e.op == Op::Call) {
    const Function* function = FindFunction(e.text);
    if (function != nullptr && IsStatusFunction(function->id)) return true;
  }
  return std::ranges::any_of(e.args, CallsStatusFunction);
}

}  // namespace sluice::expr

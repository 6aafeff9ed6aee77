#include <cmath>

#include "compiler/base/text.h"
#include "compiler/expr/expr.h"
#include "compiler/expr/lexer.h"
#include "compiler/expr/number.h"

namespace sluice::expr {
namespace {

// How tightly the outermost operator binds; a looser operand needs parentheses.
int Binding(const Expr& e) {
  switch (e.op) {
    case Op::Or:
      return 1;
    case Op::And:
      return 2;
    case Op::Equal:
    case Op::NotEqual:
      return 3;
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
      return 4;
    case Op::Not:
      return 5;
    case Op::Null:
    case Op::Boolean:
    case Op::Number:
    case Op::String:
      return 6;
    case Op::Name:
    case Op::Index:
    case Op::Star:
    case Op::Call:
      return 7;  // only these may be indexed
  }
  return 0;
}

std::string_view Symbol(Op op) {
  switch (op) {
    case Op::Or:
      return " || ";
    case Op::And:
      return " && ";
    case Op::Equal:
      return " == ";
    case Op::NotEqual:
      return " != ";
    case Op::Less:
      return " < ";
    case Op::LessEqual:
      return " <= ";
    case Op::Greater:
      return " > ";
    case Op::GreaterEqual:
      return " >= ";
    default:
      return "";
  }
}

class Printer {
 public:
  std::string Take() { return std::move(out_); }

  void Print(const Expr& e) {
    switch (e.op) {
      case Op::Null:
        out_ += "null";
        return;
      case Op::Boolean:
        out_ += e.boolean ? "true" : "false";
        return;
      case Op::Number:
        return PrintNumber(e);
      case Op::String:
        return PrintString(e.text);
      case Op::Name:
        out_ += e.text;
        return;
      case Op::Index:
        return PrintIndex(e);
      case Op::Star:
        PrintOperand(e.args[0], 7);
        out_ += ".*";
        return;
      case Op::Call:
        out_ += e.text;
        out_ += '(';
        PrintList(e.args, ", ", 0);
        out_ += ')';
        return;
      case Op::Not:
        out_ += '!';
        return PrintOperand(e.args[0], 5);
      case Op::And:
      case Op::Or:
        return PrintList(e.args, Symbol(e.op), Binding(e) + 1);
      default:
        PrintOperand(e.args[0], Binding(e));
        out_ += Symbol(e.op);
        return PrintOperand(e.args[1], Binding(e) + 1);
    }
  }

 private:
  void PrintOperand(const Expr& e, int least) {
    const bool bare = Binding(e) >= least;
    if (!bare) out_ += '(';
    Print(e);
    if (!bare) out_ += ')';
  }

  void PrintList(const std::vector<Expr>& args, std::string_view separator, int least) {
    for (size_t i = 0; i < args.size(); ++i) {
      if (i > 0) out_ += separator;
      PrintOperand(args[i], least);
    }
  }

  void PrintIndex(const Expr& e) {
    PrintOperand(e.args[0], 7);
    const Expr& key = e.args[1];
    if (key.op == Op::String && IsIdentifier(key.text)) {
      out_ += '.';
      out_ += key.text;
      return;
    }
    out_ += '[';
    Print(key);
    out_ += ']';
  }

  void PrintNumber(const Expr& e) {
    if (!e.text.empty()) {
      out_ += e.text;
      return;
    }
    if (e.number == 0 && std::signbit(e.number)) out_ += '-';
    out_ += ShortestNumber(e.number);
  }

  void PrintString(std::string_view text) {
    out_ += '\'';
    out_ += ReplaceAll(text, "'", "''");
    out_ += '\'';
  }

  std::string out_;
};

}  // namespace

std::string Print(const Expr& e) {
  Printer printer;
  printer.Print(e);
  return printer.Take();
}

}  // namespace sluice::expr

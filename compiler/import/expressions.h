#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/expr/expr.h"

namespace sluice::import {

// What GitHub computes a value to be, as far as the workflow tells.
enum class Kind : uint8_t { Bool, Number, Text, Null, Unknown };

// The types of names that the workflow itself declares; keys are lower case.
struct Types {
  std::map<std::string, Kind> inputs;
  std::map<std::string, Kind> matrix;
};

// What is called otherwise than in the YAML, by the YAML's name in lower case.
struct NewNames {
  std::map<std::string, std::string> axes, steps;
};

// How a value is used where it stands.
enum class Wanted : uint8_t { Bool, Text };

// GitHub's expressions in the words of .pipe, where operators have types: `a && b || c` becomes a choice, `a || b` of
// texts a default, a text as a condition a test for emptiness. GitHub computes the same from both.
class Expressions {
 public:
  // `defaults`: values that may be absent get an empty one, which is what GitHub puts there.
  Expressions(const Types& types, bool defaults, std::string_view row, const NewNames& names, bool ok)
      : types_(types), defaults_(defaults), row_(row), names_(names), ok_(ok) {}

  std::string Print(const expr::Expr& e, Wanted wanted) const;
  Kind KindOf(const expr::Expr& e) const;

 private:
  struct Printed {
    std::string text;
    int binding;  // as in the language: 0 `?:`, 1 `??`, 2 `||` … 9 postfix
  };
  std::string Operand(const Printed& printed, int least) const;
  Printed Any(const expr::Expr& e) const;
  Printed AsText(const expr::Expr& e) const;
  Printed AsBool(const expr::Expr& e, bool negated = false) const;
  Printed Choice(const std::vector<expr::Expr>& args, size_t from) const;
  Printed Chosen(const expr::Expr& both, const Printed* otherwise) const;
  Printed Logic(const expr::Expr& e) const;
  Printed Compare(const expr::Expr& e) const;
  Printed Path(const expr::Expr& e) const;
  Printed Call(const expr::Expr& e) const;

  const Types& types_;
  bool defaults_;
  std::string_view row_;
  const NewNames& names_;
  bool ok_;
};

// May the value be an empty text, false, zero or nothing? No: GitHub's `&&` passes on what stands behind it.
bool NeverFalsy(const expr::Expr& e);

// `text` as a string literal of .pipe: in double quotes, without its placeholders' meaning.
std::string Quoted(std::string_view text);
// What stands between double quotes.
std::string Escaped(std::string_view text);
// Can it stand as a bare name or key?
bool IsName(std::string_view text);
std::string Key(std::string_view text);

}  // namespace sluice::import

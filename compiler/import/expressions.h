#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "compiler/expr/expr.h"

namespace sluice::import {

// What GitHub computes a value to be, as far as the workflow tells.
// Json: GitHub tells only in the run.
enum class Kind : uint8_t { Bool, Number, Text, Null, Json, Unknown };

// The types of names that the workflow itself declares; keys are lower case.
struct Types {
  std::map<std::string, Kind> inputs;
  std::map<std::string, Kind> matrix;
  std::set<std::string> closed = {};       // inputs with options: .pipe tests them where the head of a job reads them
  std::set<std::string> defaulted = {};    // inputs that have their default in .pipe also where GitHub has nothing
  bool flags_absent = false;               // a run may start without inputs
  bool head = false;                       // what is printed stands in the head of a job
  bool whole_matrix = false;               // `for matrix in …`
  std::set<std::string> matrix_jobs = {};  // jobs with rows: the last one writes their outputs
};

// The names that outputs cannot have in .pipe.
bool IsReservedOutput(std::string_view name);

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
  // `defaults`: values that may be absent get an empty one, which is what GitHub puts there. `untyped`: values are taken
  // as GitHub takes them, unchecked.
  Expressions(const Types& types, bool defaults, bool untyped, std::string_view row, const NewNames& names, bool ok)
      : types_(types), defaults_(defaults), untyped_(untyped), row_(row), names_(names), ok_(ok) {}

  std::string Print(const expr::Expr& e, Wanted wanted) const;
  // Where json may stand: what is known of it only in the run stays as it is.
  std::string PrintJson(const expr::Expr& e) const { return Bare(e).text; }
  Kind KindOf(const expr::Expr& e) const;

 private:
  struct Printed {
    std::string text;
    int binding;  // as in the language: 0 `?:`, 1 `??`, 2 `||` … 9 postfix
  };
  std::string Operand(const Printed& printed, int least) const;
  Printed Any(const expr::Expr& e) const;
  Printed Bare(const expr::Expr& e) const;
  bool Mixed(const expr::Expr& one, const expr::Expr& other) const;
  Printed AsText(const expr::Expr& e) const;
  Printed AsBool(const expr::Expr& e, bool negated = false) const;
  Printed Choice(const std::vector<expr::Expr>& args, size_t from) const;
  Printed Chosen(const expr::Expr& both, const Printed* otherwise) const;
  Printed Logic(const expr::Expr& e) const;
  Printed Compare(const expr::Expr& e) const;
  Printed Path(const expr::Expr& e) const;
  Printed Call(const expr::Expr& e) const;

  const Types& types_;
  bool defaults_, untyped_;
  std::string_view row_;
  const NewNames& names_;
  bool ok_;
};

// May the value be an empty text, false, zero or nothing? No: GitHub's `&&` passes on what stands behind it.
bool NeverFalsy(const expr::Expr& e);

// The path as lower-case names, when the expression is one: `github.event.number`.
std::string PathOf(const expr::Expr& e);
// Is it a flag of an event or context (GitHub's webhooks)?
bool IsFlag(std::string_view path);
// Is it a text, or nothing, whatever the workflow says: `env.x`, an output, a variable, most of `github`?
bool IsAlwaysText(std::string_view path);

// `text` as a string literal of .pipe: in double quotes, without its placeholders' meaning.
std::string Quoted(std::string_view text);
// What stands between double quotes.
std::string Escaped(std::string_view text);
// Can it stand as a bare name or key?
bool IsName(std::string_view text);
std::string Key(std::string_view text);

}  // namespace sluice::import

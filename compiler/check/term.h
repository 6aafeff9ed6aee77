#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/expr/expr.h"
#include "compiler/source/source_map.h"
#include "compiler/types/contexts.h"
#include "compiler/types/labels.h"
#include "compiler/types/type.h"

// A checked expression: names are resolved, `let`s are inlined, constants are folded, and every node knows its type,
// the contexts it reads and its labels. Terms are immutable and shared; lowering turns them into GitHub's language.
namespace sluice::check {

using source::Span;
using types::Context;
using types::ContextSet;
using types::Kind;
using types::Labels;
using types::Refined;
using types::Type;

enum class TermKind : uint8_t {
  Error,       // a mistake was reported: fits everywhere, lowers to null
  Unknown,     // a value of `type` that nothing is known about: a parameter while its body is checked once
  Constant,    // constant
  List,        // args
  Record,      // keys and args, in order
  Text,        // args: constant pieces of text and placeholders
  Path,        // name: what GitHub reads, `github.event.number`, `steps.a.outcome`, `needs.a.result`
  Param,       // name: a parameter; how it is read depends on the triggers (language.md 2.5)
  Axis,        // name
  StepOutput,  // owner: the step's name; name: the output. On the wire it is text
  JobOutput,   // owner: the job; name: the output. On the wire it is text. keys: the row of a matrix, once it is chosen
  JobFile,     // owner: the job; name: the output
  Not,
  And,
  Or,  // args
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,  // args: 2
  Conditional,   // args: condition, then, else
  Default,       // args: the optional value, its default
  In,            // args: element, list
  Index,         // args: object, key
  Member,        // args[0] . name, where args[0] is no path; `*` is the star
  Cast,          // args[0], a json, as `type`; absent when it is none and `type` is optional, else the run fails
  Call,          // name: GitHub's function; args
  Words,         // args: 1; scripts only. With the name kPaste: `paste(x)`
  Flag,          // name: the flag; args: 1; scripts only
};

// The function that takes a value as GitHub does, unchecked.
inline constexpr std::string_view kUntyped = "untyped";
inline constexpr std::string_view kPaste = "paste";

// A compile-time value of a scalar type. Durations are in milliseconds.
struct Constant {
  enum class Kind : uint8_t { Null, Bool, Number, String } kind = Kind::Null;
  bool boolean = false;
  double number = 0;     // also of the text of a quantity
  std::string text;      // String; also the member of an enum and the label of a runner
  std::string spelling;  // of a number or duration as it was written; empty when computed
};
bool SameConstant(const Constant& a, const Constant& b);

// Why a value may be absent, for the message and for its fixes.
struct Absence {
  Span cause;              // what makes it so: the condition of the producer; may be nowhere
  std::string cause_text;  // "`scan` can be skipped"
  Span reader;             // a status function of the reader, if that is the reason
  std::string reader_text;
  std::string because;  // "because this job also runs when `scan` did not succeed"
  std::string test;     // a test that would help: "scan.result == success"
};

struct Term;
using TermPtr = std::shared_ptr<const Term>;

struct Term {
  TermKind kind = TermKind::Error;
  Type type;
  Span at;  // where it is read: inside a `let` the place of the reader stays in `use`
  ContextSet contexts;
  Labels labels;
  Constant constant;
  std::string name;
  std::string owner;
  std::vector<std::string> keys;  // Record
  std::vector<Span> key_spans;    // Record
  std::vector<TermPtr> args;
  std::shared_ptr<const Absence> absence;  // of a value whose type is optional
  std::string let;                         // the `let` whose whole value this is
  Span declared;                           // where its type or value was declared, for messages
  uint32_t size = 1;                       // nodes, with those of inlined `let`s: the budget of expansion
  bool open = false;                       // a payload that no table describes: further properties can be read below it
  bool gathered = false;                   // an output of a matrix job whose row is not chosen yet
  bool compiler_env = false;               // a test of a secret: reads only the compiler's own PIPE_HAS_…
  bool unknown = false;                    // a part of it is Unknown: whether it is a constant is not known either

  // Known when the program is compiled: a constant, or a list or record of such.
  bool is_known() const;
  // Might be known, once the parameters are filled in.
  bool may_be_known() const { return unknown && contexts.empty(); }

  bool is(TermKind k) const { return kind == k; }
  bool is_constant() const { return kind == TermKind::Constant; }
  bool is_text_constant() const { return is_constant() && constant.kind == Constant::Kind::String; }
  bool is_bool(bool value) const {
    return is_constant() && constant.kind == Constant::Kind::Bool && constant.boolean == value;
  }
};

bool IsUntyped(const Term& term);
TermPtr ErrorTerm(Span at);
TermPtr NullTerm(Span at);
TermPtr BoolTerm(bool value, Span at);
TermPtr NumberTerm(double value, std::string spelling, Type type, Span at);
TermPtr StringTerm(std::string text, Type type, Span at);
// What GitHub reads under that name: `github.event.number`.
Term PathTerm(std::string name, Type type, ContextSet contexts, Span at);
// The same as a value that is complete. `declared`: where what it names was declared.
TermPtr Path(std::string name, Type type, ContextSet contexts, Span at, Span declared = {});
TermPtr UnknownTerm(Type type, Span at);
// A share, a size or a number of cores. An empty `text` is made from the value.
TermPtr QuantityTerm(Refined unit, double value, std::string text, Span at);

// A node over `args`: joins their contexts, labels and sizes. Error when one of them is.
Term NodeOver(TermKind kind, Type type, Span at, std::vector<TermPtr> args);
TermPtr Share(Term term);

// A file or folder of another job, or all of them of a matrix (`.dir`, `.glob`): its value is a path.
inline bool IsFilePath(const Term& term) {
  return term.is(TermKind::JobFile) || (term.is(TermKind::Member) && term.args[0]->is(TermKind::JobFile));
}

// Calls `visit` for the term and everything below it, parents first.
template <class Visit>
void Walk(const TermPtr& term, const Visit& visit) {
  if (term == nullptr) return;
  visit(*term);
  for (const TermPtr& arg : term->args) Walk(arg, visit);
}

// The first status function (success, failure, always, cancelled) that is called in it, or null.
const Term* FindStatusCall(const TermPtr& term);

// Does it read what may change inside a job: `env` (but not the compiler's own variables), `job`, files by hashFiles?
bool MayChange(const TermPtr& condition);
// The first term that does, or null.
const Term* FindChanging(const TermPtr& condition);

// The terms that `&&` joins, flat.
std::vector<TermPtr> Conjuncts(const TermPtr& term);
TermPtr Conjunction(std::vector<TermPtr> terms, Span at);
// `x == 'constant'` in either order: the tested term and the constant; nulls for what is no such comparison.
std::pair<TermPtr, TermPtr> ConstantTest(const TermPtr& term);
// The opposite: `!`, or the opposite comparison.
TermPtr Negation(const TermPtr& term);

// Are the two constants equal, as `==` of GitHub and of Sluice says: texts without case, quantities by their value?
bool SameValue(const TermPtr& a, const TermPtr& b);

// A text that is equal for terms of equal meaning: names what was tested, for narrowing and implication.
std::string Fingerprint(const TermPtr& term);

// The text of a constant as GitHub renders it in a string.
std::string RenderConstant(const Constant& constant);
// The constant as a literal of GitHub's language.
expr::Expr LiteralOf(const Constant& constant);

}  // namespace sluice::check

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

// GitHub's expression language: https://docs.github.com/actions/reference/workflows-and-actions/expressions
namespace sluice::expr {

enum class Op : uint8_t {
  Null,     // null
  Boolean,  // boolean
  Number,   // number; `text` keeps the spelling when it was parsed
  String,   // text
  Name,     // text: a context, as written
  Index,    // args: object, key. `a.b` and `a['b']` are the same tree
  Star,     // args: object. `a.*` and `a[*]`
  Call,     // text: the function as written; args
  Not,      // args: 1
  And,      // args: 2 or more, flat: `a && b && c` is one node
  Or,       // as And
  Equal,    // args: 2, as all below
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual
};

// A parsed expression. A value: copy it, compare it, build it by hand. `==` is about meaning: places and the spelling
// of numbers do not count, the letters of names do.
struct Expr {
  Op op = Op::Null;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::vector<Expr> args;
  uint32_t begin = 0;  // the bytes of the parsed text it spans, without parentheses around it; 0, 0 when built by hand
  uint32_t end = 0;

  friend bool operator==(const Expr&, const Expr&);
};

// A failed parse: what is wrong and where, as an offset in bytes into the text.
struct ParseError {
  std::string message;
  size_t offset = 0;

  // GitHub's sentence: the message, the position (from 1, in code points) and the text that was parsed.
  std::string Sentence(std::string_view text) const;
};

struct ParseOptions {
  bool allow_case = true;
  // When set: does this context, or this function of the runner (lower case), exist here? Otherwise all do.
  std::function<bool(std::string_view name)> knows_context;
  std::function<bool(std::string_view name)> knows_function;
};

// Parses one expression, without `${{ }}`. GitHub's limits hold: 21,000 characters, depth 50, 255 arguments. Unknown
// functions and wrong argument counts are errors; contexts are only checked when the options know them. A text without
// any token is null, as for GitHub's evaluator; slots that need an expression ask for one themselves.
struct ParseResult {
  std::optional<Expr> expr;
  std::optional<ParseError> error;
  bool ok() const { return expr.has_value(); }
};
ParseResult Parse(std::string_view text, const ParseOptions& options = {});

// GitHub's spelling: single quotes, one blank around binary operators and after commas, the fewest parentheses,
// `['x']` only where `.x` is no identifier. Parse(Print(e)) == e.
std::string Print(const Expr& e);

// Shorthands for building trees; And and Or flatten nested nodes of their own kind.
Expr Null();
Expr Boolean(bool value);
Expr Number(double value);
Expr String(std::string value);
Expr Name(std::string context);
Expr Member(Expr object, std::string key);  // object.key
Expr Path(std::string_view dotted);         // Path("needs.build.result")
Expr Call(std::string function, std::vector<Expr> args);
Expr Not(Expr e);
Expr And(std::vector<Expr> args);
Expr Or(std::vector<Expr> args);
Expr Binary(Op op, Expr a, Expr b);

// Does the tree call one of success, failure, always, cancelled? Then GitHub adds no implicit `success() &&`.
bool CallsStatusFunction(const Expr& e);

}  // namespace sluice::expr

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/expr/expr.h"
#include "compiler/source/source_map.h"

namespace sluice::model {

using expr::Expr;
using source::Span;

// Where a node comes from, and why it exists when the compiler made it.
enum class Synth : uint8_t { None, Guard, Put, Get, Latch, Gather, Once };
struct Origin {
  Span at;
  std::vector<Span> via;  // the inlined actions, lets and loops it came through, outermost first
  Synth synth = Synth::None;
  std::string reason;

  friend bool operator==(const Origin&, const Origin&) = default;
};

// A piece of text: literal characters, or an expression that is rendered there (`expr` set). `spelling` is what stood
// between `${{` and `}}` of a loaded workflow, blanks included; empty when the compiler made it.
struct TextPart {
  std::string literal;
  std::optional<Expr> expr;
  std::string spelling;
  friend bool operator==(const TextPart& a, const TextPart& b) { return a.literal == b.literal && a.expr == b.expr; }
};

// A value of a workflow as GitHub's template reader sees it: YAML's core types, with `${{ }}` parsed.
//   Text   two or more parts; a string without placeholder is String, a sole placeholder is Expression
struct Value {
  enum class Kind : uint8_t { Null, Boolean, Number, String, Expression, Text, List, Map };

  Kind kind = Kind::Null;
  bool boolean = false;
  double number = 0;
  // String; of a Number its spelling in the source, of an Expression what stood between `${{` and `}}` (or, in an `if`
  // without them, all of it). Empty when computed: printers then choose the spelling.
  std::string text;
  std::optional<Expr> expr;                      // Expression
  std::vector<TextPart> parts;                   // Text
  std::vector<Value> items;                      // List
  std::vector<std::pair<Value, Value>> entries;  // Map, in source order; a key is a String or an Expression (`insert`)
  Origin origin;

  // Out of line: the members are lists of this very type, which must be complete where they are made and destroyed.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  static Value Null() { return {}; }
  static Value Boolean(bool value);
  static Value Number(double value, std::string spelling = "");
  static Value String(std::string value);
  static Value Expression(Expr e, std::string spelling = "");
  static Value List(std::vector<Value> items);
  static Value Map(std::vector<std::pair<Value, Value>> entries);
  // The simplest kind that says the same: neighbouring literals are joined, empty ones dropped.
  static Value Text(std::vector<TextPart> parts);

  bool is(Kind k) const { return kind == k; }
  // No expression anywhere inside.
  bool constant() const;
  // The value of a String key of a Map, or null.
  const Value* Find(std::string_view key) const;
};

// Same meaning: kinds and contents are equal; origins and spellings do not count. NaN is equal to itself.
bool operator==(const Value& a, const Value& b);

}  // namespace sluice::model

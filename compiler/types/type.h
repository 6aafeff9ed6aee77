#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::types {

enum class Kind : uint8_t {
  Error,  // of an expression with a mistake: fits everything, so that it causes no second message
  Null,   // the literal alone
  String,
  Bool,
  Int,
  Float,
  Duration,
  Quantity,  // a percent or a size; no slot of the first milestone takes one
  Semver,
  Runner,
  Shell,
  Enum,    // members
  List,    // element
  Record,  // fields
  File,
  Object,  // a context, or a part of one, of which only properties can be read
};

struct Field;

// The type of a value. `optional` is the `?` of `T?`: the value may be absent.
struct Type {
  Kind kind = Kind::Error;
  bool optional = false;
  std::vector<std::string> members;
  std::shared_ptr<const Type> element;
  std::vector<Field> fields;

  bool is(Kind k) const { return kind == k; }
  bool is_number() const { return kind == Kind::Int || kind == Kind::Float; }
  // One value with a text form: string, bool, number, runner, shell, enum.
  bool is_scalar() const;
};
struct Field {
  std::string name;
  Type type;
  bool optional = false;  // `b?: T`
};

bool operator==(const Type& a, const Type& b);

Type Simple(Kind kind);
Type EnumOf(std::vector<std::string> members);
Type ListOf(Type element);
Type RecordOf(std::vector<Field> fields);
Type Optional(Type type);
Type Present(Type type);  // without its `?`
// enum(success, failure, cancelled, skipped)
Type JobResult();

// May a value of type `from` stand where `to` is expected? int <: float, T <: T?, fewer enum members <: more, records
// with more fields <: fewer. Errors fit everywhere. Presence counts: T? does not fit T.
bool Fits(const Type& from, const Type& to);

// As it is written in .pipe: "bool?", "list<string>", "enum(a, b)".
std::string ToText(const Type& type);
// With its article, for sentences: "a bool", "an int", "a list<string>".
std::string WithArticle(const Type& type);

}  // namespace sluice::types

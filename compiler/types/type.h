#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::types {

enum class Kind : uint8_t {
  Error,   // of an expression with a mistake: fits everything, so that it causes no second message
  Null,    // the literal alone
  String,  // also every refined string
  Bool,
  Int,
  Float,
  Duration,
  Runner,
  Shell,
  Enum,    // members; `name` when it was declared
  List,    // element
  Map,     // key, element
  Range,   // element: `a .. b` as two ends
  Record,  // fields
  File,
  Dir,
  Artifact,
  Environment,
  Service,  // `ci-service`
  Json,     // an unchecked value: read after `as T`
  Object,   // a context, or a part of one, of which only properties can be read
};

// Strings with a format. A literal is checked where such a type is expected; the text is the value in every phase.
enum class Refined : uint8_t {
  None,
  Percent,
  Bytes,
  Cpu,
  Semver,
  Image,
  Path,
  Glob,
  Cron,
  Url,
  Ref,
  Sha,
  Regex,
};

struct Field;

// The type of a value. `optional` is the `?` of `T?`: the value may be absent.
struct Type {
  Kind kind = Kind::Error;
  Refined refined = Refined::None;
  bool optional = false;
  std::string name;
  std::vector<std::string> members;
  std::shared_ptr<const Type> key;
  std::shared_ptr<const Type> element;
  std::vector<Field> fields;

  bool is(Kind k) const { return kind == k; }
  bool is(Refined r) const { return kind == Kind::String && refined == r; }
  bool is_file() const { return kind == Kind::File || kind == Kind::Dir; }
  bool is_number() const { return kind == Kind::Int || kind == Kind::Float; }
  // A share, a size or a number of cores: text that can be compared and scaled while it is compiled.
  bool is_quantity() const { return is(Refined::Percent) || is(Refined::Bytes) || is(Refined::Cpu); }
  // One value with a text form: string, bool, number, runner, shell, enum, environment.
  bool is_scalar() const;
  // A scalar whose run-time form is its own text: neither a bool nor a number.
  bool is_text() const { return is_scalar() && kind != Kind::Bool && !is_number(); }
};
struct Field {
  std::string name;
  Type type;
  bool optional = false;  // `b?: T`
};

bool operator==(const Type& a, const Type& b);

Type Simple(Kind kind);
Type Text(Refined refined);
Type EnumOf(std::vector<std::string> members);
// A declared one: only its own values, and literals of its members, fit it.
Type NamedEnum(std::string name, std::vector<std::string> members);
Type ListOf(Type element);
Type MapOf(Type key, Type element);
Type RangeOf(Type element);
Type RecordOf(std::vector<Field> fields);
Type Optional(Type type);
Type Present(Type type);  // without its `?`
// enum(success, failure, cancelled, skipped)
Type JobResult();

// The type that one word names ("string", "url", "json", "job-result"), or nothing. `list`, `map` and the like need
// arguments and are none.
std::optional<Type> FindType(std::string_view name);
// All names of types, those with arguments too, as messages list them.
const std::vector<std::string>& TypeNames();

const Field* FindField(const Type& record, std::string_view name);

// May a value of type `from` stand where `to` is expected? A refined string <: string, int <: float, T <: T?, fewer
// enum members <: more, records with more fields <: fewer, a record <: a map of its fields. Errors fit everywhere.
// Presence counts: T? does not fit T.
bool Fits(const Type& from, const Type& to);

// As it is written in .pipe: "bool?", "list<string>", "enum(a, b)".
std::string ToText(const Type& type);
// With its article, for sentences: "a bool", "an int", "a list<string>".
std::string WithArticle(const Type& type);

}  // namespace sluice::types

#include "compiler/types/type.h"

#include <algorithm>
#include <utility>

namespace sluice::types {
namespace {

std::string KindText(Kind kind) {
  switch (kind) {
    case Kind::Error:
      return "unknown";
    case Kind::Null:
      return "null";
    case Kind::String:
      return "string";
    case Kind::Bool:
      return "bool";
    case Kind::Int:
      return "int";
    case Kind::Float:
      return "float";
    case Kind::Duration:
      return "duration";
    case Kind::Quantity:
      return "quantity";
    case Kind::Semver:
      return "semver";
    case Kind::Runner:
      return "runner";
    case Kind::Shell:
      return "shell";
    case Kind::Enum:
      return "enum";
    case Kind::List:
      return "list";
    case Kind::Record:
      return "record";
    case Kind::File:
      return "file";
    case Kind::Object:
      return "object";
  }
  return "unknown";
}

std::string RecordText(const Type& type) {
  std::string text = "{";
  for (const Field& field : type.fields) {
    text += text.size() == 1 ? " " : ", ";
    text += field.name + (field.optional ? "?: " : ": ") + ToText(field.type);
  }
  return text + (type.fields.empty() ? "}" : " }");
}

std::string EnumText(const Type& type) {
  std::string text = "enum(";
  for (size_t i = 0; i < type.members.size(); ++i) text += (i == 0 ? "" : ", ") + type.members[i];
  return text + ")";
}

const Field* FindField(const Type& record, const std::string& name) {
  auto it = std::ranges::find_if(record.fields, [&](const Field& f) { return f.name == name; });
  return it == record.fields.end() ? nullptr : &*it;
}

bool RecordFits(const Type& from, const Type& to) {
  return std::ranges::all_of(to.fields, [&](const Field& wanted) {
    const Field* given = FindField(from, wanted.name);
    if (given == nullptr) return wanted.optional;
    return (wanted.optional || !given->optional) && Fits(given->type, wanted.type);
  });
}

bool MembersFit(const Type& from, const Type& to) {
  return std::ranges::all_of(from.members, [&](const std::string& member) {
    return std::ranges::find(to.members, member) != to.members.end();
  });
}

}  // namespace

bool Type::is_scalar() const {
  switch (kind) {
    case Kind::String:
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float:
    case Kind::Semver:
    case Kind::Runner:
    case Kind::Shell:
    case Kind::Enum:
      return true;
    default:
      return false;
  }
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.optional != b.optional || a.members != b.members) return false;
  if ((a.element == nullptr) != (b.element == nullptr)) return false;
  if (a.element != nullptr && !(*a.element == *b.element)) return false;
  return std::ranges::equal(a.fields, b.fields, [](const Field& x, const Field& y) {
    return x.name == y.name && x.optional == y.optional && x.type == y.type;
  });
}

Type Simple(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type EnumOf(std::vector<std::string> members) {
  Type type = Simple(Kind::Enum);
  type.members = std::move(members);
  return type;
}

Type ListOf(Type element) {
  Type type = Simple(Kind::List);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type RecordOf(std::vector<Field> fields) {
  Type type = Simple(Kind::Record);
  type.fields = std::move(fields);
  return type;
}

Type Optional(Type type) {
  if (!type.is(Kind::Error)) type.optional = true;
  return type;
}

Type Present(Type type) {
  type.optional = false;
  return type;
}

Type JobResult() { return EnumOf({"success", "failure", "cancelled", "skipped"}); }

bool Fits(const Type& from, const Type& to) {
  if (from.is(Kind::Error) || to.is(Kind::Error)) return true;
  if (from.is(Kind::Null)) return to.optional || to.is(Kind::Null);
  if (from.optional && !to.optional) return false;
  if (from.kind != to.kind) return from.is(Kind::Int) && to.is(Kind::Float);
  if (from.is(Kind::Enum)) return MembersFit(from, to);
  if (from.is(Kind::List)) return from.element == nullptr || to.element == nullptr || Fits(*from.element, *to.element);
  if (from.is(Kind::Record)) return RecordFits(from, to);
  return true;
}

std::string ToText(const Type& type) {
  std::string text = KindText(type.kind);
  if (type.is(Kind::Enum)) text = EnumText(type);
  if (type.is(Kind::Record)) text = RecordText(type);
  if (type.is(Kind::List) && type.element != nullptr) text += "<" + ToText(*type.element) + ">";
  return text + (type.optional ? "?" : "");
}

std::string WithArticle(const Type& type) {
  if (type.is(Kind::Record)) return "a record";
  const std::string text = ToText(type);
  const bool vowel = std::string_view("aeio").find(text[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + text;
}

}  // namespace sluice::types

#include "compiler/types/type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::types {
namespace {

struct KindName {
  Kind kind;
  std::string_view name;
};
constexpr auto kKinds = std::to_array<KindName>({
    {Kind::Error, "unknown"},
    {Kind::Null, "null"},
    {Kind::String, "string"},
    {Kind::Bool, "bool"},
    {Kind::Int, "int"},
    {Kind::Float, "float"},
    {Kind::Duration, "duration"},
    {Kind::Runner, "runner"},
    {Kind::Shell, "shell"},
    {Kind::Enum, "enum"},
    {Kind::List, "list"},
    {Kind::Map, "map"},
    {Kind::Range, "range"},
    {Kind::Record, "record"},
    {Kind::File, "file"},
    {Kind::Dir, "dir"},
    {Kind::Artifact, "artifact"},
    {Kind::Environment, "environment"},
    {Kind::Service, "ci-service"},
    {Kind::Json, "json"},
    {Kind::Object, "object"},
});

struct RefinedName {
  Refined refined;
  std::string_view name;
};
constexpr auto kRefined = std::to_array<RefinedName>({
    {Refined::Percent, "percent"},
    {Refined::Bytes, "bytes"},
    {Refined::Cpu, "cpu"},
    {Refined::Semver, "semver"},
    {Refined::Image, "image"},
    {Refined::Path, "path"},
    {Refined::Glob, "glob"},
    {Refined::Cron, "cron"},
    {Refined::Url, "url"},
    {Refined::Ref, "ref"},
    {Refined::Sha, "sha"},
    {Refined::Regex, "regex"},
});

// Kinds that a program names with one word.
constexpr auto kWords =
    std::to_array<Kind>({Kind::String, Kind::Bool, Kind::Int, Kind::Float, Kind::Duration, Kind::Runner, Kind::Shell,
                         Kind::File, Kind::Dir, Kind::Artifact, Kind::Environment, Kind::Service, Kind::Json});

std::string_view NameOf(Kind kind) {
  for (const KindName& each : kKinds)
    if (each.kind == kind) return each.name;
  return "unknown";
}

std::string_view NameOf(Refined refined) {
  for (const RefinedName& each : kRefined)
    if (each.refined == refined) return each.name;
  return "string";
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
  if (!type.name.empty()) return type.name;
  std::string text = "enum(";
  for (size_t i = 0; i < type.members.size(); ++i) text += (i == 0 ? "" : ", ") + type.members[i];
  return text + ")";
}

bool RecordFits(const Type& from, const Type& to) {
  return std::ranges::all_of(to.fields, [&](const Field& wanted) {
    const Field* given = FindField(from, wanted.name);
    if (given == nullptr) return wanted.optional;
    return (wanted.optional || !given->optional) && Fits(given->type, wanted.type);
  });
}

bool EnumFits(const Type& from, const Type& to) {
  if (!from.name.empty() && !to.name.empty() && from.name != to.name) return false;
  return std::ranges::all_of(from.members, [&](const std::string& member) {
    return std::ranges::find(to.members, member) != to.members.end();
  });
}

bool PartFits(const std::shared_ptr<const Type>& from, const std::shared_ptr<const Type>& to) {
  return from == nullptr || to == nullptr || Fits(*from, *to);
}

bool RecordFitsMap(const Type& record, const Type& map) {
  return std::ranges::all_of(record.fields, [&](const Field& field) {
    const bool key = map.key == nullptr || map.key->is(Kind::String) || Fits(EnumOf({field.name}), *map.key);
    return key && !field.optional && (map.element == nullptr || Fits(field.type, *map.element));
  });
}

bool SamePart(const std::shared_ptr<const Type>& a, const std::shared_ptr<const Type>& b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

}  // namespace

bool Type::is_scalar() const {
  switch (kind) {
    case Kind::String:
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float:
    case Kind::Runner:
    case Kind::Shell:
    case Kind::Enum:
    case Kind::Environment:
      return true;
    default:
      return false;
  }
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.refined != b.refined || a.optional != b.optional) return false;
  if (a.name != b.name || a.members != b.members) return false;
  if (!SamePart(a.key, b.key) || !SamePart(a.element, b.element)) return false;
  return std::ranges::equal(a.fields, b.fields, [](const Field& x, const Field& y) {
    return x.name == y.name && x.optional == y.optional && x.type == y.type;
  });
}

Type Simple(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type Text(Refined refined) {
  Type type = Simple(Kind::String);
  type.refined = refined;
  return type;
}

Type EnumOf(std::vector<std::string> members) {
  Type type = Simple(Kind::Enum);
  type.members = std::move(members);
  return type;
}

Type NamedEnum(std::string name, std::vector<std::string> members) {
  Type type = EnumOf(std::move(members));
  type.name = std::move(name);
  return type;
}

Type ListOf(Type element) {
  Type type = Simple(Kind::List);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type MapOf(Type key, Type element) {
  Type type = Simple(Kind::Map);
  type.key = std::make_shared<const Type>(std::move(key));
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type RangeOf(Type element) {
  Type type = Simple(Kind::Range);
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

std::optional<Type> FindType(std::string_view name) {
  if (name == "job-result") return JobResult();
  for (const RefinedName& each : kRefined)
    if (each.name == name) return Text(each.refined);
  for (const Kind kind : kWords)
    if (NameOf(kind) == name) return Simple(kind);
  return std::nullopt;
}

const std::vector<std::string>& TypeNames() {
  static const auto& names = *[] {
    auto* all = new std::vector<std::string>;
    for (const Kind kind : kWords) all->emplace_back(NameOf(kind));
    for (const RefinedName& each : kRefined) all->emplace_back(each.name);
    for (const char* name : {"job-result", "list", "map", "range", "secret", "untrusted"}) all->emplace_back(name);
    return all;
  }();
  return names;
}

const Field* FindField(const Type& record, std::string_view name) {
  auto it = std::ranges::find_if(record.fields, [&](const Field& f) { return f.name == name; });
  return it == record.fields.end() ? nullptr : &*it;
}

bool Fits(const Type& from, const Type& to) {
  if (from.is(Kind::Error) || to.is(Kind::Error)) return true;
  if (from.is(Kind::Null)) return to.optional || to.is(Kind::Null);
  if (from.optional && !to.optional) return false;
  if (from.is(Kind::Record) && to.is(Kind::Map)) return RecordFitsMap(from, to);
  if (from.kind != to.kind) return from.is(Kind::Int) && to.is(Kind::Float);
  switch (from.kind) {
    case Kind::String:
      return to.refined == Refined::None || from.refined == to.refined;
    case Kind::Enum:
      return EnumFits(from, to);
    case Kind::List:
    case Kind::Map:
    case Kind::Range:
      return PartFits(from.key, to.key) && PartFits(from.element, to.element);
    case Kind::Record:
      return RecordFits(from, to);
    default:
      return true;
  }
}

std::string ToText(const Type& type) {
  std::string text(NameOf(type.kind));
  if (type.is(Kind::String)) text = NameOf(type.refined);
  if (type.is(Kind::Enum)) text = EnumText(type);
  if (type.is(Kind::Record)) text = RecordText(type);
  if (type.element != nullptr) {
    const std::string key = type.key == nullptr ? "" : ToText(*type.key) + ", ";
    text += "<" + key + ToText(*type.element) + ">";
  }
  return text + (type.optional ? "?" : "");
}

std::string WithArticle(const Type& type) {
  if (type.is(Kind::Record)) return "a record";
  const std::string text = ToText(type);
  const bool vowel = std::string_view("aeioAEIO").find(text[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + text;
}

}  // namespace sluice::types

#include "compiler/load/template_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/load/expansion.h"

namespace sluice::load {
namespace {

using catalogue::Definition;
using catalogue::DefinitionAt;
using catalogue::Kind;
using catalogue::Property;
using diagnostics::Build;
using diagnostics::Code;
using model::Value;

// GitHub's server reads 50 levels, its language service any number. The server's result may have 10 MiB: at some 40 bytes
// a node that are fewer nodes than these.
constexpr size_t kServerDepth = 50;
constexpr size_t kDeepest = 200;
constexpr size_t kMostNodes = 300'000;

std::vector<const Definition*> OfKind(const Definition& definition, Kind kind) {
  std::vector<const Definition*> result;
  for (const Definition* one : catalogue::Alternatives(definition))
    if (one->kind == kind) result.push_back(one);
  return result;
}

// What a literal is for a definition of text: GitHub turns numbers, booleans and null into their text.
std::string LiteralText(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::Number:
      return value.text;
    case Value::Kind::Expression:
      return value.expr->text;
    default:
      return value.text;
  }
}

// `${{ 'text' }}` is the text itself for GitHub's reader.
bool IsLiteral(const Value& value) {
  return !value.is(Value::Kind::Text) && (!value.is(Value::Kind::Expression) || value.expr->op == expr::Op::String);
}

bool Matches(const Definition& scalar, const Value& value) {
  const std::string text = LiteralText(value);
  switch (scalar.kind) {
    case Kind::Null:
      return value.is(Value::Kind::Null);
    case Kind::Boolean:
      return value.is(Value::Kind::Boolean);
    case Kind::Number:
      return value.is(Value::Kind::Number);
    case Kind::String:
      if (!scalar.constant.empty()) return text == scalar.constant;
      return !scalar.non_empty() || !text.empty();
    case Kind::Values:
      return std::ranges::any_of(catalogue::Properties(scalar), [&](const Property& p) { return p.name == text; });
    default:
      return false;
  }
}

// "text", "a list", "`read`, `write` or `none`", for a message.
std::string Expected(const Definition& definition) {
  std::vector<std::string> constants;
  std::vector<std::string> kinds;
  for (const Definition* one : catalogue::Alternatives(definition)) {
    switch (one->kind) {
      case Kind::Null:
        break;
      case Kind::Boolean:
        kinds.emplace_back("true or false");
        break;
      case Kind::Number:
        kinds.emplace_back("a number");
        break;
      case Kind::Sequence:
        kinds.emplace_back("a list");
        break;
      case Kind::Mapping:
        kinds.emplace_back("a mapping");
        break;
      case Kind::Values:
        for (const Property& p : catalogue::Properties(*one)) constants.emplace_back(p.name);
        break;
      default:
        if (!one->constant.empty())
          constants.emplace_back(one->constant);
        else
          kinds.emplace_back(one->non_empty() ? "text that is not empty" : "text");
    }
  }
  std::string result = OneOf(constants);
  for (const std::string& kind : kinds) result += (result.empty() ? "" : " or ") + kind;
  return result.empty() ? "nothing" : result;
}

std::vector<std::string> Constants(const Definition& definition) {
  std::vector<std::string> names;
  for (const Definition* one : catalogue::Alternatives(definition)) {
    if (!one->constant.empty()) names.emplace_back(one->constant);
    if (one->kind == Kind::Values)
      for (const Property& p : catalogue::Properties(*one)) names.emplace_back(p.name);
  }
  return names;
}

// The schema's constant of `on: repository_dispatch` is mistyped; GitHub itself takes the event.
bool IsMistypedConstant(const Definition& definition, const Value& value) {
  return (definition.name == "on-strict" || definition.name == "on-string-strict") &&
         LiteralText(value) == "repository_dispatch";
}

}  // namespace

std::optional<Value> TemplateReader::Read(const YamlNode& root, const Definition& definition) {
  // Before anything is copied: what is refused must not cost the time and memory of what is read.
  if (const YamlNode* node = FirstTooMany(root, kMostNodes, kDeepest)) {
    ReportTooMany(*node);
    return std::nullopt;
  }
  Value value = ReadNode(root, Enter(definition, {}, root.at));
  if (exhausted_) return std::nullopt;
  return value;
}

std::optional<Value> TemplateReader::ReadPart(const YamlNode& root, const Definition& definition,
                                              std::unordered_set<const YamlNode*> open) {
  open_ = std::move(open);
  Value value = ReadNode(root, Enter(definition, {}, root.at));
  if (exhausted_) return std::nullopt;
  return value;
}

TemplateReader::Place TemplateReader::Enter(const Definition& definition, const Scope& outer, Span at) {
  return {
      &definition, {outer.allowed | definition.contexts(), outer.status_of_jobs || definition.status_of_jobs()}, at};
}

// Counts nodes and depth: aliases may make a small file big.
bool TemplateReader::Spend(const YamlNode& node) {
  if (exhausted_) return false;
  if (depth_ == kServerDepth && !warned_) {
    warned_ = true;
    problems_.Add(Build(Code::P1115, node.at, "GitHub's server refuses what is nested this deep",
                        fmt::format("it reads {} levels", kServerDepth)));
  }
  if (++visited_ <= kMostNodes && depth_ <= kDeepest) return true;
  exhausted_ = true;
  if (depth_ <= kDeepest)
    ReportTooMany(node);
  else
    problems_.Add(
        Build(Code::P1102, node.at, "this is nested too deep", fmt::format("at most {} levels are read", kDeepest)));
  return false;
}

void TemplateReader::ReportTooMany(const YamlNode& node) {
  problems_.Add(Build(Code::P1102, node.at, "the aliases of this file expand to too much", "more than GitHub reads"));
}

Value TemplateReader::ReadNode(const YamlNode& node, const Place& place) {
  if (!Spend(node)) return {};
  ++depth_;
  Value value = node.kind == YamlNode::Kind::List  ? ReadList(node, place)
                : node.kind == YamlNode::Kind::Map ? ReadMap(node, place)
                                                   : ReadScalar(node, place);
  --depth_;
  value.origin.at = node.at;
  return value;
}

Value TemplateReader::ReadScalar(const YamlNode& node, const Place& place) {
  Value value;
  switch (node.kind) {
    case YamlNode::Kind::Boolean:
      value = Value::Boolean(node.boolean);
      break;
    case YamlNode::Kind::Number:
      value = Value::Number(node.number, node.text);
      break;
    case YamlNode::Kind::String: {
      auto read = placeholders_.Read(node, place.scope);
      if (!read) return {};  // reported
      value = std::move(*read);
      break;
    }
    default:
      break;
  }
  if (!Fits(value, place)) ReportMisfit(value, node, place);
  return value;
}

bool TemplateReader::Fits(const Value& value, const Place& place) const {
  if (IsInsert(value)) return false;
  if (!IsLiteral(value)) return !place.scope.allowed.empty();
  const auto alternatives = catalogue::Alternatives(*place.definition);
  return std::ranges::any_of(alternatives, [&](const Definition* one) { return Matches(*one, value); }) ||
         IsMistypedConstant(*place.definition, value);
}

void TemplateReader::ReportMisfit(const Value& value, const YamlNode& node, const Place& place) {
  if (!IsLiteral(value)) {
    problems_.Add(
        Build(Code::P1107, node.at, "no expression may stand here",
              IsInsert(value) ? "`insert` is the key of a mapping" : "GitHub reads this before anything runs"));
    return;
  }
  const std::string text = LiteralText(value);
  const std::string what = value.is(Value::Kind::Null) ? "the value is missing"
                           : text.empty()              ? "the value is empty"
                                                       : fmt::format("`{}` does not fit here", text.substr(0, 60));
  problems_.Add(UnknownWord(Code::P1104, value.is(Value::Kind::Null) ? place.at : node.at, what, text,
                            Constants(*place.definition), "expected: " + Expected(*place.definition)));
}

Value TemplateReader::ReadList(const YamlNode& node, const Place& place) {
  const auto lists = OfKind(*place.definition, Kind::Sequence);
  if (lists.empty()) {
    problems_.Add(Build(Code::P1104, place.at, "a list does not fit here", "expected: " + Expected(*place.definition)));
    return {};
  }
  Value list = Value::List({});
  const Definition& item = DefinitionAt(lists[0]->loose_value);
  for (const YamlNode* one : node.items) {
    list.items.push_back(ReadNode(*one, Enter(item, place.scope, one->at)));
    if (exhausted_) break;
  }
  return list;
}

Value TemplateReader::ReadMap(const YamlNode& node, const Place& place) {
  std::vector<const Definition*> mappings = OfKind(*place.definition, Kind::Mapping);
  if (mappings.empty()) {
    problems_.Add(
        Build(Code::P1104, place.at, "a mapping does not fit here", "expected: " + Expected(*place.definition)));
    return {};
  }
  if (mappings.size() == 1 && mappings[0]->count == 0 && mappings[0]->loose_key >= 0)
    return ReadFreeMap(node, place, *mappings[0]);
  return ReadKnownMap(node, place, std::move(mappings));
}

// The key as a String or an Expression; nothing after an error.
std::optional<Value> TemplateReader::ReadKey(const YamlNode& key, const Place& place,
                                             std::unordered_set<std::string>& seen) {
  if (key.kind != YamlNode::Kind::String) {
    Build build(Code::P1104, key.at, "a key must be text", "this is read as something else");
    if (!key.text.empty()) build.FixLabel(diagnostics::Replace(key.at, "'" + key.text + "'", "put it in quotes"));
    problems_.Add(std::move(build));
    return std::nullopt;
  }
  auto value = placeholders_.Read(key, place.scope);
  if (!value) return std::nullopt;
  value->origin.at = key.at;
  if (!IsLiteral(*value)) {
    if (!place.scope.allowed.empty()) return value;
    problems_.Add(Build(Code::P1107, key.at, "no expression may stand here", "this key is a name"));
    return std::nullopt;
  }
  std::string upper = AsciiUpper(LiteralText(*value));
  if (!upper.empty() && !seen.insert(std::move(upper)).second) {
    problems_.Add(Build(Code::P1103, key.at, fmt::format("`{}` stands here twice", key.text),
                        "keys that differ only by case are the same to GitHub"));
    return std::nullopt;
  }
  return value;
}

Value TemplateReader::ReadFreeMap(const YamlNode& node, const Place& place, const Definition& mapping) {
  Value map = Value::Map({});
  std::unordered_set<std::string> seen;
  const Definition& key_definition = DefinitionAt(mapping.loose_key);
  for (const auto& [key, value] : node.entries) {
    auto name = ReadKey(*key, place, seen);
    if (!name) continue;
    if (IsLiteral(*name) && !Matches(key_definition, *name)) {
      problems_.Add(Build(Code::P1104, key->at, "this name is empty", "expected: text that is not empty"));
      continue;
    }
    Value read = ReadNode(*value, Enter(DefinitionAt(mapping.loose_value), place.scope, key->at));
    map.entries.emplace_back(std::move(*name), std::move(read));
    if (exhausted_) break;
  }
  return map;
}

// The property of that name, and only those candidates that have it.
const Property* TemplateReader::FindKey(std::vector<const Definition*>& candidates, const std::string& key) const {
  const Property* found = nullptr;
  for (const Definition* one : candidates)
    if (const Property* property = catalogue::FindProperty(*one, key)) found = property;
  if (found != nullptr)
    std::erase_if(candidates, [&](const Definition* one) { return catalogue::FindProperty(*one, key) == nullptr; });
  return found;
}

Value TemplateReader::ReadKnownMap(const YamlNode& node, const Place& place,
                                   std::vector<const Definition*> candidates) {
  Value map = Value::Map({});
  std::unordered_set<std::string> seen;
  bool expression_key = false;
  bool damaged = false;  // a key with a mistake may be the one that is missed below
  const Definition* loose = candidates[0]->loose_key >= 0 ? candidates[0] : nullptr;
  for (const auto& [key, value] : node.entries) {
    if (exhausted_) break;
    auto name = ReadKey(*key, place, seen);
    damaged = damaged || !name;
    if (!name) continue;
    const Definition* inside = nullptr;
    if (!IsLiteral(*name)) {
      expression_key = true;
      inside = catalogue::FindDefinition("any");
    } else if (const Property* property = FindKey(candidates, LiteralText(*name))) {
      inside = &DefinitionAt(property->definition);
    } else if (loose != nullptr && Matches(DefinitionAt(loose->loose_key), *name)) {
      inside = &DefinitionAt(loose->loose_value);
    } else {
      ReportUnknownKey(*name, candidates);
      damaged = true;
      continue;
    }
    Value read = ReadNode(*value, Enter(*inside, place.scope, key->at));
    map.entries.emplace_back(std::move(*name), std::move(read));
  }
  if (!damaged) CheckMap(node, place, candidates, seen, expression_key);
  return map;
}

void TemplateReader::ReportUnknownKey(const Value& key, const std::vector<const Definition*>& candidates) {
  std::vector<std::string> known;
  for (const Definition* one : candidates)
    for (const Property& property : catalogue::Properties(*one))
      if (std::ranges::find(known, property.name) == known.end()) known.emplace_back(property.name);
  std::ranges::sort(known);
  const std::string name = LiteralText(key);
  if (name == "<<") {
    problems_.Add(Build(Code::P1105, key.origin.at, "GitHub does not merge mappings", "`<<` is not supported")
                      .Say("repeat the keys here, or name the whole mapping with an alias"));
    return;
  }
  problems_.Add(UnknownWord(Code::P1105, key.origin.at, fmt::format("GitHub does not know the key `{}` here", name),
                            name, known, "known: " + OneOf(known)));
}

// After the last key: is it clear what the mapping is, and is nothing missing?
void TemplateReader::CheckMap(const YamlNode& node, const Place& place,
                              const std::vector<const Definition*>& candidates,
                              const std::unordered_set<std::string>& seen, bool expression_key) {
  if (exhausted_ || open_.contains(&node)) return;
  const Span at = node.entries.empty() ? place.at : node.entries[0].first->at;
  if (candidates.size() > 1) {
    std::map<std::string, int> hits;
    for (const Definition* one : candidates)
      for (const Property& property : catalogue::Properties(*one)) ++hits[std::string(property.name)];
    std::vector<std::string> missing;
    for (const Definition* one : candidates)
      for (const Property& property : catalogue::Properties(*one))
        if (property.required && hits[std::string(property.name)] == 1) missing.emplace_back(property.name);
    problems_.Add(Build(Code::P1108, at, "it is not clear what this is", "add one of " + OneOf(missing)));
    return;
  }
  if (candidates.empty() || expression_key) return;
  for (const Property& property : catalogue::Properties(*candidates[0]))
    if (property.required && !seen.contains(AsciiUpper(property.name)))
      problems_.Add(
          Build(Code::P1109, place.at, fmt::format("`{}` is missing", property.name), "GitHub requires it here"));
}

}  // namespace sluice::load

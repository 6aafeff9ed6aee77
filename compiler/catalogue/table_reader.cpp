#include "compiler/catalogue/table_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::catalogue {

using diagnostics::Build;
using diagnostics::Code;
using toml::Value;

void TableReader::Bad(source::Span at, std::string message, std::string label, diagnostics::Rule rule) {
  Build problem(Code::P1002, at, std::move(message), std::move(label), rule);
  if (!remedy_.empty()) problem.Say(std::string(remedy_));
  sink_.Add(std::move(problem));
}

void TableReader::UnknownKeys(const Value& table, std::string_view where, std::span<const std::string_view> known) {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const toml::Entry& entry : table.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    const std::string message = fmt::format("{} has no setting `{}`", where, entry.key);
    if (const auto nearest = DidYouMean(entry.key, names)) {
      Build problem(Code::P1002, entry.key_span, message, fmt::format("did you mean `{}`?", *nearest));
      problem.FixLabel(diagnostics::Replace(entry.key_span, *nearest, fmt::format("write `{}`", *nearest)));
      if (!remedy_.empty()) problem.Say(std::string(remedy_));
      sink_.Add(std::move(problem));
    } else {
      Bad(entry.key_span, message, fmt::format("known are: {}", fmt::join(names, ", ")));
    }
  }
}

const Value* TableReader::Get(const Value& table, std::string_view key, Value::Kind kind) {
  const toml::Entry* entry = table.FindEntry(key);
  if (entry == nullptr) return nullptr;
  if (entry->value.kind == kind) return &entry->value;
  Bad(entry->value.span, fmt::format("`{}` is {}", key, KindName(kind)),
      fmt::format("this is {}", KindName(entry->value.kind)));
  return nullptr;
}

const Value* TableReader::Need(const Value& table, std::string_view key, Value::Kind kind) {
  if (table.FindEntry(key) == nullptr) Bad(table.span, fmt::format("`{}` is missing", key), "in this table");
  return Get(table, key, kind);
}

std::vector<Value> TableReader::Strings(const Value& table, std::string_view key) {
  const Value* array = Get(table, key, Value::Kind::Array);
  return array == nullptr ? std::vector<Value>() : array->items;
}

void TableReader::Read(const Value& table, std::string_view key, std::string& target) {
  if (const Value* value = Get(table, key, Value::Kind::String)) target = value->text;
}

void TableReader::Read(const Value& table, std::string_view key, bool& target) {
  if (const Value* value = Get(table, key, Value::Kind::Boolean)) target = value->boolean;
}

void TableReader::Read(const Value& table, std::string_view key, std::vector<std::string>& target) {
  const Value* array = Get(table, key, Value::Kind::Array);
  if (array == nullptr) return;
  target.clear();
  for (const Value& item : array->items) target.push_back(item.text);
}

void TableReader::ReadMember(const Value& table, std::string_view key, std::span<const std::string_view> members,
                             std::string& target) {
  const Value* value = Get(table, key, Value::Kind::String);
  if (value == nullptr) return;
  if (std::ranges::find(members, value->text) != members.end()) {
    target = value->text;
    return;
  }
  Bad(value->span, fmt::format("`{}` cannot be \"{}\"", key, value->text),
      fmt::format("it is one of: {}", fmt::join(members, ", ")));
}

}  // namespace sluice::catalogue

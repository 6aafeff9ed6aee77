// Settings that a pipeline, a job and a step have in common, and the `raw` block for those that cannot be said.
#include <algorithm>
#include <cmath>

#include "compiler/base/text.h"
#include "compiler/emit/github/values.h"
#include "compiler/emit/yaml/writer.h"
#include "compiler/import/printer.h"

namespace sluice::import {

void Printer::Raw::Add(std::string_view key, const Value& value) {
  entries.emplace_back(Value::String(std::string(key)), value);
}

void Printer::Raw::AddTo(std::string_view map, const Value& key, const Value& value) {
  for (auto& [name, entry] : entries)
    if (name.text == map) {
      entry.entries.emplace_back(key, value);
      return;
    }
  Add(map, Value::Map({{key, value}}));
}

namespace {

// Expressions of several lines are printed on one: no line of a raw block may end inside of a placeholder. A `$` before a
// placeholder is one of its own, since `$${{` is text in .pipe.
void Straighten(Value& value) {
  const auto broken = [](const std::string& text) { return text.find('\n') != std::string::npos; };
  if (value.expr && broken(value.text)) value.text.clear();
  for (model::TextPart& part : value.parts)
    if (broken(part.spelling)) part.spelling.clear();
  for (size_t i = 1; i < value.parts.size(); ++i) {
    std::string& before = value.parts[i - 1].literal;
    if (!value.parts[i].expr || value.parts[i - 1].expr || !before.ends_with('$')) continue;
    before.pop_back();
    model::TextPart dollar;
    dollar.expr = expr::String("$");
    value.parts.insert(value.parts.begin() + static_cast<std::ptrdiff_t>(i++), std::move(dollar));
  }
  for (Value& item : value.items) Straighten(item);
  for (auto& [key, entry] : value.entries) Straighten(entry);
}

// Quotes inside of placeholders must not be doubled: .pipe reads the placeholders of a raw block. Such a text is
// written as a block instead of in quotes.
std::string Unquoted(std::string_view line) {
  const size_t open = std::min(line.find(": '"), line.find("- '"));
  const bool quoted = open != std::string_view::npos && line.ends_with('\'') && line.size() > open + 3;
  if (!quoted || line.find("${{") == std::string_view::npos || line.find("''") == std::string_view::npos)
    return std::string(line);
  size_t column = line.find_first_not_of(" -");
  if (line.substr(open, 1) == "-") column = open + 2;
  const std::string_view inside = line.substr(open + 3, line.size() - open - 4);
  return std::string(line.substr(0, open + 2)) + "|-\n" + std::string(column + 2, ' ') + ReplaceAll(inside, "''", "'");
}

}  // namespace

std::string RawText(Value value) {
  Straighten(value);
  std::string text = emit::WriteYaml(emit::ToNode(value));
  while (text.ends_with('\n')) text.pop_back();
  std::string lines;
  for (const std::string_view line : SplitString(text, '\n')) lines += Unquoted(line) + "\n";
  lines.pop_back();
  return lines;
}

void Printer::PutRaw(const Raw& raw) {
  if (raw.entries.empty()) return;
  writer_.Block("raw ", RawText(Value::Map(raw.entries)));
  ++result_.raw_blocks;
}

void Printer::Allow(uint32_t node) {
  const auto it = forms_.allowed.find(node);
  if (it == forms_.allowed.end()) return;
  for (const std::string& code : it->second) writer_.Line("# sluice: allow[" + code + "] imported as it was");
}

void Printer::Setting(const std::string& key, Span key_at, const Piece& piece) {
  writer_.Flush(0, key_at.begin);
  const size_t begin = writer_.BeginRegion();
  Allow(NodeOfKey(key_at));
  writer_.Put(key + ": ", piece, key_at);
  writer_.EndRegion(begin, NodeOfKey(key_at), true);
}

void Printer::Env(Span key, const Value& env, Raw& raw) {
  if (!env.is(Value::Kind::Map)) return raw.Add("env", env);
  Piece record = Piece::Record(env.origin.at);
  for (const auto& [name, value] : env.entries) {
    const bool constant_name = name.is(Value::Kind::String);
    if (!constant_name || IsRaw(NodeOfKey(name.origin.at)))
      raw.AddTo("env", name, value);
    else
      record.Add(Key(name.text), Scalar(value, NodeOfKey(name.origin.at)), name.origin.at);
  }
  if (!record.items.empty()) Setting("env", key, record);
}

// An `if`. What GitHub reads as text around placeholders is no expression of ours.
void Printer::Condition(Span key, const Value& value, Raw& raw) {
  const std::string text = ConditionText(value, NodeOfKey(key));
  if (value.is(Value::Kind::String) && value.text.find_first_not_of(" \t\n") == std::string::npos) return;
  if (text.empty()) return raw.Add("if", value);
  Setting("if", key, Piece::Flat(text, value.origin.at));
}

void Printer::Permissions(Span key, const Value& value) {
  if (value.is(Value::Kind::String)) return Setting("permissions", key, Piece::Flat(value.text, value.origin.at));
  const bool exact = forms_.exact && job_.value == nullptr && root_.Find("permissions") != nullptr;
  Piece record = Piece::Record(value.origin.at);
  for (const auto& [scope, access] : value.entries)
    record.Add(Key(scope.text), Piece::Flat(access.text, access.origin.at), scope.origin.at);
  if (!exact) return Setting("permissions", key, record);
  Piece args = Piece::Args(value.origin.at);
  args.prefix = "exact";
  args.Add("", std::move(record));
  Setting("permissions", key, args);
}

void Printer::Concurrency(Span key, const Value& value) {
  Piece record = Piece::Record(value.origin.at);
  if (!value.is(Value::Kind::Map)) {
    record.Add("group", Scalar(value, NodeOfKey(key)), value.origin.at);
    return Setting("concurrency", key, record);
  }
  for (const auto& [name, entry] : value.entries) {
    const bool flag = name.text == "cancel-in-progress" && entry.is(Value::Kind::Expression);
    const std::string text = flag ? ExpressionsAt(NodeOfKey(key)).Print(*entry.expr, Wanted::Bool) : "";
    record.Add(name.text,
               flag                   ? Piece::Flat(text, entry.origin.at)
               : name.text == "queue" ? Piece::Flat(ScalarText(entry), entry.origin.at)
                                      : Scalar(entry, NodeOfKey(key)),
               name.origin.at);
  }
  Setting("concurrency", key, record);
}

// `defaults.run`. The runner takes the nearest block as a whole, so a shell that it does not name is GitHub's.
void Printer::Defaults(const Value& defaults, const std::string& missing_shell) {
  const Value* run = defaults.Find("run");
  bool shell = false;
  if (run != nullptr)
    for (const auto& [name, value] : run->entries) {
      shell = shell || name.text == "shell";
      const bool word = name.text == "shell" && value.is(Value::Kind::String) && IsName(value.text);
      Setting(name.text, name.origin.at,
              word ? Piece::Flat(value.text, value.origin.at) : Scalar(value, NodeOfKey(name.origin.at)));
    }
  if (!shell && !missing_shell.empty()) writer_.Line("shell: " + missing_shell);
}

void Printer::Timeout(Span key, const Value& value) {
  if (value.is(Value::Kind::Number) && value.number == std::floor(value.number))
    return Setting("timeout", key, Piece::Flat(ScalarText(value) + "m", value.origin.at));
  Setting("timeout", key, Piece::Flat("minutes(" + Scalar(value, NodeOfKey(key)).OneLine().value_or("") + ")"));
}

}  // namespace sluice::import

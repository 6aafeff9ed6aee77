#include "compiler/import/printer.h"

#include <algorithm>
#include <functional>

#include "compiler/base/text.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;

// The names that are read as members of a context: `secrets.X`.
void CollectMembers(const Value& root, std::string_view context, std::vector<std::string>& names) {
  const auto visit = [&](const Expr& e) {
    if (e.op != Op::Index || e.args[0].op != Op::Name || e.args[1].op != Op::String) return;
    if (!EqualsIgnoreCase(e.args[0].text, context)) return;
    const std::string& name = e.args[1].text;
    const bool known = std::ranges::any_of(names, [&](const auto& other) { return EqualsIgnoreCase(other, name); });
    if (!known && IsName(name) && !EqualsIgnoreCase(name, "GITHUB_TOKEN")) names.push_back(name);
  };
  ForEachExpression(root, [&](const Expr& e) { WalkExpression(e, visit); });
}

// Conditions are texts in the tree.
void ForEachCondition(const Value& root, const std::function<void(const Expr&)>& visit) {
  for (const auto& [key, value] : root.entries) {
    if (key.text == "if" && value.is(Value::Kind::String))
      if (const auto e = ConditionExpression(value)) visit(*e);
    ForEachCondition(value, visit);
  }
  for (const Value& item : root.items) ForEachCondition(item, visit);
}

Kind KindOfInput(const Value& input) {
  const Value* type = input.Find("type");
  const std::string name = type == nullptr ? "string" : ScalarText(*type);
  return name == "boolean" ? Kind::Bool : name == "number" ? Kind::Number : Kind::Text;
}

}  // namespace

Printer::Printer(const source::SourceMap& sources, source::FileId file, const Value& root, const Forms& forms)
    : sources_(sources), file_(file), root_(root), forms_(forms), writer_(sources, FindComments(sources, file, root)) {
  const Value* on = root.Find("on");
  for (const std::string_view event : {"workflow_dispatch", "workflow_call"}) {
    const Value* trigger = on == nullptr || !on->is(Value::Kind::Map) ? nullptr : on->Find(event);
    const Value* inputs = trigger == nullptr ? nullptr : trigger->Find("inputs");
    if (inputs == nullptr) continue;
    for (const auto& [name, input] : inputs->entries) {
      const std::string key = AsciiLower(name.text);
      types_.inputs[key] = KindOfInput(input);
      if (input.Find("options") != nullptr) types_.closed.insert(key);
      const Value* given = input.Find("default");
      const std::string text = given == nullptr ? "" : ScalarText(*given);
      const bool flag = types_.inputs[key] == Kind::Bool;
      types_.flags_absent = HasOtherTrigger();
      if (HasOtherTrigger() && !text.empty() && text != (flag ? "false" : "")) types_.defaulted.insert(key);
      taken_.insert(AsciiLower(name.text));
    }
  }
  const Value* jobs = root.Find("jobs");
  if (jobs == nullptr) return;
  for (const auto& [name, job] : jobs->entries) {
    taken_.insert(AsciiLower(name.text));
    const Value* strategy = job.Find("strategy");
    if (strategy != nullptr && (!strategy->is(Value::Kind::Map) || strategy->Find("matrix") != nullptr))
      types_.matrix_jobs.insert(AsciiLower(name.text));
  }
}

std::string Printer::PipelineName() {
  const std::string& path = sources_.file(file_).path;
  std::string name = path.substr(path.rfind('/') + 1);
  const bool yaml = name.ends_with(".yaml");
  if (name.ends_with(".yml") || yaml) name.resize(name.rfind('.'));
  std::string legal;
  for (const char c : name) legal += IsAsciiAlnum(c) || c == '_' ? c : '-';
  while (legal.find("--") != std::string::npos) legal = ReplaceAll(legal, "--", "-");
  while (legal.ends_with('-')) legal.pop_back();
  while (legal.starts_with('-')) legal.erase(0, 1);
  if (legal.empty() || IsAsciiDigit(legal[0])) legal = "w" + legal;
  if (!IsName(legal)) legal += "-pipeline";
  if (legal != name || yaml)
    result_.notes.push_back("the pipeline is written to " + legal + ".yml, so move " + path + " away");
  return legal;
}

// Is it this file that declares it?
bool Printer::Declare(const std::string& declaration) {
  result_.declared.push_back(declaration);
  return std::ranges::none_of(forms_.declared,
                              [&](const std::string& other) { return EqualsIgnoreCase(other, declaration); });
}

void Printer::Declarations() {
  for (const std::string_view context : {"secrets", "vars"}) {
    std::vector<std::string> names;
    CollectMembers(root_, context, names);
    ForEachCondition(root_, [&](const Expr& e) {
      Value holder = Value::Expression(e);
      CollectMembers(holder, context, names);
    });
    if (names.empty()) continue;
    if (context == "secrets")
      for (const std::string& name : names) secrets_read_.insert(AsciiLower(name));
    std::ranges::sort(names);
    std::erase_if(
        names, [&](const std::string& name) { return !Declare((context == "secrets" ? "secret " : "var ") + name); });
    const std::string word = context == "secrets" ? "secret " : "var ";
    std::string line;
    // GitHub keeps these names for itself; who calls the workflow may pass such a secret.
    const auto own = [](const std::string& name) {
      return AsciiUpper(name).starts_with("GITHUB_") && !EqualsIgnoreCase(name, "GITHUB_TOKEN");
    };
    for (const std::string& name : names)
      if (own(name)) {
        writer_.Line("# sluice: allow[P0516] imported as it was");
        writer_.Line(word + name);
      }
    std::erase_if(names, own);
    for (const std::string& name : names) {
      if (!line.empty() && line.size() + name.size() > 100) {
        writer_.Line(line);
        line.clear();
      }
      line += (line.empty() ? word : ", ") + name;
      if (context == "vars") {
        writer_.Line(line);
        line.clear();
      }
    }
    if (!line.empty()) writer_.Line(line);
  }
  writer_.Empty();
}

// The environments that jobs enter, when they are named by constants.
void Printer::Environments() {
  std::vector<std::string> names;
  const Value* jobs = root_.Find("jobs");
  if (jobs == nullptr) return;
  for (const auto& [id, job] : jobs->entries) {
    const Value* environment = job.Find("environment");
    const Value* name = environment == nullptr              ? nullptr
                        : environment->is(Value::Kind::Map) ? environment->Find("name")
                                                            : environment;
    if (name == nullptr || !(name->is(Value::Kind::String) || name->is(Value::Kind::Number))) continue;
    if (std::ranges::none_of(names, [&](const auto& other) { return EqualsIgnoreCase(other, ScalarText(*name)); }))
      names.push_back(ScalarText(*name));
  }
  std::ranges::sort(names);
  for (const std::string& name : names)
    if (const std::string line = "environment " + Key(name) + " { }"; Declare(line)) writer_.Line(line);
  writer_.Empty();
}

void Printer::Header(const std::string& name) {
  Piece parameters = Parameters();
  if (parameters.items.empty()) return writer_.Open("pipeline " + name + " {");
  const bool described =
      std::ranges::any_of(parameters.items, [](const Piece& piece) { return !piece.prefix.empty(); });
  if (const auto line = parameters.OneLine(); line && !described && line->size() < 80)
    return writer_.Open("pipeline " + name + *line + " {");
  writer_.Open("pipeline " + name + "(");
  for (const Piece& piece : parameters.items) {
    const size_t begin = writer_.BeginRegion();
    std::string about = piece.prefix;
    while (about.ends_with('\n')) about.pop_back();
    for (std::string_view line : SplitString(about, '\n'))
      if (!about.empty()) writer_.Line("## " + std::string(line));
    writer_.Line(piece.text + ",");
    writer_.EndRegion(begin, NodeOfKey(piece.at));
  }
  writer_.Reopen(") {");
}

void Printer::Settings(Raw& raw) {
  for (const auto& [key, value] : root_.entries) {
    const Span at = key.origin.at;
    if (key.text != "jobs" && IsRaw(NodeOfKey(at))) {
      raw.Add(key.text, value);
    } else if (key.text == "on") {
      Triggers(at, value, raw);
    } else if (key.text == "name" || key.text == "run-name") {
      Setting(key.text, at, Text(value, NodeOfKey(at)));
    } else if (key.text == "permissions") {
      Permissions(at, value);
    } else if (key.text == "env") {
      Env(at, value, raw);
    } else if (key.text == "concurrency") {
      Concurrency(at, value);
    } else if (key.text == "defaults") {
      Defaults(value, "default");
    } else if (key.text != "jobs") {
      raw.Add(key.text, value);
    }
  }
  SharedSettings();
  if (root_.Find("permissions") == nullptr) writer_.Line("permissions: default");
  if (root_.Find("defaults") == nullptr) writer_.Line("shell: default");
}

Printed Printer::Print() {
  if (!root_.entries.empty()) writer_.Flush(0, root_.entries[0].first.origin.at.begin);
  Declarations();
  Environments();
  Header(PipelineName());
  Raw raw;
  Settings(raw);
  const size_t begin = writer_.BeginRegion();
  PutRaw(raw);
  writer_.EndRegion(begin, 0);
  if (const Value* jobs = root_.Find("jobs")) Jobs(*jobs);
  CallOutputs();
  writer_.Flush(0, UINT32_MAX);
  writer_.Close("}");
  result_.text = writer_.text();
  result_.regions = writer_.regions();
  return std::move(result_);
}

}  // namespace sluice::import

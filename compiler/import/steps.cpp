// Steps and their scripts.
#include <algorithm>
#include <optional>
#include <set>

#include "compiler/base/text.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/shipped_actions.h"
#include "compiler/emit/github/values.h"
#include "compiler/emit/yaml/writer.h"
#include "compiler/import/printer.h"
#include "compiler/import/script.h"
#include "compiler/import/uses.h"

namespace sluice::import {
namespace {

// A value that GitHub pastes behind a `$` becomes the name of a variable.
bool MakesNames(const Value& script) {
  for (size_t i = 1; i < script.parts.size(); ++i)
    if (script.parts[i].expr && !script.parts[i - 1].expr && script.parts[i - 1].literal.ends_with('$')) return true;
  return false;
}

bool IsSha(std::string_view text) {
  return text.size() == 40 && std::ranges::all_of(text, [](char c) {
           return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

// `-> { version: string }` of a script whose outputs are read.
std::string Printer::OutputsOf(const Value& step) const {
  const Value* id = step.Find("id");
  const auto read = id == nullptr ? steps_read_.end() : steps_read_.find(AsciiLower(ScalarText(*id)));
  if (read == steps_read_.end()) return "";
  std::string fields;
  for (const std::string& output : read->second)
    if (IsName(output) && !IsReservedOutput(output)) fields += (fields.empty() ? "" : ", ") + output + ": string";
  return fields.empty() ? "" : "-> { " + fields + " } ";
}

std::string Printer::StepHead(const Value& step) const {
  std::string head;
  const Value* id = step.Find("id");
  if (id != nullptr) {
    const auto renamed = new_names_.steps.find(AsciiLower(ScalarText(*id)));
    head = "let " + (renamed == new_names_.steps.end() ? ScalarText(*id) : renamed->second) + " = ";
  }
  const Value* background = step.Find("background");
  if (background != nullptr && background->is(Value::Kind::Boolean) && background->boolean) head += "background ";
  return head;
}

// The ref that stands for a pinned commit: the major version, or all of it where that means another commit already.
// Empty when both do.
std::string Printer::RefOf(const std::string& uses, const std::string& version, const std::string& sha) {
  for (const std::string& ref : {version.substr(0, version.find('.')), version}) {
    const auto same = std::ranges::find_if(
        result_.pins, [&](const Pin& pin) { return EqualsIgnoreCase(pin.uses, uses) && pin.ref == ref; });
    if (same != result_.pins.end() && same->sha != sha) continue;
    if (same == result_.pins.end()) result_.pins.push_back({uses, ref, sha, version});
    return ref;
  }
  return {};
}

// `a/b@SHA # v4.1.2` is `a/b@v4`.
std::string Printer::Pinned(const Value& target) {
  std::string text = ScalarText(target);
  const Comment* comment = writer_.Trailing(target.origin.at);
  const auto pin = SplitPin(text);
  if (!pin || !IsSha(pin->second) || comment == nullptr) return text;
  const auto version = VersionOf(comment->text);
  const std::string ref = version ? RefOf(pin->first, *version, AsciiLower(pin->second)) : "";
  if (ref.empty()) return text;
  writer_.Take(comment);
  return pin->first + "@" + ref;
}

// `input: null` for what an action needs and the YAML does not give: GitHub starts the action without it.
void Printer::Omitted(const Value& target, const Value* with, const std::string& text, Piece& args) const {
  const auto split = catalogue::SplitActionRef(text);
  if (!split || !forms_.omitted.contains(NodeOfKey(target.origin.at))) return;
  const catalogue::Resolution known = catalogue::ResolveAction(split->first, split->second);
  if (known.problem != catalogue::Resolution::Problem::None) return;
  const auto given = [&](const std::string& input) {
    return with != nullptr && std::ranges::any_of(with->entries, [&](const auto& entry) {
             return EqualsIgnoreCase(entry.first.text, input);
           });
  };
  for (const catalogue::ActionInput& input : known.pin.inputs)
    if (input.required && !given(input.name)) args.Add(Key(input.name), Piece::Flat("null"));
}

void Printer::Uses(const std::string& prefix, const Value& step, Raw* raw) {
  const Value& target = *step.Find("uses");
  const std::string text = Pinned(target);
  const std::string line = prefix + "uses " + TargetText(text);
  const Value* with = step.Find("with");
  Piece args = Piece::Args(with == nullptr ? Span{} : with->origin.at);
  if (with != nullptr && with->is(Value::Kind::Map))
    for (const auto& [name, value] : with->entries) {
      const uint32_t node = NodeOfKey(name.origin.at);
      if (raw != nullptr && (IsRaw(node) || !name.is(Value::Kind::String)))
        raw->AddTo("with", name, value);
      else
        args.Add(Key(name.text), Argument(value, node, false), name.origin.at);
    }
  Omitted(target, with, text, args);
  if (KeepsCredentials(text) && (with == nullptr || with->Find("persist-credentials") == nullptr))
    args.Add("persist-credentials", Piece::Flat("true"));
  const size_t begin = writer_.BeginRegion();
  if (args.items.empty())
    writer_.Line(line, target.origin.at);
  else
    writer_.Put(line, args, target.origin.at);
  writer_.EndRegion(begin, NodeOfKey(target.origin.at));
}

// As it stands in a text block, or between double quotes.
std::string Printer::ScriptText(const Value& script, const std::string& shell, bool quoted) const {
  const uint32_t node = NodeOfKey(script.origin.at);
  const bool pasted = forms_.pasted.contains(node) || MakesNames(script);
  const std::vector<bool> words = SeveralWords(script, shell, [&](const expr::Expr& e) { return OneWord(e); });
  std::string text;
  size_t hole = 0;
  const auto literal = [&](const std::string& part) {
    return quoted ? Escaped(part) : ReplaceAll(part, "${{", "$${{");
  };
  const auto add = [&](const expr::Expr& e) {
    const std::string inside = ExpressionsAt(node).Print(e, Wanted::Text);
    if (text.ends_with('$')) text = text.substr(0, text.size() - 1) + "${{ paste('$') }}";
    const bool several = words[hole++];
    const char* function = pasted ? "paste" : several ? "words" : "";
    text += *function != 0 ? "${{ " + std::string(function) + "(" + inside + ") }}" : "${{ " + inside + " }}";
  };
  if (script.is(Value::Kind::Expression)) add(*script.expr);
  if (script.is(Value::Kind::String)) text = literal(script.text);
  for (const model::TextPart& part : script.parts) {
    if (part.expr)
      add(*part.expr);
    else
      text += literal(part.literal);
  }
  while (!quoted && text.ends_with('\n')) text.pop_back();
  return text;
}

void Printer::Run(const std::string& prefix, const Value& step) {
  const Value& script = *step.Find("run");
  const Value* own = step.Find("shell");
  const std::string shell = own == nullptr ? job_.shell : own->is(Value::Kind::String) ? own->text : "";
  const bool given = script.is(Value::Kind::String) || script.expr || !script.parts.empty();
  const std::string text = given ? ScriptText(script, shell, false) : ScalarText(script);
  const std::string outputs = OutputsOf(step);
  const size_t begin = writer_.BeginRegion();
  const bool line = text.find('\n') == std::string::npos && text.find('`') == std::string::npos;
  const bool control =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  const size_t first = text.find_first_not_of(" \t\n");
  if (text.empty() || first == std::string::npos || control || (!line && !FlushLeft(text)))
    writer_.Line(prefix + "run " + outputs + "\"" + (given ? ScriptText(script, shell, true) : Escaped(text)) + "\"",
                 script.origin.at);
  else if (line)
    writer_.Line(prefix + "run " + outputs + "`" + text + "`", script.origin.at);
  else
    writer_.Block(prefix + "run " + outputs, text, script.origin.at);
  writer_.EndRegion(begin, NodeOfKey(script.origin.at));
}

void Printer::SimpleStep(const std::string& prefix, const Value& step, Raw* raw) {
  if (step.Find("run") != nullptr)
    Run(prefix, step);
  else
    Uses(prefix, step, raw);
}

void Printer::RawStep(const Value& step) {
  writer_.Block("step raw ", RawText(step), step.origin.at);
  ++result_.raw_blocks;
}

void Printer::StepBlock(const std::string& head, const Value& step) {
  const Value* name = step.Find("name");
  Raw raw;
  std::string open = head + "step ";
  if (name != nullptr && !IsRaw(NodeOfKey(name->origin.at))) {
    if (const auto text = Text(*name, NodeOfKey(name->origin.at)).OneLine())
      open += *text + " ";
    else
      open += "\"" + TextOf(*name, NodeOfKey(name->origin.at), true) + "\" ";
  } else if (name != nullptr) {
    raw.Add("name", *name);
  }
  writer_.Flush(0, step.origin.at.begin);
  const size_t head_begin = writer_.BeginRegion();
  writer_.Open(open + "{", step.origin.at);
  if (name != nullptr) writer_.EndRegion(head_begin, NodeOfKey(name->origin.at));
  for (const auto& [key, value] : step.entries) {
    const Span at = key.origin.at;
    const std::string& word = key.text;
    if (word == "name" || word == "id" || (word == "if" && job_.in_block) || word == "run" || word == "uses" ||
        word == "with" || word == "background")
      continue;
    if (IsRaw(NodeOfKey(at)))
      raw.Add(word, value);
    else if (word == "if")
      Condition(at, value, raw);
    else if (word == "env")
      Env(at, value, raw);
    else if (word == "timeout-minutes")
      Timeout(at, value);
    else if (word == "shell" && value.is(Value::Kind::String) && IsName(value.text))
      Setting(word, at, Piece::Flat(value.text, value.origin.at));
    else if (word == "continue-on-error" && value.is(Value::Kind::Expression))
      Setting(word, at, Piece::Flat(ExpressionsAt(NodeOfKey(at)).Print(*value.expr, Wanted::Bool), value.origin.at));
    else
      Setting(word, at, Scalar(value, NodeOfKey(at)));
  }
  SimpleStep("", step, &raw);
  const size_t begin = writer_.BeginRegion();
  PutRaw(raw);
  writer_.EndRegion(begin, 0);
  writer_.Close("}");
}

void Printer::Step(const Value& step, uint32_t end) {
  const Span at = step.origin.at;
  writer_.Flush(0, at.begin);
  const size_t begin = writer_.BeginRegion();
  const uint32_t node = NodeOfItem(at);
  Allow(node);
  bool settings = false, partly_raw = false;
  for (const auto& [key, value] : step.entries) {
    const std::string& word = key.text;
    settings = settings || !(word == "name" || (word == "if" && job_.in_block) || word == "id" || word == "run" ||
                             word == "uses" || word == "with" || word == "background");
    partly_raw = partly_raw || IsRaw(NodeOfKey(key.origin.at));
    if (word == "with")
      for (const auto& entry : value.entries) partly_raw = partly_raw || IsRaw(NodeOfKey(entry.first.origin.at));
  }
  const Value* name = step.Find("name");
  const Value* targets = step.Find("wait");
  const bool simple = step.Find("run") != nullptr || step.Find("uses") != nullptr;
  const Value* background = step.Find("background");
  const bool odd = background != nullptr && !background->is(Value::Kind::Boolean);
  if (IsRaw(node) || odd) {
    RawStep(step);
  } else if (step.Find("parallel") != nullptr && step.entries.size() == 1) {
    writer_.Open("parallel {", at);
    Steps(*step.Find("parallel"));
    writer_.Close("}");
  } else if (!simple && step.entries.size() == 1 && (targets != nullptr || step.Find("cancel") != nullptr)) {
    const Value& list = *(targets != nullptr ? targets : step.Find("cancel"));
    std::string line = targets != nullptr ? "wait " : "cancel ";
    if (!list.is(Value::Kind::List)) line += ScalarText(list);
    for (size_t i = 0; i < list.items.size(); ++i) line += (i > 0 ? ", " : "") + ScalarText(list.items[i]);
    writer_.Line(line, at);
  } else if (!simple && step.entries.size() == 1 && step.Find("wait-all") != nullptr) {
    writer_.Line("wait all", at);
  } else if (!simple) {
    RawStep(step);
  } else if (settings || partly_raw) {
    StepBlock(StepHead(step), step);
  } else {
    std::string head = StepHead(step);
    if (name != nullptr) head += "step \"" + TextOf(*name, NodeOfKey(name->origin.at), true) + "\": ";
    SimpleStep(head, step, nullptr);
    if (name != nullptr) writer_.EndRegion(begin, NodeOfKey(name->origin.at));
  }
  if (end > 0) writer_.Flush(0, end, sources_.Begin(at).column);
  writer_.EndRegion(begin, node, true);
}

// How many steps from here on have the condition of the first, and may share it: GitHub asks for it before each of them, so
// it may read nothing that changes on the way.
size_t Printer::WithOneCondition(const Value& steps, size_t first) const {
  const Value* condition = steps.items[first].Find("if");
  const auto e = condition == nullptr ? std::nullopt : ConditionExpression(*condition);
  if (!e || job_.in_block) return 1;
  std::set<std::string> read;
  bool changes = false;
  WalkExpression(*e, [&](const expr::Expr& one) {
    changes = changes || (one.op == expr::Op::Call && EqualsIgnoreCase(one.text, "hashFiles")) ||
              (one.op == expr::Op::Name && (EqualsIgnoreCase(one.text, "env") || EqualsIgnoreCase(one.text, "job")));
    if (one.op == expr::Op::Index && one.args[0].op == expr::Op::Name && EqualsIgnoreCase(one.args[0].text, "steps"))
      read.insert(AsciiLower(one.args[1].text));
  });
  size_t count = 0;
  while (!changes && first + count < steps.items.size()) {
    const Value& step = steps.items[first + count];
    const Value* other = step.Find("if");
    const auto same = other == nullptr ? std::nullopt : ConditionExpression(*other);
    if (!same || !(*same == *e) || IsRaw(NodeOfItem(step.origin.at))) break;
    const Value* id = step.Find("id");
    ++count;
    if (id != nullptr && read.contains(AsciiLower(ScalarText(*id)))) break;  // what it changes is read by the next
  }
  return std::max<size_t>(count, 1);
}

void Printer::Steps(const Value& steps) {
  const auto one = [&](size_t i) {
    const bool last = i + 1 == steps.items.size();
    Step(steps.items[i], last ? 0 : steps.items[i + 1].origin.at.begin);
  };
  for (size_t i = 0; i < steps.items.size();) {
    const size_t count = forms_.lifts.conditions ? WithOneCondition(steps, i) : 1;
    if (count == 1) {
      one(i++);
      continue;
    }
    const Value& condition = *steps.items[i].Find("if");
    writer_.Flush(0, steps.items[i].origin.at.begin);
    writer_.Open("if " + ConditionText(condition, NodeOfKey(condition.origin.at)) + " {");
    job_.in_block = true;
    for (const size_t end = i + count; i < end; ++i) one(i);
    job_.in_block = false;
    writer_.Close("}");
  }
}

}  // namespace sluice::import

// `on`, the parameters and the outputs of a pipeline.
#include <algorithm>
#include <set>

#include "compiler/base/text.h"
#include "compiler/import/printer.h"

namespace sluice::import {
namespace {

const Value* InputsOf(const Value& on, std::string_view event) {
  const Value* trigger = on.is(Value::Kind::Map) ? on.Find(event) : nullptr;
  return trigger == nullptr ? nullptr : trigger->Find("inputs");
}

std::string TypeName(const Value& input) {
  const Value* type = input.Find("type");
  const std::string name = type == nullptr ? "string" : ScalarText(*type);
  if (name == "boolean") return "bool";
  if (name == "number") return "float";
  if (name != "choice") return name;
  std::string members;
  if (const Value* options = input.Find("options"))
    for (const Value& option : options->items) members += (members.empty() ? "" : ", ") + Key(ScalarText(option));
  return "enum(" + members + ")";
}

bool IsTrue(const Value* value) { return value != nullptr && value->is(Value::Kind::Boolean) && value->boolean; }

// Filters are their own text: a bare word or a pattern in quotes.
Piece FilterItem(const Value& value) {
  const std::string text = ScalarText(value);
  return Piece::Flat(IsName(text) ? text : Quoted(text), value.origin.at);
}

}  // namespace

Piece Printer::Parameter(const Value& name, const Value& input) {
  std::string type = TypeName(input);
  const Value* given = input.Find("default");
  const bool required = IsTrue(input.Find("required")) && !HasOtherTrigger();
  std::string text = Key(name.text) + ": " + type;
  if (given != nullptr && !given->is(Value::Kind::Null)) {
    const bool member = type.starts_with("enum");
    const Piece piece = Any(*given, NodeOfKey(name.origin.at));
    const std::string line = piece.OneLine().value_or(Quoted(ScalarText(*given)));
    text += " = " + (member ? Key(ScalarText(*given)) : line);
  } else if (!required) {
    text += type == "string" ? " = \"\"" : type == "bool" ? " = false" : type == "float" ? " = 0" : "? = null";
  }
  return Piece::Flat(std::move(text), name.origin.at);
}

Piece Printer::Parameters() {
  Piece args = Piece::Args();
  const Value* on = root_.Find("on");
  std::set<std::string> seen;
  for (const std::string_view event : {"workflow_dispatch", "workflow_call"}) {
    const Value* inputs = on == nullptr ? nullptr : InputsOf(*on, event);
    if (inputs == nullptr) continue;
    for (const auto& [name, input] : inputs->entries) {
      if (!seen.insert(AsciiLower(name.text)).second) continue;
      args.Add("", Parameter(name, input), name.origin.at);
      // Its description stands above it.
      const Value* about = input.Find("description");
      if (about != nullptr) args.items.back().prefix = ScalarText(*about);
    }
  }
  return args;
}

bool Printer::HasOtherTrigger() const {
  const Value* on = root_.Find("on");
  const auto other = [](const Value& event) {
    return ScalarText(event) != "workflow_dispatch" && ScalarText(event) != "workflow_call";
  };
  if (on == nullptr) return false;
  if (on->is(Value::Kind::Map))
    return std::ranges::any_of(on->entries, [&](const auto& entry) { return other(entry.first); });
  return on->is(Value::Kind::List) ? std::ranges::any_of(on->items, other) : other(*on);
}

bool Printer::ReadsSecret(const std::string& name) const { return secrets_read_.contains(AsciiLower(name)); }

// What parameters cannot say of inputs, and which secrets a caller may pass.
void Printer::Interface(const Value& event, const Value& trigger, Raw& raw) {
  Value rest = Value::Map({});
  Value about = Value::Map({});
  if (const Value* inputs = trigger.Find("inputs"))
    for (const auto& [name, input] : inputs->entries) {
      Value more = Value::Map({});
      const Value* given = input.Find("default");
      const bool has_default = given != nullptr && !given->is(Value::Kind::Null);
      if (IsTrue(input.Find("required")) && (has_default || HasOtherTrigger()))
        more.entries.emplace_back(Value::String("required"), Value::Boolean(true));
      if (const Value* message = input.Find("deprecationMessage"))
        more.entries.emplace_back(Value::String("deprecationMessage"), *message);
      if (!more.entries.empty()) about.entries.emplace_back(name, std::move(more));
    }
  if (!about.entries.empty()) rest.entries.emplace_back(Value::String("inputs"), std::move(about));
  const Value* secrets = trigger.Find("secrets");
  // Those that a job reads are passed anyway.
  Value unread = Value::Map({});
  if (secrets != nullptr)
    for (const auto& entry : secrets->entries)
      if (!ReadsSecret(entry.first.text)) unread.entries.push_back(entry);
  const bool call = ScalarText(event) == "workflow_call" && !unread.entries.empty();
  if (call && forms_.secrets) rest.entries.emplace_back(Value::String("secrets"), unread);
  if (!rest.entries.empty()) raw.AddTo("on", event, rest);
}

void Printer::Trigger(const Value& name, const Value& value, Raw& raw) {
  const size_t begin = writer_.BeginRegion();
  const uint32_t node = NodeOfKey(name.origin.at);
  if (IsRaw(node)) {
    raw.AddTo("on", name, value);
    return;
  }
  const std::string event = ScalarText(name);
  if (event == "schedule" && value.is(Value::Kind::List)) {
    for (const Value& item : value.items) {
      std::string line = "on schedule(";
      if (const Value* cron = item.Find("cron")) line += Quoted(ScalarText(*cron));
      if (const Value* zone = item.Find("timezone")) line += ", timezone: " + Quoted(ScalarText(*zone));
      writer_.Line(line + ")", item.origin.at);
    }
  } else if (event == "workflow_dispatch" || event == "workflow_call" || !value.is(Value::Kind::Map)) {
    writer_.Line("on " + event, name.origin.at);
    if (value.is(Value::Kind::Map) || forms_.secrets) Interface(name, value, raw);
  } else {
    Piece args = Piece::Args(value.origin.at);
    for (const auto& [filter, values] : value.entries) {
      std::vector<Piece> items;
      if (values.is(Value::Kind::List))
        for (const Value& item : values.items) items.push_back(FilterItem(item));
      else
        items.push_back(FilterItem(values));
      args.Add(filter.text, Piece::List(std::move(items), values.origin.at), filter.origin.at);
    }
    if (args.items.empty())
      writer_.Line("on " + event, name.origin.at);
    else
      writer_.Put("on " + event, args, name.origin.at);
  }
  writer_.EndRegion(begin, node);
}

void Printer::Triggers(Span key, const Value& on, Raw& raw) {
  writer_.Flush(0, key.begin);
  if (on.is(Value::Kind::Map)) {
    for (const auto& [name, value] : on.entries) Trigger(name, value, raw);
  } else if (on.is(Value::Kind::List)) {
    for (const Value& item : on.items) Trigger(item, Value::Null(), raw);
  } else {
    Trigger(on, Value::Null(), raw);
  }
}

void Printer::CallOutputs() {
  const Value* on = root_.Find("on");
  const Value* call = on == nullptr || !on->is(Value::Kind::Map) ? nullptr : on->Find("workflow_call");
  const Value* outputs = call == nullptr ? nullptr : call->Find("outputs");
  if (outputs == nullptr) return;
  for (const auto& [name, output] : outputs->entries) {
    const Value* value = output.Find("value");
    if (value == nullptr) continue;
    const uint32_t node = NodeOfKey(name.origin.at);
    const size_t begin = writer_.BeginRegion();
    if (const Value* about = output.Find("description"))
      writer_.Line("## " + ReplaceAll(ScalarText(*about), "\n", " "), name.origin.at);
    writer_.Put("output " + Key(name.text) + " = ", Scalar(*value, node));
    writer_.EndRegion(begin, node);
  }
}

}  // namespace sluice::import

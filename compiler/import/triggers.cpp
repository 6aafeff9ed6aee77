// `on`, the parameters and the outputs of a pipeline.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

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
  if (name == "environment") return "string";  // whose environments they are, only GitHub knows
  if (name != "choice") return name;
  std::string members;
  if (const Value* options = input.Find("options"))
    for (const Value& option : options->items) members += (members.empty() ? "" : ", ") + Key(ScalarText(option));
  return "enum(" + members + ")";
}

// The default of a parameter of this type.
std::string DefaultText(const Value& given, const std::string& type) {
  if (type.starts_with("enum")) return Key(ScalarText(given));
  const std::string text = ScalarText(given);
  const bool plain = type == "bool" ? text == "true" || text == "false" : type == "float" && !text.empty();
  return plain ? text : Quoted(text);
}

bool IsTrue(const Value* value) { return value != nullptr && value->is(Value::Kind::Boolean) && value->boolean; }

// Filters are their own text: a bare word or a pattern in quotes.
Piece FilterItem(const Value& value) {
  const std::string text = ScalarText(value);
  return Piece::Flat(IsName(text) ? text : Quoted(text), value.origin.at);
}

}  // namespace

// What the parameter says of an input; `default` of a parameter that need not be given is the empty value of its type.
bool Printer::IsRequired(const Value& input) const {
  const Value* given = input.Find("default");
  return IsTrue(input.Find("required")) && !HasOtherTrigger() && (given == nullptr || given->is(Value::Kind::Null));
}

Piece Printer::Parameter(const Value& name, const Value& input) const {
  const std::string type = TypeName(input);
  const Value* given = input.Find("default");
  std::string text = Key(name.text) + ": " + type;
  if (given != nullptr && !given->is(Value::Kind::Null)) {
    text += " = " + DefaultText(*given, type);
  } else if (!IsRequired(input)) {
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

// The same input of the other trigger that has inputs.
const Value* Printer::OtherInput(const std::string& name, std::string_view event) const {
  const Value* on = root_.Find("on");
  const Value* inputs = on == nullptr ? nullptr : InputsOf(*on, event);
  if (inputs == nullptr) return nullptr;
  for (const auto& [key, input] : inputs->entries)
    if (EqualsIgnoreCase(key.text, name)) return &input;
  return nullptr;
}

// What an input says that its parameter does not. The parameter is made of the first trigger's.
Piece Printer::Input(const Value& name, const Value& input, std::string_view event) const {
  Piece more = Piece::Record(input.origin.at);
  const auto text = [&](const Value& value) { return Piece::Flat(Quoted(ScalarText(value)), value.origin.at); };
  const Value* first = OtherInput(name.text, "workflow_dispatch");
  if (first == nullptr) first = &input;
  if (IsTrue(input.Find("required")) != IsRequired(*first))
    more.Add("required", Piece::Flat(IsTrue(input.Find("required")) ? "true" : "false"));
  const Value* type = input.Find("type");
  if (type != nullptr && ScalarText(*type) == "environment") more.Add("type", Piece::Flat("\"environment\""));
  if (first == &input || event == "workflow_dispatch") return more;
  const auto field = [&](const char* key) { return std::pair(input.Find(key), first->Find(key)); };
  const auto same = [](const std::pair<const Value*, const Value*>& both) {
    const auto said = [](const Value* value) { return value == nullptr ? "" : ScalarText(*value); };
    return said(both.first) == said(both.second);
  };
  if (const auto both = field("description"); !same(both))
    more.Add("description", both.first == nullptr ? Piece::Flat("\"\"") : text(*both.first));
  if (const auto both = field("default"); !same(both))
    more.Add("default", both.first == nullptr || both.first->is(Value::Kind::Null)
                            ? Piece::Flat("null")
                            : Piece::Flat(DefaultText(*both.first, TypeName(input))));
  if (const std::string mine = TypeName(input); mine != TypeName(*first) && !mine.starts_with("enum"))
    more.Add("type", Piece::Flat(mine == "bool" ? "\"boolean\"" : mine == "float" ? "\"number\"" : "\"string\""));
  return more;
}

// The secrets that callers pass, unless they are just those that the jobs read.
std::optional<Piece> Printer::Secrets(const Value& trigger) const {
  Piece record = Piece::Record();
  std::set<std::string> plain;
  const Value* secrets = trigger.is(Value::Kind::Map) ? trigger.Find("secrets") : nullptr;
  if (secrets != nullptr)
    for (const auto& [name, secret] : secrets->entries) {
      Piece says = Piece::Record(secret.origin.at);
      const Value* about = secret.Find("description");
      if (about != nullptr) says.Add("description", Piece::Flat(Quoted(ScalarText(*about)), about->origin.at));
      const bool required = IsTrue(secret.Find("required"));
      if (required) says.Add("required", Piece::Flat("true"));
      if (required && about == nullptr) plain.insert(AsciiLower(name.text));
      record.Add(Key(name.text), std::move(says), name.origin.at);
    }
  if (plain == secrets_read_ && plain.size() == record.items.size()) return std::nullopt;
  record.at = secrets == nullptr ? Span{} : secrets->origin.at;
  return record;
}

// What parameters cannot say of inputs, and which secrets a caller may pass.
Piece Printer::Interface(const Value& event, const Value& trigger) const {
  const bool call = ScalarText(event) == "workflow_call";
  const Value* own = trigger.is(Value::Kind::Map) ? trigger.Find("inputs") : nullptr;
  Piece inputs = Piece::Record(own == nullptr ? Span{} : own->origin.at);
  if (own != nullptr)
    for (const auto& [name, input] : own->entries)
      if (Piece more = Input(name, input, ScalarText(event)); !more.items.empty())
        inputs.Add(Key(name.text), std::move(more), name.origin.at);
  const Value* on = root_.Find("on");
  const Value* others = on == nullptr ? nullptr : InputsOf(*on, call ? "workflow_dispatch" : "workflow_call");
  if (others != nullptr)
    for (const auto& [name, input] : others->entries)
      if (OtherInput(name.text, ScalarText(event)) == nullptr) inputs.Add(Key(name.text), Piece::Flat("null"));
  Piece args = Piece::Args(trigger.origin.at);
  if (!inputs.items.empty()) args.Add("inputs", std::move(inputs));
  if (auto secrets = call ? Secrets(trigger) : std::nullopt) args.Add("secrets", std::move(*secrets));
  return args;
}

void Printer::Trigger(const Value& name, const Value& value, Raw& raw) {
  const size_t begin = writer_.BeginRegion();
  const uint32_t node = NodeOfKey(name.origin.at);
  if (IsRaw(node)) {
    raw.AddTo("on", name, value);
    return;
  }
  Allow(node);
  const std::string event = ScalarText(name);
  if (event == "schedule" && value.is(Value::Kind::List)) {
    for (const Value& item : value.items) {
      std::string line = "on schedule(";
      if (const Value* cron = item.Find("cron")) line += Quoted(ScalarText(*cron));
      if (const Value* zone = item.Find("timezone")) line += ", timezone: " + Quoted(ScalarText(*zone));
      writer_.Line(line + ")", item.origin.at);
    }
  } else if (event == "workflow_dispatch" || event == "workflow_call" || !value.is(Value::Kind::Map)) {
    const bool inputs = event == "workflow_dispatch" || event == "workflow_call";
    const Piece args = inputs ? Interface(name, value) : Piece::Args();
    if (args.items.empty())
      writer_.Line("on " + event, name.origin.at);
    else
      writer_.Put("on " + event, args, name.origin.at);
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
  writer_.EndRegion(begin, node, true);
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

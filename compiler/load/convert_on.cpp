#include <fmt/format.h>

#include <algorithm>

#include "compiler/load/convert.h"
#include "compiler/types/cron.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using model::Input;
using model::Trigger;
using model::Value;

// `options` only with type choice, and a default of the input's own type.
void CheckInput(const Input& input, bool called, Context& context) {
  const std::string type = input.type.value_or("string");
  const Span at = input.origin.at;
  const bool has_options = input.options && !input.options->items.empty();
  if (type == "choice" && !has_options)
    context.problems.Add(Build(Code::P1113, at, fmt::format("`{}` offers no choice", input.name), "add `options`"));
  if (type != "choice" && input.options)
    context.problems.Add(
        Build(Code::P1113, at, fmt::format("`{}` has `options` but is no choice", input.name), "write `type: choice`"));
  if (!input.default_value || type == "number") return;
  const Value& value = *input.default_value;
  const bool text = ConstantText(value).has_value() || value.is(Value::Kind::Null);
  if (!text && called && IsDynamic(value)) return;
  const bool fits = type == "boolean" ? value.is(Value::Kind::Boolean) : text;
  if (fits) return;
  Build build(Code::P1113, value.origin.at.valid() ? value.origin.at : at,
              fmt::format("the default of `{}` is no {}", input.name, type),
              type == "boolean" ? "write true or false without quotes" : "put it in quotes");
  if (!input.type) build.Say("an input without `type` is a string");
  context.problems.Add(std::move(build));
}

Input ConvertInput(const Value& name, const Value& value) {
  Input input;
  input.name = name.text;
  input.description = Get(value, "description");
  input.deprecation_message = Get(value, "deprecationMessage");
  input.required = Get(value, "required");
  input.default_value = Get(value, "default");
  if (const Value* type = value.Find("type")) input.type = ConstantText(*type);
  input.options = Get(value, "options");
  input.origin.at = name.origin.at;
  return input;
}

// Free mappings of `on` (inputs, outputs, secrets): an empty one is kept in `raw`.
template <class Convert>
void ForEach(const Value& value, std::string_view key, Value& raw, Convert convert) {
  const Value* map = value.Find(key);
  if (map == nullptr) return;
  if (map->entries.empty()) AddRaw(raw, key, *map);
  for (const auto& [name, entry] : map->entries) convert(name, entry);
}

void ConvertInputs(const Value& value, Trigger& trigger, Context& context) {
  ForEach(value, "inputs", trigger.raw, [&](const Value& name, const Value& entry) {
    trigger.inputs.push_back(ConvertInput(name, entry));
    CheckInput(trigger.inputs.back(), trigger.event == "workflow_call", context);
  });
}

void ConvertCall(const Value& value, Trigger& trigger) {
  ForEach(value, "outputs", trigger.raw, [&](const Value& name, const Value& entry) {
    model::CallOutput output{name.text, Get(entry, "description"), Get(entry, "value"), {}};
    output.origin.at = name.origin.at;
    trigger.outputs.push_back(std::move(output));
  });
  ForEach(value, "secrets", trigger.raw, [&](const Value& name, const Value& entry) {
    model::CallSecret secret{name.text, Get(entry, "description"), Get(entry, "required"), false, {}};
    secret.mapping = entry.is(Value::Kind::Map);
    secret.origin.at = name.origin.at;
    trigger.secrets.push_back(std::move(secret));
  });
}

void ConvertSchedule(const Value& value, Trigger& trigger, Context& context) {
  for (const Value& item : value.items) {
    const Value* cron = item.Find("cron");
    if (cron == nullptr) continue;
    if (!types::IsCron(ConstantText(*cron).value_or("")))
      context.problems.Add(Build(Code::P1112, cron->origin.at, "this is no schedule that GitHub takes",
                                 "five fields: minute hour day month weekday, such as `30 5 * * 1`"));
    trigger.schedules.push_back({*cron, Get(item, "timezone")});
  }
}

Trigger ConvertTrigger(const Value& name, const Value& value, Context& context) {
  Trigger trigger;
  trigger.event = name.text;
  trigger.origin.at = name.origin.at;
  if (value.is(Value::Kind::Null)) return trigger;
  if (value.is(Value::Kind::List)) {
    ConvertSchedule(value, trigger, context);
    if (trigger.schedules.empty()) trigger.raw = value;
    return trigger;
  }
  if (trigger.event == "workflow_dispatch" || trigger.event == "workflow_call") {
    ConvertInputs(value, trigger, context);
    ConvertCall(value, trigger);
  } else {
    for (const auto& [key, filter] : value.entries) trigger.filters.push_back({key.text, filter});
  }
  if (value.entries.empty()) trigger.raw = Value::Map({});
  return trigger;
}

}  // namespace

std::vector<Trigger> ConvertTriggers(const Value& on, Context& context) {
  std::vector<Trigger> triggers;
  const auto add_name = [&](const Value& value) {
    Trigger trigger;
    trigger.event = ConstantText(value).value_or("");
    trigger.origin.at = value.origin.at;
    if (std::ranges::find(triggers, trigger.event, &Trigger::event) == triggers.end())
      triggers.push_back(std::move(trigger));
  };
  if (on.is(Value::Kind::List)) {
    for (const Value& item : on.items) add_name(item);
  } else if (on.is(Value::Kind::Map)) {
    for (const auto& [name, value] : on.entries) triggers.push_back(ConvertTrigger(name, value, context));
  } else {
    add_name(on);
  }
  return triggers;
}

}  // namespace sluice::load

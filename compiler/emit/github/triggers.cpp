#include "compiler/emit/github/triggers.h"

#include <algorithm>

#include "compiler/emit/github/layout.h"

namespace sluice::emit {
namespace {

using model::Trigger;

Node InputsNode(const std::vector<model::Input>& inputs) {
  Node map = Node::Map();
  for (const model::Input& input : inputs) {
    Node one = Node::Map();
    AddValue(one, "description", input.description);
    AddValue(one, "deprecationMessage", input.deprecation_message);
    if (input.type) one.Add("type", Node::String(*input.type));
    AddValue(one, "required", input.required);
    AddValue(one, "default", input.default_value);
    AddValue(one, "options", input.options);
    map.AddName(input.name, std::move(one));
  }
  return map;
}

Node OutputsNode(const std::vector<model::CallOutput>& outputs) {
  Node map = Node::Map();
  for (const model::CallOutput& output : outputs) {
    Node one = Node::Map();
    AddValue(one, "description", output.description);
    AddValue(one, "value", output.value);
    map.AddName(output.name, std::move(one));
  }
  return map;
}

Node SecretsNode(const std::vector<model::CallSecret>& secrets) {
  Node map = Node::Map();
  for (const model::CallSecret& secret : secrets) {
    Node one = Node::Map();
    AddValue(one, "description", secret.description);
    AddValue(one, "required", secret.required);
    map.AddName(secret.name, one.entries.empty() && !secret.mapping ? Node::Null() : std::move(one));
  }
  return map;
}

Node ScheduleNode(const std::vector<model::Schedule>& schedules) {
  Node list = Node::List();
  for (const model::Schedule& schedule : schedules) {
    Node one = Node::Map();
    one.Add("cron", ToNode(schedule.cron));
    AddValue(one, "timezone", schedule.timezone);
    list.items.push_back(std::move(one));
  }
  return list;
}

Node TriggerNode(const Trigger& trigger) {
  if (!trigger.schedules.empty()) return ScheduleNode(trigger.schedules);
  Node map = Node::Map();
  for (const model::Filter& filter : trigger.filters) map.Add(filter.name, ToNode(filter.value));
  if (!trigger.inputs.empty()) map.Add("inputs", InputsNode(trigger.inputs));
  if (!trigger.outputs.empty()) map.Add("outputs", OutputsNode(trigger.outputs));
  if (!trigger.secrets.empty()) map.Add("secrets", SecretsNode(trigger.secrets));
  AddRaw(map, trigger.raw);
  return map.entries.empty() && !trigger.raw.is(model::Value::Kind::Map) ? Node::Null() : map;
}

}  // namespace

Node TriggersNode(const model::Pipeline& pipeline) {
  // As a key `schedule` must have a list, as a name in a list of events it may stand alone.
  const bool names_only = std::ranges::any_of(pipeline.triggers, [](const Trigger& t) {
    return t.event == "schedule" && t.schedules.empty() && t.raw.is(model::Value::Kind::Null);
  });
  Node node = names_only ? Node::List() : Node::Map();
  for (const Trigger& trigger : pipeline.triggers) {
    if (names_only)
      node.items.push_back(Node::String(trigger.event));
    else
      node.Add(trigger.event, TriggerNode(trigger));
  }
  return node;
}

}  // namespace sluice::emit

#include "compiler/load/signatures.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/base/text.h"
#include "compiler/catalogue/action_runtimes.h"
#include "compiler/catalogue/permissions.h"
#include "compiler/load/load.h"
#include "compiler/load/load_action.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::load {
namespace {

using catalogue::ActionInput;
using catalogue::ActionPin;
using catalogue::InputKind;
using catalogue::WorkflowPin;
using Kind = YamlNode::Kind;

// A file on its own, and the sentence about its first mistake.
struct Reading {
  SourceMap sources;
  diagnostics::Sink sink;
  FileId file;

  Reading(const std::string& path, const std::string& text) : file(sources.Add(path, text)) {}

  Error At(Span at, const std::string& message) const {
    return Error{fmt::format("{}:{}: {}", sources.file(file).path, sources.Begin(at).line, message)};
  }
  Error Wrong() const {
    for (const diagnostics::Diagnostic& d : sink.all())
      if (d.severity == diagnostics::Severity::Error) return At(d.primary.at, d.message);
    return Error{fmt::format("{} cannot be read", sources.file(file).path)};
  }
};

const YamlNode* Find(const YamlNode& map, std::string_view key) {
  for (const auto& [name, value] : map.entries)
    if (name->text == key) return value;
  return nullptr;
}

// The runner takes the text of metadata as it comes: `required: "true"` is meant as it reads.
bool IsTrue(const YamlNode* node) { return node != nullptr && (node->boolean || EqualsIgnoreCase(node->text, "true")); }

ActionInput ReadInput(const std::string& name, const YamlNode& settings) {
  ActionInput input;
  input.name = name;
  if (settings.kind != Kind::Map) return input;
  const YamlNode* fallback = Find(settings, "default");
  const bool has_default = fallback != nullptr && fallback->kind != Kind::Null;
  if (has_default && fallback->text.find("github.token") != std::string::npos) input.kind = InputKind::Secret;
  // The runner does not enforce `required`; an input with a default is never missing.
  input.required = IsTrue(Find(settings, "required")) && !has_default;
  input.deprecated = Find(settings, "deprecationMessage") != nullptr;
  return input;
}

// A name that two entries spell in different case is one name for GitHub; the first counts.
template <class Items, class Name>
void DropRepetitions(Items& items, Name name) {
  std::ranges::stable_sort(items, {}, [&](const auto& item) { return AsciiLower(name(item)); });
  const auto same = [&](const auto& a, const auto& b) { return AsciiLower(name(a)) == AsciiLower(name(b)); };
  items.erase(std::unique(items.begin(), items.end(), same), items.end());
  std::ranges::sort(items, {}, name);
}

// The access of one job, or nothing when the repository decides.
const model::Permissions* PermissionsOf(const model::Pipeline& pipeline, const model::Job& job) {
  if (job.permissions) return &*job.permissions;
  return pipeline.permissions ? &*pipeline.permissions : nullptr;
}

void Join(std::map<std::string, std::string>& all, const std::string& scope, const std::string& access) {
  if (access == "none") return;
  std::string& known = all[scope];
  if (known != "write") known = access;
}

std::optional<std::vector<catalogue::PermissionGrant>> UnionOfJobs(const model::Program& program,
                                                                   const model::Pipeline& pipeline) {
  std::map<std::string, std::string> all;
  for (const model::JobId id : pipeline.jobs) {
    const model::Permissions* permissions = PermissionsOf(pipeline, program.jobs[id]);
    if (permissions == nullptr) return std::nullopt;
    for (const model::Permission& each : permissions->scopes) Join(all, each.scope, each.access);
    if (permissions->all.empty()) continue;
    const std::string access = permissions->all == "write-all" ? "write" : "read";
    for (const catalogue::PermissionScope& scope : catalogue::PermissionScopes())
      if (catalogue::AllowsAccess(scope.name, access)) Join(all, std::string(scope.name), access);
  }
  std::vector<catalogue::PermissionGrant> grants;
  for (const auto& [scope, access] : all) grants.push_back({scope, access});
  return grants;
}

InputKind KindOfType(const std::optional<std::string>& type) {
  if (type == "boolean") return InputKind::Bool;
  return type == "number" ? InputKind::Number : InputKind::String;
}

bool IsConstantTrue(const std::optional<model::Value>& value) {
  return value && value->is(model::Value::Kind::Boolean) && value->boolean;
}

void ReadCall(const model::Trigger& call, WorkflowPin& pin) {
  for (const model::Input& input : call.inputs)
    pin.inputs.push_back({input.name,
                          KindOfType(input.type),
                          {},
                          IsConstantTrue(input.required) && !input.default_value,
                          input.deprecation_message.has_value()});
  for (const model::CallSecret& secret : call.secrets)
    pin.secrets.push_back({secret.name, IsConstantTrue(secret.required)});
  for (const model::CallOutput& output : call.outputs) pin.outputs.push_back(output.name);
  std::ranges::sort(pin.inputs, {}, &ActionInput::name);
  std::ranges::sort(pin.secrets, {}, &catalogue::WorkflowSecret::name);
  std::ranges::sort(pin.outputs);
}

}  // namespace

Result<ActionPin> ReadActionSignature(const std::string& path, const std::string& text) {
  Reading reading(path, text);
  const auto document = ReadYaml(reading.sources, reading.file, reading.sink);
  if (!document) return reading.Wrong();
  const YamlNode& root = *document->root;
  if (root.kind != Kind::Map) return reading.At(root.at, "an action's metadata is a mapping");
  const YamlNode* runs = Find(root, "runs");
  const YamlNode* runtime = runs == nullptr ? nullptr : Find(*runs, "using");
  if (runtime == nullptr || runtime->text.empty()) return reading.At(root.at, "an action needs `runs` with `using`");
  ActionPin pin;
  pin.runtime = AsciiLower(runtime->text);
  if (!catalogue::IsRuntime(pin.runtime))
    return reading.At(runtime->at, fmt::format("GitHub knows no runtime `{}`", runtime->text));
  if (const YamlNode* inputs = Find(root, "inputs"))
    for (const auto& [name, settings] : inputs->entries) pin.inputs.push_back(ReadInput(name->text, *settings));
  if (const YamlNode* outputs = Find(root, "outputs"))
    for (const auto& entry : outputs->entries) pin.outputs.push_back(entry.first->text);
  DropRepetitions(pin.inputs, [](const ActionInput& input) { return input.name; });
  DropRepetitions(pin.outputs, [](const std::string& name) { return name; });
  return pin;
}

Result<ActionPin> ReadLocalAction(const std::string& path, const std::string& text) {
  Result<ActionPin> pin = ReadActionSignature(path, text);
  if (!pin.ok()) return pin;
  pin->uses = path;
  if (pin->runtime != "composite") return pin;
  const auto action = LoadAction(path, text);
  if (!action.ok()) return action.error();
  const bool scripts = std::ranges::all_of(
      action->steps, [](const model::Step& step) { return std::holds_alternative<model::Run>(step.body); });
  if (scripts && AsciiLower(text).find("github.token") == std::string::npos) pin->permissions.emplace();
  return pin;
}

Result<WorkflowPin> ReadWorkflowSignature(const std::string& path, const std::string& text) {
  Reading reading(path, text);
  model::Program program;
  const auto id = LoadWorkflow(reading.sources, reading.file, program, reading.sink);
  if (!id) return reading.Wrong();
  const model::Pipeline& pipeline = program.pipelines[*id];
  const auto call = std::ranges::find(pipeline.triggers, "workflow_call", &model::Trigger::event);
  if (call == pipeline.triggers.end())
    return Error{fmt::format("{} has no `on: workflow_call`, so no job can call it", path)};
  WorkflowPin pin;
  ReadCall(*call, pin);
  pin.permissions = UnionOfJobs(program, pipeline);
  return pin;
}

}  // namespace sluice::load

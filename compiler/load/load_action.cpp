#include "compiler/load/load_action.h"

#include <fmt/format.h>

#include <optional>

#include "compiler/base/text.h"
#include "compiler/catalogue/contexts.h"
#include "compiler/load/convert.h"
#include "compiler/load/template_reader.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::load {
namespace {

using model::Value;
using Kind = YamlNode::Kind;

const YamlNode* Find(const YamlNode& map, std::string_view key) {
  for (const auto& [name, value] : map.entries)
    if (name->text == key) return value;
  return nullptr;
}

std::string TextOf(const YamlNode* node) { return node == nullptr ? "" : node->text; }

// Reads an action with the machinery for workflows: its steps become steps of the model.
class ActionReader {
 public:
  ActionReader(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink)
      : sources_(sources), file_(file), sink_(sink), problems_(sink) {}

  Result<model::Action> Read() {
    const auto document = ReadYaml(sources_, file_, sink_);
    if (!document) return Wrong();
    const YamlNode& root = *document->root;
    if (root.kind != Kind::Map) return At(root, "an action's metadata is a mapping");
    const YamlNode* runs = Find(root, "runs");
    if (runs == nullptr || runs->kind != Kind::Map) return At(root, "an action needs `runs`");
    model::Action action;
    action.name = TextOf(Find(root, "name"));
    action.runtime = TextOf(Find(*runs, "using"));
    if (action.runtime.empty()) return At(*runs, "`runs` needs `using`");
    ReadInputs(Find(root, "inputs"), action);
    if (EqualsIgnoreCase(action.runtime, "composite")) {
      ReadOutputs(Find(root, "outputs"), action);
      const YamlNode* steps = Find(*runs, "steps");
      if (steps == nullptr || steps->kind != Kind::List) return At(*runs, "a composite action needs `steps`");
      ReadSteps(*steps, action);
    }
    if (sink_.has_errors()) return Wrong();
    return action;
  }

 private:
  Error At(const YamlNode& node, const std::string& message) const {
    const source::Position place = sources_.Begin(node.at);
    return Error{fmt::format("{}:{}: {}", sources_.file(file_).path, place.line, message)};
  }

  Error Wrong() const {
    for (const diagnostics::Diagnostic& d : sink_.all()) {
      if (d.severity != diagnostics::Severity::Error) continue;
      const source::Position place = sources_.Begin(d.primary.at);
      const std::string why = d.primary.text.empty() ? "" : fmt::format(" ({})", d.primary.text);
      return Error{fmt::format("{}:{}: {}{}", sources_.file(file_).path, place.line, d.message, why)};
    }
    return Error{fmt::format("{} cannot be read", sources_.file(file_).path)};
  }

  // What expressions of a composite action may use: what a step's script may, and its inputs.
  std::optional<Value> ReadValue(const YamlNode& node) {
    const catalogue::Slot slot = catalogue::FindSlot("jobs.*.steps.*.run");
    Placeholders placeholders(sources_, problems_);
    return placeholders.Read(node, {slot.allowed, false});
  }

  void ReadInputs(const YamlNode* inputs, model::Action& action) {
    if (inputs == nullptr || inputs->kind != Kind::Map) return;
    for (const auto& [name, settings] : inputs->entries) {
      model::ActionInput input;
      input.name = name->text;
      if (settings->kind == Kind::Map) {
        if (const YamlNode* value = Find(*settings, "default")) input.default_value = Scalar(*value);
        if (const YamlNode* required = Find(*settings, "required"))
          input.required = required->boolean || EqualsIgnoreCase(required->text, "true");
      }
      action.inputs.push_back(std::move(input));
    }
  }

  std::optional<Value> Scalar(const YamlNode& node) {
    switch (node.kind) {
      case Kind::Boolean:
        return Value::Boolean(node.boolean);
      case Kind::Number:
        return Value::Number(node.number, node.text);
      case Kind::String:
        return ReadValue(node);
      default:
        return std::nullopt;
    }
  }

  void ReadOutputs(const YamlNode* outputs, model::Action& action) {
    if (outputs == nullptr || outputs->kind != Kind::Map) return;
    for (const auto& [name, settings] : outputs->entries) {
      if (settings->kind != Kind::Map) continue;
      const YamlNode* node = Find(*settings, "value");
      if (node == nullptr) continue;
      if (auto value = Scalar(*node)) action.outputs.emplace_back(name->text, std::move(*value));
    }
  }

  void ReadSteps(const YamlNode& steps, model::Action& action) {
    if (steps.items.empty()) return;
    TemplateReader reader(sources_, problems_);
    const auto list = reader.Read(steps, *catalogue::FindDefinition("action:composite-steps"));
    if (!list || problems_.errors() > 0) return;
    Placeholders placeholders(sources_, problems_);
    model::Program program;
    Context context{sources_, problems_, placeholders, program};
    for (const model::StepId id : ConvertSteps(*list, context)) action.steps.push_back(program.steps[id]);
  }

  const source::SourceMap& sources_;
  source::FileId file_;
  diagnostics::Sink& sink_;
  Problems problems_;
};

}  // namespace

Result<model::Action> LoadAction(const std::string& path, const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  const source::FileId file = sources.Add(path, text);
  return ActionReader(sources, file, sink).Read();
}

void CheckAction(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  const auto document = ReadYaml(sources, file, sink);
  if (!document) return;
  Problems problems(sink);
  const auto root = TemplateReader(sources, problems).Read(*document->root, catalogue::ActionRoot());
  // The rules that no schema has, such as names of steps.
  if (root && problems.errors() == 0) static_cast<void>(ActionReader(sources, file, sink).Read());
}

bool IsActionFile(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "action.yml" || name == "action.yaml";
}

}  // namespace sluice::load

#include "compiler/load/load_action.h"

#include <fmt/format.h>

#include <deque>
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

// Reads an action with the machinery for workflows: its steps stand in a job that is made up around them.
class ActionReader {
 public:
  ActionReader(const std::string& path, const std::string& text) : file_(sources_.Add(path, text)), problems_(sink_) {}

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

  const YamlNode* Text(std::string text, source::Span at) {
    YamlNode& node = made_.emplace_back();
    node.kind = Kind::String;
    node.text = std::move(text);
    node.at = at;
    return &node;
  }
  const YamlNode* Map(std::vector<std::pair<std::string, const YamlNode*>> entries, source::Span at) {
    std::vector<std::pair<const YamlNode*, const YamlNode*>> nodes;
    for (auto& [key, value] : entries) nodes.emplace_back(Text(key, at), value);
    YamlNode& node = made_.emplace_back();
    node.kind = Kind::Map;
    node.entries = std::move(nodes);
    node.at = at;
    return &node;
  }

  void ReadSteps(const YamlNode& steps, model::Action& action) {
    if (steps.items.empty()) return;
    const source::Span at = steps.at;
    const YamlNode* job = Map({{"runs-on", Text("composite", at)}, {"steps", &steps}}, at);
    // Inputs of any name are known here: the template reader lets `inputs` stand for all of them.
    const YamlNode* workflow =
        Map({{"on", Text("workflow_dispatch", at)}, {"jobs", Map({{"composite", job}}, at)}}, at);
    TemplateReader reader(sources_, problems_);
    const auto root = reader.Read(*workflow);
    if (!root || problems_.errors() > 0) return;
    const Value* jobs = root->Find("jobs");
    const Value* made = jobs == nullptr ? nullptr : jobs->Find("composite");
    const Value* list = made == nullptr ? nullptr : made->Find("steps");
    if (list == nullptr) return;
    Placeholders placeholders(sources_, problems_);
    model::Program program;
    Context context{sources_, problems_, placeholders, program};
    for (const model::StepId id : ConvertSteps(*list, context)) action.steps.push_back(program.steps[id]);
  }

  source::SourceMap sources_;
  source::FileId file_;
  diagnostics::Sink sink_;
  Problems problems_;
  std::deque<YamlNode> made_;
};

}  // namespace

Result<model::Action> LoadAction(const std::string& path, const std::string& text) {
  return ActionReader(path, text).Read();
}

}  // namespace sluice::load

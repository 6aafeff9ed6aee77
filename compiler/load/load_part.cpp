#include "compiler/load/load_part.h"

#include <unordered_set>

#include "compiler/load/problems.h"
#include "compiler/load/template_reader.h"
#include "compiler/load/yaml_tree.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using Path = std::vector<std::string>;

const catalogue::Definition& DefinitionOf(Part part) {
  switch (part) {
    case Part::Workflow:
      return catalogue::WorkflowRoot();
    case Part::Job:
      return *catalogue::FindDefinition("job-factory");
    case Part::CallJob:
      return *catalogue::FindDefinition("workflow-job");
    case Part::Step:
      return *catalogue::FindDefinition("steps-item");
    case Part::RunStep:
      return *catalogue::FindDefinition("run-step");
    case Part::UsesStep:
      return *catalogue::FindDefinition("regular-step");
  }
  return catalogue::WorkflowRoot();
}

// The mappings that are open. Below one that is closed all are.
void CollectOpen(const YamlNode& node, Path& path, const std::function<bool(const Path&)>& open,
                 std::unordered_set<const YamlNode*>& found) {
  if (node.kind != YamlNode::Kind::Map || !open(path) || !found.insert(&node).second) return;
  for (const auto& [key, value] : node.entries) {
    path.push_back(key->text);
    CollectOpen(*value, path, open, found);
    path.pop_back();
  }
}

}  // namespace

std::optional<model::Value> ReadPart(const SourceMap& sources, FileId file, Part part,
                                     const std::function<bool(const Path&)>& open, diagnostics::Sink& sink) {
  diagnostics::Sink mistakes;
  const auto document = ReadYaml(sources, file, mistakes);
  for (const diagnostics::Diagnostic& mistake : mistakes.all())
    sink.Add(Build(Code::P0112, mistake.primary.at, "this is not YAML: " + mistake.message, mistake.primary.text));
  if (!document || document->root == nullptr) return std::nullopt;
  if (document->root->kind != YamlNode::Kind::Map) {
    sink.Add(Build(Code::P0112, sources.WholeFile(file), "expected a YAML mapping", "lines of the form   key: value"));
    return std::nullopt;
  }
  std::unordered_set<const YamlNode*> found;
  Path path;
  CollectOpen(*document->root, path, open, found);
  Problems problems(sink);
  auto value = TemplateReader(sources, problems).ReadPart(*document->root, DefinitionOf(part), std::move(found));
  return problems.errors() > 0 ? std::nullopt : value;
}

StepFacts ReadStepFacts(const std::string& yaml) {
  StepFacts facts;
  SourceMap sources;
  diagnostics::Sink ignored;
  const auto document = ReadYaml(sources, sources.Add("step", yaml + "\n"), ignored);
  if (!document || document->root == nullptr || document->root->kind != YamlNode::Kind::Map) return facts;
  for (const auto& [key, value] : document->root->entries) {
    if (key->text == "id" && value->kind == YamlNode::Kind::String) facts.id = value->text;
    if (key->text == "if") facts.conditional = true;
    if (key->text == "continue-on-error") facts.goes_on = value->kind != YamlNode::Kind::Boolean || value->boolean;
  }
  return facts;
}

}  // namespace sluice::load

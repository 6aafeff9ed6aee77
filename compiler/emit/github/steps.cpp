#include "compiler/emit/github/steps.h"

#include <algorithm>

#include "compiler/emit/github/layout.h"
#include "compiler/emit/github/transfers.h"

namespace sluice::emit {
namespace {

constexpr std::string_view kOrder[] = {"id",         "name", "if",    "continue-on-error", "timeout-minutes",
                                       "background", "env",  "shell", "working-directory", "uses",
                                       "with",       "run",  "wait",  "wait-all",          "cancel",
                                       "parallel"};

class StepPrinter {
 public:
  StepPrinter(const model::Program& program, Surroundings around) : program_(program), around_(around) {}

  std::vector<Node> All(const std::vector<model::StepId>& ids) const {
    std::vector<Node> result;
    for (const model::StepId id : ids)
      for (Node& node : Print(program_.steps[id])) result.push_back(std::move(node));
    return result;
  }

 private:
  std::vector<Node> Print(const model::Step& step) const {
    std::vector<Node> nodes = std::visit([&](const auto& body) { return Body(body); }, step.body);
    for (Node& node : nodes) {
      if (std::holds_alternative<model::Verbatim>(step.body)) continue;
      AddSettings(node, step);
      Arrange(node, kOrder);
    }
    if (!nodes.empty()) nodes[0].above = step.comments;
    return nodes;
  }

  // The step's own settings; what a Put or Get says itself stays, its variables come last.
  static void AddSettings(Node& node, const model::Step& step) {
    if (!step.id.empty()) node.Add("id", Node::String(step.id));
    const bool named = std::ranges::find(node.entries, "name", &Entry::key) != node.entries.end();
    if (!named) AddValue(node, "name", step.name);
    if (step.condition) node.Add("if", ToNode(*step.condition));
    AddValue(node, "continue-on-error", step.continue_on_error);
    AddValue(node, "timeout-minutes", step.timeout_minutes);
    AddValue(node, "background", step.background);
    if (step.env) AddEnv(node, *step.env);
    AddRaw(node, step.raw);
  }

  static void AddEnv(Node& node, const model::Value& env) {
    const auto own = std::ranges::find(node.entries, "env", &Entry::key);
    if (own == node.entries.end()) {
      node.Add("env", ToNode(env));
      return;
    }
    Node all = ToNode(env);
    for (Entry& entry : own->value.entries) all.entries.push_back(std::move(entry));
    own->value = std::move(all);
  }

  std::vector<Node> Body(const model::Run& run) const {
    Node node = Node::Map();
    AddValue(node, "shell", run.shell);
    AddValue(node, "working-directory", run.working_directory);
    node.Add("run", ToNode(run.script));
    return {std::move(node)};
  }

  std::vector<Node> Body(const model::Uses& uses) const {
    Node node = Node::Map();
    Node target = ToNode(uses.target);
    target.comment = uses.version;
    node.Add("uses", std::move(target));
    AddValue(node, "with", uses.with);
    return {std::move(node)};
  }

  std::vector<Node> Body(const model::Put& put) const { return PutSteps(program_, put, around_); }
  std::vector<Node> Body(const model::Get& get) const { return GetSteps(program_, get, around_); }

  std::vector<Node> Body(const model::Wait& wait) const {
    Node node = Node::Map();
    node.Add(wait.all ? "wait-all" : "wait", ToNode(wait.targets));
    return {std::move(node)};
  }

  std::vector<Node> Body(const model::Cancel& cancel) const {
    Node node = Node::Map();
    node.Add("cancel", ToNode(cancel.target));
    return {std::move(node)};
  }

  std::vector<Node> Body(const model::Parallel& parallel) const {
    Node node = Node::Map();
    node.Add("parallel", Node::List(All(parallel.steps)));
    return {std::move(node)};
  }

  std::vector<Node> Body(const model::Verbatim& verbatim) const { return {ToNode(verbatim.tree)}; }

  const model::Program& program_;
  Surroundings around_;
};

}  // namespace

std::vector<Node> StepNodes(const model::Program& program, const model::Pipeline& pipeline, const model::Job& job) {
  return StepPrinter(program, SurroundingsOf(pipeline, job)).All(job.steps);
}

}  // namespace sluice::emit

#include "compiler/emit/github/workflow.h"

#include "compiler/emit/github/layout.h"
#include "compiler/emit/github/settings.h"
#include "compiler/emit/github/steps.h"
#include "compiler/emit/github/triggers.h"
#include "compiler/emit/yaml/writer.h"

namespace sluice::emit {
namespace {

using model::Job;
using model::Pipeline;
using model::Program;

constexpr std::string_view kTopOrder[] = {"name", "run-name",    "description", "on",  "permissions",
                                          "env",  "concurrency", "defaults",    "jobs"};
constexpr std::string_view kJobOrder[] = {"name",
                                          "needs",
                                          "if",
                                          "permissions",
                                          "strategy",
                                          "runs-on",
                                          "timeout-minutes",
                                          "cancel-timeout-minutes",
                                          "continue-on-error",
                                          "environment",
                                          "concurrency",
                                          "uses",
                                          "with",
                                          "secrets",
                                          "container",
                                          "services",
                                          "snapshot",
                                          "env",
                                          "defaults",
                                          "outputs",
                                          "steps"};

Node NeedsNode(const Program& program, const Job& job) {
  if (job.needs_shorthand && job.needs.size() == 1) return Node::String(program.jobs[job.needs[0].job].id);
  Node list = Node::List();
  for (const model::Need& need : job.needs) list.items.push_back(Node::String(program.jobs[need.job].id));
  return list;
}

Node ServicesNode(const Job& job) {
  if (job.services_whole) return ToNode(*job.services_whole);
  Node map = Node::Map();
  for (const auto& [name, container] : job.services) map.AddName(name, ContainerNode(container));
  return map;
}

void AddCall(Node& node, const model::Call& call) {
  Node target = ToNode(call.target);
  target.comment = call.version;
  node.Add("uses", std::move(target));
  AddValue(node, "with", call.with);
  AddValue(node, "secrets", call.secrets);
}

// Where and how the job runs; a call has none of it.
void AddExecution(Node& node, const Job& job) {
  if (job.runner) node.Add("runs-on", RunnerNode(*job.runner));
  AddValue(node, "timeout-minutes", job.timeout_minutes);
  AddValue(node, "cancel-timeout-minutes", job.cancel_timeout_minutes);
  AddValue(node, "continue-on-error", job.continue_on_error);
  if (job.environment) node.Add("environment", EnvironmentNode(*job.environment));
  if (job.container) node.Add("container", ContainerNode(*job.container));
  if (!job.services.empty() || job.services_whole) node.Add("services", ServicesNode(job));
  AddValue(node, "snapshot", job.snapshot);
  AddValue(node, "env", job.env);
  if (job.defaults) node.Add("defaults", DefaultsNode(*job.defaults));
  if (job.outputs.empty()) return;
  Node outputs = Node::Map();
  for (const auto& [name, value] : job.outputs) outputs.AddName(ToYamlText(name), ToNode(value));
  node.Add("outputs", std::move(outputs));
}

Node JobNode(const Program& program, const Pipeline& pipeline, const Job& job) {
  Node node = Node::Map();
  AddValue(node, "name", job.name);
  if (!job.needs.empty()) node.Add("needs", NeedsNode(program, job));
  if (job.condition) node.Add("if", ToNode(*job.condition));
  if (job.permissions) node.Add("permissions", PermissionsNode(*job.permissions));
  if (job.strategy) node.Add("strategy", StrategyNode(*job.strategy));
  if (job.concurrency) node.Add("concurrency", ConcurrencyNode(*job.concurrency));
  AddExecution(node, job);
  if (job.call) AddCall(node, *job.call);
  if (!job.steps.empty()) node.Add("steps", Node::List(StepNodes(program, pipeline, job)));
  AddRaw(node, job.raw);
  Arrange(node, kJobOrder);
  return node;
}

Node JobsNode(const Program& program, const Pipeline& pipeline) {
  Node jobs = Node::Map();
  for (const model::JobId id : pipeline.jobs) {
    const Job& job = program.jobs[id];
    jobs.AddName(job.id, JobNode(program, pipeline, job));
    jobs.entries.back().above = job.comments;
  }
  return jobs;
}

std::vector<std::string> Header(const Pipeline& pipeline) {
  std::vector<std::string> lines;
  if (!pipeline.sources.empty()) {
    std::string line = std::string(kHeaderStart).substr(2);
    for (const std::string& source : pipeline.sources) line += (&source == &pipeline.sources[0] ? "" : ", ") + source;
    lines.push_back(line + ". Do not edit: change the source and run `sluice build`.");
  }
  lines.insert(lines.end(), pipeline.comments.begin(), pipeline.comments.end());
  return lines;
}

}  // namespace

std::string EmitWorkflow(const Program& program, model::PipelineId id) {
  const Pipeline& pipeline = program.pipelines[id];
  Node top = Node::Map();
  AddValue(top, "name", pipeline.name);
  AddValue(top, "run-name", pipeline.run_name);
  AddValue(top, "description", pipeline.description);
  top.Add("on", TriggersNode(pipeline));
  if (pipeline.permissions) top.Add("permissions", PermissionsNode(*pipeline.permissions));
  AddValue(top, "env", pipeline.env);
  if (pipeline.concurrency) top.Add("concurrency", ConcurrencyNode(*pipeline.concurrency));
  if (pipeline.defaults) top.Add("defaults", DefaultsNode(*pipeline.defaults));
  top.Add("jobs", JobsNode(program, pipeline));
  AddRaw(top, pipeline.raw);
  Arrange(top, kTopOrder);
  return WriteYaml(top, Header(pipeline));
}

}  // namespace sluice::emit

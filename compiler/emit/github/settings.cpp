#include "compiler/emit/github/settings.h"

#include "compiler/emit/github/layout.h"

namespace sluice::emit {
namespace {

Node MatrixNode(const model::Matrix& matrix) {
  if (matrix.whole) return ToNode(*matrix.whole);
  Node map = Node::Map();
  for (const auto& [axis, values] : matrix.axes) map.AddName(ToYamlText(axis), ToNode(values));
  AddValue(map, "include", matrix.include);
  AddValue(map, "exclude", matrix.exclude);
  return map;
}

}  // namespace

Node PermissionsNode(const model::Permissions& permissions) {
  if (!permissions.all.empty()) return Node::String(permissions.all);
  Node map = Node::Map();
  for (const model::Permission& permission : permissions.scopes) {
    Node access = Node::String(permission.access);
    for (const std::string& reason : permission.reasons)
      access.comment += (access.comment.empty() ? "" : "; ") + reason;
    map.Add(permission.scope, std::move(access));
  }
  return map;
}

Node ConcurrencyNode(const model::Concurrency& concurrency) {
  if (concurrency.whole) return ToNode(*concurrency.whole);
  if (concurrency.shorthand) return ToNode(concurrency.group);
  Node map = Node::Map();
  map.Add("group", ToNode(concurrency.group));
  AddValue(map, "cancel-in-progress", concurrency.cancel_in_progress);
  AddValue(map, "queue", concurrency.queue);
  return map;
}

Node DefaultsNode(const model::Defaults& defaults) {
  Node map = Node::Map();
  if (!defaults.run) return map;
  Node run = Node::Map();
  AddValue(run, "shell", defaults.shell);
  AddValue(run, "working-directory", defaults.working_directory);
  map.Add("run", defaults.whole ? ToNode(*defaults.whole) : std::move(run));
  return map;
}

Node StrategyNode(const model::Strategy& strategy) {
  if (strategy.whole) return ToNode(*strategy.whole);
  Node map = Node::Map();
  AddValue(map, "fail-fast", strategy.fail_fast);
  AddValue(map, "max-parallel", strategy.max_parallel);
  if (strategy.matrix) map.Add("matrix", MatrixNode(*strategy.matrix));
  return map;
}

Node EnvironmentNode(const model::Environment& environment) {
  if (environment.whole) return ToNode(*environment.whole);
  if (environment.shorthand) return ToNode(environment.name);
  Node map = Node::Map();
  map.Add("name", ToNode(environment.name));
  AddValue(map, "url", environment.url);
  AddValue(map, "deployment", environment.deployment);
  return map;
}

Node ContainerNode(const model::Container& container) {
  if (container.whole) return ToNode(*container.whole);
  if (container.shorthand && container.image) return ToNode(*container.image);
  Node map = Node::Map();
  AddValue(map, "image", container.image);
  AddValue(map, "credentials", container.credentials);
  AddValue(map, "env", container.env);
  AddValue(map, "ports", container.ports);
  AddValue(map, "volumes", container.volumes);
  AddValue(map, "options", container.options);
  AddValue(map, "entrypoint", container.entrypoint);
  AddValue(map, "command", container.command);
  return map;
}

Node RunnerNode(const model::Runner& runner) {
  if (!runner.mapping) return runner.labels ? ToNode(*runner.labels) : Node::Null();
  Node map = Node::Map();
  AddValue(map, "group", runner.group);
  AddValue(map, "labels", runner.labels);
  return map;
}

}  // namespace sluice::emit

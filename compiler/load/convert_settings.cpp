#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/load/convert.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using model::Value;

bool HasExpression(const Value& value) { return !value.constant(); }

model::Matrix ConvertMatrix(const Value& value, Context& context) {
  model::Matrix matrix;
  matrix.origin = value.origin;
  if (!value.is(Value::Kind::Map)) {
    matrix.whole = value;
    return matrix;
  }
  // An axis may be an expression (`${{ insert }}`); include and exclude keep their meaning beside it.
  for (const auto& [key, entry] : value.entries) {
    if (key.is(Value::Kind::String) && key.text == "include")
      matrix.include = entry;
    else if (key.is(Value::Kind::String) && key.text == "exclude")
      matrix.exclude = entry;
    else
      matrix.axes.emplace_back(key, entry);
    if (entry.is(Value::Kind::List) && entry.items.empty() && key.text != "include" && key.text != "exclude")
      context.problems.Add(Build(Code::P1115, entry.origin.at, fmt::format("`{}` has no values", key.text),
                                 "GitHub's server refuses an axis without values"));
  }
  return matrix;
}

// GitHub: a group is a name, or has the prefix of an organization or enterprise.
void CheckGroup(const Value& group, Context& context) {
  const auto text = ConstantText(group);
  if (!text) return;
  const auto parts = SplitString(*text, '/');
  static constexpr std::string_view kPrefixes[] = {"org", "organization", "ent", "enterprise"};
  const bool prefix = parts.size() == 2 && std::ranges::find(kPrefixes, parts[0]) != std::end(kPrefixes);
  if (parts.size() == 1 || (prefix && !parts[1].empty())) return;
  context.problems.Add(Build(Code::P1104, group.origin.at, fmt::format("`{}` is no group of runners", *text),
                             "write `NAME`, `organization/NAME` or `enterprise/NAME`"));
}

}  // namespace

model::Permissions ConvertPermissions(const Value& value) {
  model::Permissions permissions;
  permissions.origin = value.origin;
  permissions.all = ConstantText(value).value_or("");
  for (const auto& [scope, access] : value.entries)
    permissions.scopes.push_back({scope.text, ConstantText(access).value_or(""), {}});
  return permissions;
}

model::Concurrency ConvertConcurrency(const Value& value) {
  model::Concurrency concurrency;
  concurrency.origin = value.origin;
  if (!value.is(Value::Kind::Map)) {
    concurrency.group = value;
    concurrency.shorthand = true;
  } else if (IsDynamic(value)) {
    concurrency.whole = value;
  } else {
    concurrency.group = Get(value, "group").value_or(Value());
    concurrency.cancel_in_progress = Get(value, "cancel-in-progress");
    concurrency.queue = Get(value, "queue");
  }
  return concurrency;
}

model::Defaults ConvertDefaults(const Value& value) {
  model::Defaults defaults;
  defaults.origin = value.origin;
  const Value* run = value.Find("run");
  defaults.run = run != nullptr;
  if (run == nullptr) return defaults;
  if (IsDynamic(*run)) {
    defaults.whole = *run;
    return defaults;
  }
  defaults.shell = Get(*run, "shell");
  defaults.working_directory = Get(*run, "working-directory");
  return defaults;
}

model::Strategy ConvertStrategy(const Value& value, Context& context) {
  model::Strategy strategy;
  if (IsDynamic(value)) {
    strategy.whole = value;
    return strategy;
  }
  strategy.fail_fast = Get(value, "fail-fast");
  strategy.max_parallel = Get(value, "max-parallel");
  if (const Value* matrix = value.Find("matrix")) strategy.matrix = ConvertMatrix(*matrix, context);
  return strategy;
}

model::Environment ConvertEnvironment(const Value& value) {
  model::Environment environment;
  if (!value.is(Value::Kind::Map)) {
    environment.name = value;
    environment.shorthand = true;
  } else if (IsDynamic(value)) {
    environment.whole = value;
  } else {
    environment.name = Get(value, "name").value_or(Value());
    environment.url = Get(value, "url");
    environment.deployment = Get(value, "deployment");
  }
  return environment;
}

model::Container ConvertContainer(const Value& value, bool service, Span at, Context& context) {
  model::Container container;
  if (!value.is(Value::Kind::Map)) {
    const bool image = value.is(Value::Kind::String) && !value.text.empty();
    container.shorthand = image;
    (image ? container.image : container.whole) = value;
    return container;
  }
  if (IsDynamic(value)) {
    container.whole = value;
    return container;
  }
  container.image = Get(value, "image");
  container.credentials = Get(value, "credentials");
  container.env = Get(value, "env");
  container.ports = Get(value, "ports");
  container.volumes = Get(value, "volumes");
  container.options = Get(value, "options");
  container.entrypoint = Get(value, "entrypoint");
  container.command = Get(value, "command");
  if (!container.image && !HasExpression(value))
    context.problems.Add(Build(Code::P1109, at, "`image` is missing",
                               service ? "a service runs an image" : "a container runs an image"));
  return container;
}

model::Runner ConvertRunner(const Value& value, Context& context) {
  model::Runner runner;
  if (!value.is(Value::Kind::Map) || IsDynamic(value)) {
    runner.labels = value;
    return runner;
  }
  runner.mapping = true;
  runner.group = Get(value, "group");
  runner.labels = Get(value, "labels");
  if (runner.group) CheckGroup(*runner.group, context);
  return runner;
}

}  // namespace sluice::load

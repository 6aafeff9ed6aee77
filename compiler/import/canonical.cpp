#include "compiler/import/canonical.h"

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/import/canonical_expr.h"
#include "compiler/import/matrix_rows.h"
#include "compiler/import/printer.h"
#include "compiler/import/uses.h"
#include "compiler/model/json.h"

namespace sluice::import {
namespace {

using expr::Expr;
using expr::Op;
using model::Value;

std::string Trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

class Canonicalizer {
 public:
  Canonicalizer(const model::Program& program, const Reading& reading) : program_(program), reading_(reading) {}

  Places Run(const model::Pipeline& pipeline) {
    pipeline_ = &pipeline;
    if (pipeline.name) Put("name", *pipeline.name);
    if (pipeline.run_name) Put("run-name", *pipeline.run_name);
    if (pipeline.description) Put("description", *pipeline.description);
    for (const model::Trigger& trigger : pipeline.triggers) TriggerAt(trigger);
    if (pipeline.env) Map("env", *pipeline.env);
    if (pipeline.concurrency) ConcurrencyAt("concurrency", *pipeline.concurrency);
    Map("", pipeline.raw);
    for (const model::JobId id : pipeline.jobs) JobAt(program_.jobs[id]);
    names_ = {};
    return std::move(places_);
  }

 private:
  void Say(const std::string& path, std::string text) { places_[path] = std::move(text); }
  void Put(const std::string& path, const Value& value) {
    if (value.is(Value::Kind::Map)) return Map(path, value);
    if (value.is(Value::Kind::List)) {
      if (value.items.empty()) Say(path, "[]");
      for (size_t i = 0; i < value.items.size(); ++i) Put(path + "." + std::to_string(i), value.items[i]);
      return;
    }
    Say(path, CanonicalText(value, names_));
  }
  void Map(const std::string& path, const Value& map) {
    if (!map.is(Value::Kind::Map)) {
      if (!map.is(Value::Kind::Null)) Put(path, map);
      return;
    }
    for (const auto& [key, value] : map.entries) {
      const std::string name = key.is(Value::Kind::String) ? key.text : CanonicalText(key, names_);
      Put(path.empty() ? name : path + "." + name, value);
    }
  }
  // A list, or one value that means the list of it.
  void List(const std::string& path, const Value& value) {
    if (value.is(Value::Kind::List)) return Put(path, value);
    Put(path + ".0", value);
  }
  void Flag(const std::string& path, const std::optional<Value>& value, bool otherwise) {
    if (!value || (value->is(Value::Kind::Boolean) && value->boolean == otherwise)) return;
    if (value->is(Value::Kind::Expression))
      Say(path, expr::Print(Canonical(*value->expr, true, names_)));
    else
      Put(path, *value);
  }
  void Optional(const std::string& path, const std::optional<Value>& value) {
    if (value) Put(path, *value);
  }

  void TriggerAt(const model::Trigger& trigger) {
    const std::string path = "on." + trigger.event;
    Say(path, "");
    for (const model::Filter& filter : trigger.filters) List(path + "." + filter.name, filter.value);
    for (size_t i = 0; i < trigger.schedules.size(); ++i) {
      Put(path + "." + std::to_string(i), trigger.schedules[i].cron);
      Optional(path + "." + std::to_string(i) + ".timezone", trigger.schedules[i].timezone);
    }
    for (const model::Input& input : trigger.inputs) InputAt(path + ".inputs." + input.name, input);
    for (const model::CallOutput& output : trigger.outputs) {
      Say(path + ".outputs." + output.name, "");
      if (output.description) Say(path + ".outputs." + output.name + ".description", OneLine(*output.description));
      Optional(path + ".outputs." + output.name + ".value", output.value);
    }
    for (const model::CallSecret& secret : trigger.secrets) {
      Say(path + ".secrets." + secret.name, "");
      if (secret.description) Say(path + ".secrets." + secret.name + ".description", OneLine(*secret.description));
      Flag(path + ".secrets." + secret.name + ".required", secret.required, false);
    }
    if (trigger.raw.is(Value::Kind::Map)) Map(path, trigger.raw);
  }

  // Descriptions are for people: their line breaks do not count.
  static std::string OneLine(const Value& value) {
    std::string text = ReplaceAll(Trimmed(ScalarText(value)), "\n", " ");
    while (text.find("  ") != std::string::npos) text = ReplaceAll(text, "  ", " ");
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  // An input without default has the empty value of its type.
  void InputAt(const std::string& path, const model::Input& input) {
    const std::string type = input.type.value_or("string");
    Say(path + ".type", type);
    if (input.description && !OneLine(*input.description).empty())
      Say(path + ".description", OneLine(*input.description));
    Optional(path + ".deprecationMessage", input.deprecation_message);
    Flag(path + ".required", input.required, false);
    if (input.default_value && !input.default_value->is(Value::Kind::Null)) {
      const std::string text = CanonicalText(*input.default_value, names_);
      const std::string_view none = type == "boolean" ? "false" : type == "number" ? "0" : "";
      if (text != none) Say(path + ".default", text);
    }
    Optional(path + ".options", input.options);
  }

  void ConcurrencyAt(const std::string& path, const model::Concurrency& concurrency) {
    if (concurrency.whole) return Put(path, *concurrency.whole);
    Put(path + ".group", concurrency.group);
    Flag(path + ".cancel-in-progress", concurrency.cancel_in_progress, false);
    if (concurrency.queue && ScalarText(*concurrency.queue) != "single") Put(path + ".queue", *concurrency.queue);
  }

  void PermissionsAt(const std::string& path, const model::Job& job) {
    const auto& given = job.permissions ? job.permissions : pipeline_->permissions;
    if (!given) return Say(path + ".permissions", "as the repository has it");
    if (!given->all.empty()) return Say(path + ".permissions", given->all);
    std::vector<std::string> scopes;
    for (const model::Permission& scope : given->scopes)
      if (scope.access != "none") scopes.push_back(scope.scope + ": " + scope.access);
    std::ranges::sort(scopes);
    std::string text;
    for (const std::string& scope : scopes) text += (text.empty() ? "" : ", ") + scope;
    Say(path + ".permissions", text);
  }

  void ConditionAt(const std::string& path, const std::optional<model::Condition>& condition) {
    if (!condition) return;
    Value user = condition->user;
    if (user.is(Value::Kind::Text)) user = Value::Expression(*ConditionExpression(user));
    if (user.is(Value::Kind::String) && user.text.find_first_not_of(" \t\n") == std::string::npos) return;
    if (!user.is(Value::Kind::Expression)) {
      if (user.is(Value::Kind::Boolean) && user.boolean) return;
      return Say(path + ".if", user.is(Value::Kind::Boolean) ? "false" : CanonicalText(user, names_));
    }
    const Expr e = Canonical(*user.expr, true, names_);
    if (e.op == Op::Boolean && e.boolean) return;
    const std::string text = expr::Print(e);
    if (text != "success()") Say(path + ".if", text);
  }

  void MatrixAt(const std::string& path, const model::Matrix& matrix) {
    if (matrix.whole) return Put(path, *matrix.whole);
    Value map = Value::Map(matrix.axes);
    if (matrix.include) map.entries.emplace_back(Value::String("include"), *matrix.include);
    if (matrix.exclude) map.entries.emplace_back(Value::String("exclude"), *matrix.exclude);
    const auto rows = ExpandMatrix(map);
    for (auto& [name, values] : map.entries)
      if (name.is(Value::Kind::String)) name.text = OldAxis(name.text);
    if (!rows) return Map(path, map);
    for (size_t i = 0; i < rows->size(); ++i) {
      Value cells = Value::Map({});
      for (const auto& [name, value] : (*rows)[i].cells)
        if (!names_.row.empty() && name == names_.row && value.is(Value::Kind::Map))
          cells = value;
        else
          cells.entries.emplace_back(Value::String(OldAxis(name)), value);
      std::ranges::stable_sort(cells.entries, {}, [](const auto& entry) { return entry.first.text; });
      Map(path + "." + std::to_string(i), cells);
    }
  }

  std::string OldAxis(const std::string& name) const {
    const auto it = names_.axes.find(AsciiLower(name));
    return it == names_.axes.end() ? name : it->second;
  }

  void StrategyAt(const std::string& path, const model::Strategy& strategy) {
    if (strategy.whole) return Put(path, *strategy.whole);
    Flag(path + ".fail-fast", strategy.fail_fast, true);
    Optional(path + ".max-parallel", strategy.max_parallel);
    if (strategy.matrix) MatrixAt(path + ".matrix", *strategy.matrix);
  }

  void ContainerAt(const std::string& path, const model::Container& container) {
    Optional(path, container.whole);
    // `container: image` is the record of it.
    const bool alone = container.image && !container.credentials && !container.env && !container.ports &&
                       !container.volumes && !container.options && !container.entrypoint && !container.command;
    Optional(alone ? path : path + ".image", container.image);
    Optional(path + ".credentials", container.credentials);
    Optional(path + ".env", container.env);
    Optional(path + ".ports", container.ports);
    Optional(path + ".volumes", container.volumes);
    Optional(path + ".options", container.options);
    Optional(path + ".entrypoint", container.entrypoint);
    Optional(path + ".command", container.command);
  }

  void RunnerAt(const std::string& path, const model::Runner& runner) {
    Optional(path + ".group", runner.group);
    if (!runner.labels) return;
    if (runner.labels->is(Value::Kind::List) && runner.labels->items.size() == 1)
      Say(path, AsciiLower(CanonicalText(runner.labels->items[0], names_)));
    else if (runner.labels->is(Value::Kind::String))
      Say(path, AsciiLower(runner.labels->text));
    else
      Put(path, *runner.labels);
  }

  bool IsRead(const model::Job& job, const Value& output) const {
    return reading_.outputs_read.contains("*") ||
           reading_.outputs_read.contains(AsciiLower(job.id + "." + output.text));
  }

  void JobAt(const model::Job& job) {
    const auto renamed = reading_.names.find(job.id);
    names_ = renamed == reading_.names.end() ? Names{} : renamed->second;
    names_.row = RowAxis(job);
    names_.needs.emplace();
    for (const model::Need& need : job.needs) names_.needs->insert(AsciiLower(program_.jobs[need.job].id));
    const std::string path = "jobs." + job.id;
    Optional(path + ".name", job.name);
    std::vector<std::string> needs;
    for (const model::Need& need : job.needs) needs.push_back(program_.jobs[need.job].id);
    std::ranges::sort(needs);
    for (const std::string& need : needs) Say(path + ".needs." + need, "");
    ConditionAt(path, job.condition);
    PermissionsAt(path, job);
    if (job.strategy) StrategyAt(path + ".strategy", *job.strategy);
    if (job.runner) RunnerAt(path + ".runs-on", *job.runner);
    Optional(path + ".timeout-minutes", job.timeout_minutes);
    Optional(path + ".cancel-timeout-minutes", job.cancel_timeout_minutes);
    Flag(path + ".continue-on-error", job.continue_on_error, false);
    if (job.environment) EnvironmentAt(path + ".environment", *job.environment);
    if (job.concurrency) ConcurrencyAt(path + ".concurrency", *job.concurrency);
    if (job.container) ContainerAt(path + ".container", *job.container);
    for (const auto& [name, service] : job.services) ContainerAt(path + ".services." + name, service);
    Optional(path + ".services", job.services_whole);
    if (job.env) Map(path + ".env", *job.env);
    for (const auto& [name, value] : job.outputs)
      if (IsRead(job, name)) Put(path + ".outputs." + CanonicalText(name, names_), value);
    Optional(path + ".snapshot", job.snapshot);
    RawAt(path, job.raw);
    if (job.call) {
      Say(path + ".uses", TargetOf(job.call->target));
      if (job.call->with) Map(path + ".with", *job.call->with);
      if (job.call->secrets) Map(path + ".secrets", *job.call->secrets);
    }
    steps_read_ = StepsRead(job.steps);
    for (size_t i = 0; i < job.steps.size(); ++i)
      StepAt(path + ".steps." + std::to_string(i), job, program_.steps[job.steps[i]]);
  }

  // Empty lists and mappings that were kept mean nothing.
  void RawAt(const std::string& path, const Value& raw) {
    if (!raw.is(Value::Kind::Map)) return;
    for (const auto& [key, value] : raw.entries)
      if (!(value.is(Value::Kind::List) && value.items.empty()) &&
          !(value.is(Value::Kind::Map) && value.entries.empty()))
        RawEntry(path + "." + CanonicalText(key, names_), key.text, value);
  }
  void RawEntry(const std::string& path, const std::string& key, const Value& value) {
    if (key == "if") {
      model::Condition condition;
      condition.user = value;
      if (const auto e = ConditionExpression(value)) condition.user = Value::Expression(*e);
      ConditionAt(path.substr(0, path.size() - 3), condition);
    } else if (key == "with") {
      WithAt(path, value);
    } else {
      Put(path, value);
    }
  }

  void EnvironmentAt(const std::string& path, const model::Environment& environment) {
    if (environment.whole) return Put(path, *environment.whole);
    Put(path, environment.name);
    Optional(path + ".url", environment.url);
    Flag(path + ".deployment", environment.deployment, true);
  }

  std::set<std::string> StepsRead(const std::vector<model::StepId>& steps) const;

  // The commit of an action, whatever name it goes by.
  std::string TargetOf(const Value& target) const {
    const std::string text = CanonicalText(target, names_);
    const auto pin = SplitPin(text);
    if (!pin) return text;
    const catalogue::ActionPin* action = reading_.lock.Find(pin->first, pin->second);
    const catalogue::WorkflowPin* called = reading_.lock.FindWorkflow(pin->first, pin->second);
    const std::string& sha = action != nullptr ? action->sha : called != nullptr ? called->sha : pin->second;
    return AsciiLower(pin->first) + "@" + AsciiLower(sha);
  }

  void WithAt(const std::string& path, const Value& with) {
    if (!with.is(Value::Kind::Map)) return Put(path, with);
    for (const auto& [key, value] : with.entries)
      Say(path + "." + AsciiLower(CanonicalText(key, names_)), Trimmed(CanonicalText(value, names_)));
  }

  std::string ShellOf(const model::Job& job, const model::Run& run) const {
    std::string shell;
    if (run.shell) {
      shell = CanonicalText(*run.shell, names_);
    } else if (const auto* defaults = DefaultsOf(job); defaults != nullptr && defaults->shell) {
      shell = CanonicalText(*defaults->shell, names_);
    }
    return shell.empty() ? DefaultShell(job) : shell;
  }
  // What GitHub takes when nobody says it.
  std::string DefaultShell(const model::Job& job) const {
    if (job.container) return "sh";
    if (!job.runner || !job.runner->labels || !job.runner->labels->constant()) return "default";
    std::vector<Value> labels = job.runner->labels->items;
    if (labels.empty()) labels.push_back(*job.runner->labels);
    for (const Value& label : labels)
      if (AsciiLower(ScalarText(label)).find("windows") != std::string::npos) return "pwsh";
    return "bash -e {0}";
  }
  // The nearest block that says something: the runner takes it as a whole.
  const model::Defaults* DefaultsOf(const model::Job& job) const {
    for (const auto* defaults : {&job.defaults, &pipeline_->defaults})
      if (*defaults && ((*defaults)->shell || (*defaults)->working_directory || (*defaults)->whole)) return &**defaults;
    return nullptr;
  }

  void StepAt(const std::string& path, const model::Job& job, const model::Step& step);

  const model::Program& program_;
  const Reading& reading_;
  const model::Pipeline* pipeline_ = nullptr;
  Names names_;
  std::set<std::string> steps_read_;
  Places places_;
};

// Every expression of a step.
template <class Visit>
void ForEachOfStep(const model::Program& program, const model::Step& step, Visit visit) {
  const auto value = [&](const std::optional<Value>& one) {
    if (one) ForEachExpression(*one, visit);
  };
  if (step.condition) {
    ForEachExpression(step.condition->user, visit);
    if (const auto e = ConditionExpression(step.condition->user)) visit(*e);
  }
  value(step.name);
  value(step.env);
  value(step.continue_on_error);
  value(step.timeout_minutes);
  ForEachExpression(step.raw, visit);
  if (const auto* run = std::get_if<model::Run>(&step.body)) {
    ForEachExpression(run->script, visit);
    value(run->shell);
    value(run->working_directory);
  }
  if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
    ForEachExpression(uses->target, visit);
    value(uses->with);
  }
  if (const auto* verbatim = std::get_if<model::Verbatim>(&step.body)) ForEachExpression(verbatim->tree, visit);
  if (const auto* parallel = std::get_if<model::Parallel>(&step.body))
    for (const model::StepId id : parallel->steps) ForEachOfStep(program, program.steps[id], visit);
}

std::set<std::string> Canonicalizer::StepsRead(const std::vector<model::StepId>& steps) const {
  std::set<std::string> names;
  const auto visit = [&](const Expr& e) {
    WalkExpression(e, [&](const Expr& one) {
      if (one.op == Op::Index && one.args[0].op == Op::Name && EqualsIgnoreCase(one.args[0].text, "steps"))
        names.insert(one.args[1].op == Op::String ? AsciiLower(one.args[1].text) : "*");
    });
  };
  for (const model::StepId id : steps) {
    const model::Step& step = program_.steps[id];
    ForEachOfStep(program_, step, visit);
    const auto target = [&](const Value& value) {
      if (!value.is(Value::Kind::List)) names.insert(AsciiLower(ScalarText(value)));
      for (const Value& item : value.items) names.insert(AsciiLower(ScalarText(item)));
    };
    if (const auto* wait = std::get_if<model::Wait>(&step.body)) target(wait->targets);
    if (const auto* cancel = std::get_if<model::Cancel>(&step.body)) target(cancel->target);
  }
  return names;
}

void Canonicalizer::StepAt(const std::string& path, const model::Job& job, const model::Step& step) {
  Say(path, "");
  const auto renamed = names_.steps.find(AsciiLower(step.id));
  // A script that was raised reads it by its old name.
  const bool old = renamed != names_.steps.end() && steps_read_.contains(AsciiLower(renamed->second));
  if (old || steps_read_.contains(AsciiLower(step.id)) || steps_read_.contains("*")) {
    if (!step.id.empty()) Say(path + ".id", AsciiLower(renamed == names_.steps.end() ? step.id : renamed->second));
  }
  Optional(path + ".name", step.name);
  ConditionAt(path, step.condition);
  if (step.env) Map(path + ".env", *step.env);
  Flag(path + ".continue-on-error", step.continue_on_error, false);
  Optional(path + ".timeout-minutes", step.timeout_minutes);
  Flag(path + ".background", step.background, false);
  if (step.raw.is(Value::Kind::Map)) RawAt(path, step.raw);
  if (const auto* run = std::get_if<model::Run>(&step.body)) {
    Say(path + ".run", Trimmed(CanonicalText(run->script, names_)));
    Say(path + ".shell", ShellOf(job, *run));
    std::string folder = run->working_directory ? CanonicalText(*run->working_directory, names_) : "";
    if (const auto* defaults = DefaultsOf(job); !run->working_directory && defaults != nullptr) {
      if (defaults->working_directory) folder = CanonicalText(*defaults->working_directory, names_);
      if (defaults->whole) Put(path + ".defaults", *defaults->whole);
    }
    if (!folder.empty()) Say(path + ".working-directory", folder);
  } else if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
    Say(path + ".uses", TargetOf(uses->target));
    if (uses->with) WithAt(path + ".with", *uses->with);
    // The default of the action's own input.
    if (IsCheckout(CanonicalText(uses->target, names_))) {
      const auto it = places_.find(path + ".with.persist-credentials");
      if (it != places_.end() && it->second == "true") places_.erase(it);
    }
  } else if (const auto* wait = std::get_if<model::Wait>(&step.body)) {
    Say(path + ".wait", wait->all ? "all" : "");
    if (!wait->all) List(path + ".wait", wait->targets);
  } else if (const auto* cancel = std::get_if<model::Cancel>(&step.body)) {
    Put(path + ".cancel", cancel->target);
  } else if (const auto* parallel = std::get_if<model::Parallel>(&step.body)) {
    for (size_t i = 0; i < parallel->steps.size(); ++i)
      StepAt(path + ".parallel." + std::to_string(i), job, program_.steps[parallel->steps[i]]);
  } else if (const auto* verbatim = std::get_if<model::Verbatim>(&step.body)) {
    Map(path, verbatim->tree);
  } else {
    Say(path + ".transfer", "");
  }
}

}  // namespace

Reading ReadingOf(const model::Program& program, const catalogue::Lock& lock) {
  Reading reading{lock, {}, false, {}};
  const auto walk = [&](const Expr& root) {
    WalkExpression(root, [&](const Expr& e) {
      if (e.op == Op::Index && e.args[1].op == Op::String && EqualsIgnoreCase(e.args[1].text, "workflow") &&
          e.args[0].op == Op::Name && EqualsIgnoreCase(e.args[0].text, "github"))
        reading.reads_name = true;
      if (e.op == Op::Index && e.args[0].op == Op::Index && e.args[0].args[0].op == Op::Index) {
        const Expr& outputs = e.args[0];
        const Expr& job = outputs.args[0];
        const bool context = job.args[0].op == Op::Name && (EqualsIgnoreCase(job.args[0].text, "needs") ||
                                                            EqualsIgnoreCase(job.args[0].text, "jobs"));
        if (context && outputs.args[1].op == Op::String && EqualsIgnoreCase(outputs.args[1].text, "outputs"))
          reading.outputs_read.insert(job.args[1].op == Op::String && e.args[1].op == Op::String
                                          ? AsciiLower(job.args[1].text + "." + e.args[1].text)
                                          : "*");
      }
      // `needs` as a whole, or all outputs of a job.
      const bool whole = e.op == Op::Call || e.op == Op::Star;
      for (const Expr& arg : e.args) {
        const bool needs = arg.op == Op::Name && EqualsIgnoreCase(arg.text, "needs");
        const bool outputs = arg.op == Op::Index && arg.args[1].op == Op::String &&
                             EqualsIgnoreCase(arg.args[1].text, "outputs") && arg.args[0].op == Op::Index &&
                             arg.args[0].args[0].op == Op::Name && EqualsIgnoreCase(arg.args[0].args[0].text, "needs");
        const bool job =
            arg.op == Op::Index && arg.args[0].op == Op::Name && EqualsIgnoreCase(arg.args[0].text, "needs");
        if (whole && (needs || outputs || job)) reading.outputs_read.insert("*");
      }
    });
  };
  const auto value = [&](const std::optional<Value>& one) {
    if (one) ForEachExpression(*one, walk);
  };
  for (size_t i = 0; i < program.pipelines.size(); ++i) {
    const model::Pipeline& pipeline = program.pipelines[model::PipelineId{static_cast<int32_t>(i)}];
    value(pipeline.run_name);
    value(pipeline.env);
    if (pipeline.concurrency) {
      value(pipeline.concurrency->group);
      value(pipeline.concurrency->whole);
    }
    for (const model::Trigger& trigger : pipeline.triggers)
      for (const model::CallOutput& output : trigger.outputs) value(output.value);
  }
  for (size_t i = 0; i < program.jobs.size(); ++i) {
    const model::Job& job = program.jobs[model::JobId{static_cast<int32_t>(i)}];
    if (job.condition) {
      ForEachExpression(job.condition->user, walk);
      if (const auto e = ConditionExpression(job.condition->user)) walk(*e);
    }
    value(job.name);
    value(job.env);
    if (job.runner) value(job.runner->labels);
    value(job.timeout_minutes);
    value(job.continue_on_error);
    if (job.environment) {
      value(job.environment->name);
      value(job.environment->url);
      value(job.environment->whole);
    }
    if (job.concurrency) value(job.concurrency->group);
    if (job.container) {
      value(job.container->image);
      value(job.container->whole);
      value(job.container->env);
      value(job.container->options);
    }
    for (const auto& [name, service] : job.services) {
      value(service.image);
      value(service.env);
    }
    if (job.defaults) value(job.defaults->working_directory);
    if (job.strategy) {
      value(job.strategy->whole);
      value(job.strategy->fail_fast);
      value(job.strategy->max_parallel);
      if (job.strategy->matrix) {
        value(job.strategy->matrix->whole);
        value(job.strategy->matrix->include);
        value(job.strategy->matrix->exclude);
        for (const auto& [name, values] : job.strategy->matrix->axes) value(values);
      }
    }
    for (const auto& [name, output] : job.outputs) value(output);
    ForEachExpression(job.raw, walk);
    if (job.call) {
      value(job.call->with);
      value(job.call->secrets);
    }
    for (const model::StepId id : job.steps) ForEachOfStep(program, program.steps[id], walk);
  }
  return reading;
}

std::string RowAxis(const model::Job& job) {
  if (!job.strategy || !job.strategy->matrix) return {};
  const model::Matrix& matrix = *job.strategy->matrix;
  const bool rows =
      matrix.axes.size() == 1 && !matrix.include && !matrix.exclude && matrix.axes[0].first.text == "row" &&
      matrix.axes[0].second.is(Value::Kind::List) &&
      std::ranges::all_of(matrix.axes[0].second.items, [](const Value& item) { return item.is(Value::Kind::Map); });
  return rows ? "row" : "";
}

Places PlacesOf(const model::Program& program, model::PipelineId id, const Reading& reading) {
  return Canonicalizer(program, reading).Run(program.pipelines[id]);
}

}  // namespace sluice::import

#include "compiler/lower/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/versions.h"
#include "compiler/check/changes.h"
#include "compiler/check/shells.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/containers.h"
#include "compiler/lower/expressions.h"
#include "compiler/lower/matrix.h"
#include "compiler/lower/pipeline_lowering.h"
#include "compiler/lower/raw.h"
#include "compiler/lower/server.h"
#include "compiler/model/origins.h"

namespace sluice::lower {
namespace {

using check::TermPtr;
using diagnostics::Code;
using model::Value;

constexpr std::string_view kUpload = "actions/upload-artifact";
constexpr std::string_view kDownload = "actions/download-artifact";
constexpr std::string_view kCarried = "files between jobs are carried by it";

Value EnvMap(const std::vector<check::EnvEntry>& entries, const Expressions& expressions) {
  Value map = Value::Map({});
  for (const check::EnvEntry& entry : entries)
    map.entries.emplace_back(Value::String(entry.name), expressions.Value(entry.value));
  return map;
}

model::Need::Why WhyOf(check::NeedReason reason) {
  switch (reason) {
    case check::NeedReason::File:
      return model::Need::Why::File;
    case check::NeedReason::Output:
      return model::Need::Why::Output;
    case check::NeedReason::Result:
      return model::Need::Why::Result;
    case check::NeedReason::Order:
      return model::Need::Why::Order;
  }
  return model::Need::Why::Order;
}

Value ConstantOf(const check::Constant& constant) {
  switch (constant.kind) {
    case check::Constant::Kind::Bool:
      return Value::Boolean(constant.boolean);
    case check::Constant::Kind::Number:
      return Value::Number(constant.number, constant.spelling);
    case check::Constant::Kind::String:
      return Value::String(constant.text);
    case check::Constant::Kind::Null:
      break;
  }
  return Value::Null();
}

// What a trigger says of an input beside its parameter.
void Say(const check::Trigger::Input& more, std::vector<model::Input>& inputs) {
  const auto input = std::ranges::find(inputs, more.name, &model::Input::name);
  if (input == inputs.end()) return;
  if (more.absent) {
    inputs.erase(input);
    return;
  }
  if (more.type) {
    input->type = *more.type;
    input->options.reset();
  }
  if (more.description) input->description = Value::String(*more.description);
  if (more.required) input->required = Value::Boolean(*more.required);
  if (more.default_value) input->default_value = ConstantOf(*more.default_value);
  if (more.no_default) input->default_value.reset();
}

model::CallSecret SecretOf(const check::Trigger::Secret& secret) {
  model::CallSecret passed;
  passed.name = secret.name;
  if (!secret.description.empty()) passed.description = Value::String(secret.description);
  if (secret.required) passed.required = Value::Boolean(true);
  return passed;
}

// What stands at the top of the workflow: nothing is allowed there, if the jobs say what they need.
std::optional<model::Permissions> PermissionsOf(const check::TokenPermissions& said) {
  if (said.github) return std::nullopt;
  model::Permissions result;
  if (!said.exact) return result;
  result.all = said.all;
  for (const check::Grant& grant : said.grants) result.scopes.push_back({grant.scope, grant.access, grant.reasons});
  std::ranges::stable_sort(result.scopes, {}, &model::Permission::scope);
  return result;
}

}  // namespace

Value PipelineLowering::EnvOf(const std::vector<check::EnvEntry>& entries) const {
  return EnvMap(entries, expressions_);
}

// What GitHub asks for. Callers pass texts, numbers and bools only.
void InputType(const check::Parameter& parameter, const check::Pipeline& pipeline, bool call, model::Input& input) {
  const types::Type& type = parameter.type;
  input.type = type.is(types::Kind::Bool) ? "boolean" : type.is_number() ? "number" : "string";
  const bool closed = type.is(types::Kind::Enum) || type.is(types::Kind::Environment);
  if (call || !closed) return;
  input.type = "choice";
  std::vector<Value> options;
  for (const std::string& member : type.is(types::Kind::Enum) ? type.members : pipeline.environments)
    options.push_back(Value::String(member));
  input.options = Value::List(std::move(options));
}

std::vector<model::Input> PipelineLowering::Inputs(bool call) const {
  std::vector<model::Input> inputs;
  for (const check::Parameter& parameter : pipeline_.parameters) {
    model::Input input;
    input.name = parameter.name;
    input.origin.at = parameter.at;
    if (!parameter.description.empty()) input.description = Value::String(parameter.description);
    InputType(parameter, pipeline_, call, input);
    if (parameter.default_value)
      input.default_value = ConstantOf(*parameter.default_value);
    else if (!parameter.null_default)
      input.required = Value::Boolean(true);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

std::vector<model::CallOutput> PipelineLowering::CallOutputs() const {
  std::vector<model::CallOutput> outputs;
  for (const check::Output& output : pipeline_.outputs) {
    model::CallOutput result;
    result.name = output.name;
    std::string description;
    for (const std::string& line : output.docs) description += (description.empty() ? "" : " ") + line;
    if (!description.empty()) result.description = Value::String(description);
    result.value = output.value->is_constant() ? Value::String(check::RenderConstant(output.value->constant))
                                               : expressions_.Value(output.value);
    result.origin.at = output.at;
    outputs.push_back(std::move(result));
  }
  return outputs;
}

void PipelineLowering::Triggers() {
  for (const check::Trigger& trigger : pipeline_.triggers) {
    model::Trigger result;
    result.event = trigger.event;
    result.origin.at = trigger.at;
    for (const check::TriggerFilter& filter : trigger.filters) {
      if (changes_ && check::IsChangesFilter(trigger, filter)) continue;
      std::vector<Value> values;
      for (const std::string& value : filter.values) values.push_back(Value::String(value));
      result.filters.push_back({filter.name, Value::List(std::move(values))});
    }
    for (const auto& [cron, zone] : trigger.schedules) {
      model::Schedule schedule;
      schedule.cron = Value::String(cron);
      if (!zone.empty()) schedule.timezone = Value::String(zone);
      result.schedules.push_back(std::move(schedule));
    }
    const bool call = trigger.event == "workflow_call";
    if (call || trigger.event == "workflow_dispatch") result.inputs = Inputs(call);
    for (const check::Trigger::Input& more : trigger.inputs) Say(more, result.inputs);
    if (call) result.outputs = CallOutputs();
    if (call && trigger.secrets) {
      for (const check::Trigger::Secret& secret : *trigger.secrets) result.secrets.push_back(SecretOf(secret));
    } else if (call) {
      for (const check::Pipeline::Secret& secret : pipeline_.secrets) {
        model::CallSecret passed;
        passed.name = secret.name;
        if (secret.required) passed.required = Value::Boolean(true);
        result.secrets.push_back(std::move(passed));
      }
    }
    result_.triggers.push_back(std::move(result));
  }
}

// What `cancel-pull-requests` of the project gives: one group a pull request, and each other run alone in its own.
std::optional<model::Concurrency> PipelineLowering::CancelledPullRequests() const {
  if (!pipeline_.HasTrigger("pull_request") && !pipeline_.HasTrigger("pull_request_target")) return std::nullopt;
  model::Concurrency result;
  result.origin.at = pipeline_.name_at;
  model::TextPart name, number;
  name.literal = pipeline_.name + "-";
  number.expr = expr::Binary(expr::Op::Or, expr::Path("github.event.pull_request.number"), expr::Path("github.run_id"));
  result.group = Value::Text({std::move(name), std::move(number)});
  result.cancel_in_progress = Value::Boolean(true);
  return result;
}

model::Concurrency PipelineLowering::ConcurrencyOf(const check::Concurrency& concurrency) const {
  model::Concurrency result;
  result.origin.at = concurrency.at;
  result.group = expressions_.Value(concurrency.group);
  if (concurrency.cancel_in_progress != nullptr)
    result.cancel_in_progress = expressions_.TypedValue(concurrency.cancel_in_progress);
  if (!concurrency.queue.empty()) result.queue = Value::String(concurrency.queue);
  return result;
}

void PipelineLowering::Head() {
  result_.id = pipeline_.name;
  result_.path = project_.out + "/" + pipeline_.name + ".yml";
  result_.sources = pipeline_.sources;
  result_.comments = pipeline_.docs;
  result_.origin.at = pipeline_.name_at;
  result_.name = Value::String(pipeline_.display_name);
  if (pipeline_.run_name != nullptr) result_.run_name = expressions_.Value(pipeline_.run_name);
  Triggers();
  result_.permissions = PermissionsOf(pipeline_.permissions);
  if (!pipeline_.env.empty()) result_.env = EnvOf(pipeline_.env);
  if (pipeline_.concurrency && pipeline_.concurrency->group != nullptr)
    result_.concurrency = ConcurrencyOf(*pipeline_.concurrency);
  else if (project_.cancel_pull_requests && !pipeline_.concurrency)
    result_.concurrency = CancelledPullRequests();
  if (std::ranges::any_of(pipeline_.jobs, [](const check::Job& job) { return !job.call; })) {
    model::Defaults defaults;
    if (!check::IsDefaultShell(pipeline_.shell))
      defaults.shell = Value::String(pipeline_.shell != nullptr ? pipeline_.shell->constant.text : "bash");
    if (pipeline_.working_directory != nullptr)
      defaults.working_directory = expressions_.Value(pipeline_.working_directory);
    if (defaults.shell || defaults.working_directory) result_.defaults = std::move(defaults);
  }
}

model::Pin PipelineLowering::PinOf(std::string_view action, source::Span at, std::string_view why) {
  const catalogue::ActionPin* pin = catalogue::NewestOn(server_, shared_.lock, action);
  if (pin != nullptr) return {std::string(action) + "@" + pin->sha, pin->version};
  sink_.Add(diagnostics::Build(Code::P0701, at, fmt::format("`{}` is not in sluice.lock", action), std::string(why))
                .Say("Run `sluice lock`.", diagnostics::Fix{"run `sluice lock`", false, {}}));
  return {};
}

// What jobs give to others is known before any of them is lowered.
void PipelineLowering::Transfers() {
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) {
    const check::Job& job = pipeline_.jobs[i];
    for (const check::Output& output : job.outputs) {
      if ((!output.read && !output.raw) || output.value == nullptr || output.value->is(check::TermKind::Error))
        continue;
      const bool file = output.shape == check::OutputShape::File, carried = output.shape != check::OutputShape::Scalar;
      model::Transfer transfer;
      transfer.from = ids_[i];
      transfer.output = output.name;
      transfer.shape = file      ? model::Transfer::Shape::File
                       : carried ? model::Transfer::Shape::Folder
                                 : model::Transfer::Shape::Scalar;
      transfer.per_row = !job.matrix.empty();
      transfer.plain = output.raw;
      if (output.retention != nullptr) transfer.retention_days = expressions_.Value(output.retention);
      transfer.optional = output.type.optional;
      transfer.origin.at = output.at;
      if (file) {
        const TermPtr& path = output.value->is(check::TermKind::Text) ? output.value->args.back() : output.value;
        transfer.file_name = path->constant.text.substr(path->constant.text.rfind('/') + 1);
      }
      if (carried) {
        transfer.upload = PinOf(kUpload, output.at, kCarried);
        if (!transfer.upload.target.empty()) transfer.download = PinOf(kDownload, output.at, kCarried);
      }
      shared_.transfers[job.name + "." + output.name] = shared_.program.transfers.Add(std::move(transfer));
    }
  }
  // Readers of texts; those of files are found where they fetch them.
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i)
    check::ForEachValue(pipeline_.jobs[i], [&](const TermPtr& value) {
      check::Walk(value, [&](const check::Term& term) {
        if (!term.is(check::TermKind::JobOutput)) return;
        auto it = shared_.transfers.find(term.owner + "." + term.name);
        if (it == shared_.transfers.end()) return;
        std::vector<model::JobId>& readers = shared_.program.transfers[it->second].readers;
        if (std::ranges::find(readers, ids_[i]) == readers.end()) readers.push_back(ids_[i]);
      });
    });
}

void PipelineLowering::Defaults(const check::Job& job, model::Job& result) {
  model::Defaults defaults;
  if (job.shell != nullptr && !job.shell->is_constant())
    defaults.shell = expressions_.Value(job.shell);
  else if (!check::IsDefaultShell(job.shell))
    defaults.shell = Value::String(job.shell != nullptr       ? job.shell->constant.text
                                   : job.container != nullptr ? "sh"
                                                              : "bash");
  if (job.working_directory != nullptr) defaults.working_directory = expressions_.Value(job.working_directory);
  const model::Defaults outer = result_.defaults.value_or(model::Defaults{});
  if (outer.shell == defaults.shell && outer.working_directory == defaults.working_directory) return;
  // A block of its own keeps the pipeline's away, because the runner takes the nearest one as a whole.
  if (!defaults.shell && !defaults.working_directory) defaults.working_directory = Value::String(".");
  result.defaults = std::move(defaults);
}

void PipelineLowering::Outputs(const check::Job& job, model::Job& result) {
  for (const check::Output& output : job.outputs) {
    if (output.shape != check::OutputShape::Scalar || output.value == nullptr) continue;
    // GitHub's own output, which the last row writes: nobody knows who reads it.
    const bool untyped = check::IsUntyped(*output.value);
    if (!output.read && !untyped) continue;
    if (!job.matrix.empty() && !untyped) {
      GatheredOutputs(job, output, expressions_, result);
      continue;
    }
    Value value = expressions_.Value(output.value);
    // On the wire everything is text.
    const bool wire = output.value->is(check::TermKind::StepOutput) || output.value->is(check::TermKind::JobOutput);
    if (!wire && IsStructure(output.value->type))
      value = Value::Expression(expr::Call("toJSON", {expressions_.Typed(output.value)}));
    else if (output.value->is_constant())
      value = Value::String(check::RenderConstant(output.value->constant));
    result.outputs.emplace_back(Value::String(output.name), std::move(value));
  }
}

model::Call PipelineLowering::CallOf(const check::CallBody& body) const {
  model::Call call;
  call.target = Value::String(body.target);
  call.version = body.version;
  for (const check::Argument& argument : body.arguments) {
    const bool text = argument.value->type.is_text();
    if (!call.with) call.with = Value::Map({});
    call.with->entries.emplace_back(Value::String(argument.name), text ? expressions_.Value(argument.value)
                                                                       : expressions_.TypedValue(argument.value));
  }
  if (!body.secrets.empty()) call.secrets = EnvOf(body.secrets);
  if (body.inherit) call.secrets = Value::String("inherit");
  return call;
}

void PipelineLowering::JobSettings(const check::Job& job, model::Job& result) {
  if (job.display_name != nullptr) result.name = expressions_.Value(job.display_name);
  for (const check::Need& need : job.needs)
    if (need.job < ids_.size())
      result.needs.push_back({ids_[need.job], WhyOf(need.reason), {need.at, {}, {}, need.what}});
  std::vector<TermPtr> conditions{job.condition};
  conditions.insert(conditions.end(), job.input_guards.begin(), job.input_guards.end());
  conditions.insert(conditions.end(), job.matrix_conditions.begin(), job.matrix_conditions.end());
  result.condition = ConditionOf(conditions, expressions_, false);
  if (changes_) WaitForChanges(result);
  if (!job.permissions_unsaid) {
    result.permissions = model::Permissions{};
    result.permissions->all = job.permissions_all;
    for (const check::Grant& grant : job.permissions)
      result.permissions->scopes.push_back({grant.scope, grant.access, grant.reasons});
  }
  if (!job.matrix.empty() || job.fail_fast != nullptr || job.max_parallel != nullptr) {
    model::Strategy strategy;
    if (job.fail_fast != nullptr) strategy.fail_fast = expressions_.TypedValue(job.fail_fast);
    if (job.max_parallel != nullptr) strategy.max_parallel = expressions_.TypedValue(job.max_parallel);
    if (!job.matrix.empty()) strategy.matrix = MatrixOf(job, expressions_);
    result.strategy = std::move(strategy);
  }
  if (job.concurrency && job.concurrency->group != nullptr) result.concurrency = ConcurrencyOf(*job.concurrency);
  if (job.call) {
    result.call = CallOf(*job.call);
    return;
  }
  model::Runner runner;
  if (job.runner_group != nullptr) {
    runner.mapping = true;
    runner.group = expressions_.Value(job.runner_group);
  }
  if (job.runs_on != nullptr)
    runner.labels = expressions_.Structured(job.runs_on);
  else if (!runner.mapping)
    runner.labels = Value::String(project_.default_runner);
  result.runner = std::move(runner);
  if (job.timeout != nullptr)
    result.timeout_minutes = expressions_.TypedValue(job.timeout);
  else if (project_.default_timeout > 0)
    result.timeout_minutes = Value::Number(static_cast<double>(project_.default_timeout));
  if (job.continue_on_error != nullptr) result.continue_on_error = expressions_.TypedValue(job.continue_on_error);
  if (job.environment != nullptr) {
    model::Environment environment;
    environment.name = expressions_.Value(job.environment);
    if (job.environment_url != nullptr) environment.url = expressions_.Value(job.environment_url);
    if (job.deployment != nullptr) environment.deployment = expressions_.TypedValue(job.deployment);
    environment.shorthand = !environment.url && !environment.deployment;
    result.environment = std::move(environment);
  }
  if (job.container_record) {
    result.container = ContainerOf(*job.container_record, expressions_, shared_.lock);
  } else if (job.container != nullptr) {
    model::Container container;
    container.image = ImageOf(job.container, expressions_, shared_.lock);
    container.shorthand = true;
    result.container = std::move(container);
  }
  for (const check::ContainerRecord& service : job.services)
    result.services.emplace_back(service.name, ContainerOf(service, expressions_, shared_.lock));
  if (!job.env.empty()) result.env = EnvOf(job.env);
}

void PipelineLowering::Job(size_t index) {
  const check::Job& job = pipeline_.jobs[index];
  expressions_.set_job(&job);
  model::Job result;
  result.id = job.name;
  result.comments = job.docs;
  result.origin.at = job.name_at;
  JobSettings(job, result);
  if (!job.call) {
    Defaults(job, result);
    Outputs(job, result);
    StepLowering(shared_, job, ids_[index]).Lower(result);
  }
  if (job.raw) MergeRaw({*job.raw, job, shared_.sources, shared_.program, sink_}, result);
  shared_.program.jobs[ids_[index]] = std::move(result);
}

void PipelineLowering::Lower() {
  const auto changes = check::ChangesOf(pipeline_);
  if (changes) changes_ = shared_.program.jobs.Add({});
  Head();
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) ids_.push_back(shared_.program.jobs.Add({}));
  Transfers();
  for (size_t i = 0; i < pipeline_.jobs.size(); ++i) Job(i);
  result_.jobs = ids_;
  if (changes) {
    ChangesJob(*changes);
    result_.jobs.insert(result_.jobs.begin(), *changes_);
  }
  for (const check::Gate& gate : pipeline_.gates) Gate(gate);
  if (pipeline_.raw) {
    MergeRaw({*pipeline_.raw, pipeline_, shared_.sources, shared_.program, sink_}, result_);
    // Gates stand last, also behind the jobs of a raw block.
    std::stable_partition(result_.jobs.begin(), result_.jobs.end(),
                          [&](model::JobId id) { return !shared_.program.jobs[id].gate; });
  }
  CheckServer(shared_.program, result_, server_, sink_);
  shared_.program.pipelines.Add(std::move(result_));
}

model::Program Lower(const source::SourceMap& sources, const check::Program& program, const catalogue::Lock& lock,
                     const catalogue::Project& project, diagnostics::Sink& sink) {
  model::Program result;
  for (const check::Pipeline& pipeline : program.pipelines) {
    // Stores do not forget: a broken pipeline is lowered for its messages, into a program of its own.
    model::Program aside;
    PipelineLowering(sources, pipeline, lock, project, pipeline.broken ? aside : result, sink).Lower();
  }
  model::RecordOrigins(result, sources);
  return result;
}

}  // namespace sluice::lower

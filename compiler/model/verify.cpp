#include "compiler/model/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "compiler/base/text.h"
#include "compiler/catalogue/contexts.h"
#include "compiler/model/order.h"
#include "compiler/model/origins.h"

namespace sluice::model {
namespace {

using catalogue::Slot;
using types::Context;
using types::ContextSet;

bool IsId(const std::string& id) {
  if (id.empty() || id.size() >= 100 || id.starts_with("__") || (!IsAsciiAlpha(id[0]) && id[0] != '_')) return false;
  return std::ranges::all_of(id, [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; });
}

bool IsStatus(const std::string& function) {
  return function == "success" || function == "failure" || function == "always" || function == "cancelled";
}

// Is it only text, such as the `${{ '${{' }}` that stands for `${{`?
bool IsLiteral(const Expr& e) { return e.op == expr::Op::String; }

class Verifier {
 public:
  explicit Verifier(const Program& program) : program_(program) {}

  std::vector<Error> Run() {
    if (!CheckIds()) return std::move(errors_);  // the rest follows ids
    for (const Pipeline& pipeline : program_.pipelines) CheckPipeline(pipeline);
    for (const Transfer& transfer : program_.transfers) CheckTransfer(transfer);
    return std::move(errors_);
  }

 private:
  void Complain(const Origin& origin, const std::string& message) {
    const auto at = Locate(program_, origin.at);
    errors_.push_back({at ? fmt::format("{}:{}:{}: {}", at->path, at->line, at->column, message) : message});
  }

  // Every id points at something, every job and step belongs to one owner, and `parallel` has no circle.
  bool CheckIds() {
    std::unordered_set<JobId> jobs;
    for (const Pipeline& pipeline : program_.pipelines)
      for (const JobId id : pipeline.jobs)
        if (!program_.jobs.Has(id) || !jobs.insert(id).second)
          Complain(pipeline.origin,
                   fmt::format("pipeline `{}` has a job that does not exist or is another's", pipeline.id));
    for (const Job& job : program_.jobs) {
      for (const Need& need : job.needs)
        if (!program_.jobs.Has(need.job))
          Complain(job.origin, fmt::format("job `{}` needs a job that does not exist", job.id));
      CheckStepIds(job.steps, job.origin);
    }
    for (const Step& step : program_.steps) CheckBodyIds(step);
    for (const Transfer& transfer : program_.transfers) {
      bool good = program_.jobs.Has(transfer.from);
      for (const JobId reader : transfer.readers) good = good && program_.jobs.Has(reader);
      if (!good) Complain(transfer.origin, fmt::format("output `{}` names a job that does not exist", transfer.output));
    }
    return errors_.empty();
  }

  void CheckStepIds(const std::vector<StepId>& steps, const Origin& origin) {
    for (const StepId id : steps)
      if (!program_.steps.Has(id) || !owned_.insert(id).second)
        Complain(origin, "there is a step that does not exist or stands in two places");
  }

  void CheckBodyIds(const Step& step) {
    const auto transfer = [&](TransferId id) {
      if (!program_.transfers.Has(id)) Complain(step.origin, "a step hands over an output that does not exist");
    };
    if (const auto* put = std::get_if<Put>(&step.body)) transfer(put->transfer);
    if (const auto* get = std::get_if<Get>(&step.body)) transfer(get->transfer);
    if (const auto* parallel = std::get_if<Parallel>(&step.body)) {
      CheckStepIds(parallel->steps, step.origin);
      for (const StepId id : parallel->steps)
        if (program_.steps.Has(id) && std::holds_alternative<Parallel>(program_.steps[id].body))
          Complain(step.origin, "`parallel` cannot stand in `parallel`");
    }
  }

  void CheckPipeline(const Pipeline& pipeline) {
    lowered_ = !pipeline.sources.empty();
    if (pipeline.jobs.empty()) Complain(pipeline.origin, fmt::format("pipeline `{}` has no job", pipeline.id));
    std::set<std::string> names;
    const std::unordered_set<JobId> own(pipeline.jobs.begin(), pipeline.jobs.end());
    for (const JobId id : pipeline.jobs) {
      const Job& job = program_.jobs[id];
      if (!IsId(job.id)) Complain(job.origin, fmt::format("`{}` cannot be the id of a job", job.id));
      if (!names.insert(AsciiLower(job.id)).second)
        Complain(job.origin, fmt::format("two jobs are called `{}`", job.id));
      for (const Need& need : job.needs)
        if (!own.contains(need.job))
          Complain(job.origin, fmt::format("job `{}` needs a job of another pipeline", job.id));
      CheckJob(job);
    }
    if (const auto circle = FindCircle(program_, pipeline.jobs); !circle.empty())
      Complain(program_.jobs[circle[0]].origin, fmt::format("job `{}` waits for itself", program_.jobs[circle[0]].id));
    Check(pipeline.run_name, "run-name");
    Check(pipeline.env, "env");
    if (pipeline.concurrency) CheckConcurrency(*pipeline.concurrency, "concurrency");
    if (pipeline.defaults) CheckDefaults(*pipeline.defaults, "defaults.run");
    for (const Trigger& trigger : pipeline.triggers) CheckTrigger(trigger);
  }

  void CheckTrigger(const Trigger& trigger) {
    const std::string event = "on." + trigger.event;
    for (const Filter& filter : trigger.filters) Check(filter.value, event + "." + filter.name);
    for (const Input& input : trigger.inputs) Check(input.default_value, event + ".inputs.*.default");
    for (const CallOutput& output : trigger.outputs) Check(output.value, event + ".outputs.*.value");
  }

  void CheckJob(const Job& job) {
    if (!job.runner && !job.call && job.raw.is(Value::Kind::Null))
      Complain(job.origin, fmt::format("job `{}` says neither where it runs nor what it calls", job.id));
    if (job.call && !job.steps.empty()) Complain(job.origin, fmt::format("job `{}` is a call and has steps", job.id));
    CheckValues(job);
    CheckSettings(job);
    std::set<std::string> ids;
    for (const StepId id : job.steps) CheckStep(program_.steps[id], ids);
  }

  void CheckValues(const Job& job) {
    Check(job.name, "jobs.*.name");
    if (job.condition) Check(job.condition->user, "jobs.*.if");
    Check(job.timeout_minutes, "jobs.*.timeout-minutes");
    Check(job.cancel_timeout_minutes, "jobs.*.cancel-timeout-minutes");
    Check(job.continue_on_error, "jobs.*.continue-on-error");
    Check(job.env, "jobs.*.env");
    for (const auto& [name, value] : job.outputs) Check(value, "jobs.*.outputs.*");
    if (job.call) {
      Check(job.call->target, "jobs.*.uses");
      Check(job.call->with, "jobs.*.with.*");
      Check(job.call->secrets, "jobs.*.secrets.*");
    }
  }

  void CheckSettings(const Job& job) {
    if (job.strategy) {
      Check(job.strategy->whole, "jobs.*.strategy");
      Check(job.strategy->fail_fast, "jobs.*.strategy");
      Check(job.strategy->max_parallel, "jobs.*.strategy");
      if (job.strategy->matrix) CheckMatrix(*job.strategy->matrix);
    }
    if (job.runner) {
      Check(job.runner->labels, "jobs.*.runs-on");
      Check(job.runner->group, "jobs.*.runs-on");
    }
    if (job.environment) {
      Check(job.environment->name, "jobs.*.environment");
      Check(job.environment->url, "jobs.*.environment.url");
      Check(job.environment->deployment, "jobs.*.environment");
    }
    if (job.concurrency) CheckConcurrency(*job.concurrency, "jobs.*.concurrency");
    if (job.defaults) CheckDefaults(*job.defaults, "jobs.*.defaults.run");
    if (job.container) CheckContainer(*job.container, "jobs.*.container");
    for (const auto& [name, service] : job.services) CheckContainer(service, "jobs.*.services.*");
    Check(job.services_whole, "jobs.*.services");
  }

  void CheckMatrix(const Matrix& matrix) {
    for (const auto& [axis, values] : matrix.axes) Check(values, "jobs.*.strategy");
    Check(matrix.include, "jobs.*.strategy");
    Check(matrix.exclude, "jobs.*.strategy");
    Check(matrix.whole, "jobs.*.strategy");
  }

  void CheckConcurrency(const Concurrency& concurrency, const std::string& path) {
    Check(concurrency.group, path);
    Check(concurrency.cancel_in_progress, path);
    Check(concurrency.whole, path);
  }

  void CheckDefaults(const Defaults& defaults, const std::string& path) {
    Check(defaults.shell, path + ".shell");
    Check(defaults.working_directory, path + ".working-directory");
    Check(defaults.whole, path);
  }

  void CheckContainer(const Container& container, const std::string& path) {
    Check(container.image, path);
    Check(container.credentials, path + ".credentials");
    Check(container.env, path + ".env.*");
    for (const auto* value : {&container.ports, &container.volumes, &container.options, &container.entrypoint,
                              &container.command, &container.whole})
      Check(*value, path);
  }

  void CheckStep(const Step& step, std::set<std::string>& ids) {
    if (!step.id.empty() && !IsId(step.id))
      Complain(step.origin, fmt::format("`{}` cannot be the id of a step", step.id));
    if (!step.id.empty() && !ids.insert(step.id).second)
      Complain(step.origin, fmt::format("two steps have the id `{}`", step.id));
    const std::string path = "jobs.*.steps.*";
    origin_ = &step.origin;
    Check(step.name, path + ".name");
    if (step.condition) Check(step.condition->user, path + ".if");
    Check(step.env, path + ".env");
    Check(step.continue_on_error, path + ".continue-on-error");
    Check(step.timeout_minutes, path + ".timeout-minutes");
    if (const auto* run = std::get_if<model::Run>(&step.body)) {
      CheckScript(*run, step);
      Check(run->shell, path + ".shell");
      Check(run->working_directory, path + ".working-directory");
    } else if (const auto* uses = std::get_if<Uses>(&step.body)) {
      Check(uses->target, path + ".uses");
      Check(uses->with, path + ".with");
    } else if (const auto* parallel = std::get_if<Parallel>(&step.body)) {
      std::set<std::string> inner;
      for (const StepId id : parallel->steps) CheckStep(program_.steps[id], inner);
    }
    origin_ = nullptr;
  }

  // A lowered script holds no value: those come by `env`. What has a spelling of its own is text of GitHub's, of `step raw`.
  void CheckScript(const model::Run& run, const Step& step) {
    Check(run.script, "jobs.*.steps.*.run");
    if (!lowered_ || run.pasted) return;
    const bool pasted = (run.script.expr && !IsLiteral(*run.script.expr) && run.script.text.empty()) ||
                        std::ranges::any_of(run.script.parts, [](const TextPart& p) {
                          return p.expr && !IsLiteral(*p.expr) && p.spelling.empty();
                        });
    if (pasted) Complain(step.origin, "a value is pasted into a script");
  }

  void CheckTransfer(const Transfer& transfer) {
    for (const JobId reader : transfer.readers) {
      const auto& needs = program_.jobs[reader].needs;
      if (std::ranges::find(needs, transfer.from, &Need::job) == needs.end())
        Complain(transfer.origin, fmt::format("job `{}` reads `{}.{}` without needing it", program_.jobs[reader].id,
                                              program_.jobs[transfer.from].id, transfer.output));
    }
  }

  void Check(const std::optional<Value>& value, const std::string& path) {
    if (value) Check(*value, path);
  }

  void Check(const Value& value, const std::string& path) {
    const Slot slot = catalogue::FindSlot(path);
    const Origin& origin = value.origin.at.valid() || origin_ == nullptr ? value.origin : *origin_;
    if (value.is(Value::Kind::Expression) && !value.expr) Complain(origin, path + ": an expression without its tree");
    if (value.expr) CheckExpr(*value.expr, slot, path, origin);
    for (const TextPart& part : value.parts)
      if (part.expr) CheckExpr(*part.expr, slot, path, origin);
    for (const Value& item : value.items) Check(item, path);
    for (const auto& [key, entry] : value.entries) Check(entry, path);
  }

  void CheckExpr(const Expr& e, const Slot& slot, const std::string& path, const Origin& origin) {
    if (e.op == expr::Op::Name && !slot.allowed.contains(types::FindContext(e.text)))
      Complain(origin, fmt::format("`{}` has no value at `{}`", e.text, path));
    else if (e.op == expr::Op::Name && types::FindContext(e.text).empty())
      Complain(origin, fmt::format("there is no context `{}`", e.text));
    if (e.op == expr::Op::Call) {
      const std::string name = AsciiLower(e.text);
      const ContextSet wanted = IsStatus(name)        ? ContextSet(Context::Status)
                                : name == "hashfiles" ? ContextSet(Context::HashFiles)
                                                      : ContextSet();
      if (!slot.allowed.contains(wanted)) Complain(origin, fmt::format("`{}()` has no value at `{}`", e.text, path));
    }
    for (const Expr& arg : e.args) CheckExpr(arg, slot, path, origin);
  }

  const Program& program_;
  std::vector<Error> errors_;
  std::unordered_set<StepId> owned_;
  const Origin* origin_ = nullptr;
  bool lowered_ = false;
};

}  // namespace

std::vector<Error> Verify(const Program& program) { return Verifier(program).Run(); }

}  // namespace sluice::model

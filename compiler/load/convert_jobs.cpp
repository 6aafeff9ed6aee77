#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/catalogue/contexts.h"
#include "compiler/load/convert.h"
#include "compiler/model/order.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using model::Job;
using model::JobId;
using model::Value;

class JobConverter {
 public:
  JobConverter(Context& context, const std::vector<JobId>& others) : context_(context), others_(others) {}

  std::vector<JobId> All(const Value& jobs) {
    std::vector<JobId> ids;
    if (jobs.entries.empty())
      context_.problems.Add(Build(Code::P1104, jobs.origin.at, "there is no job", "a workflow has at least one"));
    for (const auto& [name, value] : jobs.entries) ids.push_back(Convert(name, value));
    Resolve(ids);
    return ids;
  }

 private:
  struct Wanted {
    JobId job;
    std::string name;
    Span at;
  };

  JobId Convert(const Value& name, const Value& value) {
    Job job;
    job.id = name.text;
    job.origin.at = name.origin.at;
    if (const auto why = WhyNoId(job.id))
      context_.problems.Add(
          Build(Code::P1110, name.origin.at, fmt::format("`{}` cannot be the id of a job", job.id), *why));
    job.name = Get(value, "name");
    if (const Value* condition = value.Find("if")) {
      const catalogue::Slot slot = catalogue::FindSlot("jobs.*.if");
      job.condition = ConvertCondition(*condition, {slot.allowed, slot.status_of_jobs}, context_);
    }
    if (const Value* permissions = value.Find("permissions")) job.permissions = ConvertPermissions(*permissions);
    if (const Value* strategy = value.Find("strategy")) job.strategy = ConvertStrategy(*strategy, context_);
    if (const Value* concurrency = value.Find("concurrency")) job.concurrency = ConvertConcurrency(*concurrency);
    ConvertExecution(value, job);
    if (const Value* target = value.Find("uses"))
      job.call = model::Call{*target, "", Get(value, "with"), Get(value, "secrets")};
    if (const Value* steps = value.Find("steps")) {
      job.steps = ConvertSteps(*steps, context_);
      if (steps->items.empty()) AddRaw(job.raw, "steps", *steps);
    }
    const Value* needs = value.Find("needs");
    if (needs != nullptr && needs->is(Value::Kind::List) && needs->items.empty()) AddRaw(job.raw, "needs", *needs);
    job.needs_shorthand = needs != nullptr && !needs->is(Value::Kind::List);
    const JobId id = context_.program.jobs.Add(std::move(job));
    if (needs != nullptr) Collect(*needs, id);
    return id;
  }

  void ConvertExecution(const Value& value, Job& job) {
    if (const Value* runner = value.Find("runs-on")) job.runner = ConvertRunner(*runner, context_);
    job.timeout_minutes = Get(value, "timeout-minutes");
    job.cancel_timeout_minutes = Get(value, "cancel-timeout-minutes");
    job.continue_on_error = Get(value, "continue-on-error");
    if (const Value* environment = value.Find("environment")) job.environment = ConvertEnvironment(*environment);
    if (const Value* container = value.Find("container"))
      job.container = ConvertContainer(*container, false, job.origin.at, context_);
    if (const Value* services = value.Find("services")) ConvertServices(*services, job);
    job.snapshot = Get(value, "snapshot");
    job.env = Get(value, "env");
    if (const Value* defaults = value.Find("defaults")) job.defaults = ConvertDefaults(*defaults);
    if (const Value* outputs = value.Find("outputs")) {
      job.outputs = outputs->entries;
      if (outputs->entries.empty()) AddRaw(job.raw, "outputs", *outputs);
    }
  }

  void ConvertServices(const Value& services, Job& job) {
    if (IsDynamic(services)) {
      job.services_whole = services;
      return;
    }
    if (services.entries.empty()) AddRaw(job.raw, "services", services);
    for (const auto& [name, service] : services.entries)
      job.services.emplace_back(name.text, ConvertContainer(service, true, name.origin.at, context_));
  }

  void Collect(const Value& needs, JobId id) {
    const auto add = [&](const Value& value) {
      wanted_.push_back({id, ConstantText(value).value_or(""), value.origin.at});
    };
    if (!needs.is(Value::Kind::List)) add(needs);
    for (const Value& item : needs.items) add(item);
  }

  // Names to ids; then every job must be reachable from one without needs.
  void Resolve(const std::vector<JobId>& ids) {
    std::map<std::string, JobId> by_name;
    for (const JobId id : others_) by_name.emplace(context_.program.jobs[id].id, id);
    for (const JobId id : ids) by_name.emplace(context_.program.jobs[id].id, id);
    for (const Wanted& want : wanted_) {
      const auto found = by_name.find(want.name);
      if (found == by_name.end()) {
        ReportUnknown(want, by_name);
        continue;
      }
      model::Need need{found->second, model::Need::Why::Order, {}};
      need.origin.at = want.at;
      context_.program.jobs[want.job].needs.push_back(std::move(need));
    }
    ReportCircles(ids);
  }

  void ReportUnknown(const Wanted& want, const std::map<std::string, JobId>& by_name) {
    std::vector<std::string> known;
    for (const auto& [name, id] : by_name) known.push_back(name);
    context_.problems.Add(UnknownWord(Code::P1111, want.at, fmt::format("there is no job `{}`", want.name), want.name,
                                      known,
                                      fmt::format("`{}` would wait for ever", context_.program.jobs[want.job].id)));
  }

  void ReportCircles(const std::vector<JobId>& ids) {
    const auto circle = model::FindCircle(context_.program, ids);
    if (circle.empty()) return;
    std::string path;
    for (const JobId id : circle) path += "`" + context_.program.jobs[id].id + "` -> ";
    path += "`" + context_.program.jobs[circle[0]].id + "`";
    context_.problems.Add(
        Build(Code::P1111, context_.program.jobs[circle[0]].origin.at, "these jobs wait for each other", path));
  }

  Context& context_;
  const std::vector<JobId>& others_;
  std::vector<Wanted> wanted_;
};

}  // namespace

std::vector<JobId> ConvertJobs(const Value& jobs, Context& context, const std::vector<JobId>& others) {
  return JobConverter(context, others).All(jobs);
}

}  // namespace sluice::load

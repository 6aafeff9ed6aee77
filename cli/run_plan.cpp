#include "cli/run_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "compiler/base/text.h"
#include "runtime/scheduler/scheduler.h"
#include "runtime/steps/plan.h"

namespace sluice::cli {
namespace {

bool Reads(const expr::Expr& e, std::string_view context) {
  if (e.op == expr::Op::Name && EqualsIgnoreCase(e.text, context)) return true;
  return std::ranges::any_of(e.args, [&](const expr::Expr& arg) { return Reads(arg, context); });
}

bool ReadsNeeds(const model::Value& value) {
  if (value.expr && Reads(*value.expr, "needs")) return true;
  return std::ranges::any_of(value.parts, [](const auto& p) { return p.expr && Reads(*p.expr, "needs"); }) ||
         std::ranges::any_of(value.items, ReadsNeeds) ||
         std::ranges::any_of(value.entries, [](const auto& e) { return ReadsNeeds(e.first) || ReadsNeeds(e.second); });
}

// Does it depend on how other jobs end whether and in how many rows the job runs?
bool DecidedLater(const model::Job& job) {
  if (job.condition && (!job.condition->implicit_success || ReadsNeeds(job.condition->user))) return true;
  if (!job.strategy) return false;
  const auto reads = [](const std::optional<model::Value>& value) { return value && ReadsNeeds(*value); };
  if (reads(job.strategy->whole)) return true;
  if (!job.strategy->matrix) return false;
  const model::Matrix& matrix = *job.strategy->matrix;
  return reads(matrix.whole) || reads(matrix.include) || reads(matrix.exclude) ||
         std::ranges::any_of(matrix.axes, [](const auto& a) { return ReadsNeeds(a.first) || ReadsNeeds(a.second); });
}

std::string NeedsOf(const Setup& setup, const model::Job& job) {
  std::string names;
  for (const model::Need& need : job.needs) {
    const std::string& name = setup.facts.program->jobs[need.job].id;
    if (names.find("`" + name + "`") == std::string::npos) names += (names.empty() ? "`" : ", `") + name + "`";
  }
  return names;
}

}  // namespace

int PrintPlan(const Setup& setup) {
  const steps::RunFacts& facts = setup.facts;
  fmt::print("{} on {}\n", facts.pipeline->id, setup.event);
  for (size_t index : runtime::SelectJobs(*facts.program, *facts.pipeline, setup.options.jobs)) {
    const model::Job& job = facts.program->jobs[facts.pipeline->jobs[index]];
    const std::string needs = NeedsOf(setup, job);
    const std::string after = needs.empty() ? "" : " after " + needs;
    if (!job.needs.empty() && DecidedLater(job)) {
      fmt::print("  {}: decided{}\n", job.id, after);
      continue;
    }
    steps::PlanInput input;
    input.needs = expr::MakeObject({});
    input.success = [](const auto&) { return true; };
    input.failure = [](const auto&) { return false; };
    input.named = std::ranges::find(setup.options.jobs, job.id) != setup.options.jobs.end();
    input.matrix_filter = setup.options.matrix_filter;
    const steps::JobPlan plan = steps::PlanJob(facts, job, input);
    if (plan.plan.ended) fmt::print("  {}: {}: {}\n", job.id, scheduler::Name(*plan.plan.ended), plan.reason);
    for (const steps::JobRow& row : plan.rows) fmt::print("  {}: would run{}\n", row.shown, after);
  }
  return kOk;
}

}  // namespace sluice::cli

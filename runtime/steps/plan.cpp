#include "runtime/steps/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compiler/base/text.h"
#include "compiler/expr/expr.h"
#include "runtime/scheduler/matrix.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/render.h"

namespace sluice::steps {
namespace {

using expr::Value;
using scheduler::Outcome;

JobPlan Ends(Outcome result, std::string reason) {
  JobPlan plan;
  plan.plan.ended = result;
  plan.reason = std::move(reason);
  return plan;
}

Contexts BaseContexts(const RunFacts& facts, const PlanInput& input) {
  Contexts contexts;
  contexts.Set("github", facts.github);
  contexts.Set("inputs", facts.inputs);
  contexts.Set("vars", facts.vars);
  contexts.Set("needs", input.needs);
  return contexts;
}

std::vector<std::string> Names(const std::vector<Value>& args) {
  std::vector<std::string> names;
  for (const Value& arg : args) names.push_back(expr::ToText(arg));
  return names;
}

void AddStatusFunctions(Contexts& contexts, const PlanInput& input) {
  using Args = std::vector<Value>;
  contexts.SetFunction("always", [](const Args&) -> Result<Value> { return Value(true); });
  contexts.SetFunction("cancelled", [&](const Args&) -> Result<Value> { return Value(input.cancelled); });
  contexts.SetFunction("success", [&](const Args& args) -> Result<Value> { return Value(input.success(Names(args))); });
  contexts.SetFunction("failure", [&](const Args& args) -> Result<Value> { return Value(input.failure(Names(args))); });
}

std::string WhySkipped(const model::Job& job, const PlanInput& input) {
  if (!job.condition || (job.condition->implicit_success && !input.success({})))
    return input.cancelled ? "the run was cancelled" : "a job that it needs did not succeed";
  if (job.condition->user.expr)
    return fmt::format("its condition is false: {}", expr::Print(*job.condition->user.expr));
  return "its condition is false";
}

struct Matrix {
  std::vector<scheduler::Row> rows;  // one empty row without a matrix
  bool symbolic = false;             // there is a matrix
};

Result<Value> MatrixValue(const model::Matrix& matrix, const Contexts& contexts) {
  if (matrix.whole) return Render(*matrix.whole, contexts);
  std::vector<std::pair<model::Value, model::Value>> entries = matrix.axes;
  if (matrix.include) entries.emplace_back(model::Value::String("include"), *matrix.include);
  if (matrix.exclude) entries.emplace_back(model::Value::String("exclude"), *matrix.exclude);
  return Render(model::Value::Map(std::move(entries)), contexts);
}

Result<Matrix> MatrixOf(const std::optional<Value>& value) {
  if (!value || value->kind() == expr::Kind::Null) return Matrix{{scheduler::Row{}}, false};
  SLUICE_ASSIGN(std::vector<scheduler::Row> rows, scheduler::Expand(*value));
  return Matrix{std::move(rows), true};
}

struct Strategy {
  std::optional<Value> matrix;
  bool fail_fast = true;
  double max_parallel = 0;
};

Result<Strategy> StrategyOf(const model::Job& job, const Contexts& contexts) {
  Strategy strategy;
  if (!job.strategy) return strategy;
  if (job.strategy->whole) {
    SLUICE_ASSIGN(const Value whole, Render(*job.strategy->whole, contexts));
    if (whole.kind() != expr::Kind::Object) return Error{"`strategy` must be a mapping"};
    if (const Value* matrix = whole.object()->Find("matrix")) strategy.matrix = *matrix;
    if (const Value* fast = whole.object()->Find("fail-fast")) strategy.fail_fast = expr::Truthy(*fast);
    if (const Value* most = whole.object()->Find("max-parallel")) strategy.max_parallel = expr::ToNumber(*most);
    return strategy;
  }
  if (job.strategy->matrix) {
    SLUICE_ASSIGN(strategy.matrix, MatrixValue(*job.strategy->matrix, contexts));
  }
  SLUICE_ASSIGN(strategy.fail_fast, RenderBoolean(job.strategy->fail_fast, true, contexts, "fail-fast"));
  SLUICE_ASSIGN(strategy.max_parallel, RenderNumber(job.strategy->max_parallel, 0, contexts, "max-parallel"));
  return strategy;
}

// `concurrency` as text or mapping, as written or made by an expression.
Result<scheduler::Concurrency> ConcurrencyOf(const std::optional<model::Concurrency>& setting,
                                             const Contexts& contexts) {
  scheduler::Concurrency concurrency;
  if (!setting) return concurrency;
  if (setting->whole) {
    SLUICE_ASSIGN(const Value whole, Render(*setting->whole, contexts));
    if (whole.kind() != expr::Kind::Object) {
      concurrency.group = expr::ToText(whole);
      return concurrency;
    }
    concurrency.group = TextAt(whole, "group");
    if (const Value* cancel = whole.object()->Find("cancel-in-progress"))
      concurrency.cancel_in_progress = expr::Truthy(*cancel);
    concurrency.keep_pending = TextAt(whole, "queue") == "max";
    return concurrency;
  }
  SLUICE_ASSIGN(concurrency.group, RenderText(setting->group, contexts));
  SLUICE_ASSIGN(concurrency.cancel_in_progress,
                RenderBoolean(setting->cancel_in_progress, false, contexts, "cancel-in-progress"));
  SLUICE_ASSIGN(const std::string queue, RenderText(setting->queue, contexts));
  concurrency.keep_pending = queue == "max";
  return concurrency;
}

// The group of the whole run; nothing where it cannot be known here.
std::string GroupOfRun(const RunFacts& facts) {
  Contexts contexts;
  contexts.Set("github", facts.github);
  contexts.Set("inputs", facts.inputs);
  contexts.Set("vars", facts.vars);
  const auto concurrency = ConcurrencyOf(facts.pipeline->concurrency, contexts);
  return concurrency.ok() ? concurrency->group : "";
}

bool Wanted(const scheduler::Row& row, const PlanInput& input) {
  if (row.values.kind() != expr::Kind::Object) return true;
  for (const auto& [key, value] : row.values.object()->entries) {
    bool asked = false, fits = false;
    for (const auto& [wanted_key, wanted] : input.matrix_filter) {
      if (!EqualsIgnoreCase(wanted_key, key)) continue;
      asked = true;
      fits = fits || EqualsIgnoreCase(expr::ToText(value), wanted);
    }
    if (asked && !fits) return false;
  }
  return true;
}

bool HasExpression(const model::Value& value) { return value.expr.has_value() || !value.parts.empty(); }

Result<std::string> Title(const model::Job& job, const scheduler::Row& row, const Contexts& contexts) {
  if (!job.name) return scheduler::RowName(job.id, row);
  SLUICE_ASSIGN(std::string name, RenderText(*job.name, contexts));
  if (name.empty()) return scheduler::RowName(job.id, row);
  return HasExpression(*job.name) ? name : scheduler::RowName(name, row);
}

}  // namespace

JobPlan PlanJob(const RunFacts& facts, const model::Job& job, const PlanInput& input) {
  Contexts contexts = BaseContexts(facts, input);
  AddStatusFunctions(contexts, input);
  const auto holds = Holds(job.condition, contexts);
  if (!holds.ok()) return Ends(Outcome::Failure, fmt::format("its condition: {}", holds.error().message));
  if (!*holds) {
    if (!input.not_run_need.empty() && !input.cancelled)
      return Ends(Outcome::NotRun, fmt::format("it needs `{}`, which was not run", input.not_run_need));
    return Ends(Outcome::Skipped, WhySkipped(job, input));
  }
  if (job.call) return Ends(Outcome::NotRun, "it calls another workflow, which is not run locally yet");
  if ((job.environment || job.raw.Find("environment") != nullptr) && !input.named)
    return Ends(Outcome::NotRun, fmt::format("it enters an environment: name it (`sluice run {}.{}`) to run it",
                                             facts.pipeline->id, job.id));
  const auto strategy = StrategyOf(job, contexts);
  if (!strategy.ok()) return Ends(Outcome::Failure, strategy.error().message);
  auto matrix = MatrixOf(strategy->matrix);
  if (!matrix.ok()) return Ends(Outcome::Failure, matrix.error().message);
  const size_t all = matrix->rows.size();
  if (matrix->symbolic) std::erase_if(matrix->rows, [&](const auto& row) { return !Wanted(row, input); });
  if (matrix->rows.empty()) return Ends(Outcome::Skipped, "no row of its matrix was asked for");

  const std::string group_of_run = GroupOfRun(facts);
  JobPlan plan;
  plan.plan.rows = matrix->rows.size();
  plan.plan.fail_fast = strategy->fail_fast;
  plan.plan.max_parallel = static_cast<size_t>(strategy->max_parallel);
  for (size_t index = 0; index < matrix->rows.size(); ++index) {
    JobRow row;
    row.job = &job;
    row.id = job.id;
    row.row = index;
    row.matrix = matrix->rows[index].values;
    row.needs = input.needs;
    row.strategy = expr::MakeObject(
        {{"fail-fast", Value(strategy->fail_fast)},
         {"job-index", Value(static_cast<double>(index))},
         {"job-total", Value(static_cast<double>(all))},
         {"max-parallel", Value(strategy->max_parallel > 0 ? strategy->max_parallel : static_cast<double>(all))}});
    contexts.Set("matrix", row.matrix);
    contexts.Set("strategy", row.strategy);
    auto title = Title(job, matrix->rows[index], contexts);
    auto tolerate = RenderBoolean(job.continue_on_error, false, contexts, "continue-on-error");
    if (!title.ok()) return Ends(Outcome::Failure, fmt::format("its name: {}", title.error().message));
    if (!tolerate.ok()) return Ends(Outcome::Failure, tolerate.error().message);
    auto concurrency = ConcurrencyOf(job.concurrency, contexts);
    if (!concurrency.ok()) return Ends(Outcome::Failure, fmt::format("concurrency: {}", concurrency.error().message));
    // On GitHub the job would wait for the run that waits for it; it is cancelled there with this message.
    if (!concurrency->group.empty() && EqualsIgnoreCase(concurrency->group, group_of_run))
      return Ends(
          Outcome::Failure,
          fmt::format("a deadlock for the concurrency group `{}` between the workflow and `{}`", group_of_run, job.id));
    row.group = concurrency->group;
    row.shown = std::move(*title);
    plan.plan.concurrency.push_back(std::move(*concurrency));
    plan.plan.continue_on_error.push_back(*tolerate);
    plan.rows.push_back(std::move(row));
  }
  return plan;
}

}  // namespace sluice::steps

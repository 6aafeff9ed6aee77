// Jobs that nobody wrote: gates, and the job that says what changed.
#include <utility>

#include "compiler/base/text.h"
#include "compiler/lower/pipeline_lowering.h"

namespace sluice::lower {

using model::Value;

namespace {

constexpr std::string_view kCheckout = "actions/checkout";

}  // namespace

// The one job that branch protection should require (language reference 2.5, Gate).
void PipelineLowering::Gate(const check::Gate& gate) {
  model::Job job;
  job.id = gate.name;
  job.gate = true;
  job.comments = gate.docs;
  job.origin = {gate.at, {}, model::Synth::Guard, "gate"};
  job.name = Value::String(pipeline_.display_name + " / " + gate.name);
  if (changes_) job.needs.push_back({*changes_, model::Need::Why::Result, {gate.at, {}, {}, "gate"}});
  for (size_t needed : gate.jobs)
    if (needed < ids_.size()) job.needs.push_back({ids_[needed], model::Need::Why::Result, {gate.at, {}, {}, "gate"}});
  model::Condition always;
  always.user = Value::Expression(expr::Call("always", {}));
  always.implicit_success = false;
  job.condition = std::move(always);
  job.permissions = model::Permissions{};
  model::Runner runner;
  runner.labels = Value::String(project_.default_runner);
  job.runner = std::move(runner);
  job.timeout_minutes = Value::Number(2);
  model::Step step;
  step.origin = {gate.at, {}, model::Synth::Guard, "gate"};
  const auto any = [](const char* result) {
    expr::Expr star;
    star.op = expr::Op::Star;
    star.args.push_back(expr::Name("needs"));
    return expr::Call("contains", {expr::Member(std::move(star), "result"), expr::String(result)});
  };
  model::Condition failed;
  failed.user = Value::Expression(expr::Or({any("failure"), any("cancelled")}));
  step.condition = std::move(failed);
  model::Run run;
  run.script = Value::String("exit 1");
  step.body = std::move(run);
  job.steps.push_back(shared_.program.steps.Add(std::move(step)));
  result_.jobs.push_back(shared_.program.jobs.Add(std::move(job)));
}

// The other jobs run when git says that something of theirs has changed (language reference 2.9).
void PipelineLowering::ChangesJob(const check::Changes& changes) {
  const model::Origin origin{pipeline_.gates.front().at, {}, model::Synth::Guard, "changes"};
  model::Job job;
  job.id = "changes";
  job.origin = origin;
  job.permissions = model::Permissions{};
  job.permissions->scopes.push_back({"contents", "read", {std::string(kCheckout)}});
  model::Runner runner;
  runner.labels = Value::String(project_.default_runner);
  job.runner = std::move(runner);
  job.timeout_minutes = Value::Number(5);
  const auto path = [](std::string_view dotted) {
    std::optional<expr::Expr> e;
    for (const std::string_view part : SplitString(dotted, '.'))
      e = e ? expr::Member(std::move(*e), std::string(part)) : expr::Name(std::string(part));
    return std::move(*e);
  };
  job.outputs.emplace_back(Value::String("run"), Value::Expression(path("steps.diff.outputs.run")));
  const model::Pin pin = PinOf(kCheckout, pipeline_.gates.front().at, "the job `changes` reads the history by it");
  model::Step checkout;
  checkout.origin = origin;
  model::Uses uses;
  uses.target = Value::String(pin.target);
  uses.version = pin.version;
  uses.with = Value::Map({{Value::String("fetch-depth"), Value::Number(0)},
                          {Value::String("persist-credentials"), Value::Boolean(false)}});
  checkout.body = std::move(uses);
  job.steps.push_back(shared_.program.steps.Add(std::move(checkout)));
  std::vector<expr::Expr> bases;
  for (const std::string& base : changes.bases) bases.push_back(path(base));
  std::string specs;
  for (const std::string& spec : changes.pathspecs) specs += " '" + ReplaceAll(spec, "'", "'\\''") + "'";
  model::Step diff;
  diff.origin = origin;
  diff.id = "diff";
  diff.env = Value::Map({{Value::String("PIPE_BASE"),
                          Value::Expression(bases.size() == 1 ? std::move(bases[0]) : expr::Or(std::move(bases)))}});
  model::Run run;
  run.script = Value::String(
      "if git cat-file -e \"${PIPE_BASE}^{commit}\" 2> /dev/null && git diff --quiet \"${PIPE_BASE}...HEAD\" --" +
      specs + "; then\n  echo run=false >> \"$GITHUB_OUTPUT\"\nelse\n  echo run=true >> \"$GITHUB_OUTPUT\"\nfi\n");
  diff.body = std::move(run);
  job.steps.push_back(shared_.program.steps.Add(std::move(diff)));
  shared_.program.jobs[*changes_] = std::move(job);
}

void PipelineLowering::WaitForChanges(model::Job& job) const {
  const source::Span at = pipeline_.gates.front().at;
  job.needs.insert(job.needs.begin(), model::Need{*changes_, model::Need::Why::Output, {at, {}, {}, "paths"}});
  expr::Expr run = expr::Name("needs");
  for (const char* part : {"changes", "outputs", "run"}) run = expr::Member(std::move(run), part);
  expr::Expr test = expr::Binary(expr::Op::Equal, std::move(run), expr::String("true"));
  if (!job.condition) {
    job.condition = model::Condition{};
    job.condition->origin.at = at;
    job.condition->user = Value::Expression(std::move(test));
  } else if (job.condition->user.is(Value::Kind::Expression)) {
    job.condition->user = Value::Expression(expr::And({*job.condition->user.expr, std::move(test)}));
  }
}

}  // namespace sluice::lower

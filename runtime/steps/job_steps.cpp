#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "compiler/base/text.h"
#include "runtime/steps/job_run.h"

namespace sluice::steps {
namespace {

using expr::Value;

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

Value StepResult(const TextMap& outputs, Outcome outcome, Outcome conclusion) {
  expr::Object values;
  std::unordered_map<std::string, size_t> places;  // Set looks at every name there is: too slow for thousands
  for (const auto& [name, value] : outputs) {
    const bool ascii = std::ranges::all_of(name, [](unsigned char c) { return c < 0x80; });
    const auto [place, fresh] = places.try_emplace(ascii ? AsciiLower(name) : name, values.entries.size());
    if (!ascii)
      values.Set(name, Value(value));
    else if (fresh)
      values.entries.emplace_back(name, Value(value));
    else
      values.entries[place->second].second = Value(value);
  }
  return expr::MakeObject({{"outputs", Value(std::make_shared<const expr::Object>(std::move(values)))},
                           {"outcome", Value(scheduler::NeedsWord(outcome))},
                           {"conclusion", Value(scheduler::NeedsWord(conclusion))}});
}

std::string FirstLine(std::string_view text) {
  while (!text.empty() && (text.front() == '\n' || text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

// The steps of a `parallel` are steps of the job.
void JobRun::AddStep(Frame& frame, const model::Step& step) const {
  const auto* parallel = std::get_if<model::Parallel>(&step.body);
  if (parallel == nullptr) {
    frame.steps.push_back(&step);
    return;
  }
  const size_t first = frame.steps.size();
  for (model::StepId id : parallel->steps)
    if (facts_.program->steps.Has(id)) frame.steps.push_back(&facts_.program->steps[id]);
  if (frame.steps.size() > first) frame.together[first] = frame.steps.size();
}

// As a runner does it: the step's variables are evaluated before its condition, which sees them.
void JobRun::BeginStep(Frame& frame) {
  const model::Step& step = *frame.steps[frame.next];
  if (const auto group = frame.together.find(frame.next); group != frame.together.end()) {
    frame.failed_before = frame.failed;
    frame.together_end = group->second;
  }
  Refresh();
  Active& active = frame.active.emplace();
  active.step = &step;
  active.started = now_;
  const bool outer = &frame == &frames_.front();

  auto env = RenderMap(step.env, MakeContexts(&frame), "env");
  if (env.ok()) active.env = std::move(*env);
  const Contexts contexts = MakeContexts(&frame);
  const auto holds = env.ok() ? Holds(step.condition, contexts) : Result<bool>(true);
  if (holds.ok() && !*holds) return FinishStep(Outcome::Skipped, "");

  active.name = StepTitle(step, contexts);
  if (outer) Emit(MakeEvent(report::Kind::StepStart));
  if (!outer) Log(report::Stream::Out, active.name, "group");
  if (!env.ok()) return FinishStep(Outcome::Failure, env.error().message);
  if (!holds.ok())
    return FinishStep(Outcome::Failure, fmt::format("the condition of the step: {}", holds.error().message));
  if (const std::vector<std::string> missing = MissingSecrets(step); !missing.empty())
    return FinishStep(Outcome::NotRun, fmt::format("the secret `{0}` is not given: add `--secret {0}=…`", missing[0]));
  if (ReadSettings(frame, active)) Carry(frame, active);
}

bool JobRun::ReadSettings(Frame& frame, Active& active) {
  const Contexts contexts = MakeContexts(&frame);
  auto tolerate = RenderBoolean(active.step->continue_on_error, false, contexts, "continue-on-error");
  auto minutes = RenderNumber(active.step->timeout_minutes, 0, contexts, "timeout-minutes");
  if (tolerate.ok()) active.continue_on_error = *tolerate;
  if (!tolerate.ok() || !minutes.ok()) {
    FinishStep(Outcome::Failure, tolerate.ok() ? minutes.error().message : tolerate.error().message);
    return false;
  }
  active.timeout_minutes = *minutes;
  if (*minutes > 0) active.deadline = now_ + std::chrono::milliseconds(static_cast<int64_t>(*minutes * 60000));
  return true;
}

void JobRun::Carry(Frame& frame, Active& active) {
  const model::Step& step = *active.step;
  constexpr const char* kBackground = "steps in the background are not run locally yet";
  if (step.background && !(step.background->is(model::Value::Kind::Boolean) && !step.background->boolean))
    return FinishStep(Outcome::NotRun, kBackground);
  std::visit(
      Overload{[&](const model::Run& run) { CarryRun(frame, active, run); },
               [&](const model::Uses& uses) { CarryUses(frame, active, uses); },
               [&](const model::Put& put) { CarryPut(active, put); }, [&](const model::Get& get) { CarryGet(get); },
               [&](const model::Verbatim&) {
                 FinishStep(Outcome::NotRun, "a `verbatim` step is text for GitHub; it is not run locally");
               },
               [&](const auto&) { FinishStep(Outcome::NotRun, kBackground); }},
      step.body);
}

// Ends the active step of the innermost frame.
void JobRun::FinishStep(Outcome outcome, std::string reason) {
  Refresh();
  Frame& frame = top();
  Active& active = *frame.active;
  const bool tolerated = outcome == Outcome::Failure && active.continue_on_error;
  const Outcome conclusion = tolerated ? Outcome::Success : outcome;
  if (!active.step->id.empty()) frame.results.Set(active.step->id, StepResult(active.outputs, outcome, conclusion));
  if (conclusion == Outcome::Failure) frame.failed = true;
  const bool outer = &frame == &frames_.front();
  const std::string told = reason.empty() ? active.name : fmt::format("{}: {}", active.name, reason);
  if (outcome == Outcome::NotRun && frame.not_run.empty()) frame.not_run = outer ? told : reason;
  if (conclusion == Outcome::Failure && outer && failed_step_.empty()) {
    failed_step_ = told;
    failed_place_ = active.place.known() ? active.place : MakeEvent(report::Kind::StepEnd).place;
  }
  if (outer) {
    TellOutputs(active.outputs);
    report::Event event = MakeEvent(report::Kind::StepEnd);
    if (active.name.empty()) event.step_name = StepTitle(*active.step, MakeContexts(&frame));
    event.result = scheduler::Name(conclusion);
    event.outcome = scheduler::Name(outcome);
    event.reason = std::move(reason);
    event.exit_code = active.exit_code;
    event.duration = std::chrono::duration_cast<std::chrono::microseconds>(now_ - active.started);
    if (active.place.known()) event.place = active.place;
    Emit(std::move(event));
  } else if (outcome != Outcome::Skipped) {
    if (outcome != Outcome::Success) Log(report::Stream::Err, fmt::format("{} ({})", told, scheduler::Name(outcome)));
    Log(report::Stream::Out, "", "endgroup");
    if (outcome == Outcome::Failure) {
      Active& user = *frames_[frames_.size() - 2].active;  // the step that uses the action
      if (conclusion == Outcome::Failure && user.problem.empty()) user.problem = told;
    }
  }
  frame.active.reset();
  if (++frame.next == frame.together_end) frame.failed_before.reset();
}

// The composite action of the innermost frame is through: its outputs become those of the step that uses it.
void JobRun::PopFrame() {
  std::string problem;
  TextMap outputs;
  const Contexts contexts = MakeContexts(&top());
  for (const auto& [name, value] : top().action->outputs) {
    auto text = RenderText(value, contexts);
    if (text.ok())
      outputs.emplace_back(name, std::move(*text));
    else if (problem.empty())
      problem = fmt::format("output `{}`: {}", name, text.error().message);
  }
  const bool failed = top().failed;
  const std::string not_run = top().not_run;
  frames_.pop_back();
  Active& user = *top().active;
  user.outputs = std::move(outputs);
  if (user.stopping == StopReason::StepTimeout)
    return FinishStep(Outcome::Failure, fmt::format("it has timed out after {} minutes", user.timeout_minutes));
  if (user.stopping != StopReason::None) return FinishStep(Outcome::Cancelled, "");
  if (failed) return FinishStep(Outcome::Failure, user.problem);
  if (!problem.empty()) return FinishStep(Outcome::Failure, problem);
  if (!not_run.empty()) return FinishStep(Outcome::NotRun, not_run);
  FinishStep(Outcome::Success, "");
}

std::string JobRun::StepTitle(const model::Step& step, const Contexts& contexts) const {
  if (step.name) {
    auto name = RenderText(*step.name, contexts);
    if (name.ok() && !name->empty()) return FirstLine(*name);
  }
  const auto shown = [&](const model::Value& value) {
    auto text = RenderText(value, contexts);
    return "Run " + (text.ok() ? FirstLine(*text) : std::string("…"));
  };
  if (const auto* run = std::get_if<model::Run>(&step.body)) return shown(run->script);
  if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
    const std::string title = shown(uses->target);
    if (uses->version.empty()) return title;
    return fmt::format("{}@{}", title.substr(0, title.find('@')), uses->version);
  }
  auto transfer = [&](model::TransferId id) {
    if (!facts_.program->transfers.Has(id)) return std::string("?");
    const model::Transfer& t = facts_.program->transfers[id];
    return fmt::format("{}.{}", facts_.program->jobs.Has(t.from) ? facts_.program->jobs[t.from].id : "?", t.output);
  };
  if (const auto* put = std::get_if<model::Put>(&step.body)) return "Hand over " + transfer(put->transfer);
  if (const auto* get = std::get_if<model::Get>(&step.body)) return "Fetch " + transfer(get->transfer);
  return "Step";
}

}  // namespace sluice::steps

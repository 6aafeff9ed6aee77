#include "runtime/run_loop.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>

#include "compiler/base/text.h"
#include "runtime/scheduler/scheduler.h"
#include "runtime/steps/job_run.h"
#include "runtime/steps/plan.h"

namespace sluice::runtime {
namespace {

using Clock = std::chrono::steady_clock;
using expr::Value;
using scheduler::Decision;
using scheduler::Outcome;
using steps::JobRow;
using steps::JobRun;

// Puts the time on every event: the other rooms know no clock.
class Stamped : public report::Reporter {
 public:
  explicit Stamped(report::Reporter& next) : next_(next) {}
  void On(const report::Event& event) override {
    report::Event stamped = event;
    stamped.time = std::chrono::system_clock::now();
    next_.On(stamped);
  }

 private:
  report::Reporter& next_;
};

struct JobState {
  const model::Job* job = nullptr;
  std::vector<JobRow> rows;
  std::string reason;
  expr::Object outputs;  // of all rows; a later row's value replaces an earlier one unless it is empty
  bool named = false;
};

class Loop {
 public:
  Loop(const steps::RunFacts& facts, const RunOptions& options, engine::Engine& engine, report::Reporter& reporter)
      : facts_(facts), options_(options), engine_(engine), reporter_(reporter), stamped_(reporter) {}

  RunResult Go();

 private:
  struct Running {
    size_t job = 0;
    size_t row = 0;
    Clock::time_point started;
    std::unique_ptr<JobRun> run;
  };

  void Collect();
  void ObeyAll();
  void Obey(const Decision& decision);
  void Plan(size_t index);
  void Start(size_t index, size_t row);
  void EndRow(size_t index, size_t row, Outcome outcome, const std::string& reason, std::chrono::microseconds took,
              const report::Place& place = {});
  std::string WhyReplaced(size_t index, size_t row) const;
  void EndUnstarted(size_t index, Outcome result);
  void Reap();
  void Wait();
  void OnSignals();
  Value NeedsOf(size_t index) const;
  std::string NotRunNeed(size_t index) const;
  report::Event JobEvent(report::Kind kind, size_t index, const JobRow* row) const;
  void Count(Outcome result);

  const steps::RunFacts& facts_;
  const RunOptions& options_;
  engine::Engine& engine_;
  report::Reporter& reporter_;
  Stamped stamped_;
  steps::RunShared shared_;
  std::vector<JobState> jobs_;
  std::optional<scheduler::Scheduler> scheduler_;
  std::vector<Running> running_;
  std::vector<std::unique_ptr<JobRun>> ended_;  // their containers are being removed
  RunResult result_;
  int interrupts_ = 0;
};

RunResult Loop::Go() {
  const auto begun = Clock::now();
  Collect();
  report::Event start;
  start.kind = report::Kind::RunStart;
  start.job = facts_.pipeline->id;
  start.text = std::string(engine_.name());
  stamped_.On(start);
  ObeyAll();
  while (!scheduler_->done()) {
    Wait();
    Reap();
    std::erase_if(ended_, [](const auto& run) { return run->Drained(); });
    ObeyAll();
  }
  ended_.clear();
  report::Event end;
  end.kind = report::Kind::RunEnd;
  end.job = facts_.pipeline->id;
  end.result = result_.signal != 0    ? "cancelled"
               : result_.failed       ? "failure"
               : result_.passed != 0  ? "success"
               : result_.not_run != 0 ? "not-run"
                                      : "skipped";
  end.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
  stamped_.On(end);
  return result_;
}

void Loop::Collect() {
  const model::Pipeline& pipeline = *facts_.pipeline;
  const std::vector<size_t> selected = SelectJobs(*facts_.program, pipeline, options_.jobs);
  std::vector<scheduler::JobSpec> specs;
  for (size_t index : selected) {
    JobState state;
    state.job = &facts_.program->jobs[pipeline.jobs[index]];
    state.named = std::ranges::find(options_.jobs, state.job->id) != options_.jobs.end();
    scheduler::JobSpec spec{state.job->id, {}};
    for (const model::Need& need : state.job->needs)
      for (size_t k = 0; k < selected.size(); ++k)
        if (pipeline.jobs[selected[k]] == need.job) spec.needs.push_back(k);
    specs.push_back(std::move(spec));
    jobs_.push_back(std::move(state));
  }
  scheduler_.emplace(std::move(specs), options_.capacity);
}

void Loop::ObeyAll() {
  // Planning a job can end it at once, which makes more jobs ready.
  for (auto decisions = scheduler_->Take(); !decisions.empty(); decisions = scheduler_->Take()) {
    for (const Decision& decision : decisions) Obey(decision);
    Reap();
  }
}

void Loop::Obey(const Decision& decision) {
  switch (decision.kind) {
    case Decision::Kind::Plan:
      return Plan(decision.job);
    case Decision::Kind::Start:
      return Start(decision.job, decision.row);
    case Decision::Kind::Cancel:
      for (Running& each : running_)
        if (each.job == decision.job && each.row == decision.row) each.run->Cancel(Clock::now());
      return;
    case Decision::Kind::RowEnd:
      return EndRow(decision.job, decision.row, Outcome::Cancelled, WhyReplaced(decision.job, decision.row), {});
    case Decision::Kind::JobEnd:
      if (jobs_[decision.job].rows.empty()) EndUnstarted(decision.job, *scheduler_->result(decision.job));
      return;
  }
}

void Loop::Plan(size_t index) {
  JobState& state = jobs_[index];
  steps::PlanInput input;
  input.needs = NeedsOf(index);
  input.success = [&](const std::vector<std::string>& names) { return scheduler_->Success(index, names); };
  input.failure = [&](const std::vector<std::string>& names) { return scheduler_->Failure(index, names); };
  input.cancelled = scheduler_->cancelled();
  input.not_run_need = NotRunNeed(index);
  input.named = state.named;
  input.matrix_filter = options_.matrix_filter;
  steps::JobPlan plan = steps::PlanJob(facts_, *state.job, input);
  state.rows = std::move(plan.rows);
  state.reason = std::move(plan.reason);
  for (const JobRow& row : state.rows) stamped_.On(JobEvent(report::Kind::JobQueued, index, &row));
  scheduler_->Planned(index, plan.plan);
}

void Loop::Start(size_t index, size_t row) {
  Running running{index, row, Clock::now(), nullptr};
  running.run = std::make_unique<JobRun>(facts_, shared_, jobs_[index].rows[row], stamped_);
  running.run->Begin(engine_, running.started);
  running_.push_back(std::move(running));
}

// Takes what has ended out of the running jobs and tells the scheduler.
void Loop::Reap() {
  for (size_t i = 0; i < running_.size();) {
    if (!running_[i].run->done()) {
      ++i;
      continue;
    }
    Running done = std::move(running_[i]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    for (const auto& [name, value] : done.run->outputs()) {
      const Value* old = jobs_[done.job].outputs.Find(name);
      if (!value.empty() || old == nullptr) jobs_[done.job].outputs.Set(name, Value(value));
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - done.started);
    std::string reason = done.run->masker().Apply(done.run->reason());
    // A job that ended as cancelled by itself ran out of time.
    if (done.run->result() == Outcome::Cancelled && !reason.empty()) result_.failed = true;
    if (done.run->result() == Outcome::Cancelled && reason.empty()) reason = WhyReplaced(done.job, done.row);
    EndRow(done.job, done.row, done.run->result(), reason, took, done.run->failed_place());
    scheduler_->RowEnded(done.job, done.row, done.run->result());
    ended_.push_back(std::move(done.run));
  }
}

void Loop::EndRow(size_t index, size_t row, Outcome outcome, const std::string& reason, std::chrono::microseconds took,
                  const report::Place& place) {
  report::Event event = JobEvent(report::Kind::JobEnd, index, &jobs_[index].rows[row]);
  const bool tolerated = outcome == Outcome::Failure && scheduler_->tolerates(index, row);
  const Outcome counted = tolerated ? Outcome::Success : outcome;
  event.result = scheduler::Name(counted);
  event.outcome = scheduler::Name(outcome);
  event.reason = reason;
  event.duration = took;
  if (place.known()) event.place = place;
  event.place.source_line.clear();
  stamped_.On(event);
  Count(counted);
}

// Why a row was cancelled for its concurrency group, or nothing.
std::string Loop::WhyReplaced(size_t index, size_t row) const {
  const auto other = scheduler_->replaced_by(index, row);
  if (!other) return "";
  return facts_.masker.Apply(fmt::format("`{}` came later in the concurrency group `{}`",
                                         jobs_[other->first].rows[other->second].shown, jobs_[index].rows[row].group));
}

void Loop::EndUnstarted(size_t index, Outcome result) {
  report::Event event = JobEvent(report::Kind::JobSkip, index, nullptr);
  if (result == Outcome::Failure) event.kind = report::Kind::JobEnd;
  event.result = event.outcome = scheduler::Name(result);
  event.reason = jobs_[index].reason;
  stamped_.On(event);
  Count(result);
}

void Loop::Count(Outcome result) {
  switch (result) {
    case Outcome::Success:
      ++result_.passed;
      return;
    case Outcome::Failure:
      ++result_.failures;
      result_.failed = true;
      return;
    case Outcome::Cancelled:
      ++result_.cancelled;
      return;
    case Outcome::Skipped:
      ++result_.skipped;
      return;
    case Outcome::NotRun:
      ++result_.not_run;
      return;
  }
}

void Loop::Wait() {
  std::vector<pollfd> files;
  for (const Running& each : running_) files.push_back({each.run->descriptor(), POLLIN, 0});
  files.push_back({options_.signals, POLLIN, 0});
  const auto now = Clock::now();
  std::optional<Clock::time_point> wake;
  for (const Running& each : running_)
    if (const auto next = each.run->wake(); next && (!wake || *next < *wake)) wake = next;
  int timeout = -1;
  if (wake) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake - now).count();
    timeout = static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30));
  }
  if (options_.live) timeout = timeout < 0 ? 100 : std::min(timeout, 100);
  if (::poll(files.data(), files.size(), timeout) < 0) return OnSignals();  // EINTR
  if (options_.live) reporter_.Tick(std::chrono::system_clock::now());
  if (files.back().revents != 0) OnSignals();
  const auto later = Clock::now();
  for (size_t i = 0; i < running_.size(); ++i) {
    if (files[i].revents != 0) running_[i].run->OnEvents(later);
    if (const auto next = running_[i].run->wake(); next && *next <= later) running_[i].run->OnTime(later);
  }
}

void Loop::OnSignals() {
  if (options_.signals < 0) return;
  pollfd file{options_.signals, POLLIN, 0};
  while (::poll(&file, 1, 0) == 1 && (file.revents & POLLIN) != 0) {
    unsigned char number = 0;
    if (::read(options_.signals, &number, 1) != 1) return;
    result_.signal = result_.signal != 0 ? result_.signal : number;
    ++interrupts_;
    if (interrupts_ == 1) scheduler_->Cancel();
    if (interrupts_ >= 2)
      for (Running& each : running_) each.run->Kill(Clock::now());
  }
}

Value Loop::NeedsOf(size_t index) const {
  std::vector<std::pair<std::string, Value>> needs;
  for (size_t need : scheduler_->spec(index).needs) {
    Value outputs(std::make_shared<const expr::Object>(jobs_[need].outputs));
    const char* word = scheduler::NeedsWord(scheduler_->result(need).value_or(Outcome::Skipped));
    needs.emplace_back(jobs_[need].job->id, expr::MakeObject({{"result", Value(word)}, {"outputs", outputs}}));
  }
  return expr::MakeObject(std::move(needs));
}

std::string Loop::NotRunNeed(size_t index) const {
  for (size_t need : scheduler_->Ancestors(index))
    if (scheduler_->result(need) == Outcome::NotRun) return jobs_[need].job->id;
  return "";
}

report::Event Loop::JobEvent(report::Kind kind, size_t index, const JobRow* row) const {
  report::Event event;
  event.kind = kind;
  event.job = jobs_[index].job->id;
  event.shown = row == nullptr ? event.job : facts_.masker.Apply(row->shown);
  if (row != nullptr) {
    event.matrix = row->matrix;
    event.row = row->row;
  }
  const source::Span span = jobs_[index].job->origin.at;
  if (facts_.locate && span.valid()) event.place = facts_.locate(span);
  return event;
}

}  // namespace

RunResult Run(const steps::RunFacts& facts, const RunOptions& options, engine::Engine& engine,
              report::Reporter& reporter) {
  return Loop(facts, options, engine, reporter).Go();
}

std::vector<size_t> SelectJobs(const model::Program& program, const model::Pipeline& pipeline,
                               const std::vector<std::string>& names) {
  std::vector<bool> wanted(pipeline.jobs.size(), names.empty());
  const auto index_of = [&](model::JobId id) {
    return static_cast<size_t>(std::ranges::find(pipeline.jobs, id) - pipeline.jobs.begin());
  };
  std::vector<size_t> open;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i)
    if (std::ranges::find(names, program.jobs[pipeline.jobs[i]].id) != names.end()) open.push_back(i);
  while (!open.empty()) {
    const size_t next = open.back();
    open.pop_back();
    if (next >= wanted.size() || wanted[next]) continue;
    wanted[next] = true;
    for (const model::Need& need : program.jobs[pipeline.jobs[next]].needs) open.push_back(index_of(need.job));
  }
  std::vector<size_t> selected;
  for (size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) selected.push_back(i);
  return selected;
}

}  // namespace sluice::runtime

#include "runtime/scheduler/scheduler.h"

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::scheduler {

const char* Name(Outcome result) {
  switch (result) {
    case Outcome::Success:
      return "success";
    case Outcome::Failure:
      return "failure";
    case Outcome::Cancelled:
      return "cancelled";
    case Outcome::Skipped:
      return "skipped";
    case Outcome::NotRun:
      return "not-run";
  }
  return "";
}

const char* NeedsWord(Outcome result) { return Name(result == Outcome::NotRun ? Outcome::Skipped : result); }

Scheduler::Scheduler(std::vector<JobSpec> jobs, size_t capacity) : capacity_(std::max<size_t>(capacity, 1)) {
  for (JobSpec& spec : jobs) {
    Job job;
    job.spec = std::move(spec);
    jobs_.push_back(std::move(job));
  }
  PlanReady();
}

void Scheduler::Planned(size_t index, const Plan& plan) {
  if (index >= jobs_.size() || jobs_[index].state != State::Planning) return;
  Job& job = jobs_[index];
  job.state = State::Running;
  job.fail_fast = plan.fail_fast;
  job.max_parallel = plan.max_parallel;
  if (plan.ended) {
    job.state = State::Ended;
    job.result = plan.ended;
    Decide(Decision::Kind::JobEnd, index);
    PlanReady();
    return;
  }
  job.rows.resize(plan.rows);
  for (size_t row = 0; row < plan.rows && row < plan.continue_on_error.size(); ++row)
    job.rows[row].tolerated = plan.continue_on_error[row];
  for (size_t row = 0; row < plan.rows && row < plan.concurrency.size(); ++row)
    job.rows[row].concurrency = plan.concurrency[row];
  FinishIfDone(index);  // a matrix without rows
  StartQueued();
}

void Scheduler::RowEnded(size_t index, size_t row, Outcome result) {
  if (index >= jobs_.size() || row >= jobs_[index].rows.size()) return;
  const RowState state = jobs_[index].rows[row].state;
  if (state != RowState::Running && state != RowState::Cancelling) return;
  --running_;
  EndRow(index, row, result);
  const Job& job = jobs_[index];
  if (result == Outcome::Failure && job.fail_fast && !job.rows[row].tolerated) CancelRows(index);
  FinishIfDone(index);
  StartQueued();
}

void Scheduler::Cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  for (size_t job = 0; job < jobs_.size(); ++job) {
    if (jobs_[job].state != State::Running) continue;
    CancelRows(job);
    FinishIfDone(job);
  }
  StartQueued();
}

std::vector<Decision> Scheduler::Take() { return std::exchange(decisions_, {}); }

bool Scheduler::done() const {
  return std::ranges::all_of(jobs_, [](const Job& job) { return job.state == State::Ended; });
}

std::optional<Outcome> Scheduler::result(size_t job) const { return jobs_[job].result; }

std::optional<Outcome> Scheduler::row_outcome(size_t job, size_t row) const {
  return row < jobs_[job].rows.size() ? jobs_[job].rows[row].outcome : std::nullopt;
}

std::optional<std::pair<size_t, size_t>> Scheduler::replaced_by(size_t job, size_t row) const {
  if (row >= jobs_[job].rows.size() || !jobs_[job].rows[row].replaced_by) return std::nullopt;
  return std::pair(jobs_[job].rows[row].replaced_by->job, jobs_[job].rows[row].replaced_by->row);
}

std::vector<size_t> Scheduler::Ancestors(size_t job) const {
  std::vector<bool> seen(jobs_.size());
  std::vector<size_t> found, open = jobs_[job].spec.needs;
  while (!open.empty()) {
    const size_t next = open.back();
    open.pop_back();
    if (next >= jobs_.size() || seen[next]) continue;
    seen[next] = true;
    found.push_back(next);
    open.insert(open.end(), jobs_[next].spec.needs.begin(), jobs_[next].spec.needs.end());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<size_t> Scheduler::Asked(size_t job, const std::vector<std::string>& names) const {
  std::vector<size_t> ancestors = Ancestors(job);
  if (names.empty()) return ancestors;
  std::erase_if(ancestors, [&](size_t other) {
    return std::ranges::none_of(
        names, [&](const std::string& name) { return EqualsIgnoreCase(name, jobs_[other].spec.name); });
  });
  return ancestors;
}

bool Scheduler::Success(size_t job, const std::vector<std::string>& names) const {
  if (cancelled_) return false;
  return std::ranges::all_of(Asked(job, names), [&](size_t other) { return jobs_[other].result == Outcome::Success; });
}

bool Scheduler::Failure(size_t job, const std::vector<std::string>& names) const {
  return std::ranges::any_of(Asked(job, names), [&](size_t other) { return jobs_[other].result == Outcome::Failure; });
}

void Scheduler::PlanReady() {
  for (size_t index = 0; index < jobs_.size(); ++index) {
    Job& job = jobs_[index];
    if (job.state != State::Waiting) continue;
    const bool ready = std::ranges::all_of(
        job.spec.needs, [&](size_t need) { return need >= jobs_.size() || jobs_[need].state == State::Ended; });
    if (!ready) continue;
    job.state = State::Planning;
    Decide(Decision::Kind::Plan, index);
  }
}

void Scheduler::StartQueued() {
  // First who may begin at all: a row enters its group when its matrix lets it.
  for (size_t index = 0; index < jobs_.size(); ++index) {
    Job& job = jobs_[index];
    for (size_t row = 0; job.state == State::Running && row < job.rows.size(); ++row) {
      if (job.max_parallel != 0 && BegunRows(job) >= job.max_parallel) break;
      if (job.rows[row].state == RowState::Queued) Enter({index, row});
    }
  }
  for (size_t index = 0; index < jobs_.size(); ++index)
    for (size_t row = 0; row < jobs_[index].rows.size() && running_ < capacity_; ++row) {
      if (jobs_[index].rows[row].state != RowState::Ready) continue;
      jobs_[index].rows[row].state = RowState::Running;
      ++running_;
      Decide(Decision::Kind::Start, index, row);
    }
}

// As GitHub does it: one row holds the group and one waits for it; a third takes the place of the one that waits.
void Scheduler::Enter(RowId id) {
  const Concurrency wanted = At(id).concurrency;
  At(id).state = RowState::Ready;
  if (wanted.group.empty()) return;
  Group& group = groups_[AsciiLower(wanted.group)];
  if (!group.holder) {
    group.holder = id;
    return;
  }
  At(id).state = RowState::Pending;
  const std::vector<RowId> before = group.pending;
  group.pending.push_back(id);
  if (!wanted.keep_pending)
    for (const RowId& old : before) Replace(old, id);
  if (wanted.cancel_in_progress) Replace(*group.holder, id);
}

void Scheduler::Replace(RowId old, RowId by) {
  if (At(old).state == RowState::Cancelling) return;
  At(old).replaced_by = by;
  CancelRow(old.job, old.row);
  FinishIfDone(old.job);
}

// The row has ended: its group is free for the next one.
void Scheduler::Leave(RowId id) {
  if (At(id).concurrency.group.empty()) return;
  Group& group = groups_[AsciiLower(At(id).concurrency.group)];
  std::erase(group.pending, id);
  if (group.holder != id) return;
  group.holder.reset();
  if (group.pending.empty()) return;
  group.holder = group.pending.front();
  group.pending.erase(group.pending.begin());
  At(*group.holder).state = RowState::Ready;
}

void Scheduler::EndRow(size_t job, size_t row, Outcome result) {
  jobs_[job].rows[row].state = RowState::Ended;
  jobs_[job].rows[row].outcome = result;
  Leave({job, row});
}

void Scheduler::CancelRow(size_t index, size_t row) {
  Row& each = jobs_[index].rows[row];
  if (each.state == RowState::Running) {
    each.state = RowState::Cancelling;
    Decide(Decision::Kind::Cancel, index, row);
  } else if (each.state != RowState::Cancelling && each.state != RowState::Ended) {
    EndRow(index, row, Outcome::Cancelled);
    Decide(Decision::Kind::RowEnd, index, row);
  }
}

void Scheduler::CancelRows(size_t index) {
  for (size_t row = 0; row < jobs_[index].rows.size(); ++row) CancelRow(index, row);
}

// The job's result: failure over cancelled over not run over success; a job of no rows at all is skipped.
void Scheduler::FinishIfDone(size_t index) {
  Job& job = jobs_[index];
  if (job.state != State::Running) return;
  if (!std::ranges::all_of(job.rows, [](const Row& row) { return row.state == RowState::Ended; })) return;
  Outcome result = job.rows.empty() ? Outcome::Skipped : Outcome::Success;
  for (const Row& row : job.rows) {
    const Outcome counted = row.tolerated && row.outcome == Outcome::Failure ? Outcome::Success : *row.outcome;
    constexpr auto kRank = [](Outcome r) {
      switch (r) {
        case Outcome::Failure:
          return 4;
        case Outcome::Cancelled:
          return 3;
        case Outcome::NotRun:
          return 2;
        case Outcome::Skipped:
          return 1;
        case Outcome::Success:
          return 0;
      }
      return 0;
    };
    if (kRank(counted) > kRank(result)) result = counted;
  }
  job.state = State::Ended;
  job.result = result;
  Decide(Decision::Kind::JobEnd, index);
  PlanReady();
}

// Rows that count for max-parallel: they have begun to run, or wait for nothing but their group or the capacity.
size_t Scheduler::BegunRows(const Job& job) const {
  return static_cast<size_t>(std::ranges::count_if(
      job.rows, [](const Row& row) { return row.state != RowState::Queued && row.state != RowState::Ended; }));
}

}  // namespace sluice::scheduler

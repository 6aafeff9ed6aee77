#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Which job starts when, and with what result it counts: a pure state machine without clock, threads or IO. Events go
// in by calls, decisions come out of Take(). https://docs.github.com/actions/using-jobs
namespace sluice::scheduler {

// How a job or one row of its matrix ended. NotRun: could not or must not run here; the reason is kept by the caller.
enum class Outcome { Success, Failure, Cancelled, Skipped, NotRun };

// GitHub's word, or `not-run`.
const char* Name(Outcome result);
// The word that expressions see: GitHub knows four, so a job that was not run reads as `skipped`.
const char* NeedsWord(Outcome result);

struct JobSpec {
  std::string name;           // its id in the workflow
  std::vector<size_t> needs;  // indices of jobs; the graph has no circle
};

// Rows with the same group (names are compared without case) never run at one time.
// https://docs.github.com/actions/using-jobs/using-concurrency
struct Concurrency {
  std::string group{};              // empty: none
  bool cancel_in_progress = false;  // a row that comes later also cancels the one that runs
  bool keep_pending = false;        // `queue: max`: all rows wait for their turn; else only the last that came
};

// The answer to Decision::Plan: the rows to start (a job without matrix has one), or the result right away.
struct Plan {
  std::optional<Outcome> ended{};  // Skipped, NotRun, Failure or Cancelled: nothing starts
  size_t rows = 1;
  bool fail_fast = true;
  size_t max_parallel = 0;                 // 0: no limit of its own
  std::vector<bool> continue_on_error{};   // by row; missing rows are false
  std::vector<Concurrency> concurrency{};  // by row; missing rows have none
};

struct Decision {
  enum class Kind {
    Plan,    // every need has ended: evaluate the condition and the matrix, then call Planned
    Start,   // start this row, later call RowEnded
    Cancel,  // stop this running row; RowEnded still follows
    RowEnd,  // a row that never started has ended (fail-fast, cancellation, its group), for the report
    JobEnd,  // all rows have ended; result(job) is known
  };
  Kind kind;
  size_t job = 0;
  size_t row = 0;
  friend bool operator==(const Decision&, const Decision&) = default;
};

class Scheduler {
 public:
  // At most `capacity` rows run at one time (at least one).
  Scheduler(std::vector<JobSpec> jobs, size_t capacity);

  // Events. Calls that do not fit the state of the job (a row that is not running, a second plan) change nothing.
  void Planned(size_t job, const Plan& plan);
  void RowEnded(size_t job, size_t row, Outcome result);
  // Ctrl-C: running rows are told to stop and queued ones end as cancelled. Jobs that wait are still planned, because
  // `always()` and `cancelled()` hold for them.
  void Cancel();

  // What to do now, in order; empties the queue.
  std::vector<Decision> Take();
  bool done() const;
  bool cancelled() const { return cancelled_; }

  // The result that counts for `needs`: a failed row with continue-on-error counts as success. Empty until it ended.
  std::optional<Outcome> result(size_t job) const;
  // How the row really ended; empty until then.
  std::optional<Outcome> row_outcome(size_t job, size_t row) const;
  // The row that took its place in their concurrency group, when that is why it was cancelled: {job, row}.
  std::optional<std::pair<size_t, size_t>> replaced_by(size_t job, size_t row) const;
  // Has the row continue-on-error?
  bool tolerates(size_t job, size_t row) const {
    return row < jobs_[job].rows.size() && jobs_[job].rows[row].tolerated;
  }
  const JobSpec& spec(size_t job) const { return jobs_[job].spec; }
  size_t size() const { return jobs_.size(); }
  // Every job that `job` needs, directly or not, each once.
  std::vector<size_t> Ancestors(size_t job) const;

  // GitHub's status functions in the condition of `job`. Without names they look at all ancestors (a job that was
  // skipped far above makes success() false, as on GitHub); with names at those jobs.
  bool Success(size_t job, const std::vector<std::string>& names = {}) const;
  bool Failure(size_t job, const std::vector<std::string>& names = {}) const;

 private:
  enum class State { Waiting, Planning, Running, Ended };
  // Queued: waits for max-parallel. Pending: waits for its group. Ready: waits for the capacity.
  enum class RowState { Queued, Pending, Ready, Running, Cancelling, Ended };
  struct RowId {
    size_t job = 0;
    size_t row = 0;
    friend bool operator==(const RowId&, const RowId&) = default;
  };
  struct Row {
    RowState state = RowState::Queued;
    bool tolerated = false;
    Concurrency concurrency;
    std::optional<Outcome> outcome;
    std::optional<RowId> replaced_by;
  };
  struct Group {
    std::optional<RowId> holder;  // ready or running
    std::vector<RowId> pending;   // in the order they came
  };
  struct Job {
    JobSpec spec;
    State state = State::Waiting;
    bool fail_fast = true;
    size_t max_parallel = 0;
    std::vector<Row> rows;
    std::optional<Outcome> result;
  };

  void PlanReady();
  void StartQueued();
  void Enter(RowId id);
  void Leave(RowId id);
  void Replace(RowId old, RowId by);
  void EndRow(size_t job, size_t row, Outcome result);
  void CancelRow(size_t job, size_t row);
  void CancelRows(size_t job);
  Row& At(RowId id) { return jobs_[id.job].rows[id.row]; }
  void FinishIfDone(size_t job);
  size_t BegunRows(const Job& job) const;
  std::vector<size_t> Asked(size_t job, const std::vector<std::string>& names) const;
  void Decide(Decision::Kind kind, size_t job, size_t row = 0) { decisions_.push_back({kind, job, row}); }

  std::vector<Job> jobs_;
  std::map<std::string, Group> groups_;  // by name in lower case
  std::vector<Decision> decisions_;
  size_t capacity_;
  size_t running_ = 0;
  bool cancelled_ = false;
};

}  // namespace sluice::scheduler

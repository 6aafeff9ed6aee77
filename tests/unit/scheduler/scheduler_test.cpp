#include "runtime/scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

namespace sluice::scheduler {
namespace {

using K = Decision::Kind;
using Decisions = std::vector<Decision>;

TEST(Scheduler, StartsAJobWhenItsOwnNeedsHaveEnded) {
  Scheduler s({{"a", {}}, {"b", {}}, {"c", {0}}}, 4);
  EXPECT_EQ(s.Take(), (Decisions{{K::Plan, 0}, {K::Plan, 1}}));
  s.Planned(0, {});
  s.Planned(1, {});
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0}, {K::Start, 1}}));
  s.RowEnded(0, 0, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}, {K::Plan, 2}}));  // b still runs: no waves
  EXPECT_TRUE(s.Success(2));
}

TEST(Scheduler, CapacityAndMaxParallelLimitRunningRows) {
  Scheduler s({{"a", {}}, {"b", {}}}, 3);
  s.Take();
  s.Planned(0, {.rows = 5, .max_parallel = 2});
  s.Planned(1, {.rows = 2});
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 0}, {K::Start, 0, 1}, {K::Start, 1, 0}}));
  s.RowEnded(1, 0, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 1, 1}}));
  s.RowEnded(0, 1, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 2}}));
}

TEST(Scheduler, FailFastCancelsTheOtherRows) {
  Scheduler s({{"a", {}}}, 2);
  s.Take();
  s.Planned(0, {.rows = 3});
  s.Take();
  s.RowEnded(0, 0, Outcome::Failure);
  EXPECT_EQ(s.Take(), (Decisions{{K::Cancel, 0, 1}, {K::RowEnd, 0, 2}}));
  EXPECT_EQ(s.row_outcome(0, 2), Outcome::Cancelled);
  s.RowEnded(0, 1, Outcome::Cancelled);
  EXPECT_EQ(s.result(0), Outcome::Failure);
  EXPECT_TRUE(s.done());
}

// https://docs.github.com/actions/using-jobs/using-concurrency: one runs, one waits, a third replaces the second.
TEST(Scheduler, AGroupRunsOneRowAndKeepsOneWaiting) {
  Scheduler s({{"a", {}}, {"b", {}}, {"c", {}}}, 4);
  s.Take();
  s.Planned(0, {.concurrency = {{"Prod"}}});
  s.Planned(1, {.concurrency = {{"prod"}}});  // names are compared without case
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0}}));
  s.Planned(2, {.concurrency = {{"PROD"}}});
  EXPECT_EQ(s.Take(), (Decisions{{K::RowEnd, 1}, {K::JobEnd, 1}}));
  EXPECT_EQ(s.result(1), Outcome::Cancelled);
  EXPECT_EQ(s.replaced_by(1, 0), (std::pair<size_t, size_t>(2, 0)));
  EXPECT_EQ(s.replaced_by(0, 0), std::nullopt);
  s.RowEnded(0, 0, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}, {K::Start, 2}}));
}

TEST(Scheduler, CancelInProgressCancelsTheOneThatRuns) {
  Scheduler s({{"a", {}}, {"b", {}}}, 4);
  s.Take();
  s.Planned(0, {.concurrency = {{"g", true}}});
  s.Take();
  s.Planned(1, {.concurrency = {{"g", true}}});
  EXPECT_EQ(s.Take(), (Decisions{{K::Cancel, 0}}));  // and the other one waits until it has ended
  s.RowEnded(0, 0, Outcome::Cancelled);
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}, {K::Start, 1}}));
}

TEST(Scheduler, CancelInProgressAlsoTakesTheTurnOfOneThatWaitsForCapacity) {
  Scheduler s({{"a", {}}, {"b", {}}, {"c", {}}}, 1);
  s.Take();
  s.Planned(0, {});
  s.Planned(1, {.concurrency = {{"g"}}});
  s.Planned(2, {.concurrency = {{"g", true}}});
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0}, {K::RowEnd, 1}, {K::JobEnd, 1}}));
  s.RowEnded(0, 0, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}, {K::Start, 2}}));
}

TEST(Scheduler, QueueMaxKeepsAllRowsInTheirOrder) {
  const Concurrency queue{"g", false, true};
  Scheduler s({{"a", {}}}, 4);
  s.Take();
  s.Planned(0, {.rows = 3, .concurrency = {queue, queue, queue}});
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 0}}));
  s.RowEnded(0, 0, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 1}}));
  s.RowEnded(0, 1, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 2}}));
}

// max-parallel decides who enters a group: rows that it holds back are not replaced.
TEST(Scheduler, MaxParallelHoldsRowsBackFromTheirGroup) {
  Scheduler s({{"a", {}}}, 4);
  s.Take();
  s.Planned(0, {.rows = 3, .max_parallel = 1, .concurrency = {{"g"}, {"g"}, {"g"}}});
  for (size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, row}}));
    s.RowEnded(0, row, Outcome::Success);
  }
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}}));
  EXPECT_EQ(s.result(0), Outcome::Success);
}

TEST(Scheduler, ACancelledRunLeavesNoRowWaitingForItsGroup) {
  Scheduler s({{"a", {}}, {"b", {}}}, 4);
  s.Take();
  s.Planned(0, {.concurrency = {{"g"}}});
  s.Planned(1, {.concurrency = {{"g"}}});
  s.Take();
  s.Cancel();
  EXPECT_EQ(s.Take(), (Decisions{{K::Cancel, 0}, {K::RowEnd, 1}, {K::JobEnd, 1}}));
  s.RowEnded(0, 0, Outcome::Cancelled);
  EXPECT_TRUE(s.done());
}

TEST(Scheduler, WithoutFailFastAllRowsRun) {
  Scheduler s({{"a", {}}}, 1);
  s.Take();
  s.Planned(0, {.rows = 2, .fail_fast = false});
  s.Take();
  s.RowEnded(0, 0, Outcome::Failure);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 1}}));
}

TEST(Scheduler, ContinueOnErrorCountsAsSuccessAndStopsNobody) {
  Scheduler s({{"a", {}}, {"b", {0}}}, 2);
  s.Take();
  s.Planned(0, {.rows = 2, .continue_on_error = {true, false}});
  s.Take();
  s.RowEnded(0, 0, Outcome::Failure);
  EXPECT_EQ(s.Take(), (Decisions{}));
  s.RowEnded(0, 1, Outcome::Success);
  EXPECT_EQ(s.result(0), Outcome::Success);
  EXPECT_EQ(s.row_outcome(0, 0), Outcome::Failure);
  EXPECT_TRUE(s.Success(1));
  EXPECT_FALSE(s.Failure(1));
}

// https://github.com/actions/runner/issues/491
TEST(Scheduler, StatusFunctionsLookAtAllAncestors) {
  Scheduler s({{"a", {}}, {"b", {0}}, {"c", {1}}, {"d", {}}}, 4);
  s.Planned(0, {.ended = Outcome::Skipped});
  s.Planned(1, {});
  s.Take();
  s.RowEnded(1, 0, Outcome::Success);
  EXPECT_FALSE(s.Success(2)) << "an ancestor was skipped";
  EXPECT_TRUE(s.Success(2, {"B"}));
  EXPECT_FALSE(s.Success(2, {"a"}));
  EXPECT_FALSE(s.Failure(2));
}

TEST(Scheduler, FailureIsSeenThroughATolerantJob) {
  Scheduler s({{"a", {}}, {"b", {0}}, {"c", {1}}}, 4);
  s.Planned(0, {});
  s.RowEnded(0, 0, Outcome::Failure);
  s.Planned(1, {});
  s.RowEnded(1, 0, Outcome::Success);
  EXPECT_TRUE(s.Failure(2));
  EXPECT_FALSE(s.Failure(2, {"b"}));
}

TEST(Scheduler, CancelStopsWhatRunsAndStillPlansTheRest) {
  Scheduler s({{"a", {}}, {"b", {0}}}, 1);
  s.Take();
  s.Planned(0, {.rows = 2});
  s.Take();
  s.Cancel();
  EXPECT_EQ(s.Take(), (Decisions{{K::Cancel, 0, 0}, {K::RowEnd, 0, 1}}));
  s.RowEnded(0, 0, Outcome::Cancelled);
  EXPECT_EQ(s.Take(), (Decisions{{K::JobEnd, 0}, {K::Plan, 1}}));
  EXPECT_FALSE(s.Success(1));
  s.Planned(1, {});
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 1, 0}}));
  s.RowEnded(1, 0, Outcome::Success);
  EXPECT_TRUE(s.done());
}

TEST(Scheduler, NotRunReadsAsSkipped) {
  Scheduler s({{"a", {}}, {"b", {0}}}, 1);
  s.Planned(0, {.ended = Outcome::NotRun});
  EXPECT_FALSE(s.Success(1));
  EXPECT_FALSE(s.Failure(1));
  EXPECT_STREQ(NeedsWord(Outcome::NotRun), "skipped");
}

TEST(Scheduler, EventsThatDoNotFitChangeNothing) {
  Scheduler s({{"a", {}}}, 1);
  s.Take();
  s.RowEnded(0, 0, Outcome::Success);
  s.RowEnded(7, 0, Outcome::Success);
  s.Planned(0, {});
  s.Planned(0, {.ended = Outcome::Failure});
  s.RowEnded(0, 3, Outcome::Success);
  EXPECT_EQ(s.Take(), (Decisions{{K::Start, 0, 0}}));
}

// Drives random graphs with random results and checks the promises of every run.
class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed) {
    const size_t n = 1 + Pick(12);
    std::vector<JobSpec> jobs(n);
    for (size_t j = 0; j < n; ++j) {
      jobs[j].name = "j" + std::to_string(j);
      for (size_t need = 0; need < j; ++need)
        if (Pick(4) == 0) jobs[j].needs.push_back(need);
    }
    capacity_ = 1 + Pick(4);
    cancel_at_ = Pick(3) == 0 ? Pick(30) : 10000;
    scheduler_.emplace(jobs, capacity_);
  }

  void Go() {
    for (size_t turn = 0; !scheduler_->done(); ++turn) {
      ASSERT_LT(turn, 5000u) << "the run does not end";
      if (turn == cancel_at_) scheduler_->Cancel();
      // Planning a job makes decisions about others: all are obeyed before anything else happens, as the run loop does.
      for (Decisions todo = scheduler_->Take(); !todo.empty(); todo = scheduler_->Take())
        for (const Decision& d : todo) Obey(d);
      if (::testing::Test::HasFatalFailure()) return;
      ASSERT_LE(running_.size(), capacity_);
      if (!running_.empty()) EndOne();
    }
    for (const Decision& d : scheduler_->Take()) Obey(d);
    EXPECT_TRUE(running_.empty());
    EXPECT_EQ(ended_.size(), scheduler_->size());
  }

 private:
  size_t Pick(size_t below) { return random_() % below; }

  void Obey(const Decision& d) {
    switch (d.kind) {
      case K::Plan:
        for (size_t need : scheduler_->spec(d.job).needs) ASSERT_TRUE(ended_.contains(need)) << "before its needs";
        ASSERT_TRUE(planned_.insert(d.job).second);
        PlanOne(d.job);
        break;
      case K::Start:
        ASSERT_TRUE(planned_.contains(d.job));
        ASSERT_TRUE(started_.insert({d.job, d.row}).second) << "twice";
        running_.insert({d.job, d.row});
        if (parallel_[d.job] != 0) {
          const auto mine = std::ranges::count_if(running_, [&](const auto& r) { return r.first == d.job; });
          ASSERT_LE(static_cast<size_t>(mine), parallel_[d.job]);
        }
        ASSERT_FALSE(SharesItsGroup({d.job, d.row})) << "two of a group at one time";
        break;
      case K::Cancel:
        ASSERT_TRUE(running_.contains({d.job, d.row}));
        break;
      case K::RowEnd:
        ASSERT_FALSE(started_.contains({d.job, d.row}));
        break;
      case K::JobEnd:
        ASSERT_TRUE(ended_.insert(d.job).second) << "a job ends once";
        ASSERT_TRUE(scheduler_->result(d.job).has_value());
        for (const auto& r : running_) ASSERT_NE(r.first, d.job);
        break;
    }
  }

  bool SharesItsGroup(std::pair<size_t, size_t> row) {
    const std::string group = groups_[row];
    return !group.empty() &&
           std::ranges::any_of(running_, [&](const auto& other) { return other != row && groups_[other] == group; });
  }

  void PlanOne(size_t job) {
    Plan plan;
    if (Pick(5) == 0) plan.ended = static_cast<Outcome>(Pick(5));
    plan.rows = Pick(5);
    plan.fail_fast = Pick(2) == 0;
    plan.max_parallel = Pick(3);
    parallel_[job] = plan.max_parallel;
    for (size_t i = 0; i < plan.rows; ++i) plan.continue_on_error.push_back(Pick(3) == 0);
    for (size_t i = 0; i < plan.rows; ++i) {
      const size_t group = Pick(6);
      groups_[{job, i}] = group < 2 ? "group" + std::to_string(group) : "";
      plan.concurrency.push_back({groups_[{job, i}], Pick(3) == 0, Pick(3) == 0});
    }
    scheduler_->Planned(job, plan);
  }

  void EndOne() {
    auto it = running_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(Pick(running_.size())));
    const auto [job, row] = *it;
    running_.erase(it);
    scheduler_->RowEnded(job, row, Pick(4) == 0 ? Outcome::Failure : Outcome::Success);
  }

  std::mt19937 random_;
  size_t capacity_ = 1, cancel_at_ = 0;
  std::optional<Scheduler> scheduler_;
  std::set<size_t> planned_, ended_;
  std::set<std::pair<size_t, size_t>> started_, running_;
  std::map<size_t, size_t> parallel_;
  std::map<std::pair<size_t, size_t>, std::string> groups_;
};

TEST(Scheduler, EveryRandomRunEndsEachJobOnceAndNoneEarly) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    RandomRun(seed).Go();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace sluice::scheduler

// Committed pins over a lock: which version counts, and what the sources should say.
#include "compiler/catalogue/committed_pins.h"

#include <gtest/gtest.h>

#include "compiler/catalogue/shipped_actions.h"

namespace sluice::catalogue {
namespace {

ActionPin Pin(std::string uses, std::string ref, std::string sha, std::string version) {
  ActionPin pin;
  pin.uses = std::move(uses);
  pin.ref = std::move(ref);
  pin.sha = std::move(sha);
  pin.version = std::move(version);
  pin.runtime = "node24";
  return pin;
}

std::string Sha(char digit) { return std::string(40, digit); }

CommittedPin Committed(char digit, std::string version, std::string uses = "acme/x") {
  return {std::move(uses), Sha(digit), std::move(version), {}};
}

Lock LockOf(std::vector<ActionPin> pins) {
  Lock lock;
  lock.actions = std::move(pins);
  return lock;
}

const Lock kLock = LockOf({Pin("acme/x", "v7", Sha('1'), "v7.0.1")});

TEST(CommittedPins, ANewerVersionOfTheMajorCounts) {
  const std::vector<CommittedPin> pins = {Committed('2', "v7.1.0", "ACME/x")};
  const CommittedTruth truth = TakeCommitted(kLock, pins);
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->sha, Sha('2'));
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->version, "v7.1.0");
  EXPECT_FALSE(truth.lock.Find("acme/x", "v7")->open);
  EXPECT_TRUE(truth.bumps.empty());
}

TEST(CommittedPins, AnOlderOneAndTheLocksOwnDoNot) {
  const std::vector<CommittedPin> pins = {Committed('2', "v7.0.0"), Committed('1', "v7.0.1"),
                                          Committed('3', "v9.0.0", "other/x")};
  const CommittedTruth truth = TakeCommitted(kLock, pins);
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->sha, Sha('1'));
  EXPECT_EQ(truth.lock.actions.size(), 1u);
  EXPECT_TRUE(truth.older.empty());
  EXPECT_TRUE(truth.denied.empty());
}

TEST(CommittedPins, ANewMajorIsABumpWithAnOpenSignature) {
  const std::vector<CommittedPin> pins = {Committed('2', "v8.0.0")};
  const CommittedTruth truth = TakeCommitted(kLock, pins);
  ASSERT_EQ(truth.bumps.size(), 1u);
  EXPECT_EQ(truth.bumps[0].ref, "v7");
  EXPECT_EQ(truth.bumps[0].new_ref, "v8");
  EXPECT_FALSE(truth.bumps[0].known);
  // For sources that still say v7, and for those that say v8 already.
  for (const std::string ref : {"v7", "v8"}) {
    ASSERT_NE(truth.lock.Find("acme/x", ref), nullptr) << ref;
    EXPECT_EQ(truth.lock.Find("acme/x", ref)->sha, Sha('2'));
    EXPECT_TRUE(truth.lock.Find("acme/x", ref)->open);
  }
}

TEST(CommittedPins, TheLocksSignatureOfTheNewMajorIsUsed) {
  ActionPin eight = Pin("acme/x", "v8", Sha('2'), "v8.0.0");
  eight.inputs.push_back({"new", InputKind::Bool, {}, false, false});
  const Lock lock = LockOf({kLock.actions[0], eight});
  const std::vector<CommittedPin> pins = {Committed('3', "v8.0.1")};
  const CommittedTruth truth = TakeCommitted(lock, pins);
  EXPECT_EQ(truth.lock.Find("acme/x", "v8")->sha, Sha('3'));
  EXPECT_NE(truth.lock.Find("acme/x", "v8")->FindInput("new"), nullptr);
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->sha, Sha('1'));  // another major is another matter
  EXPECT_TRUE(truth.bumps.empty());
}

TEST(CommittedPins, OfTwoTheHigherCounts) {
  const std::vector<CommittedPin> pins = {Committed('1', "v7.0.1"), Committed('2', "v7.0.2"), Committed('3', "v7.0.3")};
  const CommittedTruth truth = TakeCommitted(kLock, pins);
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->sha, Sha('3'));
  ASSERT_EQ(truth.older.size(), 2u);
  EXPECT_EQ(truth.older[0].sha, Sha('2'));
  EXPECT_EQ(truth.older[1].sha, Sha('1'));
}

TEST(CommittedPins, ExactRefsFollow) {
  const Lock lock = LockOf({Pin("acme/x", "v7.0.1", Sha('1'), "v7.0.1"), Pin("acme/y", Sha('4'), Sha('4'), "v1.0.0"),
                            Pin("acme/z", "stable", Sha('6'), "v1.0.0")});
  const std::vector<CommittedPin> pins = {Committed('2', "v7.0.2"), Committed('5', "v1.1.0", "acme/y"),
                                          Committed('7', "v1.1.0", "acme/z")};
  const CommittedTruth truth = TakeCommitted(lock, pins);
  ASSERT_EQ(truth.bumps.size(), 2u);
  EXPECT_EQ(truth.bumps[0].new_ref, "v7.0.2");
  EXPECT_EQ(truth.bumps[1].new_ref, Sha('5'));
  EXPECT_EQ(truth.lock.Find("acme/z", "stable")->sha, Sha('7'));
}

TEST(CommittedPins, AKnownVersionUnderAnotherCommitIsDenied) {
  const std::vector<CommittedPin> locked = {Committed('2', "v7.0.1")};
  const CommittedTruth truth = TakeCommitted(kLock, locked);
  EXPECT_EQ(truth.lock.Find("acme/x", "v7")->sha, Sha('1'));
  EXPECT_EQ(truth.denied.size(), 1u);
  const Lock old = LockOf({ResolveAction("actions/checkout", "v6").pin});
  const std::vector<CommittedPin> shipped = {Committed('2', "v7.0.1", "actions/checkout")};
  EXPECT_EQ(TakeCommitted(old, shipped).denied.size(), 1u);
}

TEST(CommittedPins, TheCatalogueKnowsSignaturesToo) {
  const Lock old = LockOf({ResolveAction("actions/checkout", "v6").pin});
  const ActionPin seven = ResolveAction("actions/checkout", "v7").pin;
  const std::vector<CommittedPin> pins = {{"actions/checkout", seven.sha, seven.version, {}}};
  const CommittedTruth truth = TakeCommitted(old, pins);
  ASSERT_EQ(truth.bumps.size(), 1u);
  EXPECT_TRUE(truth.bumps[0].known);
  EXPECT_FALSE(truth.lock.Find("actions/checkout", "v6")->open);
  EXPECT_NE(truth.lock.Find("actions/checkout", "v6")->FindInput("allow-unsafe-pr-checkout"), nullptr);
}

TEST(CommittedPins, ReusableWorkflowsAreBumpedTheSameWay) {
  Lock lock;
  WorkflowPin pin;
  pin.uses = "acme/ci/.github/workflows/x.yml";
  pin.ref = "v1";
  pin.sha = Sha('1');
  pin.version = "v1.0.0";
  lock.workflows.push_back(pin);
  const std::vector<CommittedPin> pins = {Committed('2', "v2.0.0", pin.uses)};
  const CommittedTruth truth = TakeCommitted(lock, pins);
  ASSERT_EQ(truth.bumps.size(), 1u);
  EXPECT_EQ(truth.lock.FindWorkflow(pin.uses, "v2")->sha, Sha('2'));
}

TEST(Versions, MajorsLengthsAndForms) {
  EXPECT_EQ(MajorOf("v7.0.1"), "v7");
  EXPECT_EQ(MajorOf("7"), "v7");
  EXPECT_EQ(MajorOf("stable"), "");
  EXPECT_EQ(VersionLength("v7"), 1u);
  EXPECT_EQ(VersionLength("7.0.1-rc.2"), 3u);
  EXPECT_EQ(VersionLength(""), 0u);
  EXPECT_TRUE(Covers("v7", "v7.0.1"));
  EXPECT_TRUE(Covers("v7.0.1", "7.0.1"));
  EXPECT_FALSE(Covers("v7", "v70.1"));
  EXPECT_FALSE(Covers("v7.0.1", "v7.0.2"));
  EXPECT_TRUE(Covers("stable", "v9"));
  EXPECT_EQ(RefLike("v7", "v8.1.2"), "v8");
  EXPECT_EQ(RefLike("v7.0", "v8.1.2"), "v8.1");
  EXPECT_EQ(RefLike("v7.0.1", "v8.1.2"), "v8.1.2");
  EXPECT_EQ(RefLike("7", "8.1"), "8");
  EXPECT_EQ(RefLike("v7.0", "v8"), "v8");
}

}  // namespace
}  // namespace sluice::catalogue

// The shipped catalogue: refs become pins, and the samples' lock files come out as they are.
#include "compiler/catalogue/shipped_actions.h"

#include <gtest/gtest.h>

#include "tests/support/samples.h"

namespace sluice::catalogue {
namespace {

using Problem = Resolution::Problem;

TEST(ShippedActions, TagsBecomePins) {
  const Resolution found = ResolveAction("Actions/Checkout", "v7");
  ASSERT_EQ(found.problem, Problem::None);
  EXPECT_EQ(found.pin.uses, "actions/checkout");
  EXPECT_EQ(found.pin.version, "v7.0.1");
  EXPECT_EQ(found.pin.sha, "3d3c42e5aac5ba805825da76410c181273ba90b1");
  EXPECT_EQ(found.pin.FindInput("fetch-depth")->kind, InputKind::Number);
  EXPECT_EQ(ResolveAction("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1").pin.version, "v7.0.1");
  EXPECT_EQ(NewestMajor("actions/download-artifact"), "v8");
}

TEST(ShippedActions, OlderMajorsHaveTheirOwnSignature) {
  const Resolution old = ResolveAction("actions/checkout", "v2");
  ASSERT_EQ(old.problem, Problem::None);
  EXPECT_EQ(old.pin.runtime, "node12");
  EXPECT_EQ(old.pin.FindInput("filter"), nullptr);
  EXPECT_NE(old.pin.FindInput("fetch-depth"), nullptr);
  EXPECT_TRUE(old.pin.outputs.empty());
  EXPECT_TRUE(ResolveAction("actions/upload-artifact", "v3").pin.FindInput("path")->required);
  EXPECT_EQ(ResolveAction("dtolnay/rust-toolchain", "1.75.0").pin.FindInput("toolchain"), nullptr);
  EXPECT_TRUE(ResolveAction("dtolnay/rust-toolchain", "v1").pin.FindInput("toolchain")->required);
}

TEST(ShippedActions, WhatIsNotKnownIsSaid) {
  EXPECT_EQ(ResolveAction("actions/chekout", "v7").problem, Problem::UnknownAction);
  EXPECT_EQ(ResolveAction("actions/chekout", "v7").nearest, "actions/checkout");
  EXPECT_EQ(ResolveAction("nick-invision/retry", "v2").nearest, "nick-fields/retry");
  EXPECT_EQ(ResolveAction("actions/checkout", "v77").problem, Problem::UnknownRef);
  EXPECT_EQ(ResolveAction("actions/checkout", "main").problem, Problem::Branch);
  EXPECT_EQ(ResolveAction("actions/checkout", "main").nearest, "v7");
  // A branch whose commit has a tag is as good as the tag.
  EXPECT_EQ(ResolveAction("actions/setup-python", "main").pin.version, "v7.0.0");
}

TEST(ShippedActions, TheLocksOfTheSamplesComeOut) {
  int same = 0, all = 0;
  for (const std::string name : {"a", "b", "e", "f"}) {
    const auto text = tests::ReadShared("design/samples/" + name + "/sluice.lock");
    if (!text) continue;
    source::SourceMap sources;
    diagnostics::Sink sink;
    const Lock lock = ReadLock(sources, sources.Add("sluice.lock", *text), sink);
    for (const ActionPin& pin : lock.actions) {
      Lock one, resolved;
      one.actions = {pin};
      resolved.actions = {ResolveAction(pin.uses, pin.ref).pin};
      ++all;
      same += PrintLock(one) == PrintLock(resolved);
      EXPECT_EQ(PrintLock(one), PrintLock(resolved)) << name << " " << pin.uses;
    }
  }
  if (all == 0) GTEST_SKIP() << tests::NoShared();
  std::printf("%d of %d pins of the samples are resolved as they are\n", same, all);
}

}  // namespace
}  // namespace sluice::catalogue

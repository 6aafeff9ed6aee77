#include "compiler/catalogue/events.h"

#include <gtest/gtest.h>

#include "compiler/catalogue/permissions.h"
#include "compiler/catalogue/runners.h"

namespace sluice::catalogue {
namespace {

TEST(Events, AreGithubs37) {
  EXPECT_EQ(Events().size(), 37u);
  ASSERT_NE(FindEvent("push"), nullptr);
  const std::vector<std::string_view> filters = {"branches",    "branches-ignore", "tags",
                                                 "tags-ignore", "paths",           "paths-ignore"};
  EXPECT_EQ(FindEvent("push")->filters, filters);
  EXPECT_FALSE(FindEvent("push")->HasFilter("types"));
  EXPECT_TRUE(FindEvent("pull_request")->HasType("synchronize"));
  EXPECT_FALSE(FindEvent("pull_request")->HasType("synchronise"));
  EXPECT_TRUE(FindEvent("repository_dispatch")->HasType("anything"));
  EXPECT_EQ(FindEvent("Push"), nullptr);
}

TEST(Events, ShapesRefersOnlyToShapes) {
  for (const Event& event : Events()) {
    if (event.shape.empty()) continue;
    EXPECT_FALSE(PayloadProperties(event.shape).empty()) << event.name;
  }
  std::vector<std::string_view> open = {
      "push",    "pull_request_event", "merge_group", "workflow_dispatch", "schedule", "github", "runner", "job",
      "strategy"};
  std::vector<std::string_view> seen;
  while (!open.empty()) {
    const std::string_view shape = open.back();
    open.pop_back();
    if (std::find(seen.begin(), seen.end(), shape) != seen.end()) continue;
    seen.push_back(shape);
    EXPECT_FALSE(PayloadProperties(shape).empty()) << shape;
    for (const PayloadProperty& property : PayloadProperties(shape))
      if (!property.shape.empty()) open.push_back(property.shape);
  }
  EXPECT_GT(seen.size(), 20u);
}

TEST(Events, KnowWhatOutsidersWrite) {
  EXPECT_TRUE(FindPayloadProperty("pull_request", "title")->untrusted);
  EXPECT_TRUE(FindPayloadProperty("pull_request", "BODY")->optional);
  EXPECT_TRUE(FindPayloadProperty("head", "ref")->untrusted);
  EXPECT_FALSE(FindPayloadProperty("head", "sha")->untrusted);
  EXPECT_FALSE(FindPayloadProperty("base", "ref")->untrusted);
  EXPECT_TRUE(FindPayloadProperty("commit", "message")->untrusted);
  EXPECT_TRUE(FindPayloadProperty("github", "head_ref")->untrusted);
  EXPECT_EQ(FindPayloadProperty("pull_request", "number")->kind, PropertyKind::Number);
  EXPECT_EQ(FindPayloadProperty("push", "commits")->kind, PropertyKind::List);
  EXPECT_EQ(FindPayloadProperty("push", "commits")->shape, "commit");
  EXPECT_EQ(FindPayloadProperty("push", "nope"), nullptr);
  EXPECT_TRUE(MayBeUntrusted(std::vector<std::string>{"issue", "title"}));
  EXPECT_FALSE(MayBeUntrusted(std::vector<std::string>{"issue", "number"}));
}

TEST(Permissions, FollowGithubsLevels) {
  EXPECT_EQ(PermissionScopes().size(), 20u);
  EXPECT_TRUE(AllowsAccess("contents", "write"));
  EXPECT_TRUE(AllowsAccess("id-token", "write"));
  EXPECT_FALSE(AllowsAccess("id-token", "read"));
  EXPECT_FALSE(AllowsAccess("models", "write"));
  EXPECT_TRUE(AllowsAccess("models", "none"));
  EXPECT_FALSE(AllowsAccess("content", "read"));
}

TEST(Runners, LabelsAndImages) {
  ASSERT_NE(FindRunnerLabel("Ubuntu-Latest"), nullptr);
  EXPECT_EQ(FindRunnerLabel("ubuntu-24.04-arm")->arch, "arm64");
  EXPECT_EQ(FindRunnerLabel("macos-15-intel")->arch, "x64");
  EXPECT_EQ(FindRunnerLabel("ubunt-latest"), nullptr);
  EXPECT_EQ(FamilyWithoutBash("alpine:3.22"), "alpine");
  EXPECT_EQ(FamilyWithoutBash("docker.io/library/alpine@sha256:00"), "alpine");
  EXPECT_EQ(FamilyWithoutBash("node:24-alpine3.21"), "alpine");
  EXPECT_EQ(FamilyWithoutBash("localhost:5000/busybox"), "busybox");
  EXPECT_EQ(FamilyWithoutBash("debian:12"), std::nullopt);
  EXPECT_EQ(FamilyWithoutBash("alpine-tools/debian:1"), std::nullopt);
}

}  // namespace
}  // namespace sluice::catalogue

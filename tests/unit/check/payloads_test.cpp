// github.event for every event: typed by the triggers, narrowed by tests of the event's name.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

// What checking says about `value` in a step of a pipeline with these triggers; empty: nothing.
std::string Said(const std::string& triggers, const std::string& value, const std::string& condition = "true") {
  const std::string program = fmt::format(
      "pipeline ci {{\n{}  job test {{\n    if {} {{ step \"s\" {{\n      env: {{ V: {} }}\n      run `true`\n    }} "
      "}}\n  "
      "}}\n}}\n",
      triggers, condition, value);
  const std::string messages = CompileText({{"ci.pipe", program}, {"sluice.lock", SmallLock()}}).messages;
  return messages.substr(0, messages.find('\n'));
}

constexpr const char* kIssues = "  on issues\n";
constexpr const char* kBoth = "  on issues\n  on release\n";
constexpr const char* kDispatch = "  on repository_dispatch\n";

TEST(PayloadsTest, AreTypedByTheTriggers) {
  EXPECT_EQ(Said(kIssues, "github.event.issue.number + 0"), "error[P0403]: `+` works on constants only");
  EXPECT_EQ(Said(kIssues, "github.event.issue.title"), "");
  EXPECT_EQ(Said(kIssues, "github.event.sender.login"), "");
  EXPECT_EQ(Said(kIssues, "github.event.label.name"), "error[P0307]: `github.event.label.name` may be absent here");
  EXPECT_EQ(Said(kIssues, "github.event.issue.titel"), "error[P0203]: `github.event.issue` has no property `titel`");
  EXPECT_EQ(Said(kIssues, "github.event.release.name"), "error[P0203]: `github.event` has no property `release`");
  EXPECT_EQ(Said(kBoth, "github.event.sender.login"), "");
  EXPECT_EQ(Said(kBoth, "github.event.issue.title"), "error[P0307]: `github.event.issue.title` may be absent here");
}

TEST(PayloadsTest, AreNarrowedByTheNameOfTheEvent) {
  EXPECT_EQ(Said(kBoth, "github.event.issue.title", "github.event_name == 'issues'"), "");
  EXPECT_EQ(Said(kBoth, "github.event.issue.title", "github.event_name == 'release'"),
            "error[P0203]: `github.event` has no property `issue`");
}

TEST(PayloadsTest, ItemsOfListsMayBeMissing) {
  const char* runs = "  on workflow_run(workflows: [\"ci\"])\n";
  EXPECT_EQ(Said(runs, "github.event.workflow_run.pull_requests[0].number ?? 0"), "");
  EXPECT_NE(Said(runs, "github.event.workflow_run.pull_requests[0].number").find("P0307"), std::string::npos);
}

TEST(PayloadsTest, WhatASenderDecidesIsJson) {
  EXPECT_EQ(Said(kDispatch, "github.event.client_payload.a.b as string"), "");
  EXPECT_EQ(Said(kDispatch, "github.event.client_payload.a"), "error[P0308]: a json has no text form");
}

}  // namespace
}  // namespace sluice::compile

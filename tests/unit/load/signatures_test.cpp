// What the lock keeps of files in other repositories: action.yml, reusable workflows, and pins with their comments.
#include "compiler/load/signatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/load/pins.h"

namespace sluice::load {
namespace {

using catalogue::InputKind;
using testing::ElementsAre;

std::string ActionError(const std::string& text) {
  const auto read = ReadActionSignature("action.yml", text);
  return read.ok() ? "" : read.error().message;
}

TEST(ActionSignature, HasWhatTheFileSaysAndNoMore) {
  const auto pin = ReadActionSignature("action.yml", R"(
name: A
inputs:
  zeta: {description: last, required: true}
  token: {required: true, default: "${{ github.token }}"}
  old: {deprecationMessage: use zeta}
  quoted: {required: "TRUE"}
  Zeta: {description: the same name for GitHub}
  nothing:
outputs:
  b: {value: x}
  a:
runs: {using: Node24, main: index.js}
)");
  ASSERT_TRUE(pin.ok()) << pin.error().message;
  EXPECT_EQ(pin->runtime, "node24");
  EXPECT_FALSE(pin->permissions.has_value());
  EXPECT_THAT(pin->outputs, ElementsAre("a", "b"));
  ASSERT_EQ(pin->inputs.size(), 5u);
  EXPECT_TRUE(pin->FindInput("zeta")->required);
  EXPECT_TRUE(pin->FindInput("quoted")->required);
  EXPECT_FALSE(pin->FindInput("token")->required);
  EXPECT_EQ(pin->FindInput("token")->kind, InputKind::Secret);
  EXPECT_TRUE(pin->FindInput("old")->deprecated);
  EXPECT_FALSE(pin->FindInput("nothing")->required);
}

TEST(ActionSignature, AMistakeIsOneSentenceWithItsLine) {
  EXPECT_EQ(ActionError("- a\n"), "action.yml:1: an action's metadata is a mapping");
  EXPECT_EQ(ActionError("name: a\n"), "action.yml:1: an action needs `runs` with `using`");
  EXPECT_EQ(ActionError("name: a\nruns: {using: node99}\n"), "action.yml:2: GitHub knows no runtime `node99`");
  EXPECT_NE(ActionError("a: [\n"), "");
  EXPECT_NE(ActionError(""), "");
}

TEST(WorkflowSignature, HasParametersAndTheUnionOfPermissions) {
  const auto pin = ReadWorkflowSignature("x.yml", R"(
on:
  workflow_call:
    inputs:
      node: {type: number, required: true}
      fast: {type: boolean, default: true, required: true}
      name: {type: string}
    secrets:
      TOKEN: {required: true}
      OTHER:
    outputs:
      tag: {value: "${{ jobs.a.outputs.t }}"}
permissions: {contents: read}
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{run: ls}]
  b:
    runs-on: ubuntu-latest
    permissions: {packages: write, contents: write, issues: none}
    steps: [{run: ls}]
)");
  ASSERT_TRUE(pin.ok()) << pin.error().message;
  EXPECT_EQ(pin->FindInput("NODE")->kind, InputKind::Number);
  EXPECT_TRUE(pin->FindInput("node")->required);
  EXPECT_EQ(pin->FindInput("fast")->kind, InputKind::Bool);
  EXPECT_FALSE(pin->FindInput("fast")->required);
  EXPECT_TRUE(pin->FindSecret("token")->required);
  EXPECT_FALSE(pin->FindSecret("OTHER")->required);
  EXPECT_TRUE(pin->HasOutput("tag"));
  ASSERT_TRUE(pin->permissions.has_value());
  ASSERT_EQ(pin->permissions->size(), 2u);
  EXPECT_EQ(pin->permissions->at(0).access, "write");  // contents: the most that a job asks for
  EXPECT_EQ(pin->permissions->at(1).scope, "packages");
}

TEST(WorkflowSignature, WithoutPermissionsNothingIsEstablished) {
  const auto pin =
      ReadWorkflowSignature("x.yml", "on: workflow_call\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: ls}]}}\n");
  ASSERT_TRUE(pin.ok()) << pin.error().message;
  EXPECT_FALSE(pin->permissions.has_value());
  const auto pushed =
      ReadWorkflowSignature("x.yml", "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: ls}]}}\n");
  ASSERT_FALSE(pushed.ok());
  EXPECT_EQ(pushed.error().message, "x.yml has no `on: workflow_call`, so no job can call it");
}

TEST(Pins, EveryUsesOfAnotherRepositoryWithItsVersion) {
  source::SourceMap sources;
  const auto file = sources.Add("ci.yml", R"(
jobs:
  call:
    uses: acme/ci/.github/workflows/x.yml@1111111111111111111111111111111111111111 # v1.2.3
  a:
    steps:
      - uses: actions/checkout@2222222222222222222222222222222222222222 # v7.0.1
      - uses: "a/b@v1"  # keep
      - {uses: c/d/e@main}
      - uses: ./local
      - uses: docker://alpine:3.22
      - run: |
          uses: no/step@3333333333333333333333333333333333333333 # v9
        env: {uses: no/step@v9}
      - parallel:
          - uses: f/g@4444444444444444444444444444444444444444 # tag=v2.0.0
)");
  const auto uses = ReadUses(sources, file);
  ASSERT_TRUE(uses.has_value());
  std::vector<std::string> found;
  for (const YamlUse& use : *uses) found.push_back(use.uses + " " + use.ref.substr(0, 4) + " " + use.version);
  EXPECT_THAT(found, ElementsAre("acme/ci/.github/workflows/x.yml 1111 v1.2.3", "actions/checkout 2222 v7.0.1",
                                 "a/b v1 ", "c/d/e main ", "f/g 4444 v2.0.0"));
  EXPECT_EQ(sources.Begin(uses->at(1).at).line, 7u);
  EXPECT_FALSE(ReadUses(sources, sources.Add("bad.yml", "a: [")).has_value());
}

TEST(Pins, CommentsAsToolsWriteThem) {
  EXPECT_EQ(VersionInComment(" v4.1.1"), "v4.1.1");
  EXPECT_EQ(VersionInComment(" 4.1.1-beta.2\r"), "4.1.1-beta.2");
  EXPECT_EQ(VersionInComment(" tag=v4.1.1"), "v4.1.1");
  EXPECT_EQ(VersionInComment(" pin@v4"), "v4");
  EXPECT_EQ(VersionInComment(" ratchet:actions/checkout@v4"), "v4");
  EXPECT_EQ(VersionInComment(" renovate: tag=v4"), "v4");
  EXPECT_EQ(VersionInComment(" v4, see 123"), "v4");
  EXPECT_EQ(VersionInComment(" needs 2 cores"), "");
  EXPECT_EQ(VersionInComment(""), "");
}

}  // namespace
}  // namespace sluice::load

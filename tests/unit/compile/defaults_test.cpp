// `shell: default`, the forms of `permissions`, and raw blocks that become part of the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

using testing::HasSubstr;
using testing::Not;

// The workflow of a pipeline with these settings and this job; the complaints when there are some.
std::string Built(const std::string& settings, const std::string& job) {
  const Compilation result =
      CompileText({{"ci.pipe", "pipeline ci {\n  on push\n" + settings + "  job a {\n" + job + "  }\n}\n"},
                   {"sluice.lock", SmallLock()}});
  const auto file = result.outputs.find(".github/workflows/ci.yml");
  return file == result.outputs.end() ? result.messages : file->second;
}

TEST(DefaultShell, WritesNone) {
  const std::string yaml = Built("  shell: default\n", "    run `ls ${{ github.actor }}`\n");
  EXPECT_THAT(yaml, Not(HasSubstr("shell:")));
  EXPECT_THAT(yaml, Not(HasSubstr("defaults:")));
  EXPECT_THAT(yaml, HasSubstr("ls \"${PIPE_GITHUB_ACTOR}\""));
}

TEST(DefaultShell, IsShInContainers) {
  const std::string yaml =
      Built("  shell: default\n", "    container: \"alpine:3.22\"\n    run `echo ${{ words(github.actor) }}`\n");
  EXPECT_THAT(yaml, HasSubstr("set -f"));
  EXPECT_THAT(yaml, Not(HasSubstr("shell:")));
}

TEST(DefaultShell, AnotherShellOfAStepIsWritten) {
  EXPECT_THAT(Built("  shell: default\n", "    run bash `ls`\n"), HasSubstr("shell: bash"));
}

TEST(DefaultShell, TakesNoPlaceholderWhereTheRunnerIsNotKnown) {
  EXPECT_THAT(Built("  shell: default\n  var RUNNER\n", "    runs-on: vars.RUNNER\n    run `ls ${{ github.sha }}`\n"),
              HasSubstr("P0513"));
  EXPECT_THAT(Built("  shell: default\n  var RUNNER\n", "    runs-on: vars.RUNNER\n    run `ls`\n"),
              HasSubstr("run: ls"));
}

TEST(DefaultShell, KeepsThePipelinesBlockAway) {
  const std::string yaml = Built("  shell: bash\n  working-directory: \"app\"\n",
                                 "    shell: default\n    working-directory: \".\"\n    run `ls`\n");
  EXPECT_THAT(yaml, HasSubstr("    defaults:\n      run:\n        working-directory: '.'"));
}

TEST(CustomShell, OfBashIsReadAsBash) {
  const std::string yaml = Built("  shell: \"bash -e {0}\"\n", "    run `ls ${{ github.actor }}`\n");
  EXPECT_THAT(yaml, HasSubstr("shell: bash -e {0}"));
  EXPECT_THAT(yaml, HasSubstr("ls \"${PIPE_GITHUB_ACTOR}\""));
}

TEST(TokenPermissions, DefaultWritesNone) {
  const std::string yaml = Built("  permissions: default\n", "    uses actions/checkout@v7\n");
  EXPECT_THAT(yaml, Not(HasSubstr("permissions:")));
}

TEST(TokenPermissions, BesideDefaultAJobGetsWhatItSays) {
  const std::string yaml =
      Built("  permissions: default\n", "    permissions: { issues: write }\n    uses actions/checkout@v7\n");
  EXPECT_THAT(yaml, HasSubstr("    permissions:\n      issues: write # declared\n    runs-on"));
}

TEST(TokenPermissions, ExactAddsNothing) {
  const std::string yaml = Built("  permissions: exact({ issues: read })\n", "    uses actions/checkout@v7\n");
  EXPECT_THAT(yaml, HasSubstr("\npermissions:\n  issues: read # declared\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("contents")));
}

TEST(TokenPermissions, OneWordForAll) {
  EXPECT_THAT(Built("", "    permissions: read-all\n    run `ls`\n"), HasSubstr("    permissions: read-all"));
}

TEST(TokenPermissions, DefaultIsOfPipelines) {
  EXPECT_THAT(Built("", "    permissions: default\n    run `ls`\n"), HasSubstr("P0302"));
}

TEST(RawBlock, SaysMoreOfAnInput) {
  const Compilation result =
      CompileText({{"ci.pipe",
                    "pipeline ci(v: string = \"\") {\n  on push\n  on workflow_dispatch\n  raw |\n    on:\n"
                    "      workflow_dispatch:\n        inputs:\n          v:\n            required: true\n"
                    "  job a {\n    run `ls ${{ v }}`\n  }\n}\n"}});
  const auto file = result.outputs.find(".github/workflows/ci.yml");
  ASSERT_NE(file, result.outputs.end()) << result.messages;
  EXPECT_THAT(file->second, HasSubstr("required: true"));
}

TEST(Defaults, ANumberInATextHasATextAsItsDefault) {
  const std::string yaml =
      Built("  on pull_request\n", "    env: { A: github.event.number ?? github.ref }\n    run `ls`\n");
  EXPECT_THAT(yaml, HasSubstr("A: ${{ github.event.number || github.ref }}"));
}

}  // namespace
}  // namespace sluice::compile

// Jobs that call pipelines: own ones, workflow files of the repository, and those of others from the lock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kRelease = R"(environment prod { }
secret NPM_TOKEN
secret DEPLOY_KEY in prod

pipeline release(version: string, count: int = 1, dry: bool = false) {
  on workflow_call
  job publish {
    environment: prod
    permissions: { packages: write }
    let p = run -> { url: string, done: bool } `./publish ${{ version }} ${{ count }} ${{ dry }} ${{ secrets.NPM_TOKEN }} ${{ secrets.DEPLOY_KEY }} url done`
    output url = p.url
    output done = p.done
  }
  output url = publish.url
  output done: bool = publish.done
}
)";

constexpr const char* kOld = R"(on:
  workflow_call:
    inputs:
      level: { type: string, required: true }
      deep: { type: boolean }
    outputs:
      report: { value: x }
    secrets:
      SCAN_TOKEN: { required: true }
      OTHER:
permissions: {}
jobs:
  scan:
    permissions: { contents: read, security-events: write }
    runs-on: ubuntu-latest
    steps: [{ run: ./scan }]
)";

Compilation Built(const std::string& source) {
  return CompileText({{"p.pipe", source}, {".github/workflows/old.yml", kOld}, {"sluice.lock", SmallLock() + R"(
[[workflow]]
uses = "acme/ci/.github/workflows/lint.yml"
ref = "v1"
sha = "6323deb102c322ba6fcbdcafc7e3dddab59af2b6"
version = "v1.2.0"
permissions = { contents = "read" }
outputs = ["findings"]

[workflow.inputs]
node = "number!"
)"}},
                     "p.pipe");
}

std::string Caller(const std::string& body) {
  return std::string(kRelease) + "pipeline ci {\n  on push\n" + body + "}\n";
}

TEST(CallsTest, OwnPipelines) {
  const Compilation built = Built(Caller(R"(  job build {
    let b = run -> { version: string } `echo version=1 >> "$GITHUB_OUTPUT"`
    output version = b.version
  }
  job ship for dry in [true, false] uses release(version: build.version, count: 3, dry: dry) {
    fail-fast: false
    permissions: { id-token: write }
  }
  job once uses release(version: "1.0")
  job say { if: once.done, run `echo ${{ once.url }}` }
)"));
  EXPECT_THAT(built.messages, Not(HasSubstr("error[")));
  const std::string yaml = built.outputs.at(".github/workflows/ci.yml");
  EXPECT_THAT(yaml, HasSubstr(R"(  ship:
    needs: [build]
    permissions:
      id-token: write # declared
      packages: write # release
    strategy:
      fail-fast: false
      matrix:
        dry: [true, false]
    uses: ./.github/workflows/release.yml
    with:
      version: ${{ needs.build.outputs.version }}
      count: 3
      dry: ${{ matrix.dry }}
    secrets:
      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
      DEPLOY_KEY: ${{ secrets.DEPLOY_KEY }}
)"));
  EXPECT_THAT(yaml, HasSubstr("    needs: [once]\n    if: needs.once.outputs.done == 'true'\n"));
  const std::string callee = built.outputs.at(".github/workflows/release.yml");
  EXPECT_THAT(callee, HasSubstr("    secrets:\n      NPM_TOKEN:\n        required: true\n      DEPLOY_KEY:\n"));
  EXPECT_THAT(callee, HasSubstr("        value: ${{ jobs.publish.outputs.done }}\n"));
}

TEST(CallsTest, WorkflowsOfTheRepositoryAndOfOthers) {
  const Compilation built = Built(R"(secret SCAN_TOKEN
pipeline ci {
  on push
  job scan uses "./.github/workflows/old.yml"(level: "high", deep: true)
  job lint uses acme/ci/.github/workflows/lint.yml@v1(node: 24) { needs: [scan] }
  job say { run `echo ${{ scan.report }} ${{ lint.findings }}` }
}
)");
  EXPECT_EQ(built.messages, "");
  const std::string yaml = built.outputs.at(".github/workflows/ci.yml");
  EXPECT_THAT(yaml, HasSubstr(R"(    uses: ./.github/workflows/old.yml
    with:
      level: high
      deep: true
    secrets:
      SCAN_TOKEN: ${{ secrets.SCAN_TOKEN }}
)"));
  EXPECT_THAT(yaml, HasSubstr("    permissions:\n      contents: read # ./.github/workflows/old.yml\n"
                              "      security-events: write # ./.github/workflows/old.yml\n"));
  EXPECT_THAT(
      yaml,
      HasSubstr("    uses: acme/ci/.github/workflows/lint.yml@6323deb102c322ba6fcbdcafc7e3dddab59af2b6 # v1.2.0\n"));
}

TEST(CallsTest, WrongCalls) {
  const auto messages = [](const std::string& body) { return Built(Caller(body)).messages; };
  EXPECT_THAT(messages("  job a uses release()\n"), HasSubstr("error[P0301]: `release` needs the input `version`"));
  EXPECT_THAT(messages("  job a uses release(version: \"1\", cuont: 2)\n"), HasSubstr("error[P0702]"));
  EXPECT_THAT(messages("  job a uses release(version: \"1\", count: \"2\")\n"), HasSubstr("error[P0302]"));
  EXPECT_THAT(messages("  job a uses release(version: \"1\") { timeout: 5m }\n"), HasSubstr("error[P0208]"));
  EXPECT_THAT(messages("  job a uses release(version: \"1\") { run `x` }\n"), HasSubstr("error[P0114]"));
  EXPECT_THAT(messages("  job a uses ci()\n"), HasSubstr("error[P0602]"));
  EXPECT_THAT(messages("  job a uses nothing()\n"), HasSubstr("error[P0202]"));
  EXPECT_THAT(messages("  job a uses \"./.github/workflows/no.yml\"\n"), HasSubstr("error[P0602]"));
  EXPECT_THAT(messages("  job a uses \"./.github/workflows/old.yml\"(level: \"x\")\n"), HasSubstr("error[P0206]"));
  EXPECT_THAT(messages("  job a uses acme/ci/.github/workflows/lint.yml@v2(node: 1)\n"), HasSubstr("error[P0701]"));
  EXPECT_THAT(messages("  job a uses release(version: \"1\")\n  job b { run `echo ${{ a.nothing }}` }\n"),
              HasSubstr("error[P0203]"));
  EXPECT_THAT(
      messages(
          "  job a uses acme/ci/.github/workflows/lint.yml@v1(node: 1) {\n    raw |\n      secrets: inherit\n  }\n"),
      HasSubstr("error[P0505]"));
}

TEST(CallsTest, Circles) {
  EXPECT_THAT(Built("pipeline a {\n  on workflow_call\n  job x uses b()\n}\npipeline b {\n  on workflow_call\n  job y "
                    "uses a()\n}\n")
                  .messages,
              HasSubstr("error[P0606]"));
}

}  // namespace
}  // namespace sluice::compile

// Paths of a pipeline with a gate (language reference 2.5 and 2.9).
#include <gtest/gtest.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using check::Workflow;

std::string Source(const std::string& triggers, const std::string& condition = "") {
  return "pipeline ci {\n  " + triggers + "\n  job test {\n    " + condition +
         "\n    uses actions/checkout@v7\n    run `make test`\n  }\n  gate required: all\n}\n";
}

TEST(Changes, AreAJobThatGitAnswers) {
  const std::string workflow = Workflow(
      Source("on pull_request(paths: [\"backend/**\", \"!backend/docs/**\"])\n  on merge_group\n  on push(branches: "
             "[main], paths: [\"backend/**\", \"!backend/docs/**\"])"));
  EXPECT_EQ(JobOf(workflow, "changes"), R"(permissions:
  contents: read # actions/checkout
runs-on: ubuntu-latest
timeout-minutes: 5
outputs:
  run: ${{ steps.diff.outputs.run }}
steps:
  - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
    with:
      fetch-depth: 0
      persist-credentials: false
  - id: diff
    env:
      PIPE_BASE: ${{ github.event.pull_request.base.sha || github.event.before }}
    run: |
      if git cat-file -e "${PIPE_BASE}^{commit}" 2> /dev/null && git diff --quiet "${PIPE_BASE}...HEAD" -- ':(glob)backend/**' ':(exclude,glob)backend/docs/**'; then
        echo run=false >> "$GITHUB_OUTPUT"
      else
        echo run=true >> "$GITHUB_OUTPUT"
      fi
)") << workflow;
  EXPECT_EQ(workflow.find("paths"), std::string::npos);
  const std::string test = JobOf(workflow, "test");
  EXPECT_NE(test.find("needs: [changes]\nif: needs.changes.outputs.run == 'true'\n"), std::string::npos) << test;
  EXPECT_NE(JobOf(workflow, "required").find("needs: [changes, test]\n"), std::string::npos);
}

TEST(Changes, AddToTheConditionOfAJob) {
  const std::string test =
      JobOf(Workflow(Source("on push(paths-ignore: [\"docs/**\"])", "if: github.actor == 'a' || github.actor == 'b'")),
            "test");
  EXPECT_NE(test.find("if: (github.actor == 'a' || github.actor == 'b') && needs.changes.outputs.run == 'true'\n"),
            std::string::npos)
      << test;
}

TEST(Changes, AreNotNeededWithoutAGate) {
  const std::string workflow =
      Workflow("pipeline ci {\n  on push(paths: [\"src/**\"])\n  job test { run `make` }\n}\n");
  EXPECT_NE(workflow.find("paths: [src/**]"), std::string::npos);
  EXPECT_EQ(workflow.find("changes"), std::string::npos);
}

}  // namespace
}  // namespace sluice::lower

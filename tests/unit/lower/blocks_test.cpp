// Steps among steps as they are written: `for` unrolled, `parallel`, and steps in the background.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using check::Workflow;

// The steps of a job with these statements.
std::string Steps(const std::string& statements) {
  const std::string text =
      JobOf(Workflow(fmt::format("pipeline ci {{\n  on push\n  job test {{\n{}\n  }}\n}}\n", statements)), "test");
  const size_t at = text.find("steps:\n");
  return at == std::string::npos ? text : text.substr(at + 7);
}

TEST(Loops, AreWrittenOut) {
  EXPECT_EQ(Steps(R"(for dir in ["web", "api"] {
      step "Build ${{ dir }}": run `make -C ${{ dir }}`
    })"),
            "  - name: Build web\n    run: make -C web\n  - name: Build api\n    run: make -C api\n");
}

TEST(Loops, LeaveOutWhatTheirConditionDoes) {
  EXPECT_EQ(Steps("run `start`\nfor n in [1, 2, 3] if n != 2 { run `./do ${{ n }}` }"),
            "  - run: start\n  - run: ./do 1\n  - run: ./do 3\n");
  EXPECT_EQ(Steps("run `start`\nfor n in [1, 2] if n > 2 { run `./do ${{ n }}` }"), "  - run: start\n");
}

TEST(Loops, DecideConditionsThatAreConstants) {
  EXPECT_EQ(Steps(R"(for n in [1, 2, 3] {
      if n == 2 { run `two` } else if github.actor == 'x' && n < 3 { run `one` } else { run `three` }
    })"),
            R"(  - if: github.actor == 'x'
    run: one
  - if: github.actor != 'x'
    run: three
  - run: two
  - run: three
)");
}

TEST(Loops, NumberTheIdsOfLaterRounds) {
  EXPECT_EQ(Steps(R"(for dir in ["a", "b"] {
      let built = run -> { v: string } `./build ${{ dir }} # v`
      let label = "${{ dir }}-${{ built.v }}"
      run `echo ${{ label }}`
      if built.outcome == success { run `ok` }
    }
    let built-3 = run `own`
    run `echo ${{ built-3.outcome }}`)"),
            R"(  - id: built
    run: './build a # v'
  - env:
      PIPE_LABEL: a-${{ steps.built.outputs.v }}
    run: echo "${PIPE_LABEL}"
  - if: steps.built.outcome == 'success'
    run: ok
  - id: built-2
    run: './build b # v'
  - env:
      PIPE_LABEL: b-${{ steps.built-2.outputs.v }}
    run: echo "${PIPE_LABEL}"
  - if: steps.built-2.outcome == 'success'
    run: ok
  - id: built-3
    run: own
  - env:
      PIPE_BUILT_3_OUTCOME: ${{ steps.built-3.outcome }}
    run: echo "${PIPE_BUILT_3_OUTCOME}"
)");
}

TEST(Loops, NestAndStandInConditions) {
  EXPECT_EQ(Steps(R"(if github.ref_name == 'main' {
      for a in ["x", "y"] { for b in [1, 2] { run `./do ${{ a }} ${{ b }}` } }
    })"),
            R"(  - if: github.ref_name == 'main'
    run: ./do x 1
  - if: github.ref_name == 'main'
    run: ./do x 2
  - if: github.ref_name == 'main'
    run: ./do y 1
  - if: github.ref_name == 'main'
    run: ./do y 2
)");
}

TEST(Together, EachStepHasTheConditionOfTheBlock) {
  EXPECT_EQ(Steps(R"(if github.ref_name == 'main' {
      parallel {
        let lint = run -> { n: string } `make lint # n`
        step "Docs": run `make docs`
      }
      run `echo ${{ lint.n }}`
    })"),
            R"(  - parallel:
      - id: lint
        if: github.ref_name == 'main'
        run: 'make lint # n'
      - name: Docs
        if: github.ref_name == 'main'
        run: make docs
  - if: github.ref_name == 'main'
    env:
      PIPE_LINT_N: ${{ steps.lint.outputs.n }}
    run: echo "${PIPE_LINT_N}"
)");
}

TEST(Background, IsAwaitedByItsId) {
  EXPECT_EQ(Steps(R"(let server = background run `./server`
    let scan = background step "Scan" { timeout: 5m, run -> { found: string } `./scan # found` }
    run `make test`
    wait scan
    run `echo ${{ scan.found }}`
    cancel server
    wait server, scan
    wait all)"),
            R"(  - id: server
    background: true
    run: ./server
  - id: scan
    name: Scan
    timeout-minutes: 5
    background: true
    run: './scan # found'
  - run: make test
  - wait: scan
  - env:
      PIPE_SCAN_FOUND: ${{ steps.scan.outputs.found }}
    run: echo "${PIPE_SCAN_FOUND}"
  - cancel: server
  - wait: [server, scan]
  - wait-all:
)");
}

}  // namespace
}  // namespace sluice::lower

// Scripts that are repeated until they succeed, and variables that they leave for later steps.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using List = std::vector<std::string>;

std::string Program(const std::string& statements) {
  return fmt::format("pipeline ci {{\n  on push\n  job test {{\n{}\n  }}\n}}\n", statements);
}
std::string Steps(const std::string& statements) {
  const std::string text = JobOf(check::Workflow(Program(statements)), "test");
  const size_t at = text.find("steps:\n");
  return at == std::string::npos ? text : text.substr(at + 7);
}
List Said(const std::string& statements) { return check::Codes(Program(statements)); }

TEST(Retry, RepeatsTheScript) {
  EXPECT_EQ(Steps("step { retry: 3, run `./flaky.sh ${{ github.sha }}` }"),
            R"(  - env:
      PIPE_GITHUB_SHA: ${{ github.sha }}
    run: |
      pipe_try=1; pipe_wait=5
      while :; do set +e; ( set -e
      ./flaky.sh "${PIPE_GITHUB_SHA}"
      ); pipe_status=$?; set -e
      [ "$pipe_status" != 0 ] || break
      [ "$pipe_try" != 3 ] || exit "$pipe_status"
      echo "::warning::attempt $pipe_try of 3 ended with exit code $pipe_status; the next one begins in $pipe_wait seconds"
      sleep "$pipe_wait"; pipe_try=$((pipe_try + 1)); pipe_wait=$((pipe_wait * 2)); done
)");
}

TEST(Retry, IsForScriptsAndSmallNumbers) {
  EXPECT_EQ(Said("step { retry: 2, run `x` }"), List{});
  EXPECT_EQ(Said("step { retry: 1, run `x` }"), List{"P0305:4"});
  EXPECT_EQ(Said("step { retry: 11, run `x` }"), List{"P0305:4"});
  EXPECT_EQ(Said("step { retry: true, run `x` }"), List{"P0302:4"});
  EXPECT_EQ(Said("step { retry: github.run_attempt, run `x` }").size(), 1u);
  EXPECT_EQ(Said("step { retry: 2, uses actions/checkout@v7 }"), List{"P0208:4"});
  EXPECT_EQ(Said("retry: 2\nrun `x`"), List{"P0208:4"});
}

TEST(Exports, AreTypedAndMayBeAbsent) {
  const std::string sets =
      "run -> { a: string } env { FAST: bool, LEVEL: int, NAME: string } `./set # a FAST LEVEL NAME`\n";
  EXPECT_EQ(Said(sets + "if env.FAST ?? false { run `x` }"), List{});
  EXPECT_EQ(Said(sets + "if env.FAST { run `x` }"), List{"P0307:5"});
  EXPECT_EQ(Said(sets + "run `echo ${{ env.NAME }}`"), List{"P0307:5"});
  EXPECT_EQ(Said(sets + "if env.NAME != null { run `echo ${{ env.NAME }}` }"), List{});
  EXPECT_EQ(Said("if env.FAST { run `x` }\n" + sets).front(), "P0302:4");
  EXPECT_EQ(Said("run -> { a: string } env { X: bool } `a`\nrun `X`"), List{"P0625:4"});
  EXPECT_EQ(Said("run -> { a: string } env { PIPE_X: bool } `a PIPE_X`"), List{"P0516:4"});
  EXPECT_EQ(Said("run -> { a: string } env { GITHUB_X: bool } `a GITHUB_X`"), List{"P0516:4"});
  EXPECT_EQ(Said("run -> { a: int } env { X: bool } `a X`\nrun -> { b: int } env { X: int } `b X`"), List{"P0205:5"});
}

TEST(Exports, AreReadAsTheyAreWritten) {
  EXPECT_EQ(Steps(R"(run -> { a: string } env { FAST: bool, LEVEL: int } `./set # a FAST LEVEL`
    if env.FAST ?? false { run `echo ${{ env.LEVEL ?? 3 }}` })"),
            R"(  - run: './set # a FAST LEVEL'
  - if: env.FAST == 'true'
    env:
      PIPE_1: ${{ fromJSON(env.LEVEL || '3') }}
    run: echo "${PIPE_1}"
)");
}

}  // namespace
}  // namespace sluice::lower

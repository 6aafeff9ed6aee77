// Steps of GitHub's own words, images, actions of the repository, and what scripts print.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;

std::string Program(const std::string& statements) {
  return fmt::format("pipeline ci {{\n  on push\n  job test {{\n    permissions: {{}}\n{}\n  }}\n}}\n", statements);
}

// The steps of a job with these statements, or what is said about them.
std::string Steps(const std::string& statements, compile::Files files = {}) {
  files["ci.pipe"] = Program(statements);
  if (!files.contains("sluice.lock")) files["sluice.lock"] = compile::SmallLock();
  const compile::Compilation built = compile::CompileText(files);
  if (built.outputs.empty() || !built.messages.empty()) return built.messages;
  const std::string text = JobOf(built.outputs.begin()->second, "test");
  const size_t at = text.find("steps:\n");
  return at == std::string::npos ? text : text.substr(at + 7);
}

TEST(RawStep, IsWrittenAsItIs) {
  EXPECT_EQ(Steps(R"(## By hand.
    step raw |
      name: Odd
      id: odd
      uses: some/action@main
      with: { a: '${{ github.sha }}', b: 2 }
    run `echo ${{ steps.odd.outputs.value }}`)"),
            R"(  # By hand.
  - id: odd
    name: Odd
    uses: some/action@main
    with:
      a: ${{ github.sha }}
      b: 2
  - env:
      PIPE_ODD_VALUE: ${{ steps.odd.outputs.value }}
    run: echo "${PIPE_ODD_VALUE}"
)");
}

TEST(RawStep, IsGitHubsOwnTextAlsoInScripts) {
  EXPECT_EQ(Steps("step raw |\n  run: echo ${{ github.actor }}\nstep raw |\n  run: ${{ github.actor }}\nrun `end`"),
            "  - run: echo ${{ github.actor }}\n  - run: ${{ github.actor }}\n  - run: end\n");
}

TEST(RawStep, HasTheConditionsAroundIt) {
  EXPECT_EQ(Steps(R"(if github.ref_name == 'main' {
      step raw |
        if: runner.debug || github.actor == 'me'
        run: one
      step raw |
        run: two
      step raw |
        if: ${{ !cancelled() }}
        run: three
      step raw |
        if: true
        run: four
    })"),
            R"(  - if: github.ref_name == 'main' && (runner.debug || github.actor == 'me')
    run: one
  - if: github.ref_name == 'main'
    run: two
  - if: github.ref_name == 'main' && !cancelled()
    run: three
  - if: github.ref_name == 'main'
    run: four
)");
}

TEST(RawStep, MayHaveFailedOrBeSkippedForItsReaders) {
  const auto codes = [](const std::string& statements) { return check::Codes(Program(statements)); };
  using List = std::vector<std::string>;
  EXPECT_EQ(codes("step raw |\n  id: a\n  run: x\nrun `echo ${{ steps.a.outputs.v }}`"), List{});
  EXPECT_EQ(codes("step raw |\n  id: a\n  if: github.actor\n  run: x\nrun `echo ${{ steps.a.outputs.v }}`"),
            List{"P0307:9"});
  EXPECT_EQ(codes("step raw |\n  id: a\n  continue-on-error: true\n  run: x\nrun `echo ${{ steps.a.outputs.v }}`"),
            List{"P0307:9"});
  EXPECT_EQ(codes("run `echo ${{ steps.a.outputs.v }}`\nstep raw |\n  id: a\n  run: x\nrun `end`"), List{"P0202:5"});
  EXPECT_EQ(codes("let a = run `x`\nrun `${{ a.outcome }}`\nstep raw |\n  id: a\n  run: x\nrun `end`"), List{"P1110:8"});
}

TEST(RawStep, WaitsForStepsInTheBackground) {
  EXPECT_EQ(Steps(R"(let server = background run `./server`
    parallel {
      step raw |
        run: one
      run `two`
    }
    step raw |
      wait: [server])"),
            R"(  - id: server
    background: true
    run: ./server
  - parallel:
      - run: one
      - run: two
  - wait: [server]
)");
}

TEST(Uses, TakesImages) {
  EXPECT_EQ(Steps(R"(let scan = uses "docker://alpine:3.22"(args: "sh -c true", entrypoint: "/bin/sh", LEVEL: 2)
    run `echo ${{ scan.found }}`)"),
            R"(  - id: scan
    uses: docker://alpine:3.22
    with:
      args: sh -c true
      entrypoint: /bin/sh
      LEVEL: 2
  - env:
      PIPE_SCAN_FOUND: ${{ steps.scan.outputs.found }}
    run: echo "${PIPE_SCAN_FOUND}"
)");
}

TEST(Uses, PinsImagesByTheLock) {
  const std::string lock =
      "version = 1\n\n[[image]]\nuses = \"alpine:3.22\"\n"
      "digest = \"sha256:8a1f59ffb675680d47db6337b49d22281a139e9d709335b492be023728e11715\"\n";
  EXPECT_EQ(Steps("uses \"docker://alpine:3.22\"", {{"sluice.lock", lock}}),
            "  - uses: docker://alpine:3.22@sha256:8a1f59ffb675680d47db6337b49d22281a139e9d709335b492be023728e11715\n");
}

constexpr const char* kSetup = R"(name: Setup
inputs:
  version: { required: true }
  old: { deprecationMessage: gone }
outputs:
  path: { value: x }
runs:
  using: composite
  steps: [{ run: ./setup.sh, shell: bash }]
)";

TEST(Uses, TypesActionsOfTheRepository) {
  const std::string head = "uses actions/checkout@v7\n";
  const auto said = [&](const std::string& statements) {
    return check::CodesIn(compile::CompileText({{"ci.pipe", Program(head + statements)},
                                                {"sluice.lock", compile::SmallLock()},
                                                {".github/actions/setup/action.yml", kSetup}})
                              .messages);
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(said("uses \"./.github/actions/setup\"(version: \"3\")"), List{});
  EXPECT_EQ(said("uses \"./.github/actions/../actions/setup/\"(version: \"3\")"), List{});
  EXPECT_EQ(said("uses \"./.github/actions/setup\""), List{"P0301:6"});
  EXPECT_EQ(said("uses \"./.github/actions/setup\"(version: \"3\", old: 1)"), List{"P0704:6"});
  EXPECT_EQ(said("uses \"./.github/actions/setup\"(versio: \"3\")"), (List{"P0702:6"}));
  EXPECT_EQ(said("let s = uses \"$/.github/actions/setup\"(version: \"3\")\nrun `${{ s.path }} ${{ s.pat }}`"),
            List{"P0703:7"});
  // What is not there is made by an earlier step, perhaps.
  EXPECT_EQ(said("let s = uses \"./made\"(any: \"3\")\nrun `${{ s.path }}`"), List{});
  EXPECT_EQ(said("for kind in [\"setup\"] { uses \"./.github/actions/${{ kind }}\" }"), List{"P0301:6"});
}

TEST(Uses, OfATextIsTheSameAction) {
  EXPECT_EQ(Steps("uses \"actions/checkout@v7\"(fetch-depth: 0)"),
            "  - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n    with:\n"
            "      fetch-depth: 0\n      persist-credentials: false\n");
}

TEST(Uses, SaysWhichPermissionsItDoesNotKnow) {
  const auto said = [](const std::string& action) {
    return check::CodesIn(
        compile::CompileText({{"ci.pipe", "pipeline ci {\n on push\n job test {\n uses \"$/a\"\n}\n}\n"},
                              {"sluice.lock", compile::SmallLock()},
                              {"a/action.yml", action}})
            .messages);
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(said("runs:\n  using: composite\n  steps: [{ run: x, shell: bash }]\n"), List{});
  EXPECT_EQ(said("runs:\n  using: composite\n  steps: [{ run: 'x ${{ github.token }}', shell: bash }]\n"),
            List{"P0903:4"});
  EXPECT_EQ(said("runs:\n  using: composite\n  steps: [{ uses: a/b@v1 }]\n"), List{"P0903:4"});
  EXPECT_EQ(said("runs:\n  using: node24\n  main: x.js\n"), List{"P0903:4"});
}

TEST(Stdout, IsKeptWhereItIsRead) {
  EXPECT_EQ(Steps("let v = run `cat VERSION`\nlet unread = run `ls`\nrun `echo ${{ v.stdout }}`"),
            R"x(  - id: v
    run: |
      {
      cat VERSION
      } | tee "$RUNNER_TEMP/pipe-v"
      PIPE_END=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
      printf 'stdout<<%s\n%s\n%s\n' "$PIPE_END" "$(cat "$RUNNER_TEMP/pipe-v")" "$PIPE_END" >> "$GITHUB_OUTPUT"
  - run: ls
  - env:
      PIPE_V_STDOUT: ${{ steps.v.outputs.stdout }}
    run: echo "${PIPE_V_STDOUT}"
)x");
}

TEST(Stdout, FailsWithItsScriptInEveryShell) {
  EXPECT_EQ(Steps("let v = run sh `cat VERSION`\nrun `echo ${{ v.stdout }}`"),
            R"x(  - id: v
    shell: sh
    run: |
      { set +e; ( set -e
      cat VERSION
      ); echo "$?" > "$RUNNER_TEMP/pipe-v.status"; } | tee "$RUNNER_TEMP/pipe-v"
      [ "$(cat "$RUNNER_TEMP/pipe-v.status")" = 0 ] || exit "$(cat "$RUNNER_TEMP/pipe-v.status")"
      PIPE_END=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
      printf 'stdout<<%s\n%s\n%s\n' "$PIPE_END" "$(cat "$RUNNER_TEMP/pipe-v")" "$PIPE_END" >> "$GITHUB_OUTPUT"
  - env:
      PIPE_V_STDOUT: ${{ steps.v.outputs.stdout }}
    run: echo "${PIPE_V_STDOUT}"
)x");
}

}  // namespace
}  // namespace sluice::lower

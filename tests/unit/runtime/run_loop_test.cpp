#include "runtime/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tests/unit/runtime/fake_run.h"

namespace sluice::runtime {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHead = "on: push\njobs:\n";

FakeRun Play(const std::string& jobs, FakeRun run = {}) {
  run.Go(kHead + jobs);
  return run;
}

TEST(RunLoop, RunsJobsInOrderAndHandsOutputsOn) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    outputs: { v: "${{ steps.s.outputs.version }}" }
    steps:
      - id: s
        run: output version=1.2
  b:
    needs: a
    runs-on: ubuntu-latest
    steps:
      - run: out got ${{ needs.a.outputs.v }} ${{ needs.a.result }}
)");
  EXPECT_EQ(run.Jobs(), "a=success b=success");
  EXPECT_EQ(run.Log("b"), "got 1.2 success");
  EXPECT_EQ(run.Output("a", "v"), "1.2");
  EXPECT_FALSE(run.result.failed);
}

TEST(RunLoop, AFailedStepSkipsTheRestUnlessTheyAskForIt) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
      - run: out no
      - { if: failure(), run: out on failure }
      - { if: always(), run: out always }
      - { if: success(), run: out no }
      - { if: cancelled(), run: out no }
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: [{ run: out no }]
  c:
    needs: b
    if: failure()
    runs-on: ubuntu-latest
    steps: [{ run: out yes }]
)");
  EXPECT_EQ(run.Steps("a"), "1=failure 2=skipped 3=success 4=success 5=skipped 6=skipped");
  EXPECT_EQ(run.Jobs(), "a=failure b=skipped c=success");
  EXPECT_EQ(run.Reason("a"), "Run exit 3: Process completed with exit code 3.");
  EXPECT_EQ(run.Reason("b"), "a job that it needs did not succeed");
  EXPECT_TRUE(run.result.failed);
}

TEST(RunLoop, ParallelStepsAllRunWhenOneFails) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - parallel:
          - { id: one, run: exit 3 }
          - run: out two
          - { if: failure(), run: out no }
      - { if: failure(), run: "out after ${{ steps.one.outcome }}" }
      - run: out no
  b:
    runs-on: ubuntu-latest
    steps:
      - run: out first
      - parallel: [{ run: out second }, { run: out third }]
      - parallel: [{ run: out fourth }]
)");
  EXPECT_EQ(run.Steps("a"), "1=failure 2=success 3=skipped 4=success 5=skipped");
  EXPECT_EQ(run.Log("a"), "two|after failure");
  EXPECT_EQ(run.Log("b"), "first|second|third|fourth");
  EXPECT_EQ(run.Jobs(), "a=failure b=success");
}

TEST(RunLoop, ContinueOnErrorKeepsTheOutcome) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - { id: x, run: exit 1, continue-on-error: true }
      - run: "out ${{ steps.x.outcome }} ${{ steps.x.conclusion }} ${{ job.status }}"
  b:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps: [{ run: exit 1 }]
  c:
    needs: b
    runs-on: ubuntu-latest
    steps: [{ run: "out ${{ needs.b.result }}" }]
)");
  EXPECT_EQ(run.Log("a"), "failure success success");
  EXPECT_EQ(run.Steps("a"), "1=success/failure 2=success");
  EXPECT_EQ(run.Log("c"), "success");
  EXPECT_THAT(run.Jobs(), HasSubstr("b=success/failure"));
  EXPECT_FALSE(run.result.failed);
}

TEST(RunLoop, EnvironmentsLayerAndCommandFilesReachLaterSteps) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    env: { A: job, B: job }
    steps:
      - run: |
          env B=file
          env C<<E
          env two
          env lines
          env E
          path /one
          path /two
      - env: { A: "step-${{ env.B }}" }
        run: |
          echo-env A
          echo-env B
          echo-env C
          echo-env PATH
          echo-env GITHUB_JOB
          echo-env CI
      - run: echo-env A
)");
  EXPECT_THAT(run.Log("a"), HasSubstr("A=step-file|B=file|C=two|lines|PATH=/two:/one:/usr"));
  EXPECT_THAT(run.Log("a"), HasSubstr("|GITHUB_JOB=a|CI=true|A=job"));
}

TEST(RunLoop, WrongCommandFilesFailTheStep) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps: [{ run: env broken }]
  b:
    runs-on: ubuntu-latest
    steps: [{ run: "env NODE_OPTIONS=x" }]
)");
  EXPECT_EQ(run.Reason("a"),
            "Run env broken: Unable to process file command 'env' successfully. Invalid format 'broken'");
  EXPECT_THAT(run.Reason("b"), HasSubstr("Can't store NODE_OPTIONS output parameter"));
}

TEST(RunLoop, WorkflowCommands) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - id: s
        run: |
          out ::set-output name=v::old way
          out ::error file=a.c,line=3::broken
          out ::debug::hidden
          out ::stop-commands::T
          out ::warning::plain
          out ::T::
          out ::add-mask::s3cret
          out now s3cret
      - run: out ${{ steps.s.outputs.v }}
      - run: "out ::set-env name=X::1"
)");
  EXPECT_EQ(run.Log("a"), "::warning::plain|now ***|old way");
  EXPECT_EQ(run.Steps("a"), "1=success 2=success 3=failure");
  const auto error = std::ranges::find_if(run.events, [](const auto& e) { return e.level == "error"; });
  ASSERT_NE(error, run.events.end());
  EXPECT_EQ(error->file, "a.c");
  EXPECT_EQ(error->line, 3u);
  EXPECT_THAT(run.Reason("a"), HasSubstr("The `set-env` command is disabled."));
}

TEST(RunLoop, SecretsAreHiddenEverywhere) {
  FakeRun run;
  run.secrets = {{"TOKEN", "hunter2"}};
  run.Go(std::string(kHead) + R"(
  a:
    runs-on: ubuntu-latest
    outputs: { leak: "${{ steps.s.outputs.x }}" }
    steps:
      - id: s
        name: with ${{ secrets.TOKEN }}
        run: |
          out ${{ secrets.TOKEN }}
          output x=a${{ secrets.TOKEN }}b
          summary ${{ secrets.TOKEN }}
          out ::error::${{ secrets.TOKEN }}
          out ::error title=${{ secrets.TOKEN }}::x
)");
  EXPECT_EQ(run.Jobs(), "a=success");
  EXPECT_EQ(run.Output("a", "leak"), "(none)") << "an output with a secret is dropped";
  for (const report::Event& e : run.events)
    for (const std::string* text : {&e.text, &e.step_name, &e.reason, &e.name, &e.shown})
      EXPECT_EQ(text->find("hunter2"), std::string::npos) << *text;
}

TEST(RunLoop, AMissingSecretIsNotRunWithTheReason) {
  const FakeRun run = Play(R"(
  step:
    runs-on: ubuntu-latest
    env: { HAS: "${{ secrets.TOKEN != '' }}" }
    steps:
      - run: echo-env HAS
      - env: { T: "${{ secrets.TOKEN }}" }
        run: out never
      - run: out still
  job:
    runs-on: ubuntu-latest
    env: { T: "${{ secrets.TOKEN }}" }
    steps: [{ run: out never }]
  after:
    needs: step
    runs-on: ubuntu-latest
    steps: [{ run: out never }]
  always:
    needs: step
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: "out ${{ needs.step.result }}" }]
)");
  EXPECT_EQ(run.Steps("step"), "1=success 2=not-run 3=success");
  EXPECT_EQ(run.Log("step"), "HAS=false|still");
  EXPECT_THAT(run.Reason("step"), HasSubstr("the secret `TOKEN` is not given: add `--secret TOKEN=…`"));
  EXPECT_THAT(run.Reason("job"), HasSubstr("its `env` needs the secret `TOKEN`"));
  EXPECT_EQ(run.Reason("after"), "it needs `step`, which was not run");
  EXPECT_EQ(run.Log("always"), "skipped");
  EXPECT_EQ(run.result.not_run, 3u);
  EXPECT_FALSE(run.result.failed);
}

TEST(RunLoop, WhatCannotRunHereSaysWhy) {
  const FakeRun run = Play(R"(
  win: { runs-on: windows-latest, steps: [{ run: out no }] }
  mac: { runs-on: macos-14, steps: [{ run: out no }] }
  gpu: { runs-on: [self-hosted, gpu], steps: [{ run: out no }] }
  db: { runs-on: ubuntu-latest, services: { db: { image: x } }, steps: [{ run: out no }] }
  prod: { runs-on: ubuntu-latest, environment: production, steps: [{ run: out no }] }
  act: { runs-on: ubuntu-latest, steps: [{ uses: actions/setup-node@v4 }, { run: out yes }] }
)");
  EXPECT_EQ(run.result.not_run, 6u);
  EXPECT_EQ(run.Reason("win"), "`windows-latest` needs Windows, and this machine runs Linux");
  EXPECT_EQ(run.Reason("mac"), "`macos-14` needs macOS, and this machine runs Linux");
  EXPECT_THAT(run.Reason("gpu"), HasSubstr("no image stands for the runner `gpu`"));
  EXPECT_THAT(run.Reason("prod"), HasSubstr("it enters an environment"));
  EXPECT_EQ(run.Log("act"), "yes");
  EXPECT_THAT(run.Reason("act"), HasSubstr("`actions/setup-node@v4` is not run locally"));
}

TEST(RunLoop, NamedJobsBringTheirNeedsAndMayEnterAnEnvironment) {
  FakeRun run;
  run.options.jobs = {"prod"};
  run.Go(std::string(kHead) + R"(
  a: { runs-on: ubuntu-latest, steps: [{ run: out a }] }
  other: { runs-on: ubuntu-latest, steps: [{ run: out no }] }
  prod: { needs: a, runs-on: ubuntu-latest, environment: production, steps: [{ run: out p }] }
)");
  EXPECT_EQ(run.Jobs(), "a=success prod=success");
}

TEST(RunLoop, MatricesRunToCapacityAndFailFast) {
  FakeRun run;
  run.options.capacity = 2;
  run.Go(std::string(kHead) + R"(
  a:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [1, 2, 3, 4] } }
    steps: [{ run: "exit ${{ matrix.n == 1 && '1' || '0' }}" }]
)");
  EXPECT_EQ(run.most_alive <= 2, true);
  EXPECT_THAT(run.Jobs(), HasSubstr("a (1)=failure"));
  EXPECT_THAT(run.Jobs(), HasSubstr("a (4)=cancelled"));
}

TEST(RunLoop, JobsOfAConcurrencyGroupRunOneAfterTheOther) {
  FakeRun run;
  run.options.capacity = 4;
  run.Go(std::string(kHead) + R"(
  a: { runs-on: ubuntu-latest, concurrency: "db-${{ github.ref_name }}", steps: [{ run: out a }] }
  b: { runs-on: ubuntu-latest, concurrency: DB-main, steps: [{ run: out b }] }
  c: { runs-on: ubuntu-latest, concurrency: { group: db-main }, steps: [{ run: out c }] }
  m:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [1, 2, 3] } }
    concurrency: { group: "m", queue: max }
    steps: [{ run: "out ${{ matrix.n }}" }]
)");
  EXPECT_EQ(run.result.cancelled, 1u);
  EXPECT_EQ(run.result.passed, 5u);
  EXPECT_FALSE(run.result.failed);
  EXPECT_EQ(run.most_alive, 2);
  EXPECT_THAT(run.Jobs(), HasSubstr("b=cancelled"));
  EXPECT_EQ(run.Reason("b"), "`c` came later in the concurrency group `DB-main`");
}

TEST(RunLoop, CancelInProgressEndsTheJobThatRuns) {
  FakeRun run;
  run.options.capacity = 4;
  run.Go(std::string(kHead) + R"(
  a: { runs-on: ubuntu-latest, concurrency: g, steps: [{ run: hang }] }
  first: { runs-on: ubuntu-latest, steps: [{ run: out x }] }
  b: { needs: first, runs-on: ubuntu-latest, concurrency: { group: g, cancel-in-progress: true }, steps: [{ run: out b }] }
)");
  EXPECT_THAT(run.Jobs(), HasSubstr("a=cancelled"));
  EXPECT_THAT(run.Jobs(), HasSubstr("b=success"));
  EXPECT_EQ(run.Reason("a"), "`b` came later in the concurrency group `g`");
  EXPECT_FALSE(run.result.failed);
}

TEST(RunLoop, AJobThatSharesTheGroupOfItsRunCannotRun) {
  FakeRun run;
  run.Go(
      "on: push\nconcurrency: g\njobs:\n  a: { runs-on: ubuntu-latest, concurrency: \"${{ 'G' }}\", steps: [{ run: out "
      "a }] }\n");
  EXPECT_EQ(run.Jobs(), "a=failure");
  EXPECT_EQ(run.Reason("a"), "a deadlock for the concurrency group `g` between the workflow and `a`");
}

TEST(RunLoop, MatrixOfAnOutputAndItsFilter) {
  FakeRun run;
  run.options.matrix_filter = {{"n", "2"}, {"n", "3"}};
  run.Go(std::string(kHead) + R"(
  a:
    runs-on: ubuntu-latest
    outputs: { list: "${{ steps.s.outputs.list }}" }
    steps: [{ id: s, run: "output list=[1,2,3]" }]
  b:
    needs: a
    runs-on: ubuntu-latest
    strategy: { matrix: { n: "${{ fromJSON(needs.a.outputs.list) }}" } }
    outputs: { last: "${{ matrix.n }}" }
    steps: [{ run: "out ${{ matrix.n }} of ${{ strategy.job-total }}" }]
  c:
    needs: b
    runs-on: ubuntu-latest
    steps: [{ run: "out ${{ needs.b.outputs.last }}" }]
)");
  EXPECT_EQ(run.Jobs(), "a=success b (2)=success b (3)=success c=success");
  EXPECT_EQ(run.Log("c"), "3");
}

TEST(RunLoop, CompositeActionsOfTheRepository) {
  FakeRun run;
  run.files = {{"act/action.yml", R"(
name: act
inputs:
  who: { default: nobody }
  how: { default: "loud-${{ github.job }}" }
outputs:
  said: { value: "${{ steps.x.outputs.said }}!" }
runs:
  using: composite
  steps:
    - id: x
      shell: bash
      run: |
        out hello ${{ inputs.who }} ${{ inputs.how }} ${{ env.FROM }}
        output said=${{ inputs.who }}
        env GLOBAL=1
    - uses: ./nested
      with: { fail: "${{ inputs.fail }}" }
    - shell: bash
      run: out not after a failure
)"},
               {"nested/action.yaml",
                "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: exit ${{ inputs.fail || 0 }}\n"}};
  run.Go(std::string(kHead) + R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - run: out start
      - { id: act, uses: ./act, with: { who: you }, env: { FROM: me } }
      - run: "out ${{ steps.act.outputs.said }} ${{ env.GLOBAL }} [${{ env.FROM }}]"
      - { uses: ./act, with: { fail: 4 } }
      - { if: failure(), run: out failed }
)");
  EXPECT_EQ(run.Log("a"),
            "start|hello you loud-a me|not after a failure|you! 1 []|hello nobody loud-a |"
            "Run exit 4: Process completed with exit code 4. (failure)|"
            "Run ./nested: Run exit 4: Process completed with exit code 4. (failure)|failed");
  EXPECT_EQ(run.Steps("a"), "1=success 2=success 3=success 4=failure 5=success");
}

TEST(RunLoop, ActionsThatAreNotThereFail) {
  const FakeRun run = Play("  a: { runs-on: ubuntu-latest, steps: [{ uses: ./no/such }] }\n");
  EXPECT_THAT(run.Reason("a"), HasSubstr("Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under"));
}

TEST(RunLoop, StepTimeoutsEndWhatHangs) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - { run: hang, timeout-minutes: 0.001 }
      - { if: failure(), run: out after }
)");
  EXPECT_EQ(run.Reason("a"), "Run hang: it has timed out after 0.001 minutes");
  EXPECT_EQ(run.Log("a"), "after");
}

TEST(RunLoop, AStepTimeoutEndsAllStepsOfItsAction) {
  FakeRun run;
  run.files = {{"act/action.yml",
                "runs:\n  using: composite\n  steps:\n    - { shell: bash, run: hang }\n"
                "    - { shell: bash, if: always(), run: out no }\n"}};
  run.Go(std::string(kHead) + R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - { uses: ./act, timeout-minutes: 0.001, continue-on-error: true }
      - run: out after
)");
  EXPECT_EQ(run.Steps("a"), "1=success/failure 2=success");
  EXPECT_THAT(run.Log("a"), HasSubstr("after"));
  EXPECT_EQ(run.Log("a").find("no|"), std::string::npos);
}

TEST(RunLoop, JobTimeoutsCancelTheJobAndFailTheRun) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 0.001
    steps:
      - run: hang
      - run: out no
      - { if: always(), run: out always }
)");
  EXPECT_EQ(run.Jobs(), "a=cancelled");
  EXPECT_EQ(run.Log("a"), "always");
  EXPECT_TRUE(run.result.failed);
  EXPECT_THAT(run.Reason("a"), HasSubstr("maximum execution time of 0.001 minutes"));
}

// Signals arrive as bytes on a pipe.
FakeRun Interrupted(const std::string& jobs, const std::string& bytes, std::vector<int> ignored = {}) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  FakeRun run;
  run.options.signals = ends[0];
  run.ignored_signals = std::move(ignored);
  run.Go(kHead + jobs);
  ::close(ends[0]);
  ::close(ends[1]);
  return run;
}

TEST(RunLoop, TheFirstInterruptCancelsAndAlwaysStepsRun) {
  const FakeRun run = Interrupted(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - run: hang
      - run: out no
      - { if: failure(), run: out no }
      - { if: cancelled(), run: out cleaning }
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: out no }] }
  c: { needs: a, if: always(), runs-on: ubuntu-latest, steps: [{ run: out no }, { if: always(), run: out c }] }
)",
                                  "\x02");
  EXPECT_EQ(run.Steps("a"), "1=cancelled 2=skipped 3=skipped 4=success");
  EXPECT_EQ(run.Log("a"), "cleaning");
  EXPECT_EQ(run.Log("c"), "no|c");
  EXPECT_EQ(run.result.signal, SIGINT);
}

TEST(RunLoop, TheSecondInterruptKillsAtOnce) {
  const FakeRun run =
      Interrupted("  a: { runs-on: ubuntu-latest, steps: [{ run: hang }, { if: always(), run: hang }] }\n", "\x0f\x0f",
                  {SIGINT, SIGTERM});
  EXPECT_EQ(run.Jobs(), "a=cancelled");
  EXPECT_EQ(run.result.signal, SIGTERM);
}

TEST(RunLoop, FailedStepsNameTheirLine) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps:
      - run: out fine
      - run: exit 1
)");
  const auto end = std::ranges::find_if(
      run.events, [](const auto& e) { return e.kind == report::Kind::StepEnd && e.result == "failure"; });
  ASSERT_NE(end, run.events.end());
  EXPECT_EQ(end->place.file, ".github/workflows/ci.yml");
  EXPECT_EQ(end->place.line, 8u);
}

TEST(RunLoop, WorkingFoldersAndDefaults) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    defaults: { run: { working-directory: sub, shell: sh } }
    steps:
      - run: pwd
      - { run: pwd, working-directory: "${{ github.workspace }}/x" }
      - { run: pwd, working-directory: /tmp }
      - { run: pwd, shell: nonsense }
)");
  EXPECT_EQ(run.Log("a"), "/home/runner/work/demo/demo/sub|/home/runner/work/demo/demo/x|/tmp");
  EXPECT_THAT(run.Reason("a"), HasSubstr("Invalid shell option `nonsense`"));
}

TEST(RunLoop, WrongExpressionsFailWithTheirPlaceInTheReason) {
  const FakeRun run = Play(R"(
  a:
    runs-on: ubuntu-latest
    steps: [{ run: "out ${{ fromJSON('{') }}" }]
  b:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: "${{ fromJSON('3') }}" } }
    steps: [{ run: out }]
)");
  EXPECT_EQ(run.result.failures, 2u);
  EXPECT_EQ(run.Reason("b"), "the matrix axis `n` must be a list, but is a single value");
}

}  // namespace
}  // namespace sluice::runtime

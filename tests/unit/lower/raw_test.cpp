// `raw` in a pipeline, job and step (language reference 2.12).
#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::Codes;
using check::JobOf;
using check::Workflow;

TEST(Raw, OfAJobMergesMappings) {
  EXPECT_EQ(JobOf(Workflow(R"(pipeline ci {
  on push
  job test for os in [ubuntu-latest, macos-latest] {
    runs-on: os
    env: { A: "1" }
    permissions: { contents: read }
    concurrency: latest("g")
    raw |
      snapshot: image
      outputs: { more: '${{ github.sha }}' }
      services: { db: { image: 'postgres:17', ports: [5432] } }
      environment: { name: prod, url: 'https://example.com/${{ github.sha }}' }
      strategy:
        max-parallel: 2
        matrix: { include: [{ os: macos-latest, fast: true }] }
      permissions: { id-token: write, actions: read }
      cancel-timeout-minutes: 3
      concurrency: { cancel-in-progress: true }
      env: { B: two }
      if: github.ref == 'x'
    run `make`
  }
}
)"),
                  "test"),
            R"(if: github.ref == 'x'
permissions:
  actions: read # declared
  contents: read # declared
  id-token: write # declared
strategy:
  max-parallel: 2
  matrix:
    os: [ubuntu-latest, macos-latest]
    include:
      - os: macos-latest
        fast: true
runs-on: ${{ matrix.os }}
cancel-timeout-minutes: 3
environment:
  name: prod
  url: https://example.com/${{ github.sha }}
concurrency:
  group: g
  cancel-in-progress: true
services:
  db:
    image: postgres:17
    ports: [5432]
snapshot: image
env:
  A: '1'
  B: two
outputs:
  more: ${{ github.sha }}
steps:
  - run: make
)");
}

TEST(Raw, OfAPipelineReachesTriggersAndJobs) {
  const std::string workflow = Workflow(R"(pipeline ci(mode: string = "a") {
  on push(branches: [main])
  on workflow_dispatch
  raw |
    on:
      push: { tags: ['v*'] }
      workflow_dispatch: { inputs: { level: { type: choice, options: [low, high] } } }
      repository_dispatch: { types: [go] }
    permissions: { contents: read }
    defaults: { run: { working-directory: src } }
    jobs:
      test: { timeout-minutes: 7 }
      old:
        needs: test
        runs-on: ubuntu-latest
        steps: [{ run: ./old.sh }]
  job test { run `make` }
  gate required: all
}
)");
  EXPECT_NE(workflow.find("  push:\n    branches: [main]\n    tags: [v*]\n"), std::string::npos) << workflow;
  EXPECT_NE(workflow.find("      level:\n        type: choice\n        options: [low, high]\n"), std::string::npos);
  EXPECT_NE(workflow.find("  repository_dispatch:\n    types: [go]\n"), std::string::npos);
  EXPECT_NE(workflow.find("permissions:\n  contents: read # declared\n"), std::string::npos);
  EXPECT_NE(workflow.find("    shell: bash\n    working-directory: src\n"), std::string::npos);
  EXPECT_NE(JobOf(workflow, "test").find("timeout-minutes: 7\n"), std::string::npos);
  EXPECT_EQ(JobOf(workflow, "old"), "needs: test\nruns-on: ubuntu-latest\nsteps:\n  - run: ./old.sh\n");
  EXPECT_LT(workflow.find("\n  old:"), workflow.find("\n  required:")) << "gates are last";
}

TEST(Raw, OfAStep) {
  EXPECT_NE(Workflow(R"(pipeline ci {
  on push
  job test {
    step "Checkout" {
      uses actions/checkout@v7(ref: "main")
      raw |
        id: source
        with: { lfs: true }
        if: always()
    }
    step {
      env: { A: "1" }
      run `make ${{ github.sha }}`
      raw |
        env: { B: '${{ steps.source.outputs.ref }}' }
        background: true
    }
  }
}
)")
                .find(R"(      - id: source
        name: Checkout
        if: always()
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          ref: main
          persist-credentials: false
          lfs: true
      - background: true
        env:
          A: '1'
          PIPE_GITHUB_SHA: ${{ github.sha }}
          B: ${{ steps.source.outputs.ref }}
        run: make "${PIPE_GITHUB_SHA}"
)"),
            std::string::npos);
}

// What a raw block at that place is told.
std::vector<std::string> InJob(const std::string& raw, const std::string& settings = "") {
  return Codes("pipeline ci {\n  on push\n  job test {\n    " + settings + "\n    raw |\n      " + raw +
               "\n    run `make`\n  }\n}\n");
}

TEST(Raw, IsCheckedAgainstTheSchema) {
  using List = std::vector<std::string>;
  EXPECT_EQ(InJob("timeout-minute: 5"), List{"P1105:6"});
  EXPECT_EQ(InJob("uses: ./x"), List{"P1105:6"}) << "a job with steps calls nothing";
  EXPECT_EQ(InJob("timeout-minutes: soon"), List{"P1104:6"});
  EXPECT_EQ(InJob("environment: {}"), List{"P1109:6"});
  EXPECT_EQ(InJob("services: { db: { ports: [1] } }"), List{"P1109:6"});
  EXPECT_EQ(InJob("env: { A: '${{ nothing.x }}' }"), List{"P1107:6"});
  EXPECT_EQ(InJob("env: { A: '${{ github.sha' }"), List{"P0105:6"}) << "said once, by the scanner";
  EXPECT_EQ(InJob("env: { A: 1, A: 2 }"), List{"P1103:6"});
  EXPECT_EQ(InJob("- a list"), List{"P0112:6"});
  EXPECT_EQ(InJob("a: ["), List{"P0112:6"});
  EXPECT_EQ(InJob("concurrency: { queue: max }"), List{"P1109:6"});
  EXPECT_EQ(InJob("concurrency: { queue: max }", "concurrency: latest(\"g\")"), List{});
}

TEST(Raw, NeverChangesWhatSluiceWrites) {
  using List = std::vector<std::string>;
  EXPECT_EQ(InJob("runs-on: x"), List{"P0623:6"});
  EXPECT_EQ(InJob("needs: [x]"), List{"P0623:6"});
  EXPECT_EQ(InJob("steps: [{ run: x }]"), List{"P0623:6"});
  EXPECT_EQ(InJob("permissions: read-all"), List{"P0623:6"});
  EXPECT_EQ(InJob("defaults: { run: { shell: pwsh } }"), List{"P0623:6"}) << "scripts are written for bash";
  EXPECT_EQ(InJob("timeout-minutes: 5"), List{});
  EXPECT_EQ(InJob("timeout-minutes: 5", "timeout: 5m"), List{"P0623:6"});
  EXPECT_EQ(InJob("env: { A: x, B: y }", "env: { A: \"1\", B: \"2\" }"), (List{"P0623:6", "P0623:6"}));
  EXPECT_EQ(InJob("container: { image: 'node:24' }", "container: \"node:24\""), List{"P0623:6"});
  EXPECT_EQ(InJob("concurrency: other", "concurrency: latest(\"g\")"), List{"P0623:6"});
  EXPECT_EQ(Codes("pipeline ci {\n  on push\n  raw |\n    name: other\n  job test { run `make` }\n}\n"),
            List{"P0623:4"});
  EXPECT_EQ(Codes("pipeline ci {\n  on push\n  job test {\n    let s = run -> { v: string } `./s.sh # v`\n"
                  "    run `echo ${{ s.v }}`\n    step {\n      run `x`\n      raw |\n        id: s\n    }\n  }\n}\n"),
            List{"P1110:8"});
}

}  // namespace
}  // namespace sluice::lower

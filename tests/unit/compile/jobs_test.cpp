// Matrices, outputs, containers, environments and parameters: from `.pipe` to the bytes of the workflow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

using testing::HasSubstr;
using testing::Not;

// The workflow of a program that is right.
std::string Workflow(const std::string& source) {
  const Compilation built = CompileText({{"p.pipe", source}, {"sluice.lock", SmallLock()}});
  EXPECT_THAT(built.messages, Not(HasSubstr("error["))) << source;
  const auto file = built.outputs.find(".github/workflows/p.yml");
  return file == built.outputs.end() ? "" : file->second;
}

std::string Messages(const std::string& source) {
  return CompileText({{"p.pipe", source}, {"sluice.lock", SmallLock()}}).messages;
}

std::string InPipeline(const std::string& body) { return "pipeline p {\n  on push\n" + body + "}\n"; }

constexpr const char* kPlan = R"(  job plan {
    let p = run -> { services: list<string>, rows: list<{ name: string, port: int }> } `./plan.sh services rows`
    output services = p.services
    output rows = p.rows
  }
)";

TEST(MatrixTest, RecordsAreAxesOfMappings) {
  const std::string yaml =
      Workflow(InPipeline(R"(  job test for t in [{ os: ubuntu-latest, node: 22 }, { os: windows-latest, node: 24 }] {
    runs-on: t.os
    shell: bash
    run `echo ${{ t.node }} ${{ t.os.arch }}`
  }
)"));
  EXPECT_THAT(yaml, HasSubstr(R"(      matrix:
        t:
          - os: ubuntu-latest
            node: 22
          - os: windows-latest
            node: 24
    runs-on: ${{ matrix.t.os }}
)"));
  EXPECT_THAT(yaml, HasSubstr("PIPE_T_NODE: ${{ matrix.t.node }}"));
}

TEST(MatrixTest, WhereDropsValuesThatNoRowHas) {
  const std::string yaml = Workflow(
      InPipeline("  job test for a in [1, 2, 3], b in [1, 2] where a != 3 { run `echo ${{ a }} ${{ b }}` }\n"));
  EXPECT_THAT(yaml, HasSubstr("        a: [1, 2]\n        b: [1, 2]\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("exclude")));
}

TEST(MatrixTest, WhereIsExcludeWhenThatIsShorter) {
  const std::string yaml =
      Workflow(InPipeline("  job test for a in [1, 2], b in [\"x\", \"y\"] where !(a == 2 && b == \"y\") { run `echo "
                          "${{ a }} ${{ b }}` }\n"));
  EXPECT_THAT(
      yaml,
      HasSubstr("        a: [1, 2]\n        b: [x, 'y']\n        exclude:\n          - a: 2\n            b: 'y'\n"));
}

TEST(MatrixTest, WhereIsOneAxisOfRowsElse) {
  const std::string yaml = Workflow(
      InPipeline("  job test for a in [1, 2, 3], b in [1, 2, 3] where a == b { run `echo ${{ a }} ${{ b }}` }\n"));
  EXPECT_THAT(yaml,
              HasSubstr("        row:\n          - a: 1\n            b: 1\n          - a: 2\n            b: 2\n"));
  EXPECT_THAT(yaml, HasSubstr("PIPE_A: ${{ matrix.row.a }}"));
}

TEST(MatrixTest, RunTimeRowsAddACondition) {
  const std::string yaml =
      Workflow(InPipeline(std::string(kPlan) + R"(  job each for service in plan.services, row in plan.rows {
    if: github.ref == 'refs/heads/main'
    run `echo ${{ service }} ${{ row.port }}`
  }
  job late for service in plan.services { if: always(), run `echo ${{ service }}` }
)"));
  EXPECT_THAT(yaml, HasSubstr("    needs: [plan]\n    if: github.ref == 'refs/heads/main' && "
                              "toJSON(fromJSON(needs.plan.outputs.services)) != '[]' && "
                              "toJSON(fromJSON(needs.plan.outputs.rows)) != '[]'\n"));
  EXPECT_THAT(yaml, HasSubstr("        service: ${{ fromJSON(needs.plan.outputs.services) }}\n"
                              "        row: ${{ fromJSON(needs.plan.outputs.rows) }}\n"));
  EXPECT_THAT(yaml, HasSubstr("PIPE_ROW_PORT: ${{ matrix.row.port }}"));
  EXPECT_THAT(yaml, HasSubstr("if: always() && needs.plan.result == 'success' && "
                              "toJSON(fromJSON(needs.plan.outputs.services)) != '[]'\n"));
}

TEST(MatrixTest, WrongMatrices) {
  EXPECT_THAT(Messages(InPipeline("  job t for a in [1, 2] where a == 3 { run `x` }\n")),
              HasSubstr("error[P0901]: `where` leaves no row of the matrix"));
  EXPECT_THAT(Messages(InPipeline("  job t for a in [1, 2] where github.ref == 'x' { run `x` }\n")),
              HasSubstr("error[P0403]: `where` picks rows while compiling"));
  EXPECT_THAT(Messages(InPipeline(std::string(kPlan) + "  job t for s in plan.services where s != 'a' { run `x` }\n")),
              HasSubstr("error[P0403]: `where` picks rows while compiling"));
  EXPECT_THAT(Messages(InPipeline("  job t for a in [{ n: 1 }, { n: 1 }] { run `echo ${{ a.n }}` }\n")),
              HasSubstr("error[P0205]"));
  EXPECT_THAT(Messages(InPipeline("  job t for a in [{ n: 1 }, { n: 2 }] { run `echo ${{ a.m }}` }\n")),
              HasSubstr("error[P0203]"));
}

TEST(OutputsTest, FilesOfRowsAreReadTogether) {
  const std::string yaml = Workflow(InPipeline(R"(  job test for n in [1, 2] {
    run `make report.xml N=${{ n }}`
    output report: file = "report.xml"
  }
  job join { run `./join ${{ test.report.dir }} ${{ test.report.glob }}` }
)"));
  EXPECT_THAT(yaml, HasSubstr("          name: test.report.${{ strategy.job-index }}\n"));
  EXPECT_THAT(yaml, HasSubstr("          pattern: test.report.*\n"));
  EXPECT_THAT(yaml, HasSubstr("run: ./join \"$GITHUB_WORKSPACE/.sluice/in/test.report\" "
                              "\"$GITHUB_WORKSPACE/.sluice/in/test.report/\"*\"/report.xml\"\n"));
}

TEST(OutputsTest, TextsOfRowsHaveOneOutputEach) {
  const std::string yaml = Workflow(InPipeline(R"(  job image for service in ["a", "b"] {
    let b = run -> { digest: string } `./build ${{ service }} digest`
    output digest = b.digest
  }
  job use { run `echo ${{ image.digest["b"] }}` }
)"));
  EXPECT_THAT(yaml, HasSubstr("      digest_0: ${{ matrix.service == 'a' && steps.b.outputs.digest || '' }}\n"
                              "      digest_1: ${{ matrix.service == 'b' && steps.b.outputs.digest || '' }}\n"));
  EXPECT_THAT(yaml, HasSubstr("${{ needs.image.outputs.digest_1 }}"));
}

TEST(OutputsTest, RowsHaveToBeNamed) {
  const std::string image = R"(  job image for service in ["a", "b"] {
    let b = run -> { digest: string } `./build ${{ service }} digest`
    output digest = b.digest
  }
)";
  EXPECT_THAT(Messages(InPipeline(image + "  job use { run `echo ${{ image.digest }}` }\n")),
              HasSubstr("error[P0308]"));
  EXPECT_THAT(Messages(InPipeline(image + "  job use { run `echo ${{ image.digest[\"c\"] }}` }\n")),
              HasSubstr("error[P0309]: the axis `service` has no value `c`"));
}

TEST(OutputsTest, FoldersAndPlainUploads) {
  const std::string yaml = Workflow(InPipeline(R"(  job site {
    working-directory: "web"
    run `make`
    output pages: dir = "dist"
    output log: file = "logs/build.log" { raw: true, retention: 7d }
  }
  job publish { run `ls ${{ site.pages }}` }
)"));
  EXPECT_THAT(yaml, HasSubstr("tar -C dist -cf - . > \"$GITHUB_WORKSPACE/.sluice/out/site.pages.tar\""));
  EXPECT_THAT(yaml, HasSubstr("run: ls \"$GITHUB_WORKSPACE/.sluice/in/site.pages\"\n"));
  EXPECT_THAT(yaml, HasSubstr("          name: site.log\n          path: web/logs/build.log\n"));
  EXPECT_THAT(yaml, HasSubstr("          retention-days: 7\n"));
}

TEST(OutputsTest, OfThePipeline) {
  const std::string yaml = Workflow(R"(pipeline p {
  on workflow_call
  job build {
    let v = run -> { version: string } `echo version=1 >> "$GITHUB_OUTPUT"`
    output version = v.version
  }
  ## What was built.
  output version = build.version
  output result = "1"
}
)");
  EXPECT_THAT(yaml, HasSubstr(R"(    outputs:
      version:
        description: What was built.
        value: ${{ jobs.build.outputs.version }}
)"));
}

TEST(ContainersTest, ServicesAndTheirAddresses) {
  const std::string yaml = Workflow(InPipeline(R"(  job test {
    services: { db: { image: "postgres:17", env: { POSTGRES_PASSWORD: "x" }, ports: [5432], options: "--health-cmd pg_isready", url: "postgresql://${{ self.host }}:${{ self.port(5432) }}/test" } }
    env: { DATABASE_URL: services.db.url, HOST: services.db.host, PORT: services.db.port(5432) }
    run `make test`
  }
  job inside {
    container: { image: "node:24-bookworm", env: { CI: true }, ports: ["80:80"], volumes: ["/tmp:/tmp"], options: "--cpus 1", credentials: { username: github.actor, password: github.token } }
    services: { db: { image: "postgres:17", ports: [5432] } }
    env: { HOST: services.db.host }
    run `make test`
  }
)"));
  EXPECT_THAT(yaml, HasSubstr(R"(    services:
      db:
        image: postgres:17
        env:
          POSTGRES_PASSWORD: x
        ports: ['5432:5432']
        options: '--health-cmd pg_isready'
    env:
      DATABASE_URL: postgresql://localhost:5432/test
      HOST: localhost
      PORT: 5432
)"));
  EXPECT_THAT(yaml, HasSubstr(R"(    container:
      image: node:24-bookworm
      credentials:
        username: ${{ github.actor }}
        password: ${{ github.token }}
      env:
        CI: true
      ports: ['80:80']
)"));
  EXPECT_THAT(yaml, HasSubstr("      HOST: db\n"));
}

TEST(ContainersTest, WrongContainers) {
  EXPECT_THAT(
      Messages(InPipeline("  job t { runs-on: macos-latest, services: { db: { image: \"redis:7\" } }, run `x` }\n")),
      HasSubstr("error[P0215]"));
  EXPECT_THAT(Messages(InPipeline("  job t { services: { db: { ports: [1] } }, run `x` }\n")),
              HasSubstr("error[P0302]"));
  EXPECT_THAT(Messages(InPipeline("  job t { services: { db: { image: \"redis\" } }, run `x` }\n")),
              HasSubstr("error[P0705]"));
  EXPECT_THAT(Messages(InPipeline("  job t { container: { image: \"redis:7\", command: \"x\" }, run `x` }\n")),
              HasSubstr("error[P0208]"));
  EXPECT_THAT(
      Messages(InPipeline("  job t { services: { db: { image: \"redis:7\" } }, run `echo ${{ services.d.host }}` }\n")),
      HasSubstr("error[P0203]: the job has no service `d`"));
}

constexpr const char* kEnvironments = R"(environment staging { url: "https://staging.example.org" }
environment prod { approval: { reviewers: ["acme/leads"] } }
secret KEY in prod
var ROLE: string in staging, prod
)";

TEST(EnvironmentsTest, JobsEnterThem) {
  const std::string yaml = Workflow(std::string(kEnvironments) + InPipeline(R"(  job a {
    environment: staging
    run `deploy ${{ vars.ROLE }} ${{ staging.url }}`
  }
  job b {
    environment: { name: prod, deployment: false }
    run `deploy ${{ secrets.KEY }}`
  }
  job c {
    environment: github.ref_name == 'main' ? prod : staging
    run `deploy ${{ vars.ROLE }}`
  }
)"));
  EXPECT_THAT(yaml, HasSubstr("    environment:\n      name: staging\n      url: https://staging.example.org\n"));
  EXPECT_THAT(yaml, HasSubstr("    environment:\n      name: prod\n      deployment: false\n"));
  EXPECT_THAT(yaml, HasSubstr("    environment: ${{ github.ref_name == 'main' && 'prod' || 'staging' }}\n"));
}

TEST(EnvironmentsTest, WrongUses) {
  const std::string head = kEnvironments;
  EXPECT_THAT(Messages(head + InPipeline("  job a { environment: pord, run `x` }\n")), HasSubstr("error[P0309]"));
  EXPECT_THAT(Messages(head + InPipeline("  job a { run `x ${{ secrets.KEY }}` }\n")),
              HasSubstr("error[P0206]: the secret `KEY` exists only in prod"));
  EXPECT_THAT(Messages(head + InPipeline("  job a { environment: staging, run `x ${{ secrets.KEY }}` }\n")),
              HasSubstr("error[P0206]"));
  EXPECT_THAT(
      Messages(head + InPipeline("  job a { environment: prod, run `x` }\n  job b { environment: prod, run `x` }\n")),
      HasSubstr("warning[P0808]"));
  EXPECT_THAT(Messages("secret X in nowhere\n" + InPipeline("  job a { run `x` }\n")), HasSubstr("error[P0309]"));
}

TEST(ParametersTest, KindsOfInputs) {
  const std::string yaml = Workflow(
      std::string(kEnvironments) +
      R"(pipeline p(count: int = 2, level: enum(debug, info) = info, target: environment = staging, tag: semver = 1.0.0) {
  on push
  on workflow_dispatch
  on workflow_call
  job a {
    environment: target
    run `deploy ${{ count }} ${{ level }} ${{ tag }}`
  }
}
)");
  EXPECT_THAT(yaml,
              HasSubstr("      level:\n        type: choice\n        default: info\n        options: [debug, info]\n"));
  EXPECT_THAT(
      yaml,
      HasSubstr("      target:\n        type: choice\n        default: staging\n        options: [staging, prod]\n"));
  EXPECT_THAT(yaml, HasSubstr("      target:\n        type: string\n        default: staging\n"));
  EXPECT_THAT(yaml, HasSubstr("        type: number\n        default: 2\n"));
  EXPECT_THAT(yaml, HasSubstr("${{ case(toJSON(inputs.count) == 'null', 2, inputs.count) }}"));
  EXPECT_THAT(yaml, HasSubstr("${{ inputs.level || 'info' }}"));
  EXPECT_THAT(yaml, HasSubstr("if: contains(fromJSON('[\"staging\",\"prod\"]'), inputs.target || 'staging')\n"));
  EXPECT_THAT(
      yaml, HasSubstr("      - name: Check inputs\n        env:\n          PIPE_TAG: ${{ inputs.tag || '1.0.0' }}\n"));
}

TEST(RunnersTest, LabelsAndGroups) {
  const std::string yaml = Workflow(InPipeline(R"(  job a for label in ["gpu", "cpu"] {
    runs-on: [self-hosted, label]
    run `x`
  }
  job b {
    runs-on: { group: "large", labels: [linux] }
    run `x`
  }
  job c {
    runs-on: { group: "large" }
    run `x`
  }
)"));
  EXPECT_THAT(yaml, HasSubstr("    runs-on:\n      - self-hosted\n      - ${{ matrix.label }}\n"));
  EXPECT_THAT(yaml, HasSubstr("    runs-on:\n      group: large\n      labels: [linux]\n"));
  EXPECT_THAT(yaml, HasSubstr("    runs-on:\n      group: large\n    steps"));
  EXPECT_THAT(Messages(InPipeline("  job a { runs-on: { gruop: \"x\" }, run `x` }\n")), HasSubstr("error[P0208]"));
  EXPECT_THAT(Messages(InPipeline("  job a { runs-on: { labels: [linux] }, run `x` }\n")), HasSubstr("error[P0301]"));
  EXPECT_THAT(Messages(InPipeline("  job a { runs-on: [], run `x` }\n")), HasSubstr("error[P0301]"));
}

TEST(SchedulesTest, HaveNames) {
  const std::string yaml = Workflow(R"(pipeline p {
  on schedule("0 3 * * 1", name: weekly)
  on schedule("0 4 * * *", timezone: "Europe/Oslo", name: daily)
  job a { if: schedule.daily, run `x` }
}
)");
  EXPECT_THAT(yaml, HasSubstr("if: github.event.schedule == '0 4 * * *'\n"));
  EXPECT_THAT(Messages("pipeline p {\n  on schedule(\"0 3 * * 1\")\n  job a { if: schedule.daily, run `x` }\n}\n"),
              HasSubstr("error[P0203]: no schedule is called `daily`"));
}

}  // namespace
}  // namespace sluice::compile

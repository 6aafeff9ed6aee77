// `for` among the jobs of a pipeline: which jobs are made, and what their names mean inside and outside.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

using List = std::vector<std::string>;

std::string Program(const std::string& jobs) { return fmt::format("pipeline ci {{\n  on push\n{}\n}}\n", jobs); }
std::string Built(const std::string& jobs) { return Workflow(Program(jobs)); }
List Said(const std::string& jobs) { return Codes(Program(jobs)); }

// The names of the jobs, in their order.
List JobsOf(const std::string& workflow) {
  List jobs;
  const size_t begin = workflow.find("\njobs:\n");
  for (size_t at = begin; at != std::string::npos && at + 1 < workflow.size(); at = workflow.find('\n', at + 1)) {
    const std::string line = workflow.substr(at + 1, workflow.find('\n', at + 1) - at - 1);
    if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ') jobs.push_back(line.substr(2, line.size() - 3));
  }
  return jobs.empty() ? List{workflow} : jobs;
}

const std::string kBuild = R"(  for part in ["web", "api"] {
    job build {
      let info = run -> { tag: string } `echo tag=${{ part }} >> "$GITHUB_OUTPUT"`
      output tag = info.tag
    }
  }
)";

TEST(JobLoops, MakeOneJobForEachItemInItsPlace) {
  EXPECT_EQ(JobsOf(Built(R"(job a { run `a` }
    for x in ["web", "api"] if x != "api" || true { job build { run `x` }
      job test { run `y` } }
    job b { run `b` })")),
            (List{"a", "build-web", "test-web", "build-api", "test-api", "b"}));
  EXPECT_EQ(JobsOf(Built("for v in [22, 24] if v > 22 { job test { run `x` } }")), (List{"test-24"}));
  EXPECT_EQ(JobsOf(Built("for os in [\"linux\"] { for cpu in [\"arm\", \"x64\"] { job pack { run `x` } } }")),
            (List{"pack-linux-arm", "pack-linux-x64"}));
}

TEST(JobLoops, ItemsAreConstantsInTheJob) {
  EXPECT_EQ(JobOf(Built(R"(for node in [22] {
      job test for os in [ubuntu-latest, macos-latest] where os != macos-latest || node > 20 {
        let folder = "node-${{ node }}"
        if: node > 20
        name: "Node ${{ node }}"
        timeout: 5m
        run `cd ${{ folder }}`
      }
    })"),
                  "test-22"),
            R"(name: Node 22
permissions: {}
strategy:
  matrix:
    os: [ubuntu-latest, macos-latest]
runs-on: ubuntu-latest
timeout-minutes: 5
steps:
  - run: cd node-22
)");
}

TEST(JobLoops, NamesMeanTheSameRoundInside) {
  const std::string text = Built(R"(for part in ["web", "api"] {
    job build {
      let info = run -> { tag: string } `echo tag=${{ part }} >> "$GITHUB_OUTPUT"`
      output tag = info.tag
    }
    job test {
      if: build.result == success
      run `./test ${{ build.tag }}`
    }
    job after {
      needs: [test]
      run `x`
    }
  })");
  EXPECT_NE(JobOf(text, "test-api").find("needs: [build-api]\nif: needs.build-api.result == 'success'\n"),
            std::string::npos)
      << text;
  EXPECT_NE(JobOf(text, "test-api").find("${{ needs.build-api.outputs.tag }}"), std::string::npos);
  EXPECT_NE(JobOf(text, "after-web").find("needs: [test-web]\n"), std::string::npos);
}

TEST(JobLoops, OutsideAnItemChooses) {
  const std::string text = Built(kBuild + R"(
  job one {
    run `echo ${{ build["web"].tag }} ${{ needs.build-api.outputs.tag }}`
  }
  job all {
    needs: [build]
    run `x`
  }
  job named {
    needs: [build["api"], one]
    run `x`
  }
  gate required: [build])");
  EXPECT_NE(JobOf(text, "one").find("needs: [build-web, build-api]\n"), std::string::npos) << text;
  EXPECT_NE(JobOf(text, "all").find("needs: [build-web, build-api]\n"), std::string::npos);
  EXPECT_NE(JobOf(text, "named").find("needs: [build-api, one]\n"), std::string::npos);
  EXPECT_NE(JobOf(text, "required").find("needs: [build-web, build-api]\n"), std::string::npos);
}

TEST(JobLoops, OutputsThatOneRoundGivesAreRead) {
  EXPECT_EQ(Said(kBuild + "job one {\n run `echo ${{ build[\"web\"].tag }}`\n}"), List{});
  EXPECT_EQ(Said(kBuild), List{"P0624:6"});
}

TEST(JobLoops, SayWhatIsWrongOnce) {
  EXPECT_EQ(Said("for x in [\"a\", \"b\"] { job t { run `echo ${{ y }}` } }"), List{"P0202:3"});
  EXPECT_EQ(Said("for x in [\"a\", \"a\"] { job t { run `x` } }"), List{"P0205:3"});
  EXPECT_EQ(Said("for x in [\"a b\"] { job t { run `x` } }"), List{"P0214:3"});
  EXPECT_EQ(Said("for x in github.ref_name { job t { run `x` } }"), List{"P0302:3"});
  EXPECT_EQ(Said("for x in fromJSON(github.ref_name) as list<string> { job t { run `x` } }"), List{"P0403:3"});
  EXPECT_EQ(Said("job p {\n run `x`\n}\nfor x in [p.result] { job t { run `x` } }"), List{"P0403:6"});
  EXPECT_EQ(Said(kBuild + "job one {\n run `echo ${{ build.tag }}`\n}").front(), "P0302:10");
  EXPECT_EQ(Said("for x in [] { job t { run `x` } }").size(), 1u);
}

}  // namespace
}  // namespace sluice::check

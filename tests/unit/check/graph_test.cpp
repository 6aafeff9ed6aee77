// Which jobs wait for which (language reference 2.5): inferred needs, gates, and what is skipped with an ancestor.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

using List = std::vector<std::string>;

std::string NeedsOf(const std::string& workflow, const std::string& job) {
  const std::string text = JobOf(workflow, job);
  const size_t at = text.find("needs: ");
  return at == std::string::npos ? "" : text.substr(at + 7, text.find('\n', at) - at - 7);
}

TEST(Needs, ComeFromEveryReference) {
  const std::string workflow = Workflow(R"(pipeline ci {
  on push
  job a {
    let s = run -> { v: string } `./s.sh # v`
    output v = s.v
    output w = s.v
    output f: file = "a.tgz"
  }
  job b { run `b` }
  job c { run `c` }
  let through = "x-${{ a.v }}"
  job by-let { run `echo ${{ through }}` }
  job by-file { run `ls ${{ a.f }}` }
  job by-result {
    if: always() && b.result == success
    run `x`
  }
  job by-name { name: "n ${{ a.v }}", run `x` }
  job by-env { env: { X: a.w }, run `x` }
  job by-input { uses actions/checkout@v7(ref: a.v) }
  job by-order { needs: [c, a], run `echo ${{ a.v }}` }
  job by-group { concurrency: latest("g-${{ a.v }}"), run `x` }
  job alone { run `x` }
}
)");
  EXPECT_EQ(NeedsOf(workflow, "by-let"), "[a]") << workflow;
  EXPECT_EQ(NeedsOf(workflow, "by-file"), "[a]");
  EXPECT_EQ(NeedsOf(workflow, "by-result"), "[b]");
  EXPECT_EQ(NeedsOf(workflow, "by-name"), "[a]");
  EXPECT_EQ(NeedsOf(workflow, "by-env"), "[a]");
  EXPECT_EQ(NeedsOf(workflow, "by-input"), "[a]");
  EXPECT_EQ(NeedsOf(workflow, "by-order"), "[a, c]") << "in order of the jobs";
  EXPECT_EQ(NeedsOf(workflow, "by-group"), "[a]");
  EXPECT_EQ(NeedsOf(workflow, "alone"), "");
}

// A status function counts wherever it stands in a condition: `true` alone would wait for success.
TEST(Conditions, KeepTheirStatusFunctionBesideATrueConstant) {
  const std::string workflow = Workflow(R"(pipeline ci {
  on push
  job a { run `a` }
  job behind { needs: [a], if: always() || true, run `x` }
  job before { needs: [a], if: true || always(), run `x` }
  job folded { needs: [a], if: true || github.ref == 'x', run `x` }
}
)");
  EXPECT_NE(JobOf(workflow, "behind").find("always()"), std::string::npos) << workflow;
  EXPECT_NE(JobOf(workflow, "before").find("always()"), std::string::npos) << workflow;
  EXPECT_EQ(JobOf(workflow, "folded").find("github.ref"), std::string::npos) << workflow;
}

TEST(Needs, OfGatesAreTheJobsWithAllTheirAncestors) {
  const std::string workflow = Workflow(R"(pipeline ci {
  on push
  job a { run `a` }
  job b { needs: [a], run `b` }
  job c { needs: [b], run `c` }
  job d { run `d` }
  gate some: [c]
  gate required: all
  job e { run `e` }
}
)");
  EXPECT_EQ(NeedsOf(workflow, "some"), "[a, b, c]") << workflow;
  EXPECT_EQ(NeedsOf(workflow, "required"), "[a, b, c, d, e]");
  EXPECT_LT(workflow.find("\n  e:"), workflow.find("\n  some:")) << "gates are last";
  EXPECT_NE(JobOf(workflow, "some").find("if: always()\n"), std::string::npos);
}

TEST(Needs, TheProjectCanAskForAGate) {
  const std::string program = "pipeline ci {\n  on pull_request\n  job a { run `a` }\n}\n";
  const std::string toml = "[github]\nrequired = true\n";
  const auto built = Compile(program, compile::SmallLock(), toml);
  EXPECT_EQ(built.messages, "");
  EXPECT_EQ(NeedsOf(built.outputs.begin()->second, "required"), "[a]");
  const auto pushed = Compile("pipeline ci {\n  on push\n  job a { run `a` }\n}\n", compile::SmallLock(), toml);
  EXPECT_EQ(pushed.outputs.begin()->second.find("required"), std::string::npos) << "only for pull requests";
  EXPECT_EQ(
      CodesIn(Compile("pipeline ci {\n  on pull_request\n  job required { run `a` }\n}\n", compile::SmallLock(), toml)
                  .messages),
      List{"P0205:3"});
}

TEST(Needs, CirclesAreOneMessage) {
  EXPECT_EQ(Codes("pipeline ci {\n  on push\n  job a { needs: [b], run `a` }\n  job b { needs: [c], run `b` }\n"
                  "  job c { needs: [a], run `c` }\n  job d { needs: [d], run `d` }\n}\n"),
            (List{"P0605:3", "P0605:6"}));
}

// What is said about `last`, which stands behind a job that runs only under `condition`.
List Skipped(const std::string& condition, const std::string& of_last, const std::string& body = "run `x`") {
  return Codes(fmt::format(R"(pipeline ci {{
  on push
  on pull_request
  job first {{
    if: {}
    let s = run -> {{ v: string }} `./s.sh # v`
    output v = s.v
  }}
  job reads {{ run `echo ${{{{ first.v }}}}` }}
  job last {{
    {}
    needs: [first]
    {}
  }}
}}
)",
                           condition, of_last, body));
}

TEST(Skipped, IsSaidUnlessItIsMeant) {
  struct Case {
    const char* first;
    const char* last;
    bool said;
  };
  const Case cases[] = {
      {"github.ref == 'a'", "", true},
      {"github.ref == 'a'", "if: github.ref == 'a'", false},
      {"github.ref == 'a'", "if: github.ref == 'A'", false},  // GitHub compares without case
      {"github.ref == 'a'", "if: github.ref == 'b'", true},
      {"github.ref == 'a'", "if: github.actor == 'me' && github.ref == 'a'", false},
      {"github.ref == 'a'", "if: github.actor == 'me' || github.ref == 'a'", true},
      {"github.ref == 'a' && github.actor == 'me'", "if: github.ref == 'a'", true},
      {"github.ref == 'a' && github.actor == 'me'", "if: github.actor == 'me' && github.ref == 'a'", false},
      // `x == 'a'` implies `x != 'b'` and `x in [… 'a' …]`.
      {"github.ref != 'b'", "if: github.ref == 'a'", false},
      {"github.ref != 'b'", "if: 'a' == github.ref", false},
      {"'b' != github.ref", "if: github.ref == 'a'", false},
      {"github.ref != 'b'", "if: github.ref == 'b'", true},
      {"github.ref in ['a', 'b']", "if: github.ref == 'b'", false},
      {"github.ref in ['a', 'b']", "if: github.ref == 'c'", true},
      {"github.ref == 'a'", "if: github.ref in ['a', 'b']", true},
      // A status function decides by itself.
      {"github.ref == 'a'", "if: ok()", false},
      {"github.ref == 'a'", "if: always()", false},
      {"always()", "", false},
  };
  for (const Case& one : cases)
    EXPECT_EQ(Skipped(one.first, one.last), one.said ? List{"P0611:12"} : List{}) << one.first << " / " << one.last;
}

TEST(Skipped, WhoReadsAnOutputHasNothingToDoWithoutIt) {
  EXPECT_EQ(Skipped("github.ref == 'a'", "", "run `echo ${{ first.v }}`"), List{});
  EXPECT_EQ(Skipped("github.ref == 'a'", "", "run `echo ${{ first.v ?? \"none\" }}`"), List{"P0611:13"});
}

TEST(Skipped, GoesThroughAllAncestors) {
  const auto said = [](const std::string& middle) {
    return Codes(fmt::format(
        "pipeline ci {{\n  on push\n  job a {{\n    if: github.ref == 'a'\n"
        "    let s = run -> {{ v: string }} `./s.sh # v`\n    output v = s.v\n  }}\n"
        "  job b {{ {} }}\n  job c {{ needs: [b], run `c` }}\n  job z {{ run `echo ${{{{ a.v }}}}` }}\n}}\n",
        middle));
  };
  // Said once, where the skipped job is needed.
  EXPECT_EQ(said("needs: [a], run `b`"), List{"P0611:8"});
  // `b` has nothing to do without `a`; of `c` nobody knows.
  EXPECT_EQ(said("run `echo ${{ a.v }}`"), List{"P0611:9"});
  // `b` repeats the condition, `c` does not.
  EXPECT_EQ(said("if: github.ref == 'a', needs: [a], run `b`"), List{"P0611:9"});
  // `b` runs without `a`, but GitHub's success() asks for all ancestors of `c`.
  EXPECT_EQ(said("if: ok(), needs: [a], run `b`"), List{"P0611:9"});
}

}  // namespace
}  // namespace sluice::check

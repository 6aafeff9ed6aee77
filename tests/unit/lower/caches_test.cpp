// `cache`: one step of actions/cache for each record, behind what brings the files.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using List = std::vector<std::string>;

constexpr const char* kSha = "27d5ce7f107fe9357f9df03efb73ab90386fccae";

std::string LockWithCache() {
  return compile::SmallLock() + fmt::format(R"(
[[action]]
uses = "actions/cache"
ref = "v5"
sha = "{}"
version = "v5.0.5"
using = "node24"
permissions = {{}}
outputs = ["cache-hit"]

[action.inputs]
key = "string!"
path = "lines!"
restore-keys = "lines"
)",
                                            kSha);
}
std::string Program(const std::string& statements) {
  return fmt::format("pipeline ci {{\n  on push\n  job test {{\n{}\n  }}\n}}\n", statements);
}
std::string Job(const std::string& statements) {
  return JobOf(check::Workflow(Program(statements), LockWithCache()), "test");
}
// What each step is: the command, or the action without its commit.
List Order(const std::string& statements) {
  List order;
  const std::string job = Job(statements);
  for (size_t at = job.find("- "); at != std::string::npos; at = job.find("\n  - ", at + 1)) {
    const size_t word = job.find_first_not_of("\n -", at);
    order.push_back(job.substr(word, job.find_first_of("@\n", word) - word));
  }
  return order;
}
List Said(const std::string& statements) {
  return check::CodesIn(check::Compile(Program(statements), LockWithCache()).messages);
}

const std::string kNpm = "cache: { path: [\"~/.npm\"], key: \"npm-${{ hashFiles('package-lock.json') }}\" }\n";

TEST(Caches, AreAStepBehindTheCheckout) {
  EXPECT_EQ(Job(R"(cache: { path: ["~/.npm", "dist"], key: "npm-${{ hashFiles('a.json') }}", restore-keys: ["npm-"] }
    run `date`
    uses actions/checkout@v7
    run `npm ci`)"),
            fmt::format(R"(permissions:
  contents: read # actions/checkout
runs-on: ubuntu-latest
steps:
  - run: date
  - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
    with:
      persist-credentials: false
  - uses: actions/cache@{} # v5.0.5
    with:
      path: |-
        ~/.npm
        dist
      key: npm-${{{{ hashFiles('a.json') }}}}
      restore-keys: npm-
  - run: npm ci
)",
                        kSha));
}

TEST(Caches, FindTheStepThatBringsTheFiles) {
  const List behind{"run: a", "uses: actions/checkout", "uses: actions/cache", "run: b"};
  EXPECT_EQ(Order(kNpm + "run `a`\nuses actions/checkout@v7\nrun `b`"), behind);
  EXPECT_EQ(Order(kNpm + "run `git clone x .`\nrun `b`"),
            (List{"run: git clone x .", "uses: actions/cache", "run: b"}));
  EXPECT_EQ(Order("cache: { path: \"x\", key: \"x\" }\nrun `a`"), (List{"uses: actions/cache", "run: a"}));
  // Of a checkout in the background the place where somebody has waited.
  EXPECT_EQ(Order(kNpm + "let h = background uses actions/checkout@v7\nrun `a`\nwait h\nrun `b`"),
            (List{"id: h", "run: a", "wait: h", "uses: actions/cache", "run: b"}));
}

TEST(Caches, MayBeSeveral) {
  EXPECT_EQ(Order(R"(cache: [{ path: "a", key: "a" }, { path: ["b"], key: "b", restore-keys: "b-" }]
    uses actions/checkout@v7)"),
            (List{"uses: actions/checkout", "uses: actions/cache", "uses: actions/cache"}));
  EXPECT_EQ(Order("let folders = [\"a\", \"b\"]\ncache: [for x in folders: { path: x, key: x }]\nrun `x`"),
            (List{"uses: actions/cache", "uses: actions/cache", "run: x"}));
}

TEST(Caches, SayWhatIsWrong) {
  EXPECT_EQ(Said(kNpm + "uses actions/checkout@v7"), List{});
  EXPECT_EQ(Said(kNpm + "run `x`"), List{"P0619:4"});
  EXPECT_EQ(Said("cache: { path: \"x\" }\nrun `x`"), List{"P0301:4"});
  EXPECT_EQ(Said("cache: { path: \"x\", key: \"x\", paths: 1 }\nrun `x`"), List{"P0208:4"});
  EXPECT_EQ(Said("cache: true\nrun `x`"), List{"P0302:4"});
  EXPECT_EQ(Said("cache: { path: \"x\", key: github.token }\nrun `x`"), List{"P0502:4"});
  EXPECT_EQ(Said("cache: { path: \"x\", key: github.event.deleted.x }\nrun `x`").size(), 1u);
  // Steps are not there yet when the cache is restored.
  EXPECT_EQ(Said("cache: { path: \"x\", key: a.b }\nlet a = run -> { b: string } `b`").size(), 1u);
  EXPECT_EQ(check::Codes(Program("cache: { path: \"x\", key: \"x\" }\nrun `x`")), List{"P0701:4"});
}

TEST(Caches, ReadOtherJobs) {
  const std::string text = check::Workflow(R"(pipeline ci {
  on push
  job build {
    let b = run -> { id: string } `echo id=1 >> "$GITHUB_OUTPUT"`
    output id = b.id
  }
  job test {
    cache: { path: "x", key: "x-${{ build.id }}" }
    run `x`
  }
}
)",
                                           LockWithCache());
  EXPECT_NE(JobOf(text, "test").find("needs: [build]\n"), std::string::npos) << text;
  EXPECT_NE(JobOf(text, "test").find("key: x-${{ needs.build.outputs.id }}\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::lower

// Least permissions (language reference 2.5, 2.9): inferred from signatures, with the conditions of the lock.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

const char* const kPublish = R"(
[[action]]
uses = "acme/publish"
ref = "v1"
sha = "1111111111111111111111111111111111111111"
version = "v1.0.0"
using = "node24"
permissions = { contents = "read" }
permissions-if = ["push=true: packages=write", "token: issues=read", "!token: pull-requests=write"]
outputs = []

[action.inputs]
push = "bool"
token = "secret"

[[action]]
uses = "acme/unknown"
ref = "v1"
sha = "2222222222222222222222222222222222222222"
version = "v1.0.0"
using = "node24"
outputs = []
)";

// The permissions of the job with these statements, and the messages if there are any.
std::string Permissions(const std::string& statements) {
  const compile::Compilation built =
      Compile(fmt::format("secret TOKEN\npipeline ci(push: bool = false) {{\n  on push\n  on workflow_dispatch\n"
                          "  job test {{\n    {}\n  }}\n}}\n",
                          statements),
              compile::SmallLock() + kPublish);
  std::string said;
  for (const std::string& code : CodesIn(built.messages)) said += code + "\n";
  if (built.outputs.empty()) return built.messages;
  const std::string job = JobOf(built.outputs.begin()->second, "test");
  return said + job.substr(0, job.find("runs-on"));
}

TEST(Permissions, ComeFromSignatures) {
  EXPECT_EQ(Permissions("run `x`"), "permissions: {}\n");
  EXPECT_EQ(Permissions("uses actions/checkout@v7"), "permissions:\n  contents: read # actions/checkout\n");
  EXPECT_EQ(Permissions("uses actions/checkout@v7\n    uses actions/checkout@v7"),
            "permissions:\n  contents: read # actions/checkout\n")
      << "each action once";
  EXPECT_EQ(Permissions("if github.ref == 'x' { uses actions/checkout@v7 }"),
            "permissions:\n  contents: read # actions/checkout\n");
}

TEST(Permissions, DependOnInputs) {
  const std::string plain = "permissions:\n  contents: read # acme/publish\n  pull-requests: write # acme/publish\n";
  const std::string pushed =
      "permissions:\n  contents: read # acme/publish\n  packages: write # acme/publish\n"
      "  pull-requests: write # acme/publish\n";
  EXPECT_EQ(Permissions("uses acme/publish@v1"), plain);
  EXPECT_EQ(Permissions("uses acme/publish@v1(push: false)"), plain);
  EXPECT_EQ(Permissions("uses acme/publish@v1(push: true)"), pushed);
  EXPECT_EQ(Permissions("uses acme/publish@v1(push: push)"), pushed) << "it may be true";
  EXPECT_EQ(Permissions("uses acme/publish@v1(push: null)"), plain) << "null omits the input";
  EXPECT_EQ(Permissions("uses acme/publish@v1(token: secrets.TOKEN)"),
            "permissions:\n  contents: read # acme/publish\n  issues: read # acme/publish\n");
}

TEST(Permissions, ThatAreWrittenAreAdded) {
  EXPECT_EQ(Permissions("permissions: { contents: write, id-token: write }\n    uses actions/checkout@v7"),
            "permissions:\n  contents: write # declared; actions/checkout\n  id-token: write # declared\n");
  EXPECT_EQ(Permissions("permissions: { contents: none }\n    uses actions/checkout@v7"),
            "permissions:\n  contents: read # declared; actions/checkout\n");
  EXPECT_EQ(Permissions("uses acme/unknown@v1"), "P0903:6\npermissions: {}\n");
  EXPECT_EQ(Permissions("permissions: {}\n    uses acme/unknown@v1"), "permissions: {}\n");
}

TEST(Permissions, OfThePipelineAreThoseOfJobsWithoutTheirOwn) {
  const std::string workflow = Workflow(
      "pipeline ci {\n  on push\n  permissions: { actions: read }\n  job a { uses actions/checkout@v7 }\n"
      "  job b { permissions: { checks: write }, run `x` }\n}\n");
  EXPECT_EQ(JobOf(workflow, "a").substr(0, 40), "permissions:\n  actions: read # declared\n") << workflow;
  EXPECT_EQ(JobOf(workflow, "b").find("actions"), std::string::npos);
}

// P0509: what the token writes in runs for forks.
std::vector<std::string> Token(const std::string& statements, const std::string& triggers = "on pull_request") {
  return CodesIn(Compile(fmt::format("secret TOKEN\npipeline ci {{\n  {}\n  job test {{\n    {}\n  }}\n}}\n", triggers,
                                     statements),
                         compile::SmallLock() + kPublish)
                     .messages);
}

TEST(Permissions, OfTheTokenAreNotThereForForks) {
  using List = std::vector<std::string>;
  const std::string write = "permissions: { issues: write }\n    ";
  EXPECT_EQ(Token("uses acme/publish@v1"), List{"P0509:5"});
  EXPECT_EQ(Token("uses acme/publish@v1", "on push"), List{});
  EXPECT_EQ(Token("uses acme/publish@v1(token: secrets.TOKEN)"), List{}) << "a token of its own";
  EXPECT_EQ(Token("run `gh ${{ github.token }}`"), List{}) << "nothing is written";
  EXPECT_EQ(Token(write + "run `gh ${{ github.token }}`"), List{"P0509:6"});
  EXPECT_EQ(Token(write + "run `gh ${{ secrets.GITHUB_TOKEN }}`"), List{"P0509:6"});
  EXPECT_EQ(Token(write + "run `make`"), List{});
  EXPECT_EQ(Token(write + "if github.event.pull_request.head.repo.full_name == github.repository { run `gh ${{ "
                          "github.token }}` }"),
            List{});
  EXPECT_EQ(
      Token("permissions: { issues: write }\n    if: github.event_name == 'push'\n    run `gh ${{ github.token }}`",
            "on push\n  on pull_request"),
      List{});
  EXPECT_EQ(Token(write + "if github.event_name != 'pull_request' { run `gh ${{ github.token }}` }",
                  "on push\n  on pull_request"),
            List{});
}

}  // namespace
}  // namespace sluice::check

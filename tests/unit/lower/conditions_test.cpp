// Conditions of blocks as conditions of steps (language reference 2.5), and files under what their readers share.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::JobOf;
using check::Workflow;

// `NAME: CONDITION` for each step of the job `test`: its script, action or name, and its `if`.
std::string Steps(const std::string& statements, const std::string& head = "") {
  const std::string text = JobOf(Workflow(fmt::format(R"(pipeline ci {{
  on push
  job make {{
    run `make`
    output f: file = "a.tgz"
  }}
  job test {{
    {}
    {}
    run `ls ${{{{ make.f }}}}`
  }}
}}
)",
                                                      head, statements)),
                                 "test");
  std::string all;
  size_t at = text.find("steps:\n");
  if (at == std::string::npos) return text;
  std::string condition, what;
  const auto flush = [&] {
    if (!what.empty()) all += what + ": " + (condition.empty() ? "-" : condition) + "\n";
    condition = what = "";
  };
  for (at += 7; at < text.size();) {
    const size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("  - ")) flush();
    if (line.size() < 5) continue;
    line.erase(0, 4);
    const size_t colon = line.find(": ");
    const std::string key = line.substr(0, colon), value = colon == std::string::npos ? "" : line.substr(colon + 2);
    if (key == "if") condition = value;
    if ((key == "run" || key == "name") && what.empty()) what = value;
    if (key == "id" && value.starts_with("pipe-if")) what = value;
  }
  flush();
  // The step behind the statements, and what brings it its file, are the same for all.
  const size_t fetch = all.rfind("Fetch make.f");
  return fetch == std::string::npos ? all : all.substr(0, fetch);
}

TEST(Conditions, AreConjoinedAndNegated) {
  EXPECT_EQ(Steps("if github.ref == 'a' { run `one`\n run `two` } else { run `three` }"),
            "one: github.ref == 'a'\ntwo: github.ref == 'a'\nthree: github.ref != 'a'\n");
  EXPECT_EQ(Steps("if github.ref == 'a' { if github.actor == 'b' { run `x` } else { run `q` } }"),
            "x: github.ref == 'a' && github.actor == 'b'\nq: github.ref == 'a' && github.actor != 'b'\n");
  EXPECT_EQ(Steps("if github.ref == 'a' { run `x` } else if github.ref == 'b' { run `q` } else { run `z` }"),
            "x: github.ref == 'a'\nq: github.ref != 'a' && github.ref == 'b'\n"
            "z: github.ref != 'a' && github.ref != 'b'\n");
  EXPECT_EQ(Steps("if github.ref == 'a' || github.ref == 'b' { run `x` } else { run `q` }"),
            "x: github.ref == 'a' || github.ref == 'b'\n"
            "q: ${{ !(github.ref == 'a' || github.ref == 'b') }}\n");
  EXPECT_EQ(Steps("if failure() { step { if: github.ref == 'a', run `x` } }"), "x: failure() && github.ref == 'a'\n");
  EXPECT_EQ(Steps("if true { run `x` }"), "x: -\n");
  EXPECT_EQ(Steps("if github.ref == 'a' { if github.ref == 'a' { run `x` } }"), "x: github.ref == 'a'\n");
}

TEST(Conditions, ThatMayChangeAreAskedOnce) {
  EXPECT_EQ(Steps("if env.A == 'a' { run `x` }"), "x: env.A == 'a'\n") << "one step needs no latch";
  EXPECT_EQ(Steps("if env.A == 'a' { run `x`\n run `q` }"),
            "pipe-if-1: env.A == 'a'\nx: steps.pipe-if-1.outcome == 'success'\n"
            "q: steps.pipe-if-1.outcome == 'success'\n");
  EXPECT_EQ(Steps("if env.A == 'a' { run `x` } else { run `q` }"),
            "pipe-if-1: env.A == 'a'\nx: steps.pipe-if-1.outcome == 'success'\n"
            "q: steps.pipe-if-1.outcome == 'skipped'\n");
  EXPECT_EQ(Steps("if hashFiles('a') != '' && github.ref == 'r' { run `x`\n run `q` }"),
            "pipe-if-1: hashFiles('a') != '' && github.ref == 'r'\n"
            "x: github.ref == 'r' && steps.pipe-if-1.outcome == 'success'\n"
            "q: github.ref == 'r' && steps.pipe-if-1.outcome == 'success'\n");
  EXPECT_EQ(Steps("if failure() && job.status == failure { run `x`\n run `q` }"),
            "pipe-if-1: failure() && job.status == 'failure'\n"
            "x: failure() && steps.pipe-if-1.outcome == 'success'\n"
            "q: failure() && steps.pipe-if-1.outcome == 'success'\n");
  EXPECT_EQ(
      Steps("if github.ref == 'r' { if env.A == 'a' { run `x`\n run `q` } }\nif env.B == 'b' { run `z`\n run `w` }"),
      "pipe-if-1: github.ref == 'r' && env.A == 'a'\n"
      "x: github.ref == 'r' && steps.pipe-if-1.outcome == 'success'\n"
      "q: github.ref == 'r' && steps.pipe-if-1.outcome == 'success'\n"
      "pipe-if-2: env.B == 'b'\nz: steps.pipe-if-2.outcome == 'success'\n"
      "w: steps.pipe-if-2.outcome == 'success'\n");
}

TEST(Conditions, OfSecretsAskTheVariableOfTheCompiler) {
  const std::string text = JobOf(Workflow(R"(secret TOKEN
pipeline ci {
  on push
  job test {
    if secrets.TOKEN != '' { run `x`
      run `q` } else { run `z` }
  }
}
)"),
                                 "test");
  EXPECT_NE(text.find("PIPE_HAS_TOKEN: ${{ secrets.TOKEN != '' }}\n"), std::string::npos) << text;
  EXPECT_NE(text.find("- if: env.PIPE_HAS_TOKEN == 'true'\n    run: x\n"), std::string::npos) << text;
  EXPECT_NE(text.find("- if: env.PIPE_HAS_TOKEN != 'true'\n    run: z\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("pipe-if"), std::string::npos) << "it cannot change";
}

// The `if` of the step that fetches the file for these readers.
std::string Fetch(const std::string& readers) {
  const std::string text =
      JobOf(Workflow(fmt::format(
                "pipeline ci {{\n  on push\n  job make {{\n    run `make`\n    output f: file = \"a.tgz\"\n  }}\n"
                "  job test {{\n{}\n  }}\n}}\n",
                readers)),
            "test");
  const size_t name = text.find("- name: Fetch make.f\n");
  if (name == std::string::npos) return text;
  const size_t next = text.find('\n', name) + 1;
  const std::string line = text.substr(next, text.find('\n', next) - next);
  return line.starts_with("    if: ") ? line.substr(8) : "-";
}

TEST(Conditions, OfFilesAreThoseThatAllReadersShare) {
  const std::string read = "run `ls ${{ make.f }}`";
  const auto under = [&](const std::string& condition) { return "if " + condition + " { " + read + " }\n"; };
  EXPECT_EQ(Fetch(read), "-");
  EXPECT_EQ(Fetch(under("github.ref == 'a'")), "github.ref == 'a'");
  EXPECT_EQ(Fetch(under("github.ref == 'a'") + read), "-");
  EXPECT_EQ(Fetch(under("github.ref == 'a'") + under("github.ref == 'b'")), "-");
  EXPECT_EQ(Fetch(under("github.ref == 'a' && github.actor == 'x'") + under("github.actor == 'x'")),
            "github.actor == 'x'");
  // The second reader may find another state than the first one: then the file has to be there.
  EXPECT_EQ(Fetch(under("failure()")), "failure()");
  EXPECT_EQ(Fetch(under("failure()") + read), "always()");
  EXPECT_EQ(Fetch(read + "\n" + under("failure()")), "always()");
  EXPECT_EQ(Fetch(under("failure()") + under("failure()")), "always()");
  EXPECT_EQ(Fetch(under("failure() && github.ref == 'a'") + under("github.ref == 'a'")),
            "always() && github.ref == 'a'");
  EXPECT_EQ(Fetch(under("env.A == 'a'") + "run `x`\n" + under("env.A == 'a'")), "-");
}

}  // namespace
}  // namespace sluice::lower

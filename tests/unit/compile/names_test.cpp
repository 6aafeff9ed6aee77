// Names, imports, presence and the order of things.
#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

std::string Check(const std::string& program) {
  return CompileText({{"ci.pipe", program}, {"sluice.lock", SmallLock()}}).messages;
}

bool Has(const std::string& messages, const std::string& code) {
  return messages.find("[" + code + "]") != std::string::npos;
}

TEST(NamesTest, OrderInAFileDoesNotMatter) {
  EXPECT_EQ(Check(R"(pipeline ci {
  on push
  env: { A: a }
  let a = "${{ b }}-x"
  job later { run `echo ${{ early.v }}` }
  job early {
    let s = run -> { v: string } `./s.sh # v`
    output v = s.v
  }
}
let b = "word"
)"),
            "");
}

TEST(NamesTest, AStepIsKnownOnlyAfterIt) {
  const std::string messages = Check(R"(pipeline ci {
  on push
  job test {
    run `echo ${{ s.v }}`
    let s = run -> { v: string } `./s.sh # v`
    run `echo ${{ s.v }}`
  }
}
)");
  EXPECT_NE(messages.find("the step `s` has not run yet here"), std::string::npos) << messages;
}

TEST(NamesTest, PresenceFollowsConditions) {
  const std::string program = R"(pipeline ci {
  on push
  job test {
    if github.ref == 'x' {
      let s = run -> { v: string } `./s.sh # v`
      run `echo ${{ s.v }}`
    }
    if github.ref == 'x' { run `echo ${{ s.v }}` }
    if steps.s.outcome == success { run `echo ${{ s.v }}` }
    LAST
  }
}
)";
  auto with = [&](const std::string& last) {
    std::string text = program;
    return Check(text.replace(text.find("LAST"), 4, last));
  };
  EXPECT_EQ(with("run `make`"), "");
  EXPECT_TRUE(Has(with("run `echo ${{ s.v }}`"), "P0307"));
  EXPECT_EQ(with("run `echo ${{ s.v ?? \"none\" }}`"), "");
  EXPECT_TRUE(Has(with("if github.ref == 'y' { run `echo ${{ s.v }}` }"), "P0307"));
}

TEST(NamesTest, ImportsBindAndReportCircles) {
  Files files{{"ci.pipe", R"(import { word } from "./lib/names.pipe"
import "./lib/names.pipe" as names
pipeline ci {
  on push
  job test { run `echo ${{ word }} ${{ names.other }}` }
}
)"},
              {"lib/names.pipe", "let word = \"a\"\nlet other = \"b\"\n"}};
  const Compilation built = CompileText(files, "ci.pipe");
  EXPECT_EQ(built.messages, "");
  EXPECT_NE(built.outputs.at(".github/workflows/ci.yml").find("from ci.pipe, lib/names.pipe."), std::string::npos);
  EXPECT_NE(built.outputs.at(".github/workflows/ci.yml").find("run: echo a b\n"), std::string::npos);
  files["lib/names.pipe"] = "import \"../ci.pipe\" as back\nlet word = \"a\"\nlet other = \"b\"\n";
  EXPECT_TRUE(Has(CompileText(files, "ci.pipe").messages, "P0207"));
}

TEST(NamesTest, LetsThatContainThemselvesOrGrowAreRefused) {
  EXPECT_TRUE(Has(Check("let a = b\nlet b = a\npipeline ci { on push\n job t { run `echo ${{ a }}` } }\n"), "P0606"));
  std::string text = "let v0 = \"0123456789\"\n";
  for (int i = 1; i < 60; ++i)
    text += "let v" + std::to_string(i) + " = \"${{ v" + std::to_string(i - 1) + " }}${{ v" + std::to_string(i - 1) +
            " }}\"\n";
  EXPECT_TRUE(Has(Check(text + "pipeline ci { on push\n job t { run `make` } }\n"), "P0906"));
}

TEST(NamesTest, AnEmptyMatrixIsRefused) {
  EXPECT_TRUE(Has(Check("pipeline ci {\n  on push\n  job t for x in [] { run `make` }\n}\n"), "P0901"));
}

TEST(NamesTest, DirectivesAllowAndAreChecked) {
  const std::string program = R"(pipeline ci {
  on push
  job build {
    container: "alpine:3.23"
    run bash `./build.sh` # sluice: allow[P0517] the first step installs bash
  }
}
)";
  EXPECT_EQ(Check(program), "");
}

}  // namespace
}  // namespace sluice::compile

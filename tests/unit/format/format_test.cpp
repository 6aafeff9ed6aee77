#include "compiler/format/format.h"

#include <gtest/gtest.h>

namespace sluice::format {
namespace {

std::string Formatted(const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  return Format(sources, sources.Add("t.pipe", text), sink).value_or("(errors)");
}

TEST(Format, SetsBlanksAndIndentation) {
  EXPECT_EQ(
      Formatted(
          "pipeline ci(a:string=\"\"){\non push( branches:[main] )\njob test for os in [a,b]{\nif:!a&&b==1\nrun `x`}}"),
      "pipeline ci(a: string = \"\") {\n  on push(branches: [main])\n  job test for os in [a, b] {\n    if: !a && b == "
      "1\n    run `x`\n  }\n}\n");
  EXPECT_EQ(Formatted("let x=[...a,-1,b . c[0],{a:1},{}]"), "let x = [...a, -1, b.c[0], { a: 1 }, {}]\n");
  EXPECT_EQ(Formatted("var A:list< string >?\nlet x=a?b:c\nlet y=100m .. 500m\nlet z=a as?json"),
            "var A: list<string>?\nlet x = a ? b : c\nlet y = 100m..500m\nlet z = a as? json\n");
}

TEST(Format, KeepsCommentsAndSingleBlankLines) {
  EXPECT_EQ(Formatted("# a\n\n\n\nlet x=1   # b\n# c\nlet y = [ # d\n1, # e\n2\n# f\n]\n\n\n# g"),
            "# a\n\nlet x = 1 # b\n# c\nlet y = [ # d\n  1, # e\n  2,\n  # f\n]\n\n# g\n");
}

TEST(Format, KeepsTextBlocks) {
  EXPECT_EQ(Formatted("pipeline p {\n   job a {\n      run |\n             a\n\n               b ${{x}}\n      run "
                      "`${{  y  }} z`\n   }\n}\n"),
            "pipeline p {\n  job a {\n    run |\n      a\n\n        b ${{ x }}\n    run `${{ y }} z`\n  }\n}\n");
}

TEST(Format, BreaksWhatIsTooLong) {
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c');
  EXPECT_EQ(Formatted("let x = f(a: " + a + ", b: " + b + ", c: " + c + ")\n"),
            "let x = f(\n  a: " + a + "\n  b: " + b + "\n  c: " + c + "\n)\n");
  EXPECT_EQ(Formatted("let x = [" + a + ", " + b + ", " + c + "]\n"),
            "let x = [\n  " + a + ",\n  " + b + ",\n  " + c + ",\n]\n");
  EXPECT_EQ(Formatted("let x = " + a + " && " + b + " || " + c + "\n"),
            "let x = " + a + "\n  && " + b + "\n  || " + c + "\n");
}

TEST(Format, KeepsListsThatWereBrokenByHand) {
  EXPECT_EQ(Formatted("let x = f(\na: 1, b: 2\nc: 3)\n"), "let x = f(\n  a: 1, b: 2\n  c: 3\n)\n");
}

TEST(Format, AlignsNeighbours) {
  EXPECT_EQ(Formatted("pipeline p {\n  job j {\n    if a { run `x` }\n    if abc { run `y` }\n    if abcd {\n      run "
                      "`z`\n    }\n  }\n}\n"),
            "pipeline p {\n  job j {\n    if a   { run `x` }\n    if abc { run `y` }\n    if abcd {\n      run `z`\n   "
            " }\n  }\n}\n");
}

TEST(Format, DoesNotTouchBrokenFiles) { EXPECT_EQ(Formatted("let x 1"), "(errors)"); }

}  // namespace
}  // namespace sluice::format

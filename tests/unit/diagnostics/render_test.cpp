#include <gtest/gtest.h>

#include "compiler/diagnostics/render_machine.h"
#include "compiler/diagnostics/render_text.h"

namespace sluice::diagnostics {
namespace {

using source::FileId;
using source::SourceMap;

class RenderTest : public ::testing::Test {
 protected:
  // The span of the `nth` occurrence (from 0) of `text`.
  Span Of(FileId file, std::string_view text, int nth = 0) {
    size_t at = std::string::npos;
    for (int i = 0; i <= nth; ++i) at = sources.file(file).text.find(text, at + 1);
    return sources.MakeSpan(file, at, at + text.size());
  }
  std::string Text(const Diagnostic& d) { return RenderText(std::vector{d}, sources); }

  SourceMap sources;
};

TEST_F(RenderTest, TwoLabelsOnOneLineStackRightToLeft) {
  const FileId f = sources.Add("ci.pipe", "a\n  if: changes.web == 'true'\n");
  const Diagnostic d = Build(Code::P0303, Of(f, "changes.web"), "this compares a bool with a string", "bool")
                           .Also(Of(f, "'true'"), "string")
                           .Say("Write:   if: changes.web", Replace(Of(f, " == 'true'"), "", "leave it out"));
  EXPECT_EQ(Text(d),
            "error[P0303]: this compares a bool with a string\n"
            "  ┌─ ci.pipe:2:7\n"
            "2 │   if: changes.web == 'true'\n"
            "  │       ^^^^^^^^^^^    ------ string\n"
            "  │       bool\n"
            "  = Write:   if: changes.web  [fix]\n");
}

TEST_F(RenderTest, LineNumbersAlignAndNotesContinue) {
  const FileId f = sources.Add("ci.pipe", "first\n2\n3\n4\n5\n6\n7\n8\n9\ntenth here\n");
  const Diagnostic d =
      Build(Code::P0605, Of(f, "here"), "the jobs wait for each other").Also(Of(f, "first"), "start").Say("one\ntwo");
  EXPECT_EQ(Text(d),
            "error[P0605]: the jobs wait for each other\n"
            "   ┌─ ci.pipe:10:7\n"
            " 1 │ first\n"
            "   │ ----- start\n"
            "10 │ tenth here\n"
            "   │       ^^^^\n"
            "   = one\n"
            "     two\n");
}

TEST_F(RenderTest, TabsTakeFourColumnsAndWideTextCountsCodePoints) {
  const FileId f = sources.Add("t.pipe", "\tä😀 bad\n");
  EXPECT_EQ(Text(Build(Code::P0101, Of(f, "bad"), "no", "this")),
            "error[P0101]: no\n  ┌─ t.pipe:1:5\n1 │     ä😀 bad\n  │        ^^^ this\n");
}

TEST_F(RenderTest, OtherFilesComeUnderTheirOwnFrame) {
  const FileId a = sources.Add("a.pipe", "alpha\n");
  const FileId b = sources.Add("b.pipe", "x\nbeta\n");
  EXPECT_EQ(Text(Build(Code::P1004, Of(a, "alpha"), "two pipelines of one file", "the second")
                     .Also(Of(b, "beta"), "the first")),
            "error[P1004]: two pipelines of one file\n"
            "  ┌─ a.pipe:1:1\n1 │ alpha\n  │ ^^^^^ the second\n"
            "  ┌─ b.pipe:2:1\n2 │ beta\n  │ ---- the first\n");
}

TEST_F(RenderTest, WholeFilesShowNoLine) {
  const FileId f = sources.Add("bin.pipe", "ab\ncd");
  EXPECT_EQ(Text(Build(Code::P0109, sources.WholeFile(f), "too big").WholeFile()),
            "error[P0109]: too big\n  ┌─ bin.pipe\n");
  EXPECT_EQ(Text(Build(Code::P0109, sources.MakeSpan(f, 4, 5), "a NUL").WholeFile().Say("Save it as text.")),
            "error[P0109]: a NUL\n  ┌─ bin.pipe:2:2\n  = Save it as text.\n");
}

TEST_F(RenderTest, SpansBeyondTheLineStopAtItsEnd) {
  const FileId f = sources.Add("t.pipe", "ab\ncd\n");
  EXPECT_EQ(Text(Build(Code::P0112, sources.MakeSpan(f, 1, 5), "m", "l")),
            "error[P0112]: m\n  ┌─ t.pipe:1:2\n1 │ ab\n  │  ^ l\n");
  EXPECT_EQ(Text(Build(Code::P0112, sources.MakeSpan(f, 6, 6), "m", "end")),
            "error[P0112]: m\n  ┌─ t.pipe:3:1\n3 │\n  │ ^ end\n");
}

TEST_F(RenderTest, CountsArePlural) {
  const FileId f = sources.Add("t.pipe", "ab");
  std::vector<Diagnostic> all{Build(Code::P0101, Of(f, "a"), "x"), Build(Code::P0101, Of(f, "b"), "x"),
                              Build(Code::P0117, Of(f, "a"), "x")};
  EXPECT_EQ(RenderCount(all), "2 errors, 1 warning");
  EXPECT_EQ(RenderCount({}), "");
}

TEST_F(RenderTest, JsonHasRangesAndFixes) {
  const FileId f = sources.Add("ci.pipe", "\nab cd");
  const Diagnostic d = Build(Code::P0208, Of(f, "cd"), "a job has no setting `cd`", "why")
                           .FixLabel(Replace(Of(f, "cd"), "ef", "write `ef`"));
  EXPECT_EQ(
      RenderJson(std::vector{d}, sources),
      R"({"version":1,"diagnostics":[{"code":"P0208","severity":"error","message":"a job has no setting `cd`",)"
      R"("file":"ci.pipe","range":{"start":{"line":2,"column":4,"byte":4},"end":{"line":2,"column":6,"byte":6}},)"
      R"("label":"why","labels":[],"notes":[],"fixes":[{"title":"write `ef`","safe":true,"edits":[{"file":"ci.pipe",)"
      R"("range":{"start":{"line":2,"column":4,"byte":4},"end":{"line":2,"column":6,"byte":6}},"text":"ef"}]}]}],)"
      R"("errors":1,"warnings":0})"
      "\n");
}

TEST_F(RenderTest, GithubCommandsAreEscaped) {
  const FileId f = sources.Add("a,b.pipe", "x y");
  const Diagnostic d = Build(Code::P0616, Of(f, "y"), "100% sure").Say("a\nb");
  EXPECT_EQ(RenderGithub(std::vector{d}, sources),
            "::warning file=a%2Cb.pipe,line=1,col=3,endLine=1,endColumn=4,title=P0616::100%25 sure%0Aa%0Ab\n");
}

TEST_F(RenderTest, SortingIsByFilePositionAndCodeAndDropsRepetitions) {
  const FileId b = sources.Add("b.pipe", "xy"), a = sources.Add("a.pipe", "xy");
  std::vector<Diagnostic> all{Build(Code::P0208, Of(b, "x"), "m"), Build(Code::P0208, Of(a, "y"), "m"),
                              Build(Code::P0101, Of(a, "y"), "m"), Build(Code::P0208, Of(a, "y"), "m")};
  Sort(all, sources);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].code, Code::P0101);
  EXPECT_EQ(all[2].primary.at, Of(b, "x"));
}

}  // namespace
}  // namespace sluice::diagnostics

#include "compiler/source/source_map.h"

#include <gtest/gtest.h>

namespace sluice::source {
namespace {

TEST(SourceMapTest, ColumnsCountCodePointsAndFilesDoNotMix) {
  SourceMap map;
  const FileId a = map.Add("a.pipe", "x\nä😀z\n");
  const FileId b = map.Add("b.pipe", "b");
  const Position z = map.Locate(map.file(a).begin + 8);
  EXPECT_EQ(z.line, 2u);
  EXPECT_EQ(z.column, 3u);
  EXPECT_EQ(z.byte, 8u);
  EXPECT_EQ(map.Utf16Column(map.file(a).begin + 8), 3u);
  EXPECT_EQ(map.FileOf(map.WholeFile(b)), b);
  EXPECT_EQ(map.Locate(map.WholeFile(a).end).line, 3u);
}

TEST(SourceMapTest, AByteOrderMarkIsNoColumn) {
  SourceMap map;
  const FileId a = map.Add("a.pipe", "\xEF\xBB\xBFpipeline");
  EXPECT_EQ(map.Locate(map.file(a).begin + 3).column, 1u);
  EXPECT_EQ(map.Line(a, 1), "pipeline");
}

TEST(SourceMapTest, CarriageReturnsBelongToTheLineEnd) {
  SourceMap map;
  const FileId a = map.Add("a.pipe", "one\r\ntwo");
  EXPECT_EQ(map.Line(a, 1), "one");
  EXPECT_EQ(map.Line(a, 2), "two");
}

}  // namespace
}  // namespace sluice::source

#include "runtime/scheduler/matrix.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::scheduler {
namespace {

std::string Names(const std::string& json) {
  auto matrix = expr::ParseJson(json);
  if (!matrix.ok()) return matrix.error().message;
  auto rows = Expand(*matrix);
  if (!rows.ok()) return "error: " + rows.error().message;
  std::string all;
  for (const Row& row : *rows) all += (all.empty() ? "" : "; ") + RowName("t", row);
  return all;
}

std::string Contexts(const std::string& json) {
  auto rows = Expand(*expr::ParseJson(json));
  if (!rows.ok()) return "error: " + rows.error().message;
  std::string all;
  for (const Row& row : *rows) all += (all.empty() ? "" : " ") + expr::PrintCompactJson(row.values);
  return all;
}

TEST(Matrix, IsTheProductOfItsAxesInOrder) {
  EXPECT_EQ(Names(R"({"os":["a","b"],"n":[1,2]})"), "t (a, 1); t (a, 2); t (b, 1); t (b, 2)");
}

TEST(Matrix, ExcludeMatchesPartially) {
  EXPECT_EQ(Names(R"({"os":["a","b"],"n":[1,2],"exclude":[{"os":"a"},{"os":"b","n":2}]})"), "t (b, 1)");
  EXPECT_EQ(Names(R"({"os":["a"],"exclude":[{"zz":1}]})"), "t (a)") << "an unknown key matches nothing";
}

// The example of GitHub's documentation of `include`.
TEST(Matrix, IncludeFollowsTheDocumentedExample) {
  EXPECT_EQ(Contexts(R"({"fruit":["apple","pear"],"animal":["cat","dog"],"include":[{"color":"green"},
      {"color":"pink","animal":"cat"},{"fruit":"apple","shape":"circle"},{"fruit":"banana"},
      {"fruit":"banana","animal":"cat"}]})"),
            R"({"fruit":"apple","animal":"cat","color":"pink","shape":"circle"} )"
            R"({"fruit":"apple","animal":"dog","color":"green","shape":"circle"} )"
            R"({"fruit":"pear","animal":"cat","color":"pink"} )"
            R"({"fruit":"pear","animal":"dog","color":"green"} )"
            R"({"fruit":"banana"} {"fruit":"banana","animal":"cat"})");
}

TEST(Matrix, IncludeAloneMakesRows) { EXPECT_EQ(Names(R"({"include":[{"a":1},{"a":2,"b":"x"}]})"), "t (1); t (2, x)"); }

TEST(Matrix, ShowsScalarsInsideMappings) {
  EXPECT_EQ(Names(R"({"t":[{"os":"linux","arch":["x","y"]}],"f":[true,null]})"),
            "t (linux, x, y, true); t (linux, x, y)");
}

TEST(Matrix, SaysWhatIsWrong) {
  EXPECT_EQ(Names(R"([1])"), "error: `matrix` must be a mapping of axes to lists");
  EXPECT_EQ(Names(R"({"a":1})"), "error: the matrix axis `a` must be a list, but is a single value");
  EXPECT_EQ(Names(R"({"a":[]})"), "error: the matrix axis `a` has no values");
  EXPECT_EQ(Names(R"({"a":[1],"include":1})"), "error: `matrix.include` must be a list of mappings");
  EXPECT_EQ(Names(R"({"a":[1],"exclude":[1]})"), "error: each item of `matrix.exclude` must be a mapping");
  EXPECT_EQ(Names(R"({"a":[1],"exclude":[{"a":1}]})"), "error: the matrix has no rows: everything is excluded");
}

TEST(Matrix, HasAtMost256Rows) {
  std::string axis = "[0";
  for (int i = 1; i < 16; ++i) axis += fmt::format(",{}", i);
  axis += "]";
  EXPECT_EQ(Expand(*expr::ParseJson(fmt::format(R"({{"a":{0},"b":{0}}})", axis)))->size(), 256u);
  EXPECT_EQ(Names(fmt::format(R"({{"a":{0},"b":{0},"include":[{{"a":99}}]}})", axis)),
            "error: the matrix has more than 256 rows, which is GitHub's limit: shorten an axis or exclude rows");
  EXPECT_EQ(Names(fmt::format(R"({{"a":{0},"b":{0},"c":{0},"d":{0},"e":{0},"f":{0},"g":{0}}})", axis)).substr(0, 6),
            "error:");
}

TEST(Matrix, LongNamesAreCut) {
  Row row{{}, {std::string(300, 'x')}};
  EXPECT_EQ(RowName("t", row).size(), 100u);
}

}  // namespace
}  // namespace sluice::scheduler

#include <gtest/gtest.h>

#include "tests/unit/expr/expr_testing.h"

namespace sluice::expr {
namespace {

std::string RoundTrip(std::string_view text) {
  const Result<Value> value = ParseJson(text);
  return value.ok() ? PrintCompactJson(*value) : value.error().message;
}

TEST(JsonTest, KeepsOrderAndRulesOfKeys) {
  EXPECT_EQ(RoundTrip(R"({"b":1,"a":2,"b":3})"), R"({"b":3,"a":2})");
  EXPECT_EQ(RoundTrip(R"({"b":1,"B":2})"), R"({"b":1})");
  EXPECT_EQ(RoundTrip(R"({"10":1,"9":2})"), R"({"10":1,"9":2})");
}

TEST(JsonTest, Strings) {
  EXPECT_EQ(RoundTrip(R"("\u00e9\ud83d\ude00\n\u0001\/")"), "\"é😀\\n\\u0001/\"");
  EXPECT_EQ(RoundTrip(R"("\ud83dx\udc00")"), "\"\xEF\xBF\xBDx\xEF\xBF\xBD\"");
  EXPECT_EQ(RoundTrip("\"a\nb\""), "a control character stands in a string: write it as an escape at line 1, column 3");
  EXPECT_EQ(PrintCompactJson(Value("\xFF")), "\"\xEF\xBF\xBD\"");
}

TEST(JsonTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(RoundTrip("{\n  \"a\": 1,\n}"), "a key in double quotes is expected at line 3, column 1");
  EXPECT_EQ(RoundTrip("[1 2]"), "`,` or `]` is expected at line 1, column 4");
  EXPECT_EQ(RoundTrip(""), "the text ends where a value is expected at line 1, column 1");
  EXPECT_EQ(RoundTrip("1 x"), "unexpected text after the value at line 1, column 3");
  for (const char* text : {"01", "1.", ".5", "+1", "1e", "NaN", "'a'", "[1,]", "{1:2}", "tru", "\"\\x\"", "\"\\u12g4\"",
                           "\"", "[", "{\"a\"", "-"})
    EXPECT_FALSE(ParseJson(text).ok()) << text;
}

TEST(JsonTest, DepthIsBounded) {
  EXPECT_TRUE(ParseJson(std::string(1000, '[') + std::string(1000, ']')).ok());
  EXPECT_FALSE(ParseJson(std::string(1'000'000, '[')).ok());
}

TEST(JsonTest, PrettyIsTwoBlanks) {
  EXPECT_EQ(PrintJson(*ParseJson(R"({"a":[1,{}],"b":[]})")), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
  EXPECT_EQ(PrintJsonWithin(*ParseJson("[1,2,3]"), 5), std::nullopt);
}

TEST(ObjectTest, LooksUpInAnyCaseUnlessToldNotTo) {
  Object object;
  object.Set("Path", Value(1.0));
  object.Set("PATH", Value(2.0));
  EXPECT_EQ(object.entries.size(), 1U);
  EXPECT_EQ(object.Find("path")->number(), 2.0);
  object.case_sensitive = true;
  EXPECT_EQ(object.Find("path"), nullptr);
}

}  // namespace
}  // namespace sluice::expr

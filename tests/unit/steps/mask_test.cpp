#include "runtime/steps/mask.h"

#include <gtest/gtest.h>

namespace sluice::steps {
namespace {

Masker With(std::string_view secret) {
  Masker masker;
  masker.Add(secret);
  return masker;
}

TEST(Mask, HidesEveryOccurrence) {
  EXPECT_EQ(With("hunter2").Apply("a hunter2, hunter2hunter2."), "a ***, ***.");
  EXPECT_EQ(With("aba").Apply("xababay"), "x***y") << "overlapping occurrences leave nothing";
  EXPECT_EQ(With("").Apply("abc"), "abc");
  EXPECT_EQ(With(" \n").Apply("a b\nc"), "a b\nc");
}

TEST(Mask, HidesEachLineOfALongSecret) {
  EXPECT_EQ(With("first line\r\nsecond").Apply("x first line y\nsecond"), "x *** y\n***");
}

TEST(Mask, HidesTheUsualEncodings) {
  EXPECT_EQ(With("a\"b\\c").Apply(R"({"k":"a\"b\\c"})"), R"({"k":"***"})");
  EXPECT_EQ(With("p@ss w").Apply("?t=p%40ss%20w"), "?t=***");
  EXPECT_EQ(With("a<b&c").Apply("<x>a&lt;b&amp;c</x>"), "<x>***</x>");
  EXPECT_EQ(With("it's").Apply("'it''s'"), "'***'");
  EXPECT_EQ(With("hunter2").Apply("aHVudGVyMg=="), "***");
  EXPECT_EQ(With("hunter2hunter").Apply("dTpodW50ZXIyaHVudGVy").find("W50ZXIyaHVu"), std::string::npos)
      << "user:secret as Basic authorization";
}

TEST(Mask, SeveralSecretsMayOverlap) {
  Masker masker;
  masker.Add("abcd");
  masker.Add("cdef");
  EXPECT_EQ(masker.Apply("-abcdef-"), "-***-");
  EXPECT_TRUE(masker.Finds("abcd"));
  EXPECT_FALSE(masker.Finds("abc"));
}

}  // namespace
}  // namespace sluice::steps

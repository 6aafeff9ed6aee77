#include "runtime/steps/commands.h"

#include <gtest/gtest.h>

namespace sluice::steps {
namespace {

TEST(Commands, ReadsPropertiesAndEscapes) {
  const auto c = ParseCommand("  ::error file=a%2Cb.c,line=3, title=x%3Ay::50%25 done%0Asecond");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "error");
  EXPECT_EQ(c->Property("file"), "a,b.c");
  EXPECT_EQ(c->Property("LINE"), "3");
  EXPECT_EQ(c->Property("title"), "x:y");
  EXPECT_EQ(c->Property("col"), "");
  EXPECT_EQ(c->data, "50% done\nsecond");
}

TEST(Commands, ReadsTheOldForm) {
  const auto c = ParseCommand("12:00 ##[Warning file=a;line=2]text");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "warning");
  EXPECT_EQ(c->Property("line"), "2");
  EXPECT_EQ(c->data, "text");
}

TEST(Commands, LeavesPlainTextAlone) {
  for (const char* line : {"", ":", "::", "::error", "::unknown::x", "std::vector::size", "x ::error::y", "##[error"})
    EXPECT_FALSE(ParseCommand(line)) << line;
  EXPECT_TRUE(ParseCommand("::endgroup::"));
}

TEST(Commands, StopCommandsStopsUntilTheToken) {
  CommandFilter filter;
  EXPECT_EQ(filter.Read("::stop-commands::T")->name, "stop-commands");
  EXPECT_FALSE(filter.Read("::error::no"));
  EXPECT_FALSE(filter.Read("::other::"));
  EXPECT_TRUE(filter.Read("::T::"));
  EXPECT_EQ(filter.Read("::error::yes")->data, "yes");
}

}  // namespace
}  // namespace sluice::steps

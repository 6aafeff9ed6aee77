#include "compiler/types/cron.h"

#include <gtest/gtest.h>

namespace sluice::types {
namespace {

TEST(Cron, IsCheckedFieldByField) {
  for (const char* good : {"* * * * *", "*/5 0-23 1,15 jan-dec mon-fri", "0  0 1 1 0", "1-5/2 * * * SUN"})
    EXPECT_TRUE(IsCron(good)) << good;
  for (const char* bad :
       {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "@daily",
        "5-1 * * * *", "*/0 * * * *", "1, * * * *", "a * * * *", "1/2/3 * * * *", "* * * * mon-"})
    EXPECT_FALSE(IsCron(bad)) << bad;
}

TEST(Cron, RunsAtMostEveryFiveMinutes) {
  for (const char* good : {"*/5 * * * *", "0,55 * * * *", "0,58 3 * * *", "58 23 * * *", "0,58 0,23 1 * *"})
    EXPECT_FALSE(CheckCron(good)) << good;
  for (const char* often : {"* * * * *", "*/4 * * * *", "0,58 * * * *", "0,58 0,23 * * *", "1,4 3 * * *"}) {
    const auto wrong = CheckCron(often);
    ASSERT_TRUE(wrong) << often;
    EXPECT_EQ(wrong->message, "GitHub runs a schedule every 5 minutes at most");
  }
  EXPECT_EQ(CheckCron("*/90 * * * *")->label, "GitHub's reader does not take it");
}

}  // namespace
}  // namespace sluice::types

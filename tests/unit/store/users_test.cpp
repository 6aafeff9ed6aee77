#include "runtime/store/users.h"

#include <gtest/gtest.h>

namespace sluice::store {
namespace {

TEST(Users, FindTheirRange) {
  const char* text = "# comment\nann:100000:65536\nbob:165536:10\n1001:200000:70000\nbob:300000:65536\nbob:x:1\n:1:1\n";
  EXPECT_EQ(FindRange(text, "ann", 7).first, 100000u);
  EXPECT_EQ(FindRange(text, "ann", 7).count, 65536u);
  EXPECT_EQ(FindRange(text, "bob", 7).first, 300000u) << "the largest";
  EXPECT_EQ(FindRange(text, "nobody", 1001).first, 200000u) << "by number";
  EXPECT_EQ(FindRange(text, "", 7).count, 0u);
  EXPECT_EQ(FindRange("ann:4294967296:1\n", "ann", 7).count, 0u);
}

}  // namespace
}  // namespace sluice::store

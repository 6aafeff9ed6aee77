#include <gtest/gtest.h>

#include "tests/property/expressions.h"
#include "tests/unit/expr/expr_testing.h"

namespace sluice::expr {
namespace {

using property::Random;

// Parse(Print(e)) == e, printing is stable, and what was printed means the same.
TEST(PropertyTest, ParsingUndoesPrinting) {
  const uint64_t seed = property::SeedOfThisRun();
  std::printf("SLUICE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  size_t passed = 0;
  const size_t all = 20'000;
  for (size_t i = 0; i < all; ++i) {
    const Expr e = property::RandomValidExpr(random, 1 + static_cast<int>(random.Below(6)));
    const std::string printed = Print(e);
    const ParseResult parsed = Parse(printed);
    ASSERT_TRUE(parsed.ok()) << printed << "\n" << parsed.error->message;
    ASSERT_TRUE(*parsed.expr == e) << printed << "\n" << Print(*parsed.expr);
    ASSERT_EQ(Print(*parsed.expr), printed);
    ++passed;
  }
  std::printf("%zu of %zu\n", passed, all);
}

TEST(PropertyTest, AnySpellingHasTheSameTreeAsItsPrint) {
  Random random(property::SeedOfThisRun());
  for (size_t i = 0; i < 5'000; ++i) {
    const Expr e = property::RandomValidExpr(random, 4);
    const ParseResult parsed = Parse(property::RandomSpelling(random, e));
    if (!parsed.ok()) continue;  // dropped parentheses may leave nothing that parses
    EXPECT_TRUE(*Parse(Print(*parsed.expr)).expr == *parsed.expr) << Print(*parsed.expr);
  }
}

TEST(PropertyTest, DamagedTextNeverCrashes) {
  Random random(property::SeedOfThisRun());
  for (size_t i = 0; i < 5'000; ++i) {
    std::string text = property::RandomSpelling(random, property::RandomExpr(random, 4));
    for (int n = 0; n < 3; ++n) text = property::Damage(random, text);
    const ParseResult parsed = Parse(text);
    EXPECT_NE(parsed.ok(), parsed.error.has_value());
    EXPECT_LE(parsed.ok() ? 0 : parsed.error->offset, text.size());
  }
}

}  // namespace
}  // namespace sluice::expr

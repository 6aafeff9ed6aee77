#include <gtest/gtest.h>

#include "tests/unit/expr/expr_testing.h"

namespace sluice::expr {
namespace {

std::string Message(std::string_view text) {
  const ParseResult parsed = Parse(text);
  return parsed.ok() ? "" : parsed.error->message;
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ParseTest, DotAndBracketGiveOneTree) {
  EXPECT_EQ(*Parse("github['ref']").expr, *Parse("github.ref").expr);
  EXPECT_EQ(*Parse("github.ref").expr, Path("github.ref"));
  EXPECT_EQ(*Parse("a[*]").expr, *Parse("a.*").expr);
}

TEST(ParseTest, AndOrAreFlat) {
  const Expr e = *Parse("a && (b && c) || (d || e)").expr;
  EXPECT_EQ(e.op, Op::Or);
  ASSERT_EQ(e.args.size(), 3U);
  EXPECT_EQ(e.args[0].args.size(), 3U);
}

TEST(ParseTest, KnowsItsPlaces) {
  const Expr e = *Parse("a == foo.bar").expr;
  EXPECT_EQ(e.args[1].begin, 5U);
  EXPECT_EQ(e.args[1].end, 12U);
  EXPECT_EQ(e.args[1].args[1].begin, 9U);
  EXPECT_EQ(Parse("'é' == ?").error->Sentence("'é' == ?"),
            "Unexpected symbol: '?'. Located at position 8 within expression: 'é' == ?");
}

TEST(ParseTest, KeepsTheSpellingOfNumbersAndNames) {
  EXPECT_EQ(Print(*Parse("0x10 == 1.50").expr), "0x10 == 1.50");
  EXPECT_EQ(Print(*Parse("TOJSON(GitHub.REF)").expr), "TOJSON(GitHub.REF)");
}

TEST(ParseTest, HintsAtTheUsualMistakes) {
  EXPECT_EQ(Message("\"a\""), "Unexpected symbol: '\"a\"'; strings stand in single quotes");
  EXPECT_EQ(Message("a = b"), "Unexpected symbol: '='; equality is `==`");
  EXPECT_EQ(Message("a & b"), "Unexpected symbol: '&'; write `&&`");
  EXPECT_EQ(Message("'it''s"), "Unexpected symbol: ''it''s'; the string is not closed");
  EXPECT_EQ(Message("contain(a, b)"), "Unrecognized function: 'contain' (did you mean `contains`?)");
  EXPECT_EQ(Message("join()"), "Too few parameters supplied: 'join' takes 1 to 2");
  EXPECT_EQ(Message("a +"), "Unexpected symbol: '+'");
  EXPECT_EQ(Message("a.b.c d"), "Unexpected symbol: 'd'");
  EXPECT_EQ(Message("'a'.b"), "Unexpected symbol: '.b'");
  EXPECT_EQ(Message("1[0]"), "Unexpected symbol: '['");
}

TEST(ParseTest, LimitsAreErrors) {
  EXPECT_TRUE(Parse("'" + std::string(20'998, 'x') + "'").ok());
  EXPECT_EQ(Message("'" + std::string(20'999, 'x') + "'"), "Exceeded max expression length 21000");
  EXPECT_TRUE(Parse(Repeat("(", 49) + "1" + Repeat(")", 49)).ok());
  for (const std::string_view open : {"(", "!", "a[", "format("})
    EXPECT_EQ(Message(Repeat(open, 3000)), "Exceeded max expression depth 50") << open;
  EXPECT_EQ(Message("a" + Repeat(".b", 5000)), "Exceeded max expression depth 50");
  EXPECT_TRUE(Parse("1" + Repeat("<1", 500)).ok());
  EXPECT_EQ(Message("1" + Repeat("<1", 10'000)), "Exceeded max number of comparisons 500");
  EXPECT_TRUE(Parse("format('x'" + Repeat(",1", 254) + ")").ok());
  EXPECT_EQ(Message("format('x'" + Repeat(",1", 255) + ")"), "Too many parameters supplied: 'format' takes 1 to 255");
  EXPECT_TRUE(Parse("1" + Repeat("||1", 6000)).ok());
}

TEST(ParseTest, CaseOnlyWhereItExists) {
  EXPECT_TRUE(Parse("case(true, 1, 2)").ok());
  EXPECT_FALSE(Parse("case(true, 1, 2)", {.allow_case = false, .knows_context = {}, .knows_function = {}}).ok());
}

TEST(ParseTest, NothingIsNull) { EXPECT_EQ(*Parse(" \n").expr, Null()); }

TEST(PrintTest, FewestParentheses) {
  for (const char* text : {"(a || b) && c", "a || b && c", "!(a == b)", "!!a", "(a == b) == c == d", "(1).x",
                           "('a')[0]", "a == (b != c)", "a < (b > c)", "!a.b", "(!a).b", "a['b c'].d", "a[b.c].*[0]",
                           "(a && b).c", "format('it''s {0}', -0, NaN)", "a[-1.5]", "((a || b) && c) == d"}) {
    std::string expected = text;
    if (expected == "(a == b) == c == d") expected = "a == b == c == d";
    EXPECT_EQ(Print(*Parse(text).expr), expected);
  }
}

TEST(PrintTest, NumbersBuiltByHandKeepTheirValue) {
  for (const auto& [number, text] : std::vector<std::pair<double, std::string>>{
           {-0.0, "-0"}, {0.0, "0"}, {-1.5, "-1.5"}, {1e21, "1e+21"}, {1e-7, "1e-7"}, {5e-324, "5e-324"}}) {
    EXPECT_EQ(Print(Number(number)), text);
    EXPECT_EQ(*Parse(text).expr, Number(number));
  }
}

TEST(ExprTest, KnowsWhoCallsAStatusFunction) {
  EXPECT_TRUE(CallsStatusFunction(*Parse("a && !(CANCELLED() || b)").expr));
  EXPECT_FALSE(CallsStatusFunction(*Parse("hashFiles('x') == success.failure").expr));
}

}  // namespace
}  // namespace sluice::expr

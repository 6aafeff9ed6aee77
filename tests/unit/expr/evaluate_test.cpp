#include <gtest/gtest.h>

#include "tests/unit/expr/expr_testing.h"

namespace sluice::expr {
namespace {

TEST(EvaluateTest, LogicGivesTheOperandThatDecided) {
  EXPECT_EQ(Eval("'' || 'x'"), "String \"x\"");
  EXPECT_EQ(Eval("1 && 0 && fromJSON('{')"), "Number 0");
  EXPECT_EQ(Eval("null || ''"), "String \"\"");
}

TEST(EvaluateTest, CaseComputesOnlyWhatItNeeds) {
  EXPECT_EQ(Eval("case(true, 1, fromJSON('{'))"), "Number 1");
  EXPECT_EQ(Eval("case(false, fromJSON('{'), true, 2, fromJSON('{'))"), "Number 2");
  EXPECT_EQ(Eval("case(1, 1, 2)"), "evaluation: case predicate must evaluate to a boolean value");
}

TEST(EvaluateTest, NaNComparesWithNothing) {
  for (const char* text : {"NaN == NaN", "NaN < 1", "NaN >= NaN", "'x' == 1", "'x' <= 1"})
    EXPECT_EQ(Eval(text), "Boolean false");
  EXPECT_EQ(Eval("NaN != NaN"), "Boolean true");
  EXPECT_EQ(Eval("NaN || 'falsy'"), "String \"falsy\"");
}

TEST(EvaluateTest, CaseFoldingIsUnicodeButForTheDotlessI) {
  EXPECT_EQ(Eval("'ı' == 'I'"), "Boolean false");
  EXPECT_EQ(Eval("'ß' == 'SS'"), "Boolean true");
  EXPECT_EQ(Eval("'éaz@[`{' == 'ÉAZ@[`{'"), "Boolean true");
  EXPECT_EQ(Eval("'é@[' == 'é`{'"), "Boolean false");
  EXPECT_EQ(Eval("startsWith('ÄPFEL', 'äp')"), "Boolean true");
  EXPECT_EQ(Eval("endsWith('xǅ', 'ǆ')"), "Boolean true");
  EXPECT_EQ(Eval("'\xF0\x90\x90\xA8' == '\xF0\x90\x90\x80'"), "Boolean true");  // Deseret
  // UTF-16 puts surrogates below U+E000 and above.
  EXPECT_EQ(Eval("'\xF0\x9F\x98\x80' < '\xEF\xBD\xA1'"), "Boolean true");
  EXPECT_EQ(Eval("f['STRASSE']", R"({"f": {"straße": 1}})"), "Null null");  // keys: lower case
}

TEST(EvaluateTest, FilteredArraysSpreadAFurtherIndex) {
  const std::string f = R"({"f": [{"a": {"b": 1}}, {"a": 2}, [3, 4], 5]})";
  EXPECT_EQ(Eval("f.*.a", f), "Array [{\"b\":1},2]");
  EXPECT_EQ(Eval("f.*.a.b", f), "Array [1]");
  EXPECT_EQ(Eval("(f.*)[0]", f), "Array [3]");
  EXPECT_EQ(Eval("f[0].a.*", f), "Array [1]");
  EXPECT_EQ(Eval("fromJSON(toJSON(f.*))[1]", f), "Object {\"a\":2}");
}

TEST(EvaluateTest, ObjectsAreEqualOnlyToThemselves) {
  const std::string f = R"({"f": {"a": []}})";
  EXPECT_EQ(Eval("f.a == f.a", f), "Boolean true");
  EXPECT_EQ(Eval("fromJSON('[]') == fromJSON('[]')", f), "Boolean false");
  EXPECT_EQ(Eval("contains(f.*, f.a)", f), "Boolean true");
}

TEST(EvaluateTest, NamesThatDoNotExistAreErrorsEvenUnreached) {
  EXPECT_EQ(Eval("false && nope.x"), "parsing: Unrecognized named-value: 'nope'");
  EXPECT_EQ(Eval("false && success()"),
            "parsing: Unrecognized function: 'success'; only a job that runs can answer it");
  const ObjectEnvironment nothing({});
  EXPECT_FALSE(Evaluate(*Parse("false && nope").expr, nothing).ok());
  EXPECT_FALSE(Evaluate(*Parse("false && always()").expr, nothing).ok());
  EXPECT_FALSE(Evaluate(Call("nope", {}), nothing).ok());
}

TEST(EvaluateTest, MemoryIsBounded) {
  const std::string f = R"({"f": ")" + std::string(300'000, 'x') + R"("})";
  EXPECT_EQ(Eval("format('{0}{0}', f) == ''", f), "evaluation: The maximum allowed memory size was exceeded");
  EXPECT_EQ(Eval("f == f || 1", R"({"f": ")" + std::string(200'000, 'x') + R"("})"), "Boolean true");
  const std::string deep = std::string(900, '[') + "1" + std::string(900, ']');
  EXPECT_EQ(Eval("toJSON(f)", R"({"f": )" + deep + "}").substr(0, 6), "evalua");
}

TEST(EvaluateTest, HostFunctionsGetTheirArguments) {
  class Host : public Environment {
   public:
    const Value* Context(std::string_view) const override { return nullptr; }
    Result<Value> CallHost(std::string_view function, const std::vector<Value>& args) const override {
      return Value(std::string(function) + (args.empty() ? "" : args[0].string()));
    }
  };
  EXPECT_EQ(Evaluate(*Parse("HashFiles('**/x')").expr, Host())->string(), "hashfiles**/x");
}

TEST(NumberTest, ReadsAsGitHubDoes) {
  for (const auto& [text, json] :
       std::vector<std::pair<std::string, std::string>>{{"0x1F", "31"},
                                                        {"0o17", "15"},
                                                        {"1e3", "1000"},
                                                        {".5", "0.5"},
                                                        {"5.", "5"},
                                                        {"-0", "0"},
                                                        {"1e400", "null"},
                                                        {"1e-400", "0"},
                                                        {"5e-324", "5e-324"},
                                                        {"0x20000000000001", "9007199254740992"},
                                                        {"0x20000000000003", "9007199254740996"},
                                                        {"0.1", "0.1"},
                                                        {"123456789012345680000", "123456789012345680000"},
                                                        {"1e21", "1e+21"},
                                                        {"1.5e-7", "1.5e-7"},
                                                        {"0.000001", "0.000001"},
                                                        {"-1.25E+2", "-125"},
                                                        {"0.00000000000000000000000000000000000001e39", "10"},
                                                        {"1e99999999999999999999", "null"},
                                                        {"1e-99999999999999999999", "0"},
                                                        {"+Infinity", "null"}})
    EXPECT_EQ(Eval(text), "Number " + json) << text;
  const std::string zeros(400, '0');
  EXPECT_EQ(Eval("1" + zeros), "Number null");
  EXPECT_EQ(Eval("1" + zeros + "e-400"), "Number 1");
  EXPECT_EQ(Eval("0." + zeros + "1"), "Number 0");
  EXPECT_EQ(Eval("0." + zeros + "1e401"), "Number 1");
  EXPECT_EQ(Eval("0." + zeros + "1e10"), "Number 0");
  EXPECT_EQ(Eval("000" + zeros + "1e308"), "Number 1e+308");
  EXPECT_EQ(Eval("'\xE2\x80\x8B' == 0"), "Boolean false");  // a zero-width space is no blank
  for (const char* text : {"0x", "-0x10", "1_000", "1e", "1.2.3", "+", "-", "0b2", "1e5.5", "--1", "Inf"})
    EXPECT_NE(Eval(text).find("parsing"), std::string::npos) << text;
  EXPECT_EQ(Eval("'\xE2\x80\xA8\xC2\xA0 12 \xEF\xBB\xBF' == 12"), "Boolean true");
}

TEST(NumberTest, TextHasAtMost15Decimals) {
  EXPECT_EQ(NumberToText(0.1 + 0.2), "0.3");
  EXPECT_EQ(NumberToText(-0.0), "0");
  EXPECT_EQ(NumberToText(0.0000152587890625), "0.000015258789063");  // a tie goes up
  EXPECT_EQ(NumberToText(-0.0000152587890625), "-0.000015258789063");
  EXPECT_EQ(NumberToText(1e-20), "0");
  EXPECT_EQ(NumberToText(1e21), "1e+21");
}

}  // namespace
}  // namespace sluice::expr

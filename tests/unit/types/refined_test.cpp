#include "compiler/types/refined.h"

#include <gtest/gtest.h>
#include <regex.h>

#include <string>
#include <vector>

#include "compiler/types/quantity.h"

namespace sluice::types {
namespace {

const std::string kHex40(40, 'a');
const std::string kDigest = "sha256:" + std::string(64, '0');

struct Case {
  Refined refined;
  std::vector<std::string> right, wrong;
};

const std::vector<Case>& Cases() {
  static const auto& cases = *new std::vector<Case>{
      {Refined::Percent, {"10%", "99.95%", "0%"}, {"10", "-1%", "1.%", "%", "10 %", ""}},
      {Refined::Bytes, {"512Mi", "1.5G", "4096", "10k"}, {"1.5", "10K", "Mi", "-1Gi", "1 Gi", ""}},
      {Refined::Cpu, {"500m", "2", "0.5"}, {"2c", "", "m", "-1"}},
      {Refined::Semver,
       {"1.2.3", "0.0.0", "1.0.0-rc.1", "1.0.0-0a+b.01"},
       {"v1.2.3", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.0.0-", "1.0.0-01", "1.0.0+", ""}},
      {Refined::Image,
       {"alpine:3.22", "ghcr.io/acme/api:v1", "localhost:5000/a/b:1", "a@" + kDigest, "a:1@" + kDigest,
        "reg.example.com:443/a_b/c-d.e:1", "a:latest@" + kDigest},
       {"alpine", "alpine:latest", "Alpine:3", "a b:1", "a:", "a@sha256:12", "", "/a:1", "a//b:1", "a:-1", "ä:1"}},
      {Refined::Path, {".", "a/b c", "/tmp/x", "../x"}, {"", "a\\b", " a", "a ", "a\nb"}},
      {Refined::Glob, {"**/*.rs", "!docs/**", "src/[ab]?.c", "v*"}, {"", "!", "{a,b}", "./a", "a\nb"}},
      {Refined::Cron, {"0 3 * * 1", "*/15 * * * *", "0 0 1 jan mon"}, {"0 3 * *", "a b c d e f", ""}},
      {Refined::Url,
       {"https://example.com", "postgresql://db:5432/x?y=1#z", "https://me@host/a:b@c", "file:///tmp/x"},
       {"example.com", "https://", "https://a b", "https://u:p@h/", "", "1x://a"}},
      {Refined::Ref,
       {"main", "refs/heads/a", "v1.2", "feature/a-b"},
       {"", "a..b", "a b", "a~1", "/a", "a/", "-a", "a.", ".a", "a/.b", "a.lock", "a@{1}", "@", "a//b", "a\\b", "a[b"}},
      {Refined::Sha, {kHex40, std::string(64, 'F')}, {"abc", "", std::string(40, 'g'), kHex40 + "0"}},
      {Refined::Regex, {"^a+(b|c)*$", "", "[]a]", "\\d{2}", "(?i)x", "(?P<n>a)?"}, {}},
  };
  return cases;
}

bool Matches(std::string_view pattern, const std::string& text) {
  regex_t compiled;
  EXPECT_EQ(regcomp(&compiled, std::string(pattern).c_str(), REG_EXTENDED | REG_NOSUB), 0) << pattern;
  const bool matches = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return matches;
}

bool Passes(const Guard& guard, const std::string& text) {
  return Matches(guard.accept, text) && (guard.refuse.empty() || !Matches(guard.refuse, text));
}

TEST(RefinedTest, LiteralsAreChecked) {
  for (const Case& each : Cases()) {
    for (const std::string& text : each.right)
      EXPECT_FALSE(CheckLiteral(each.refined, text)) << ToText(Text(each.refined)) << " " << text;
    for (const std::string& text : each.wrong) {
      const auto mistake = CheckLiteral(each.refined, text);
      ASSERT_TRUE(mistake) << ToText(Text(each.refined)) << " " << text;
      EXPECT_FALSE(mistake->message.empty());
      EXPECT_FALSE(mistake->label.empty());
    }
  }
}

// What a script tests at run time is what the compiler tests in literals.
TEST(RefinedTest, GuardsAgreeWithLiterals) {
  for (const Case& each : Cases()) {
    const Guard guard = GuardOf(each.refined);
    for (const std::string& text : each.right)
      EXPECT_TRUE(Passes(guard, text)) << ToText(Text(each.refined)) << " " << text;
    for (const std::string& text : each.wrong)
      EXPECT_FALSE(Passes(guard, text)) << ToText(Text(each.refined)) << " " << text;
  }
}

TEST(RefinedTest, RulesThatNoGuardSays) {
  EXPECT_EQ(CheckLiteral(Refined::Cron, "* * * * *")->message, "GitHub runs a schedule every 5 minutes at most");
  EXPECT_EQ(CheckLiteral(Refined::Glob, "a[b")->label, "this `[` is not closed");
  for (const char* text : {"(a", "a)", "[a", "*a", "a|*", "(?=a)", "(a)\\1", "a\\"})
    EXPECT_TRUE(CheckLiteral(Refined::Regex, text)) << text;
}

TEST(RefinedTest, ReasonsNameTheMistake) {
  EXPECT_EQ(CheckLiteral(Refined::Semver, "v1.2.3")->label, "without the `v`");
  EXPECT_EQ(CheckLiteral(Refined::Semver, "1.2")->label, "2 of 3 numbers");
  EXPECT_EQ(CheckLiteral(Refined::Image, "Acme/api:1")->label, "only lower-case letters");
  EXPECT_EQ(CheckLiteral(Refined::Image, "postgres")->message, "this image has no version");
  EXPECT_EQ(CheckLiteral(Refined::Sha, "abc1234")->label, "7 of 40 digits");
  EXPECT_EQ(CheckLiteral(Refined::Ref, "a b")->label, "a blank");
}

TEST(QuantityTest, TextAndValue) {
  EXPECT_EQ(QuantityValue(Refined::Bytes, "512Mi"), 536870912.0);
  EXPECT_EQ(QuantityValue(Refined::Bytes, "1.5k"), 1500.0);
  EXPECT_EQ(QuantityValue(Refined::Cpu, "500m"), 0.5);
  EXPECT_EQ(QuantityText(Refined::Bytes, 1073741824.0), "1Gi");
  EXPECT_EQ(QuantityText(Refined::Bytes, 1500), "1500");
  EXPECT_EQ(QuantityText(Refined::Bytes, 2e6), "2M");
  EXPECT_EQ(QuantityText(Refined::Cpu, 0.25), "250m");
  EXPECT_EQ(QuantityText(Refined::Cpu, 2), "2");
  EXPECT_EQ(QuantityText(Refined::Percent, 12.5), "12.5%");
}

TEST(QuantityTest, TextIsReadBack) {
  for (Refined unit : {Refined::Percent, Refined::Bytes, Refined::Cpu})
    for (double value : {0.0, 1.0, 0.5, 1024.0, 3.0 * 1024 * 1024, 2500.0, 1e15, 0.125}) {
      if (unit == Refined::Bytes && value < 1 && value > 0) continue;
      EXPECT_EQ(QuantityValue(unit, QuantityText(unit, value)), value) << QuantityText(unit, value);
    }
}

}  // namespace
}  // namespace sluice::types

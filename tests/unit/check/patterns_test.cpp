#include "compiler/check/patterns.h"

#include <gtest/gtest.h>

namespace sluice::check {
namespace {

TEST(Patterns, OfRefs) {
  for (const char* good : {"main", "release/**", "v*", "!old", "v[0-9]+.[0-9]+", "feature/[a-zA-Z]*", "**", "*", "a?b",
                           "\\*literal", "v1.2.3", "users/**/x", "[ab]?"})
    EXPECT_FALSE(CheckRefPattern(good)) << good << ": " << CheckRefPattern(good)->label;
  for (const char* bad :
       {"",      "!",  "a b", "a~b", "a^",  "a:b", "/main", "main/", "refs/heads/main", "[ab", "[]", "[z-a]",
        "[a-Z]", "?a", "+a",  "*+",  "a/+", "a\\", "a\tb",  "!+x"})
    EXPECT_TRUE(CheckRefPattern(bad)) << bad;
}

TEST(Patterns, OfPaths) {
  for (const char* good : {"**", "*.js", "docs/**", "!docs/*.md", "a b/c", "**/*src/**", "sub-project/**", "*.jsx?",
                           ".github/**", "..a/b"})
    EXPECT_FALSE(CheckPathPattern(good)) << good << ": " << CheckPathPattern(good)->label;
  for (const char* bad : {"", "./src", "src/../x", "../x", "/src", " a", "a ", "[a", "src/./x"})
    EXPECT_TRUE(CheckPathPattern(bad)) << bad;
}

TEST(Patterns, TogetherMatchSomething) {
  EXPECT_FALSE(CheckPatterns({}));
  EXPECT_FALSE(CheckPatterns({"a", "!b"}));
  EXPECT_FALSE(CheckPatterns({"!b", "a"}));
  EXPECT_TRUE(CheckPatterns({"!a"}));
  EXPECT_TRUE(CheckPatterns({"!a", "!b"}));
}

TEST(Patterns, OfHashFilesStayInTheWorkspace) {
  for (const char* good : {"**/package-lock.json", "Cargo.lock", "./go.sum", "!vendor/**", "a..b"})
    EXPECT_FALSE(CheckFilePattern(good)) << good;
  for (const char* bad : {"", "!", "../x", "/etc/passwd", "a/../../x", "~/x", "a/./b"})
    EXPECT_TRUE(CheckFilePattern(bad)) << bad;
}

}  // namespace
}  // namespace sluice::check

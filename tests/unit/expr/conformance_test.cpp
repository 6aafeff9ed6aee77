// GitHub's own cases of the expression language: $SLUICE_SHARED/conformance/expressions/*.json, each a map from a group
// to cases { expr, contexts?, result: {kind, value} | err: {kind, value} }.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "compiler/base/file_system.h"
#include "tests/support/samples.h"
#include "tests/unit/expr/expr_testing.h"

namespace sluice::expr {
namespace {

// GitHub's text without the place; ours may say more after it.
bool SaysTheSame(const std::string& ours, std::string theirs) {
  theirs = theirs.substr(0, theirs.find(". Located at"));
  if (theirs.starts_with("Too few parameters") || theirs.starts_with("Too many parameters"))
    theirs = theirs.substr(0, theirs.find(':'));
  return ours.find(theirs) != std::string::npos;
}

std::string Text(const Object& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? "" : ToText(*value);
}

bool Passes(const Object& test) {
  const Value* contexts = test.Find("contexts");
  const std::string ours = Eval(Text(test, "expr"), contexts == nullptr ? "{}" : PrintCompactJson(*contexts));
  if (const Value* error = test.Find("err")) {
    const std::string kind = Text(*error->object(), "kind") == "evaluation" ? "evaluation: " : "parsing: ";
    return ours.starts_with(kind) && SaysTheSame(ours, Text(*error->object(), "value"));
  }
  const Object& result = *test.Find("result")->object();
  return ours == Text(result, "kind") + " " + PrintCompactJson(*result.Find("value"));
}

TEST(ConformanceTest, GitHubsOwnCases) {
  const std::string folder = tests::SharedFolder() + "/conformance/expressions";
  const auto files = MakeRealFileSystem("");
  const auto names = files->List(folder);
  if (!names.ok()) GTEST_SKIP() << tests::NoShared();
  size_t passed = 0;
  size_t all = 0;
  for (const std::string& name : *names) {
    if (!name.ends_with(".json")) continue;
    const auto text = files->Read(folder + "/" + name);
    ASSERT_TRUE(text.ok()) << name;
    const auto groups = ParseJson(*text);
    ASSERT_TRUE(groups.ok()) << name << groups.error().message;
    for (const auto& [group, tests] : groups->object()->entries) {
      for (const Value& test : tests.array()->items) {
        ++all;
        if (Passes(*test.object()))
          ++passed;
        else
          ADD_FAILURE() << name << " " << group << ": " << PrintCompactJson(test).substr(0, 500) << "\n  got "
                        << Eval(Text(*test.object(), "expr")).substr(0, 300);
      }
    }
  }
  std::printf("%zu of %zu\n", passed, all);
  size_t floor = 0;
  std::ifstream(SLUICE_SOURCE_DIR "/tests/conformance/floors/expressions.txt") >> floor;
  EXPECT_GE(passed, floor);
  EXPECT_GT(floor, 0U);
}

}  // namespace
}  // namespace sluice::expr

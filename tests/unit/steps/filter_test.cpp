#include "runtime/steps/filter.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sluice::steps {
namespace {

// The rows of GitHub's cheat sheet of filter patterns.
TEST(Filter, FollowsTheCheatSheet) {
  const auto yes = [](const char* name, const char* pattern) { EXPECT_TRUE(MatchesFilter(name, pattern)) << pattern; };
  const auto no = [](const char* name, const char* pattern) { EXPECT_FALSE(MatchesFilter(name, pattern)) << pattern; };
  yes("feature/my-branch", "feature/*");
  no("feature/a/b", "feature/*");
  yes("feature/beta-a/my-branch", "feature/**");
  yes("main", "main");
  no("mainly", "main");
  yes("releases", "*");
  no("all/the/branches", "*");
  yes("all/the/branches", "**");
  yes("my-feature", "*feature");
  yes("v2.0", "v2*");
  yes("v1.10.1", "v[12].[0-9]+.[0-9]+");
  no("v3.1.1", "v[12].[0-9]+.[0-9]+");
  yes("page.js", "*.jsx?");
  yes("page.jsx", "*.jsx?");
  yes("js/index.js", "**.js");
  yes("index.js", "**.js");
  yes("docs/hello.md", "docs/**/*.md");
  yes("docs/mona/hello.md", "docs/**/*.md");
  yes("dir/docs/my-file.txt", "**/docs/**");
  yes("docs/hello.md", "**/docs/**");
  yes("README.md", "**/README.md");
  yes("a/my.js", "**/*.js");
  yes("a*b", "a\\*b");
  no("axb", "a\\*b");
  yes("[", "[");
}

TEST(Filter, NegationsTakeAwayInOrder) {
  EXPECT_TRUE(MatchesFilters("releases/10", {"releases/**", "!releases/**-alpha"}));
  EXPECT_FALSE(MatchesFilters("releases/10-alpha", {"releases/**", "!releases/**-alpha"}));
  EXPECT_TRUE(MatchesFilters("releases/10-alpha", {"!releases/**-alpha", "releases/**"}));
}

TEST(Filter, HostilePatternsTakeNoTime) {
  std::string name(2000, 'a'), pattern;
  for (int i = 0; i < 200; ++i) pattern += "**a";
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(MatchesFilter(name, pattern + "b"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

model::Trigger Trigger(const std::string& event,
                       std::vector<std::pair<std::string, std::vector<std::string>>> filters) {
  model::Trigger trigger;
  trigger.event = event;
  for (auto& [name, patterns] : filters) {
    std::vector<model::Value> items;
    for (std::string& pattern : patterns) items.push_back(model::Value::String(std::move(pattern)));
    trigger.filters.push_back({name, model::Value::List(std::move(items))});
  }
  return trigger;
}

std::string Why(const model::Trigger& trigger, const std::string& github) {
  return WhyNotStarted(trigger, *expr::ParseJson(github)).value_or("starts");
}

TEST(Filter, SaysWhyAPipelineDoesNotStart) {
  const std::string main = R"({"ref_name":"main","ref_type":"branch"})", tag = R"({"ref_name":"v1","ref_type":"tag"})";
  EXPECT_EQ(Why(Trigger("push", {}), main), "starts");
  EXPECT_EQ(Why(Trigger("push", {{"branches", {"dev", "x/**"}}}), main), "its branches are dev, x/**");
  EXPECT_EQ(Why(Trigger("push", {{"branches-ignore", {"ma*"}}}), main), "it ignores the branches ma*");
  EXPECT_EQ(Why(Trigger("push", {{"branches", {"main"}}}), tag), "it starts on branches only");
  EXPECT_EQ(Why(Trigger("push", {{"tags", {"v*"}}}), main), "it starts on tags only");
  EXPECT_EQ(Why(Trigger("push", {{"tags", {"v*"}}, {"branches", {"x"}}}), tag), "starts");
  EXPECT_EQ(Why(Trigger("pull_request", {{"branches", {"dev"}}}), R"({"base_ref":"main"})"), "its branches are dev");
  EXPECT_EQ(Why(Trigger("issues", {{"types", {"closed"}}}), R"({"event":{"action":"opened"}})"),
            "its types are closed, not opened");
}

TEST(Filter, PathsCountWhenThePayloadNamesThem) {
  const auto github = [](const char* files) {
    return std::string(R"({"ref_name":"main","ref_type":"branch","event":{"commits":[{"added":[],"modified":)") +
           files + "}]}}";
  };
  const auto docs = Trigger("push", {{"paths", {"docs/**", "!docs/old/**"}}});
  EXPECT_EQ(Why(docs, github(R"(["docs/a.md"])")), "starts");
  EXPECT_EQ(Why(docs, github(R"(["docs/old/a.md","src/x"])")), "no changed file is in its paths docs/**, !docs/old/**");
  EXPECT_EQ(Why(docs, R"({"ref_name":"main","ref_type":"branch"})"), "starts") << "nobody knows";
  const auto ignored = Trigger("push", {{"paths-ignore", {"**.md"}}});
  EXPECT_EQ(Why(ignored, github(R"(["a.md","x/b.md"])")), "all changed files are in the paths that it ignores");
  EXPECT_EQ(Why(ignored, github(R"(["a.md","x/b.c"])")), "starts");
}

}  // namespace
}  // namespace sluice::steps

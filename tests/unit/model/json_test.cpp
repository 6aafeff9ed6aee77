#include "compiler/model/json.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/model/origins.h"
#include "tests/unit/model/random_program.h"

namespace sluice::model {
namespace {

template <class S>
bool SameStore(const S& a, const S& b) {
  return std::ranges::equal(a, b);
}

TEST(Json, IsInverseBothWaysForGeneratedPrograms) {
  constexpr uint64_t kSeed = 20261121;
  constexpr int kPrograms = 100;
  for (int i = 0; i < kPrograms; ++i) {
    const Program program = RandomFill(kSeed + static_cast<uint64_t>(i)).MakeProgram();
    const std::string json = ToJson(program);
    const Result<Program> again = FromJson(json);
    ASSERT_TRUE(again.ok()) << "seed " << kSeed + static_cast<uint64_t>(i) << ": " << again.error().message;
    ASSERT_TRUE(SameStore(program.pipelines, again->pipelines)) << json;
    ASSERT_TRUE(SameStore(program.jobs, again->jobs)) << json;
    ASSERT_TRUE(SameStore(program.steps, again->steps)) << json;
    ASSERT_TRUE(SameStore(program.transfers, again->transfers)) << json;
    ASSERT_EQ(ToJson(*again), json);
  }
}

TEST(Json, KeepsPlacesWithoutTheSources) {
  source::SourceMap sources;
  sources.Add("other.pipe", "let x = 1\n");
  const source::FileId file = sources.Add("ci.pipe", "pipeline ci {\n  # é\n  é job test {\n");
  Program program;
  Job job;
  job.id = "test";
  job.origin.at = sources.MakeSpan(file, 27, 31);
  const JobId id = program.jobs.Add(job);
  RecordOrigins(program, sources);
  const auto before = Locate(program, program.jobs[id].origin.at);
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->path, "ci.pipe");
  EXPECT_EQ(before->line, 3u);
  const Result<Program> again = FromJson(ToJson(program));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(Locate(*again, again->jobs[id].origin.at), before);
  EXPECT_FALSE(Locate(*again, {}).has_value());
}

TEST(Json, NumbersThatJsonLacks) {
  Program program;
  Job job;
  job.env = Value::List({Value::Number(std::numeric_limits<double>::infinity()),
                         Value::Number(-std::numeric_limits<double>::infinity()),
                         Value::Number(std::numeric_limits<double>::quiet_NaN())});
  program.jobs.Add(job);
  const Result<Program> again = FromJson(ToJson(program));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->jobs[{0}], job);
}

struct Bad {
  const char* json;
  const char* message;
};
class BadJson : public testing::TestWithParam<Bad> {};

TEST_P(BadJson, GivesOneClearSentence) {
  const Result<Program> program = FromJson(GetParam().json);
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadJson,
    testing::Values(
        Bad{"", "not JSON: mistake at byte 1"}, Bad{"{", "not JSON: mistake at byte 2"},
        Bad{"[]", "not a graph that sluice wrote: at /: this is no program of sluice"},
        Bad{R"({"version":2})", "not a graph that sluice wrote: at /: this sluice reads version 1"},
        Bad{R"({"version":1})", "not a graph that sluice wrote: at /pipelines: a list is missing"},
        Bad{R"({"version":1,"more":1})", "not a graph that sluice wrote: at /: there is no member `more`"},
        Bad{R"({"version":1,"files":5,"pipelines":[],"jobs":[],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /files: a list was expected"},
        Bad{R"({"version":1,"pipelines":[{"id":1}],"jobs":[],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /pipelines/0/id: text was expected"},
        Bad{R"({"version":1,"pipelines":[],"jobs":[{"jd":1}],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /jobs/0: there is no member `jd`"},
        Bad{R"({"version":1,"pipelines":[],"jobs":[{"env":{"kind":"tree"}}],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /jobs/0/env/kind: unknown word"},
        Bad{R"({"version":1,"pipelines":[],"jobs":[{"env":{"kind":"expression"}}],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /jobs/0/env: an expression and nothing else has `expr`"},
        Bad{R"({"version":1,"pipelines":[],"jobs":[],"steps":[{"body":{"dance":{}}}],"transfers":[]})",
            "not a graph that sluice wrote: at /steps/0/body/dance: there is no such body"},
        Bad{R"({"version":1,"pipelines":[],"jobs":[{"steps":[-1]}],"steps":[],"transfers":[]})",
            "not a graph that sluice wrote: at /jobs/0/steps/0: a whole number of 32 bits was expected"}));

TEST(Json, DeepTextEndsInAnError) {
  std::string deep = R"({"version":1,"pipelines":[],"jobs":[{"env":)";
  for (int i = 0; i < 100'000; ++i) deep += R"({"kind":"list","items":[)";
  EXPECT_FALSE(FromJson(deep).ok());
  for (int i = 0; i < 100'000; ++i) deep += "]}";
  EXPECT_FALSE(FromJson(deep + R"(}],"steps":[],"transfers":[]})").ok());
}

}  // namespace
}  // namespace sluice::model

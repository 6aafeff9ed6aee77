#include "compiler/load/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <memory>

#include "compiler/load/convert.h"
#include "compiler/load/core_schema.h"
#include "compiler/model/origins.h"

namespace sluice::load {
namespace {

using model::Value;

struct Loaded {
  source::SourceMap sources;
  model::Program program;
  diagnostics::Sink sink;
  std::optional<model::PipelineId> pipeline;
};

std::unique_ptr<Loaded> Load(const std::string& text) {
  auto loaded = std::make_unique<Loaded>();
  const auto file = loaded->sources.Add("ci.yml", text);
  loaded->pipeline = LoadWorkflow(loaded->sources, file, loaded->program, loaded->sink);
  return loaded;
}

// The codes of what is said about a text.
std::vector<std::string> Codes(const std::string& text) {
  std::vector<std::string> codes;
  const auto loaded = Load(text);
  for (const auto& d : loaded->sink.all()) codes.emplace_back(diagnostics::Info(d.code).name);
  return codes;
}

TEST(CoreSchema, ReadsScalarsAsGitHubDoes) {
  const auto kind = [](std::string_view text, std::string_view tag = "?") {
    YamlNode node;
    ResolveScalar(text, tag, node);
    return node.kind;
  };
  using Kind = YamlNode::Kind;
  for (const char* text : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(kind(text), Kind::Null) << text;
  for (const char* text : {"true", "True", "FALSE"}) EXPECT_EQ(kind(text), Kind::Boolean) << text;
  for (const char* text :
       {"0", "-1", "+12", "0o17", "0xFf", "1.", ".5", "-.5", "1e3", "1.5E-3", ".inf", "-.INF", ".nan", "00012"})
    EXPECT_EQ(kind(text), Kind::Number) << text;
  for (const char* text : {"yes", "on", "y", "nULL", "1_000", "0o8", "0x", "0b1", "1e", ".", "-", "+", "1.2.3", "-0x1F",
                           "12:30", "inf", "nan"})
    EXPECT_EQ(kind(text), Kind::String) << text;
  EXPECT_EQ(kind("1", "!"), Kind::String);
  EXPECT_EQ(kind("1", "tag:yaml.org,2002:str"), Kind::String);
  EXPECT_EQ(kind("1", "tag:yaml.org,2002:int"), Kind::Number);
  EXPECT_EQ(kind("1", "tag:yaml.org,2002:float"), Kind::String) << "as npm's yaml does: a float has a point";
  YamlNode octal;
  ResolveScalar("0o17", "?", octal);
  EXPECT_EQ(octal.number, 15);
  ResolveScalar("1e999", "?", octal);
  EXPECT_EQ(octal.number, std::numeric_limits<double>::infinity());
}

TEST(Load, KeepsWhatGitHubWouldRun) {
  const auto loaded = Load(
      "on: [push]\n"
      "jobs:\n"
      "  a:\n"
      "    runs-on: x\n"
      "    if: always() && github.ref\n"
      "    steps:\n"
      "      - run: |\n"
      "          one ${{ github.sha }}\n"
      "          two\n"
      "  b: {runs-on: x, needs: a, if: '${{github.ref}}'}\n");
  ASSERT_TRUE(loaded->pipeline.has_value());
  const model::Program& program = loaded->program;
  const model::Job& a = program.jobs[{0}];
  ASSERT_TRUE(a.condition.has_value());
  EXPECT_FALSE(a.condition->implicit_success);
  EXPECT_TRUE(a.condition->bare);
  const model::Job& b = program.jobs[{1}];
  EXPECT_TRUE(b.condition->implicit_success);
  EXPECT_EQ(b.condition->user.text, "github.ref");
  ASSERT_EQ(b.needs.size(), 1u);
  EXPECT_EQ(b.needs[0].job, model::JobId{0});
  const auto& run = std::get<model::Run>(program.steps[a.steps[0]].body);
  ASSERT_TRUE(run.script.is(Value::Kind::Text));
  ASSERT_EQ(run.script.parts.size(), 3u);
  EXPECT_EQ(run.script.parts[2].literal, "\ntwo\n");
  ASSERT_EQ(run.lines.size(), 2u);
  EXPECT_EQ(model::Locate(program, run.lines[1]), (model::Location{"ci.yml", 9, 11}));
  EXPECT_EQ(model::Locate(program, program.steps[a.steps[0]].origin.at), (model::Location{"ci.yml", 7, 9}));
}

TEST(Load, SecondWorkflowJoinsTheFirst) {
  source::SourceMap sources;
  model::Program program;
  diagnostics::Sink sink;
  for (const char* name : {"one.yml", "two.yaml"}) {
    const auto file = sources.Add(
        name, "on: push\njobs:\n  a: {runs-on: x}\n  b: {runs-on: x, needs: a, strategy: {matrix: {x: []}}}\n");
    EXPECT_TRUE(LoadWorkflow(sources, file, program, sink).has_value());
  }
  EXPECT_EQ(program.pipelines.size(), 2u);
  EXPECT_EQ(program.pipelines[{1}].id, "two");
  EXPECT_EQ(program.jobs[{3}].needs[0].job, model::JobId{2});
  EXPECT_EQ(sink.all().size(), 2u) << "one warning a file";
}

TEST(Load, OneMistakeOneDiagnostic) {
  using testing::ElementsAre;
  EXPECT_THAT(Codes("on: push\njobs:\n  a:\n    runs-in: x\n"), ElementsAre("P1105"));
  EXPECT_THAT(Codes("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - rum: x\n"), ElementsAre("P1105"));
  EXPECT_THAT(Codes("on: push\njobs:\n  a:\n    runs-on: x\n    needs: [b, c]\n"), ElementsAre("P1111", "P1111"));
  EXPECT_THAT(Codes("jobs: {}\n"), ElementsAre("P1109"));
  EXPECT_THAT(Codes("- a\n"), ElementsAre("P1104"));
  EXPECT_THAT(Codes("42\n"), ElementsAre("P1104"));
  EXPECT_THAT(Codes("on: push\njobs:\n  a: {runs-on: x, uses: y}\n"), ElementsAre("P1105"));
}

// Whatever comes in, a diagnostic comes out, soon.
class Hostile : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(Hostile, GivesADiagnosticSoon) {
  const auto start = std::chrono::steady_clock::now();
  const auto loaded = Load(GetParam().second);
  EXPECT_FALSE(loaded->pipeline.has_value());
  EXPECT_EQ(loaded->sink.all().size(), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

std::string Repeat(const std::string& text, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Hostile,
    testing::Values(std::pair{"nothing", std::string()}, std::pair{"nul", std::string("on: push\0", 9)},
                    std::pair{"latin1", std::string("on: p\xFCsh\n")},
                    std::pair{"utf16", std::string("\xFF\xFEo\0n\0", 6)},
                    std::pair{"huge", std::string(50'000'000, 'x')}, std::pair{"brackets", Repeat("[", 100'000)},
                    std::pair{"braces", Repeat("{a: ", 100'000)},
                    std::pair{"pairs", Repeat("[", 100'000) + Repeat("]", 100'000)},
                    std::pair{"dashes", Repeat("- ", 100'000)}, std::pair{"questions", Repeat("? ", 100'000)},
                    std::pair{"anchors", Repeat("&a ", 100'000)}, std::pair{"quotes", Repeat("\"", 99'999)},
                    std::pair{"tags", Repeat("!", 100'000)}, std::pair{"colons", Repeat("a: ", 100'000)},
                    std::pair{"open", "on: push\njobs: {a: {runs-on: '" + std::string(1000, '$')}),
    [](const auto& each) { return std::string(each.param.first); });

}  // namespace
}  // namespace sluice::load

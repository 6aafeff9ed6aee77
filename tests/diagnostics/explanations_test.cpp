#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "compiler/base/text.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/explain.h"
#include "tests/diagnostics/project.h"

namespace sluice::tests {
namespace {

using diagnostics::Explanation;

// Explanations without programs, and why there are none.
const std::map<std::string, std::string> kProse = {
    {"P0109", "bytes that are no text cannot be printed"},
    {"P0111", "a program with 257 open brackets explains nothing"},
    {"P0906", "a value of 100,000 parts explains nothing"},
    {"P0706", "it takes a committed workflow that somebody has edited"},
    {"P0905", "a script of 21000 characters explains nothing"},
    {"P1102", "a file of that size explains nothing"},
    {"P0902", "what the lock says of a workflow of others"},
    {"P0907", "eleven pipelines that call each other explain nothing"},
    {"P0904", "sluice.toml names the server"},
    {"P0908", "26 inputs explain nothing"},
    {"P1001", "every version has another number"},
    {"P1003", "a file beside the program"},
    {"P1004", "two files"},
};

class ExplanationOf : public testing::TestWithParam<std::string> {};
class ProgramsOf : public testing::TestWithParam<std::string> {};
class Allowable : public testing::TestWithParam<std::string> {};

// The names of the codes that `wanted` takes.
template <typename Wanted>
std::vector<std::string> CodeNames(Wanted&& wanted) {
  std::vector<std::string> names;
  for (const diagnostics::CodeInfo& info : diagnostics::AllCodes())
    if (wanted(info)) names.emplace_back(info.name);
  return names;
}

std::optional<Explanation> Explain(const std::string& code) {
  return diagnostics::Explain(diagnostics::FindCode(code).value());
}

// What sluice says about a program of an explanation. A `toml` text is the project file of a correct pipeline.
Printed Said(const Explanation& explanation, std::string_view program) {
  const Project project;
  project.Write("sluice.lock", OwnLock());
  project.Write("names.pipe", "let project = \"hello\"\n");
  const std::map<std::string_view, std::string> files = {
      {"toml", "sluice.toml"}, {"yaml", "ci.yml"}, {"pipe", "ci.pipe"}};
  project.Write(files.at(explanation.language), std::string(program));
  if (explanation.text.find("shellcheck") != std::string::npos) project.Write("shellcheck", "");  // Project::Run looks
  if (explanation.language == "toml")
    project.Write("ci.pipe", "pipeline ci {\n  on push\n  job test { run `make test` }\n}\n");
  return project.Run(explanation.language == "yaml" ? "check ci.yml" : "check ci.pipe");
}

TEST_P(ExplanationOf, SaysWhy) {
  const auto explanation = Explain(GetParam());
  ASSERT_TRUE(explanation.has_value()) << "no " << GetParam() << ".md";
  EXPECT_GT(explanation->text.size(), 80u);
  EXPECT_LT(explanation->text.size(), 1200u);
  const bool prose = kProse.contains(GetParam());
  EXPECT_EQ(explanation->wrong.empty(), prose);
  EXPECT_EQ(explanation->right.empty(), prose);
  const std::set<std::string_view> languages = {"pipe", "toml", "yaml"};
  EXPECT_TRUE(prose || languages.contains(explanation->language)) << explanation->language;
}

TEST_P(ProgramsOf, WrongHasTheMistakeAlone) {
  const auto explanation = Explain(GetParam());
  ASSERT_TRUE(explanation.has_value());
  const Printed printed = Said(*explanation, explanation->wrong);
  const std::vector<std::string> codes = CodesOf(printed.out);
  EXPECT_FALSE(codes.empty()) << printed.err;
  EXPECT_TRUE(std::ranges::all_of(codes, [](const std::string& code) { return code == GetParam(); })) << printed.out;
}

TEST_P(ProgramsOf, RightHasNone) {
  const auto explanation = Explain(GetParam());
  ASSERT_TRUE(explanation.has_value());
  const Printed printed = Said(*explanation, explanation->right);
  EXPECT_EQ(printed.out, "");
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
}

// What may be allowed is allowed by a directive above the item: then the program is as good as any.
TEST_P(Allowable, MistakeCanBeAllowed) {
  const auto explanation = Explain(GetParam());
  ASSERT_TRUE(explanation.has_value());
  const Printed wrong = Said(*explanation, explanation->wrong);
  std::set<size_t> places;
  static const std::regex place("┌─ ci\\.pipe:([0-9]+):");
  for (std::sregex_iterator it(wrong.out.begin(), wrong.out.end(), place), end; it != end; ++it)
    places.insert(std::stoul((*it)[1]));
  std::string program;
  size_t number = 0;
  std::vector<std::string> lines;
  for (const std::string_view line : SplitString(explanation->wrong, '\n')) lines.emplace_back(line);
  // The lines of a text block belong to the item above.
  static const std::regex item(
      "^ *(run|uses|step|let|job|env|on|container|environment|concurrency|output|raw|runs-on|if) ?.*|^ *[a-z-]+:.*");
  std::set<size_t> above;
  for (size_t at : places) {
    while (at > 1 && !std::regex_match(lines[at - 1], item)) --at;
    above.insert(at);
  }
  for (const std::string& line : lines) {
    if (above.contains(++number))
      program += std::string(line.find_first_not_of(' '), ' ') + "# sluice: allow[" + GetParam() + "] meant\n";
    program += line + "\n";
  }
  const Printed printed = Said(*explanation, program);
  EXPECT_EQ(printed.out, "") << program;
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
}

bool HasProgram(const diagnostics::CodeInfo& info) { return !kProse.contains(std::string(info.name)); }

// In a workflow or in sluice.toml there is no line for a directive.
bool CanBeAllowed(const diagnostics::CodeInfo& info) {
  const auto explanation = Explain(std::string(info.name));
  return info.allowable && HasProgram(info) && explanation && explanation->language == "pipe";
}

bool Any(const diagnostics::CodeInfo&) { return true; }

INSTANTIATE_TEST_SUITE_P(Codes, ExplanationOf, testing::ValuesIn(CodeNames(Any)), CaseName);
INSTANTIATE_TEST_SUITE_P(Codes, ProgramsOf, testing::ValuesIn(CodeNames(HasProgram)), CaseName);
INSTANTIATE_TEST_SUITE_P(Codes, Allowable, testing::ValuesIn(CodeNames(CanBeAllowed)), CaseName);

}  // namespace
}  // namespace sluice::tests

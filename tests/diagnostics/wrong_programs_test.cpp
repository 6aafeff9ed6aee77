#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "compiler/base/text.h"
#include "compiler/diagnostics/codes.h"
#include "tests/diagnostics/project.h"
#include "tests/support/samples.h"

namespace sluice::tests {
namespace {

// Codes that no wrong program can have, and why. Empty as long as each has one.
const std::map<std::string, std::string> kWithoutProgram = {};

// The exit code that belongs to the text: errors are a no, warnings are none.
int ExitCodeOf(const std::string& text) { return text.find("error[") != std::string::npos ? 1 : 0; }

class DesignText : public testing::TestWithParam<std::string> {};
class OwnText : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DesignText);

TEST_P(DesignText, IsExact) {
  const WrongProgram program = DesignProgram(GetParam());
  const Said said = Say(Project(), program);
  EXPECT_EQ(said.text, ReadFile(program.text_file)) << said.printed.err;
  EXPECT_EQ(said.printed.exit_code, ExitCodeOf(said.text)) << said.printed.err;
}

TEST_P(OwnText, IsExact) {
  const WrongProgram program = OwnProgram(GetParam());
  const Said said = Say(Project(), program);
  EXPECT_EQ(said.printed.exit_code, ExitCodeOf(said.text)) << said.printed.err;
  // The version of sluice changes with every release, the text does not.
  if (std::getenv("SLUICE_UPDATE") != nullptr)
    WriteFile(program.text_file, ReplaceAll(said.text, SLUICE_VERSION, "{VERSION}"));
  EXPECT_EQ(said.text, ReplaceAll(ReadFile(program.text_file), "{VERSION}", SLUICE_VERSION)) << said.printed.err;
}

// A program gives the code that its name begins with, and nothing else.
TEST_P(OwnText, GivesItsCodeAlone) {
  const std::vector<std::string> codes = CodesOf(ReadFile(OwnProgram(GetParam()).text_file));
  const std::string own = GetParam().substr(0, 5);
  EXPECT_FALSE(codes.empty());
  EXPECT_TRUE(std::ranges::all_of(codes, [&](const std::string& code) { return code == own; }));
}

INSTANTIATE_TEST_SUITE_P(Programs, DesignText, testing::ValuesIn(DesignPrograms()), CaseName);
INSTANTIATE_TEST_SUITE_P(Programs, OwnText, testing::ValuesIn(OwnPrograms()), CaseName);

TEST(WrongPrograms, OfTheDesignAreThere) {
  if (DesignPrograms().empty()) GTEST_SKIP() << NoShared();
}

TEST(WrongPrograms, EveryCodeHasOne) {
  std::set<std::string> shown;
  for (const std::string& name : OwnPrograms()) shown.insert(name.substr(0, 5));
  for (const diagnostics::CodeInfo& info : diagnostics::AllCodes()) {
    const std::string code(info.name);
    EXPECT_NE(shown.contains(code), kWithoutProgram.contains(code)) << code << ": " << info.title;
    shown.erase(code);
  }
  EXPECT_TRUE(shown.empty()) << *shown.begin() << " is in no catalogue";
}

}  // namespace
}  // namespace sluice::tests

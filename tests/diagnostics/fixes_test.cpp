#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/diagnostics/project.h"

namespace sluice::tests {
namespace {

using Json = nlohmann::json;

// `sluice check --format json` of the program of that name as it stands in `project`.
Json Check(const Project& project, const WrongProgram& program) {
  const Printed printed = project.Run(program.arguments + " --format json");
  return Json::parse(printed.out, nullptr, false);
}

// How often each code occurs, and how many errors there are.
std::map<std::string, int> Count(const Json& document) {
  std::map<std::string, int> count{{"errors", document.value("errors", 0)}};
  for (const Json& diagnostic : document["diagnostics"]) ++count[diagnostic["code"]];
  return count;
}

// Applies the edits of one fix, the last place first so that the others stay where they are.
void Apply(const Project& project, const Json& fix) {
  std::vector<Json> edits(fix["edits"].begin(), fix["edits"].end());
  std::ranges::stable_sort(edits, std::greater<>(),
                           [](const Json& edit) { return edit["range"]["start"]["byte"].get<size_t>(); });
  for (const Json& edit : edits) {
    std::string text = project.Read(edit["file"]);
    const size_t begin = edit["range"]["start"]["byte"], end = edit["range"]["end"]["byte"];
    text.replace(begin, end - begin, edit["text"].get<std::string>());
    project.Write(edit["file"], text);
  }
}

void ExpectEachFixMends(const WrongProgram& program) {
  const Project project;
  Say(project, program);
  const Json before = Check(project, program);
  ASSERT_TRUE(before.is_object()) << "no JSON";
  for (const Json& diagnostic : before["diagnostics"])
    for (const Json& fix : diagnostic["fixes"]) {
      if (fix["edits"].empty()) continue;  // a command to run, as for P0701
      const Project mended;
      Say(mended, program);
      Apply(mended, fix);
      auto left = Count(before), now = Count(Check(mended, program));
      const std::string code = diagnostic["code"];
      EXPECT_LT(now[code], left[code]) << code << ": " << fix.dump();
      EXPECT_LE(now["errors"], left["errors"]) << code << ": " << fix.dump() << mended.Run(program.arguments).out;
      for (const auto& [other, n] : now) EXPECT_LE(n, left[other]) << other << " is new after " << fix.dump();
    }
}

class OwnFixes : public testing::TestWithParam<std::string> {};
class DesignFixes : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DesignFixes);

TEST_P(OwnFixes, Mend) { ExpectEachFixMends(OwnProgram(GetParam())); }
TEST_P(DesignFixes, Mend) { ExpectEachFixMends(DesignProgram(GetParam())); }

// What other commands than check report has no fixes to apply.
std::vector<std::string> OwnOfCheck() {
  std::vector<std::string> names = OwnPrograms();
  std::erase_if(names, [](const std::string& name) { return !OwnProgram(name).arguments.starts_with("check"); });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Programs, OwnFixes, testing::ValuesIn(OwnOfCheck()), CaseName);
INSTANTIATE_TEST_SUITE_P(Programs, DesignFixes, testing::ValuesIn(DesignPrograms()), CaseName);

}  // namespace
}  // namespace sluice::tests

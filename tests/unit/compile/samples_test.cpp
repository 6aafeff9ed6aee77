// The sample programs of the language's design, byte for byte.
#include "tests/support/samples.h"

#include <gtest/gtest.h>

#include "tests/unit/compile/compile_text.h"

namespace sluice::compile {
namespace {

Files Sample(const std::string& name, std::initializer_list<const char*> files) {
  Files result;
  for (const char* file : files)
    if (const auto text = tests::ReadShared("design/samples/" + name + "/" + file)) result[file] = *text;
  return result;
}

#define SKIP_WITHOUT(files, count) \
  if ((files).size() != (count)) GTEST_SKIP() << tests::NoShared()

TEST(SamplesTest, TheFirstWorkflowIsEqual) {
  Files files = Sample("a", {"ci.pipe", "sluice.lock", "out/ci.yml"});
  SKIP_WITHOUT(files, 3u);
  const Compilation built = CompileText(files, "ci.pipe");
  EXPECT_EQ(built.messages, "");
  EXPECT_EQ(built.outputs.at(".github/workflows/ci.yml"), files["out/ci.yml"]);
}

TEST(SamplesTest, EveryConstructOfTheFirstMilestoneIsEqual) {
  Files files = Sample("e", {"ci.pipe", "names.pipe", "sluice.lock", "out/ci.yml"});
  SKIP_WITHOUT(files, 4u);
  const Compilation built = CompileText(files);
  EXPECT_EQ(built.messages, "");
  ASSERT_EQ(built.outputs.size(), 1u) << "names.pipe has no pipeline";
  EXPECT_EQ(built.outputs.at(".github/workflows/ci.yml"), files["out/ci.yml"]);
}

// Matrices, services of the standard library, gathered files, and an action of another file.
TEST(SamplesTest, TheWholeLanguageIsEqual) {
  Files files = Sample("b", {"ci.pipe", "rust.pipe", "sluice.lock", "sluice.toml", "out/ci.yml"});
  SKIP_WITHOUT(files, 5u);
  const Compilation built = CompileText(files, "ci.pipe");
  EXPECT_EQ(built.messages.find("error["), std::string::npos) << built.messages;
  ASSERT_TRUE(built.outputs.contains(".github/workflows/ci.yml"));
  EXPECT_EQ(built.outputs.at(".github/workflows/ci.yml"), files["out/ci.yml"]);
}

// The samples of delivery come without a lock, so that their actions have no pins.
TEST(SamplesTest, LaterConstructsAreNotYetAndNothingElse) {
  for (const auto& [sample, file] : {std::pair("c", "deploy.pipe"), std::pair("d", "release.pipe")}) {
    Files files = Sample(sample, {file, "rust.pipe", "nova.pipe", "sluice.lock"});
    if (!files.contains(file)) GTEST_SKIP() << tests::NoShared();
    const std::string messages = CompileText(files, file).messages;
    EXPECT_NE(messages.find("error[P0115]"), std::string::npos) << sample;
    for (size_t at = messages.find("error["); at != std::string::npos; at = messages.find("error[", at + 1))
      EXPECT_TRUE(messages.substr(at, 12) == "error[P0115]" ||
                  (!files.contains("sluice.lock") && messages.substr(at, 12) == "error[P0701]"))
          << sample << "\n"
          << messages.substr(at, 400);
  }
}

TEST(SamplesTest, TwoBuildsGiveTheSameBytes) {
  Files files = Sample("e", {"ci.pipe", "names.pipe", "sluice.lock"});
  SKIP_WITHOUT(files, 3u);
  EXPECT_EQ(CompileText(files).outputs, CompileText(files).outputs);
}

// Each line of a sample left out: a tree, messages and no crash; and what has no error has output.
TEST(SamplesTest, DamagedSamplesAreRead) {
  Files files = Sample("e", {"ci.pipe", "names.pipe", "sluice.lock"});
  SKIP_WITHOUT(files, 3u);
  const std::string whole = files["ci.pipe"];
  size_t lines = 0;
  for (size_t at = 0; at < whole.size(); ++lines) {
    const size_t end = whole.find('\n', at) + 1;
    files["ci.pipe"] = whole.substr(0, at) + whole.substr(end);
    const Compilation built = CompileText(files);
    EXPECT_EQ(built.messages.find("error[") == std::string::npos, !built.outputs.empty()) << built.messages;
    at = end;
  }
  EXPECT_GT(lines, 100u);
}

}  // namespace
}  // namespace sluice::compile

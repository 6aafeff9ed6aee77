// `verbatim`: workflows that people wrote stay, and are called by their name with their types.
#include "tests/unit/check/project.h"

namespace sluice::check {
namespace {

using List = std::vector<std::string>;

constexpr const char* kLegacy = R"(on:
  workflow_call:
    inputs:
      version: { type: number, required: true }
    outputs:
      url: { value: "${{ jobs.a.outputs.url }}" }
jobs:
  a:
    permissions: { contents: read }
    runs-on: ubuntu-latest
    outputs: { url: x }
    steps: [{ run: make }]
)";

compile::Compilation With(const std::string& jobs) {
  return compile::CompileText({{"ci.pipe", "verbatim \"legacy.yml\"\npipeline ci {\n  on push\n" + jobs + "}\n"},
                               {"sluice.lock", compile::SmallLock()},
                               {".github/workflows/legacy.yml", kLegacy}});
}

TEST(Verbatim, IsCalledByItsName) {
  const compile::Compilation built = With("job old uses legacy(version: 3)\njob after { run `echo ${{ old.url }}` }\n");
  EXPECT_EQ(CodesIn(built.messages), List{}) << built.messages;
  ASSERT_EQ(built.outputs.size(), 1u);  // the file itself is not written
  EXPECT_EQ(JobOf(built.outputs.begin()->second, "old"),
            "permissions:\n  contents: read # ./.github/workflows/legacy.yml\nuses: "
            "./.github/workflows/legacy.yml\nwith:\n  version: 3\n");
}

TEST(Verbatim, HasTypes) {
  EXPECT_EQ(CodesIn(With("job old uses legacy(version: \"3\")\n").messages), List{"P0302:4"});
  EXPECT_EQ(CodesIn(With("job old uses legacy()\n").messages), List{"P0301:4"});
  EXPECT_EQ(CodesIn(With("job old uses legaci(version: 3)\n").messages), List{"P0202:4"});
}

}  // namespace
}  // namespace sluice::check

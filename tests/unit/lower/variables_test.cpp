// Names of the variables that placeholders become (language reference 2.7, rule 4).
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::Workflow;

// The entries `NAME: VALUE` of `env` and the script of the one step of `test`, line by line.
std::string Step(const std::string& step) {
  const std::string workflow = Workflow(fmt::format(R"(secret TOKEN
pipeline ci(test-args: string = "a", Mixed_Case: string = "b") {{
  on workflow_dispatch
  let version = github.run_number
  job build {{
    let s = run -> {{ digest: string }} `./s.sh # digest`
    output digest = s.digest
  }}
  job test for os in [ubuntu-latest, macos-latest] {{
    {}
  }}
}}
)",
                                                    step));
  const size_t job = workflow.find("\n  test:\n");
  if (job == std::string::npos) return workflow;
  const size_t steps = workflow.find("    steps:\n", job) + 11;
  return workflow.substr(steps);
}

TEST(Variables, AreCalledLikeWhatIsRead) {
  const std::string step = Step(
      R"(run `echo ${{ test-args }} ${{ inputs.Mixed_Case }} ${{ os }} ${{ matrix.os }} ${{ github.sha }} ${{ build.digest }} ${{ needs.build.outputs.digest }} ${{ secrets.TOKEN }} ${{ version }}`)");
  EXPECT_EQ(step,
            "      - env:\n"
            "          PIPE_TEST_ARGS: ${{ inputs.test-args }}\n"
            "          PIPE_MIXED_CASE: ${{ inputs.Mixed_Case }}\n"
            "          PIPE_OS: ${{ matrix.os }}\n"
            "          PIPE_GITHUB_SHA: ${{ github.sha }}\n"
            "          PIPE_BUILD_DIGEST: ${{ needs.build.outputs.digest }}\n"
            "          PIPE_SECRETS_TOKEN: ${{ secrets.TOKEN }}\n"
            "          PIPE_VERSION: ${{ github.run_number }}\n"
            "        run: echo \"${PIPE_TEST_ARGS}\" \"${PIPE_MIXED_CASE}\" \"${PIPE_OS}\" \"${PIPE_OS}\" "
            "\"${PIPE_GITHUB_SHA}\" \"${PIPE_BUILD_DIGEST}\" \"${PIPE_BUILD_DIGEST}\" \"${PIPE_SECRETS_TOKEN}\" "
            "\"${PIPE_VERSION}\"\n");
}

TEST(Variables, OfExpressionsAreNumberedOrCalledLikeTheAssignment) {
  const std::string step = Step(
      "run `A=${{ github.ref == 'a' }} make ${{ github.ref == 'b' }} x=${{ github.ref == 'c' }}y "
      "${{ github.ref == 'a' }}`");
  EXPECT_NE(step.find("          PIPE_A: ${{ github.ref == 'a' }}\n          PIPE_1: ${{ github.ref == 'b' }}\n"
                      "          PIPE_2: ${{ github.ref == 'c' }}\n"),
            std::string::npos)
      << step;
  EXPECT_NE(step.find("run: A=\"${PIPE_A}\" make \"${PIPE_1}\" x=\"${PIPE_2}\"y \"${PIPE_A}\"\n"), std::string::npos)
      << step;
}

TEST(Variables, OfDifferentValuesNeverShareAName) {
  const std::string step = Step(
      "let github_sha = run -> { x: string } `./s.sh # x`\n"
      "    run `echo ${{ github.sha }} ${{ github['SHA'] }} ${{ steps.github_sha.outputs.x }} "
      "${{ build.digest }} ${{ test-args }}`");
  EXPECT_NE(step.find("          PIPE_GITHUB_SHA: ${{ github.sha }}\n"), std::string::npos) << step;
  EXPECT_NE(step.find("          PIPE_GITHUB_SHA_X: ${{ steps.github_sha.outputs.x }}\n"), std::string::npos) << step;
  // Names of shells on Windows have no case.
  const std::string folded = Step(
      "let A = run -> { x: string } `./s.sh # x`\n"
      "    let a_x = run -> { y: string } `./s.sh # y`\n"
      "    run `echo ${{ A.x }} ${{ format('{0}', a_x.y) }} ${{ a_x.y }}`");
  EXPECT_NE(folded.find("PIPE_A_X: ${{ steps.A.outputs.x }}"), std::string::npos) << folded;
  EXPECT_NE(folded.find("PIPE_A_X_Y: ${{ steps.a_x.outputs.y }}"), std::string::npos) << folded;
}

}  // namespace
}  // namespace sluice::lower

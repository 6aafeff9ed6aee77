// How parameters are read (language reference 2.5): the table of defaults, on pipelines with other triggers and without.
#include <fmt/format.h>

#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::Workflow;

std::string Program(const std::string& triggers) {
  return fmt::format(R"(pipeline ci(text: string = "main", empty: string = "", off: bool = false, on: bool = true{}) {{
  {}
  run-name: "${{{{ text }}}}-${{{{ on }}}}"
  concurrency: latest("g-${{{{ text }}}}")
  job test {{
    if: off && !inputs.on
    timeout: 5m
    step {{
      env: {{ TEXT: text, EMPTY: empty, OFF: off, ON: on, BOTH: "${{{{ text }}}}/${{{{ off }}}}" }}
      run `echo ${{{{ text }}}} ${{{{ on }}}} ${{{{ on ? "a" : "b" }}}}`
    }}
    if text == 'main' {{ run `x` }}
    if on == false {{ run `y` }}
  }}
}}
)",
                     triggers.find("push") == std::string::npos ? ", must: string" : "", triggers);
}

void ExpectAll(const std::string& workflow, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    EXPECT_NE(workflow.find(line + "\n"), std::string::npos) << line << "\n" << workflow;
}

TEST(Parameters, HaveTheirDefaultsOnOtherTriggers) {
  ExpectAll(
      Workflow(Program("on push\n  on workflow_dispatch")),
      {"run-name: ${{ inputs.text || 'main' }}-${{ toJSON(inputs.on) != 'false' }}",
       "  group: g-${{ inputs.text || 'main' }}",
       "    if: toJSON(inputs.off) == 'true' && toJSON(inputs.on) == 'false'",
       "          TEXT: ${{ inputs.text || 'main' }}", "          EMPTY: ${{ inputs.empty }}",
       "          'OFF': ${{ toJSON(inputs.off) == 'true' }}", "          'ON': ${{ toJSON(inputs.on) != 'false' }}",
       "          BOTH: ${{ inputs.text || 'main' }}/${{ toJSON(inputs.off) == 'true' }}",
       "          PIPE_TEXT: ${{ inputs.text || 'main' }}", "          PIPE_ON: ${{ toJSON(inputs.on) != 'false' }}",
       "          PIPE_1: ${{ toJSON(inputs.on) != 'false' && 'a' || 'b' }}",
       "      - if: (inputs.text || 'main') == 'main'", "      - if: toJSON(inputs.on) == 'false'"});
}

TEST(Parameters, AreReadAsTheyAreWhereAllTriggersPassThem) {
  for (const char* triggers : {"on workflow_dispatch", "on workflow_call", "on workflow_dispatch\n  on workflow_call"})
    ExpectAll(Workflow(Program(triggers)),
              {"run-name: ${{ inputs.text }}-${{ inputs.on }}", "    if: inputs.off && !inputs.on",
               "          TEXT: ${{ inputs.text }}", "          'OFF': ${{ inputs.off }}",
               "          PIPE_1: ${{ inputs.on && 'a' || 'b' }}", "      - if: inputs.text == 'main'",
               "      - if: ${{ !inputs.on }}", "      must:", "        required: true"});
}

TEST(Parameters, AreInputsOfBothTriggers) {
  const std::string workflow = Workflow(R"(pipeline ci(
  ## The branch,
  ## in short.
  branch: string = "main",
  deep: bool = false,
  note: string? = null
) {
  on push
  on workflow_call
  on workflow_dispatch
  job test { run `echo ${{ branch }} ${{ deep }} ${{ note ?? "none" }}` }
}
)");
  const std::string inputs =
      "    inputs:\n      branch:\n        description: The branch, in short.\n        type: string\n"
      "        default: main\n      deep:\n        type: boolean\n        default: false\n      note:\n        type: "
      "string\n";
  const size_t first = workflow.find(inputs);
  ASSERT_NE(first, std::string::npos) << workflow;
  EXPECT_NE(workflow.find(inputs, first + 1), std::string::npos) << workflow;
  ExpectAll(workflow, {"          PIPE_1: ${{ inputs.note || 'none' }}"});
}

}  // namespace
}  // namespace sluice::lower

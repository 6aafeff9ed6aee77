// What is written exactly as GitHub takes it: `untyped`, a whole matrix, pasted values, the interface of triggers and calls.
#include "tests/unit/check/project.h"

namespace sluice::lower {
namespace {

using check::Workflow;

void ExpectAll(const std::string& workflow, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    EXPECT_NE(workflow.find(line + "\n"), std::string::npos) << line << "\n" << workflow;
}

TEST(Untyped, IsTheValueItself) {
  ExpectAll(Workflow(R"(pipeline ci(debug: bool = true, level: string = "high") {
  on push
  on workflow_dispatch
  job test {
    let count = run -> { n: string } `echo n=1 >> "$GITHUB_OUTPUT"`
    if untyped(count.n) > 1 { run `a` }
    if untyped(inputs.debug) == 'true' { run `b` }
    if untyped(steps.gone.outputs.x) { run `c` }
    if !untyped(matrix.none) && untyped(inputs.level) == 'low' { run `d` }
    run `echo ${{ untyped(github.event.nothing.like.it) }} "${{ untyped(inputs.level) }}"`
  }
}
)"),
            {"      - if: steps.count.outputs.n > 1", "      - if: inputs.debug == 'true'",
             "      - if: steps.gone.outputs.x", "      - if: ${{ !matrix.none && inputs.level == 'low' }}",
             "          PIPE_GITHUB_EVENT_NOTHING_LIKE_IT: ${{ github.event.nothing.like.it }}",
             "          PIPE_LEVEL: ${{ inputs.level }}"});
}

TEST(Untyped, WritesAnOutputOfRowsAsItIs) {
  ExpectAll(Workflow(R"(pipeline ci {
  on push
  job rows for num in [1, 2] {
    let last = run -> { num: string } `echo num=1 >> "$GITHUB_OUTPUT"`
    output num = untyped(last.num)
  }
  job after { run `echo ${{ untyped(rows.num) }}` }
}
)"),
            {"      num: ${{ steps.last.outputs.num }}", "    needs: [rows]",
             "          PIPE_ROWS_NUM: ${{ needs.rows.outputs.num }}"});
}

TEST(WholeMatrix, IsGitHubs) {
  ExpectAll(Workflow(R"(pipeline ci {
  on push
  job plan {
    let make = run -> { rows: string } `echo rows=[] >> "$GITHUB_OUTPUT"`
    output rows = make.rows
  }
  job parts for matrix in { os: [ubuntu-latest, "macos"], num: fromJSON(plan.rows), include: [{ os: "x", more: true }] } {
    runs-on: untyped(matrix.os)
    continue-on-error: untyped(matrix.more)
    run `echo ${{ untyped(matrix.num) }}`
  }
  job all for matrix in fromJSON(plan.rows) {
    run `echo ${{ untyped(matrix.n.m) }}`
  }
}
)"),
            {"        os: [ubuntu-latest, macos]", "        num: ${{ fromJSON(needs.plan.outputs.rows) }}",
             "      matrix: ${{ fromJSON(needs.plan.outputs.rows) }}", "          PIPE_N_M: ${{ matrix.n.m }}",
             "    continue-on-error: ${{ matrix.more }}", "    runs-on: ${{ matrix.os }}"});
}

TEST(Pasted, OnlyWhereADirectiveAllowsIt) {
  ExpectAll(Workflow(R"(pipeline ci {
  on push
  job test {
    # sluice: allow[P0513] nothing expands there
    run |
      cat > version.txt <<'EOF'
      ${{ github.sha }} $HOME
      EOF
  }
}
)"),
            {"          ${{ github.sha }} $HOME"});
}

TEST(Interface, SaysWhatParametersDoNot) {
  const std::string workflow = Workflow(R"(secret READ

pipeline ci(target: string = "", count: float = 1) {
  on workflow_dispatch(inputs: { target: { required: true, default: "prod" }, count: null })
  on workflow_call(inputs: { count: { description: "How many." } }, secrets: { TOKEN: { required: true }, OTHER: {} })
  job test { run `echo "${{ secrets.READ }}"` }
}
)");
  ExpectAll(workflow, {"        default: prod", "        description: How many.", "      TOKEN:", "      OTHER:"});
  EXPECT_EQ(workflow.find("READ:\n"), std::string::npos) << workflow;
}

TEST(CallSecrets, AreExactlyThoseThatAreWritten) {
  ExpectAll(Workflow(R"(secret TOKEN, OTHER

pipeline release {
  on workflow_call
  job publish { run `./publish "${{ secrets.TOKEN }}"` }
}
pipeline ci {
  on push
  job one uses release { secrets: { TOKEN: secrets.OTHER } }
  job all uses release { secrets: inherit }
}
)"),
            {"      TOKEN: ${{ secrets.OTHER }}", "    secrets: inherit"});
}

TEST(Environments, MayHaveAnyName) {
  ExpectAll(Workflow(R"pipe(environment "Production (read only)" { }

pipeline ci(target: string) {
  on workflow_dispatch
  job one { environment: "Production (read only)", run `a` }
  job two { environment: { name: target }, run `a` }
}
)pipe"),
            {"    environment: Production (read only)", "    environment: ${{ inputs.target }}"});
}

}  // namespace
}  // namespace sluice::lower

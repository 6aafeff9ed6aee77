#include "compiler/model/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/model/draw.h"
#include "compiler/model/order.h"

namespace sluice::model {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Messages(const Program& program) {
  std::vector<std::string> messages;
  for (const Error& error : Verify(program)) messages.push_back(error.message);
  return messages;
}

// Jobs `a` and `b`; b needs a.
class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    Pipeline pipeline;
    pipeline.id = "ci";
    pipeline.triggers.push_back({"push", {}, {}, {}, {}, {}, {}, {}});
    a = program.jobs.Add(MakeJob("a"));
    b = program.jobs.Add(MakeJob("b"));
    program.jobs[b].needs.push_back({a, Need::Why::Output, {}});
    pipeline.jobs = {a, b};
    ci = program.pipelines.Add(pipeline);
  }
  static Job MakeJob(const std::string& id) {
    Job job;
    job.id = id;
    job.runner = Runner{Value::String("ubuntu-latest"), {}, false};
    return job;
  }
  StepId AddStep(JobId job, StepBody body) {
    Step step;
    step.body = std::move(body);
    const StepId id = program.steps.Add(step);
    program.jobs[job].steps.push_back(id);
    return id;
  }

  Program program;
  PipelineId ci;
  JobId a, b;
};

TEST_F(VerifyTest, AcceptsAGoodProgram) { EXPECT_THAT(Messages(program), IsEmpty()); }

TEST_F(VerifyTest, IdsPointAtThings) {
  program.jobs[a].needs.push_back({JobId{99}, Need::Why::Order, {}});
  EXPECT_THAT(Messages(program), ElementsAre("job `a` needs a job that does not exist"));
}

TEST_F(VerifyTest, AStepStandsInOnePlace) {
  const StepId step = AddStep(a, model::Run{Value::String("true"), {}, {}, {}});
  program.jobs[b].steps.push_back(step);
  EXPECT_THAT(Messages(program), ElementsAre("there is a step that does not exist or stands in two places"));
}

TEST_F(VerifyTest, NeedsHaveNoCircle) {
  program.jobs[a].needs.push_back({b, Need::Why::Order, {}});
  EXPECT_THAT(Messages(program), ElementsAre("job `a` waits for itself"));
  EXPECT_THAT(FindCircle(program, {a, b}), ElementsAre(a, b));
}

TEST_F(VerifyTest, IdsAreGitHubs) {
  program.jobs[a].id = "not good";
  EXPECT_THAT(Messages(program), ElementsAre("`not good` cannot be the id of a job"));
  program.jobs[a].id = "B";
  EXPECT_THAT(Messages(program), ElementsAre("two jobs are called `b`"));
}

TEST_F(VerifyTest, ExpressionsFitTheirSlots) {
  program.jobs[a].env = Value::Map({{Value::String("X"), Value::Expression(expr::Path("steps.x.outputs.y"))}});
  EXPECT_THAT(Messages(program), ElementsAre("`steps` has no value at `jobs.*.env`"));
  program.jobs[a].env.reset();
  program.jobs[a].name = Value::Expression(expr::Call("hashFiles", {expr::String("x")}));
  EXPECT_THAT(Messages(program), ElementsAre("`hashFiles()` has no value at `jobs.*.name`"));
}

TEST_F(VerifyTest, LoweredScriptsHoldNoValues) {
  AddStep(a, model::Run{Value::Text({{"echo ", {}, {}}, {"", expr::Path("github.ref"), {}}}), {}, {}, {}});
  EXPECT_THAT(Messages(program), IsEmpty()) << "a loaded workflow may";
  program.pipelines[ci].sources = {"ci.pipe"};
  EXPECT_THAT(Messages(program), ElementsAre("a value is pasted into a script"));
}

TEST_F(VerifyTest, ReadersOfATransferNeedItsJob) {
  Transfer transfer;
  transfer.from = b;
  transfer.output = "package";
  transfer.readers = {a};
  program.transfers.Add(transfer);
  EXPECT_THAT(Messages(program), ElementsAre("job `a` reads `b.package` without needing it"));
}

TEST_F(VerifyTest, AJobRunsOrCalls) {
  program.jobs[b].runner.reset();
  EXPECT_THAT(Messages(program), ElementsAre("job `b` says neither where it runs nor what it calls"));
}

TEST_F(VerifyTest, DrawsEachJobBehindItsNeeds) {
  program.pipelines[ci].jobs = {b, a};
  EXPECT_EQ(DrawText(program, ci),
            "ci  on push\n"
            "  a  ubuntu-latest, 0 steps\n"
            "  b  ubuntu-latest, 0 steps\n"
            "     after a (output)\n");
  EXPECT_EQ(DrawMermaid(program, ci),
            "flowchart LR\n"
            "  job_b[\"b\"]\n"
            "  job_a -->|output| job_b\n"
            "  job_a[\"a\"]\n");
  EXPECT_THAT(DrawDot(program, ci), testing::HasSubstr("\"a\" -> \"b\" [label=\"output\"];"));
}

}  // namespace
}  // namespace sluice::model

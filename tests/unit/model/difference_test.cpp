#include "compiler/model/difference.h"

#include <gtest/gtest.h>

namespace sluice::model {
namespace {

std::string Told(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes)
    text += std::string(Name(change.topic)) + ": " + change.name + ": " + change.before.value_or("none") + " -> " +
            change.after.value_or("none") + "\n";
  return text;
}

Fact StepFact(const std::string& name, const std::string& value = "", const std::string& owner = "test") {
  return {Topic::Steps, name, value, owner};
}

TEST(Difference, OfTheSameIsNothing) {
  const std::vector<Fact> facts = {{Topic::Triggers, "on push", "branches: [main]", ""}, {Topic::Jobs, "test", "", ""}};
  EXPECT_EQ(Told(Differences(facts, facts)), "");
}

TEST(Difference, OfANewJobIsOneLine) {
  const std::vector<Fact> before = {{Topic::Jobs, "test", "", ""}};
  const std::vector<Fact> after = {{Topic::Jobs, "test", "", ""},
                                   {Topic::Jobs, "lint", "", ""},
                                   {Topic::Jobs, "lint: runs-on", "ubuntu-latest", "lint"},
                                   StepFact("lint / run x", "", "lint"),
                                   StepFact("lint / run x: shell", "sh", "lint / run x"),
                                   {Topic::Permissions, "lint: contents", "write", ""}};
  EXPECT_EQ(Told(Differences(before, after)), "permissions: lint: contents: none -> write\njobs: lint: none -> \n");
  EXPECT_EQ(Told(Differences(after, before)), "permissions: lint: contents: write -> none\njobs: lint:  -> none\n");
}

TEST(Difference, OfTheOrderCountsWhatBothHave) {
  const auto order = [](const std::string& steps) { return StepFact("test: order of steps", steps); };
  EXPECT_EQ(Told(Differences({order("a\nb\nc")}, {order("a\nnew\nc")})), "");
  EXPECT_NE(Told(Differences({order("a\nb\nc")}, {order("c\nb\na")})), "");
}

TEST(Facts, NameEverySecretOfAStep) {
  Program program;
  model::Step step;
  step.name = Value::String("Ship");
  const auto secret = [](const char* name) { return expr::Member(expr::Name("secrets"), name); };
  model::Run run;
  run.script = Value::String("./ship");
  step.body = run;
  step.env = Value::Map({{Value::String("A"), Value::Expression(secret("one"))},
                         {Value::String("B"), Value::Expression(expr::Call("toJSON", {expr::Name("secrets")}))}});
  Job job;
  job.id = "test";
  job.steps.push_back(program.steps.Add(std::move(step)));
  Pipeline pipeline;
  pipeline.jobs.push_back(program.jobs.Add(std::move(job)));
  std::string secrets;
  for (const Fact& fact : FactsOf(program, pipeline))
    if (fact.topic == Topic::Secrets) secrets += fact.name + "\n";
  EXPECT_EQ(secrets, "test / Ship: whichever it asks for\ntest / Ship: ONE\n");
}

TEST(Facts, HaveNamesOfTheirOwn) {
  Program program;
  Job job;
  job.id = "test";
  for (int i = 0; i < 2; ++i) {
    model::Step step;
    model::Run run;
    run.script = Value::String("make\nmore");
    step.body = run;
    job.steps.push_back(program.steps.Add(std::move(step)));
  }
  Pipeline pipeline;
  pipeline.jobs.push_back(program.jobs.Add(std::move(job)));
  std::string steps;
  for (const Fact& fact : FactsOf(program, pipeline))
    if (fact.topic == Topic::Steps && fact.owner == "test") steps += fact.name + "\n";
  EXPECT_EQ(steps, "test / run make\ntest / run make #2\ntest: order of steps\n");
}

}  // namespace
}  // namespace sluice::model

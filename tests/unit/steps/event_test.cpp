#include "runtime/steps/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/steps/contexts.h"

namespace sluice::steps {
namespace {

using ::testing::HasSubstr;

Repository Demo() {
  Repository r;
  r.folder = "/src/demo";
  r.owner = "me";
  r.name = "demo";
  r.sha = std::string(40, 'a');
  r.branch = "topic/x";
  return r;
}

model::Trigger Trigger(const std::string& event) {
  model::Trigger trigger;
  trigger.event = event;
  return trigger;
}

std::string At(const std::string& event, const std::string& path) {
  const expr::Value payload = DefaultPayload(Demo(), Trigger(event));
  return TextAt(GithubContext(Demo(), {}, event, payload, "7"), path);
}

TEST(Event, PushTakesBranchAndCommitFromTheRepository) {
  EXPECT_EQ(At("push", "ref"), "refs/heads/topic/x");
  EXPECT_EQ(At("push", "ref_name"), "topic/x");
  EXPECT_EQ(At("push", "sha"), std::string(40, 'a'));
  EXPECT_EQ(At("push", "repository"), "me/demo");
  EXPECT_EQ(At("push", "actor"), "me");
  EXPECT_EQ(At("push", "event.after"), std::string(40, 'a'));
  EXPECT_EQ(At("push", "base_ref"), "");
}

TEST(Event, PullRequestsRunOnTheMergeRef) {
  EXPECT_EQ(At("pull_request", "ref"), "refs/pull/1/merge");
  EXPECT_EQ(At("pull_request", "ref_name"), "1/merge");
  EXPECT_EQ(At("pull_request", "head_ref"), "topic/x");
  EXPECT_EQ(At("pull_request", "base_ref"), "main");
  EXPECT_EQ(At("pull_request", "event.action"), "opened");
  EXPECT_EQ(At("pull_request_target", "ref"), "refs/heads/main");
}

TEST(Event, PayloadsWinOverTheRepository) {
  const expr::Value payload =
      *expr::ParseJson(R"({"ref":"refs/tags/v1","repository":{"full_name":"o/r"},"sender":{"login":"mona"}})");
  const expr::Value github = GithubContext(Demo(), {}, "push", payload, "7");
  EXPECT_EQ(TextAt(github, "ref_type"), "tag");
  EXPECT_EQ(TextAt(github, "ref_name"), "v1");
  EXPECT_EQ(TextAt(github, "repository_owner"), "o");
  EXPECT_EQ(TextAt(github, "actor"), "mona");
}

model::Input Input(const std::string& name, const std::string& type, std::optional<model::Value> absent = {}) {
  model::Input input;
  input.name = name;
  input.type = type;
  input.default_value = std::move(absent);
  return input;
}

std::string Inputs(const std::map<std::string, std::string>& given, const std::string& payload = "{}") {
  model::Pipeline pipeline;
  pipeline.id = "ci";
  model::Trigger trigger = Trigger("workflow_dispatch");
  trigger.inputs = {Input("name", "string"), Input("loud", "boolean", model::Value::Boolean(true)),
                    Input("count", "number", model::Value::Number(2)), Input("color", "choice")};
  trigger.inputs[0].required = model::Value::Boolean(true);
  trigger.inputs[3].options = model::Value::List({model::Value::String("red"), model::Value::String("blue")});
  auto inputs =
      ResolveInputs(pipeline, trigger, given, *expr::ParseJson(payload), expr::MakeObject({}), expr::MakeObject({}));
  return inputs.ok() ? expr::PrintCompactJson(*inputs) : inputs.error().message;
}

TEST(Event, InputsHaveTheirTypesAndDefaults) {
  EXPECT_EQ(Inputs({{"name", "x"}}), R"({"name":"x","loud":true,"count":2,"color":"red"})");
  EXPECT_EQ(Inputs({{"NAME", "x"}, {"loud", "false"}, {"count", "7"}, {"color", "blue"}}),
            R"({"name":"x","loud":false,"count":7,"color":"blue"})");
  EXPECT_EQ(Inputs({{"loud", "false"}}, R"({"inputs":{"name":"y","loud":"true"}})"),
            R"({"name":"y","loud":false,"count":2,"color":"red"})");
}

TEST(Event, WrongInputsAreNamed) {
  EXPECT_EQ(Inputs({}), "the input `name` is required: add `--input name=…`");
  EXPECT_EQ(Inputs({{"name", "x"}, {"loud", "yes"}}), "the input `loud` must be true or false, not `yes`");
  EXPECT_EQ(Inputs({{"name", "x"}, {"count", "many"}}), "the input `count` must be a number, not `many`");
  EXPECT_EQ(Inputs({{"name", "x"}, {"color", "green"}}), "the input `color` must be one of red, blue, not `green`");
  EXPECT_EQ(Inputs({{"nam", "x"}}), "`ci` has no input `nam` on workflow_dispatch: did you mean `name`?");
}

TEST(Event, EventInputsAreTexts) {
  const expr::Value whole =
      WithInputs(*expr::ParseJson(R"({"inputs":{"other":"o"}})"), *expr::ParseJson(R"({"loud":true,"count":3})"));
  EXPECT_EQ(expr::PrintCompactJson(whole), R"({"inputs":{"other":"o","loud":"true","count":"3"}})");
}

}  // namespace
}  // namespace sluice::steps

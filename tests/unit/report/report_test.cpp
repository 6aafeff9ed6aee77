#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/report/junit.h"
#include "runtime/report/ndjson.h"
#include "runtime/report/record.h"
#include "runtime/report/text.h"

namespace sluice::report {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Event Make(Kind kind, const std::string& job) {
  Event event;
  event.kind = kind;
  event.job = event.shown = job;
  event.time = std::chrono::system_clock::time_point(1700000000123ms);
  return event;
}

// A run of two jobs: one fails at its second step, one is not run.
std::vector<Event> SmallRun() {
  std::vector<Event> events;
  Event run = Make(Kind::RunStart, "ci");
  run.text = "fake";
  events.push_back(run);
  events.push_back(Make(Kind::JobQueued, "test"));
  events.push_back(Make(Kind::JobStart, "test"));
  Event step = Make(Kind::StepStart, "test");
  step.step = 2;
  step.step_name = "Unit tests";
  step.place = {"ci.pipe", 14, 5, "    step \"Unit tests\": run `npm test`", 4};
  events.push_back(step);
  Event log = step;
  log.kind = Kind::Log;
  log.text = "1 < 2 \x1b[31mred\x1b[0m\x1b[2J\x07";
  events.push_back(log);
  Event end = step;
  end.kind = Kind::StepEnd;
  end.result = end.outcome = "failure";
  end.reason = "Process completed with exit code 3.";
  end.exit_code = 3;
  end.duration = 1500ms;
  events.push_back(end);
  Event job = Make(Kind::JobEnd, "test");
  job.result = job.outcome = "failure";
  job.reason = "Unit tests: Process completed with exit code 3.";
  job.duration = 2s;
  events.push_back(job);
  Event skip = Make(Kind::JobSkip, "deploy");
  skip.result = skip.outcome = "not-run";
  skip.reason = "it enters an environment";
  events.push_back(skip);
  Event over = Make(Kind::RunEnd, "ci");
  over.result = "failure";
  over.duration = 2100ms;
  events.push_back(over);
  return events;
}

std::string AsText(TextOptions options) {
  std::string out;
  Text text([&](std::string_view piece) { out += piece; }, "ci", options);
  for (const Event& event : SmallRun()) text.On(event);
  return out;
}

TEST(Text, TellsARunAndShowsTheFailedStepAtItsLine) {
  EXPECT_EQ(AsText({}), R"(ci runs on engine fake
test │ Unit tests
test │   1 < 2 )"
                        "\x1b[31mred\x1b[0m"
                        R"(
test │   failed: Process completed with exit code 3.
   ┌─ ci.pipe:14:5
14 │     step "Unit tests": run `npm test`
   │     ^^^^ the step `Unit tests` failed
test │ failed in 2.0 s
deploy │ not run: it enters an environment

ci failed in 2.1 s; 1 of 2 jobs was not run
  test    failed        2.0 s  Unit tests: Process completed with exit code 3.
  deploy  not run              it enters an environment
)");
}

TEST(Text, QuietTellsOnlyWhatWentWrong) {
  const std::string out = AsText({.quiet = true});
  EXPECT_THAT(out, HasSubstr("failed: Process completed"));
  EXPECT_EQ(out.find("1 < 2"), std::string::npos);
}

TEST(Text, ALiveStatusIsOneLineThatGoesAway) {
  std::string out;
  Text text([&](std::string_view piece) { out += piece; }, "ci", {.live = true, .columns = 12});
  text.On(Make(Kind::JobStart, "a-long-name"));
  text.Tick(std::chrono::system_clock::time_point(1700000002123ms));
  EXPECT_EQ(out, "a-long-name…");
  text.On(Make(Kind::RunEnd, "ci"));
  EXPECT_THAT(out, HasSubstr("…\r\x1b[K"));
}

TEST(Text, DurationsAreReadable) {
  EXPECT_EQ(ShowDuration(1400us), "1 ms");
  EXPECT_EQ(ShowDuration(1234ms), "1.2 s");
  EXPECT_EQ(ShowDuration(125s), "2 min 5 s");
}

TEST(Ndjson, IsOneObjectALine) {
  std::string out;
  Ndjson json([&](std::string_view piece) { out += piece; }, "ci");
  for (const Event& event : SmallRun()) json.On(event);
  EXPECT_THAT(
      out,
      HasSubstr(
          R"({"version":1,"time":"2023-11-14T22:13:20.123Z","event":"run.start","pipeline":"ci","engine":"fake"})"));
  EXPECT_THAT(out,
              HasSubstr(R"("event":"log","job":"ci.test","step":2,"stream":"stdout","line":"1 < 2 \u001b[31mred)"));
  EXPECT_THAT(out, HasSubstr(R"("event":"step.end","job":"ci.test","step":2,"name":"Unit tests","result":"failure",)"
                             R"("reason":"Process completed with exit code 3.","exitCode":3,"seconds":1.500,)"
                             R"("file":"ci.pipe","line":14,"column":5})"));
  EXPECT_THAT(out, HasSubstr(R"("event":"job.skip","job":"ci.deploy","result":"not-run",)"));
}

TEST(Ndjson, StringsAreAlwaysJson) {
  EXPECT_EQ(JsonString("a\"\\\n\t\x01z"), R"("a\"\\\n\t\u0001z")");
  EXPECT_EQ(JsonString("é\xff\xc3"), "\"é\\ufffd\\ufffd\"");
  EXPECT_EQ(JsonString("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"") << "half of a surrogate pair is no UTF-8";
}

TEST(Junit, HasASuiteAJobAndACaseAStep) {
  Junit junit("ci");
  for (const Event& event : SmallRun()) junit.On(event);
  const std::string xml = junit.Document();
  EXPECT_THAT(xml, HasSubstr(R"(<testsuites name="ci" tests="2" failures="1" skipped="1">)"));
  EXPECT_THAT(xml,
              HasSubstr(R"(<testcase classname="ci.test" name="Unit tests" time="1.500" file="ci.pipe" line="14">)"));
  EXPECT_THAT(xml, HasSubstr(R"(<failure message="Process completed with exit code 3.">1 &lt; 2 [31mred)"));
  EXPECT_THAT(xml, HasSubstr(R"(<skipped message="it enters an environment"/>)"));
}

// A record tells how everything ended, and nothing that a step printed.
TEST(Record, HoldsResultsButNoLogs) {
  Record record({"1.0", "/p\"q", "ci", "push", "refs/heads/main", "abc", {"test"}});
  for (const Event& event : SmallRun()) record.On(event);
  Event output = Make(Kind::Output, "test");
  output.name = "version";
  output.text = "1.2";
  record.On(output);
  output.step = 1;
  output.name = "of-a-step";
  record.On(output);
  const std::string& text = record.text();
  EXPECT_TRUE(text.starts_with(R"({"version":1,"sluice":"1.0","project":"/p\"q","pipeline":"ci","event":"push",)"
                               R"("ref":"refs/heads/main","commit":"abc","jobs":["test"]})"
                               "\n"))
      << text;
  EXPECT_THAT(text, HasSubstr(R"("event":"step.end")"));
  EXPECT_THAT(text, HasSubstr(R"("name":"version","value":"1.2")"));
  EXPECT_THAT(text, testing::Not(HasSubstr("of-a-step")));
  EXPECT_THAT(text, testing::Not(HasSubstr("red")));
  EXPECT_THAT(text, testing::Not(HasSubstr(R"("event":"log")")));
}

}  // namespace
}  // namespace sluice::report

#include "tests/unit/runtime/fake_run.h"

#include <gtest/gtest.h>

#include "compiler/base/text.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/load/load.h"
#include "compiler/load/load_action.h"
#include "compiler/model/origins.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/event.h"

namespace sluice::runtime {
namespace {

using engine::FakeFiles;
using engine::FakeOutcome;
using engine::ProcessSpec;

std::string CommandFile(const ProcessSpec& process, const std::string& name) {
  static const std::map<std::string, std::string> kVariables = {{"env", "GITHUB_ENV"},
                                                                {"output", "GITHUB_OUTPUT"},
                                                                {"path", "GITHUB_PATH"},
                                                                {"state", "GITHUB_STATE"},
                                                                {"summary", "GITHUB_STEP_SUMMARY"}};
  auto variable = kVariables.find(name);
  if (variable == kVariables.end()) return "";
  auto path = process.environment.find(variable->second);
  return path == process.environment.end() ? "" : path->second;
}

FakeOutcome Play(const ProcessSpec& process, FakeFiles& files, const std::vector<int>& ignored) {
  FakeOutcome outcome;
  const std::string script = files[process.arguments.back()];
  for (std::string_view line : SplitString(script, '\n')) {
    const size_t blank = line.find(' ');
    const std::string word(line.substr(0, blank));
    const std::string rest(blank == std::string_view::npos ? "" : line.substr(blank + 1));
    if (word == "out") outcome.output.emplace_back(engine::Stream::Out, rest + "\n");
    if (word == "raw") outcome.output.emplace_back(engine::Stream::Out, rest);
    if (word == "err") outcome.output.emplace_back(engine::Stream::Err, rest + "\n");
    if (word == "hang") {
      outcome.hangs = true;
      outcome.ignores = ignored;
    }
    if (word == "pwd") outcome.output.emplace_back(engine::Stream::Out, process.folder + "\n");
    if (word == "echo-env") {
      auto value = process.environment.find(rest);
      outcome.output.emplace_back(engine::Stream::Out,
                                  rest + "=" + (value == process.environment.end() ? "(unset)" : value->second) + "\n");
    }
    if (const std::string file = CommandFile(process, word); !file.empty()) files[file] += rest + "\n";
    if (word == "exit") {
      outcome.code = std::stoi(rest);
      break;
    }
  }
  return outcome;
}

class Keep : public report::Reporter {
 public:
  explicit Keep(FakeRun& run) : run_(run) {}
  void On(const report::Event& event) override {
    run_.events.push_back(event);
    if (event.kind == report::Kind::JobStart) run_.started.push_back(event.shown);
  }

 private:
  FakeRun& run_;
};

}  // namespace

void FakeRun::Go(const std::string& workflow) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  model::Program program;
  const auto pipeline = load::LoadWorkflow(sources, sources.Add(".github/workflows/ci.yml", workflow), program, sink);
  ASSERT_TRUE(pipeline) << diagnostics::RenderText(sink.all(), sources);
  steps::RunFacts facts;
  facts.program = &program;
  facts.pipeline = &program.pipelines[*pipeline];
  steps::Repository repository;
  repository.name = "demo";
  repository.owner = "me";
  repository.folder = facts.repository = "/src/demo";
  repository.sha = std::string(40, 'a');
  for (const model::Trigger& trigger : facts.pipeline->triggers) {
    if (trigger.event != event) continue;
    const expr::Value payload = steps::DefaultPayload(repository, trigger);
    facts.github = steps::GithubContext(repository, *facts.pipeline, event, payload, "7");
    facts.event_json = expr::PrintJson(payload);
    facts.inputs = *steps::ResolveInputs(*facts.pipeline, trigger, {}, payload, facts.github, expr::MakeObject({}));
  }
  facts.vars = expr::MakeObject({});
  facts.secrets = secrets;
  for (const auto& [name, value] : secrets) facts.masker.Add(value);
  facts.load_action = load::LoadAction;
  facts.host_engine = true;
  facts.locate = [&](source::Span span) {
    const auto found = model::Locate(program, span);
    return found ? report::Place{found->path, found->line, found->column, "", 1} : report::Place{};
  };
  if (adjust) adjust(facts);
  engine::FakeEngine engine([&](const engine::JobSpec& job, const ProcessSpec& process, FakeFiles& in_container) {
    for (const auto& [path, text] : files) in_container.try_emplace(job.workspace.path + "/" + path, text);
    return Play(process, in_container, ignored_signals);
  });
  Keep keep(*this);
  result = Run(facts, options, engine, keep);
  most_alive = engine.most_alive;
  EXPECT_EQ(engine.alive, 0) << "a container was left behind";
}

std::string FakeRun::Jobs() const {
  std::string all;
  for (const report::Event& e : events)
    if (e.kind == report::Kind::JobEnd || e.kind == report::Kind::JobSkip)
      all += (all.empty() ? "" : " ") + e.shown + "=" + e.result + (e.outcome == e.result ? "" : "/" + e.outcome);
  return all;
}

std::string FakeRun::Steps(const std::string& job) const {
  std::string all;
  for (const report::Event& e : events)
    if (e.kind == report::Kind::StepEnd && e.job == job)
      all += (all.empty() ? "" : " ") + std::to_string(e.step) + "=" + e.result +
             (e.outcome == e.result ? "" : "/" + e.outcome);
  return all;
}

std::string FakeRun::Log(const std::string& job) const {
  std::string all;
  for (const report::Event& e : events)
    if (e.kind == report::Kind::Log && e.job == job && e.level.empty()) all += (all.empty() ? "" : "|") + e.text;
  return all;
}

std::string FakeRun::Reason(const std::string& shown) const {
  for (const report::Event& e : events)
    if ((e.kind == report::Kind::JobEnd || e.kind == report::Kind::JobSkip) && e.shown == shown) return e.reason;
  return "(no such job)";
}

std::string FakeRun::Output(const std::string& job, const std::string& name) const {
  for (const report::Event& e : events)
    if (e.kind == report::Kind::Output && e.step == 0 && e.job == job && e.name == name) return e.text;
  return "(none)";
}

}  // namespace sluice::runtime

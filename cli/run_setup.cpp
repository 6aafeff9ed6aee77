#include "cli/run_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "cli/command.h"
#include "cli/env_file.h"
#include "cli/repository.h"
#include "compiler/base/text.h"
#include "compiler/load/load_action.h"
#include "compiler/model/origins.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/event.h"
#include "runtime/steps/filter.h"
#include "runtime/steps/render.h"
#include "runtime/steps/walk.h"

namespace sluice::cli {
namespace {

using Texts = std::map<std::string, std::string>;

Result<Texts> ReadPairs(const std::vector<std::string>& flags, const char* flag) {
  Texts pairs;
  for (const std::string& text : flags) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{fmt::format("`--{} {}`: expected NAME=VALUE", flag, text)};
    pairs[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return pairs;
}

// `--secret NAME=VALUE`, or `--secret NAME` with the value in the environment, which keeps it out of the process list.
Result<Texts> ReadSecrets(const std::vector<std::string>& flags) {
  Texts secrets;
  for (const std::string& text : flags) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (name.empty()) return Error{fmt::format("`--secret {}`: expected NAME or NAME=VALUE", text)};
    if (equals != std::string::npos) {
      secrets[AsciiUpper(name)] = text.substr(equals + 1);
      continue;
    }
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      return Error{fmt::format("`--secret {0}`: the environment has no {0}; set it or write `--secret {0}=…`", name)};
    secrets[AsciiUpper(name)] = value;
  }
  return secrets;
}

Result<Texts> ReadEnvironmentFile(const RunFlags& flags, const Target& target) {
  const auto files = MakeRealFileSystem("");
  std::string path = flags.env_file;
  if (path.empty()) {
    path = JoinPath(target.project->root, target.project->settings.env_file);
    if (target.project->settings.env_file.empty() || !files->IsFile(path)) return Texts{};
  }
  auto text = files->Read(path);
  if (!text.ok()) return text.error();
  return ParseEnvironmentFile(*text, path);
}

// A line of the file may be a secret or a variable: whatever the program calls it. Both are known; everything that the
// program does not name as a variable only is hidden.
Status TakeValues(const RunFlags& flags, const Target& target, steps::RunFacts& facts) {
  auto from_file = ReadEnvironmentFile(flags, target);
  if (!from_file.ok()) return from_file.error();
  auto vars = ReadPairs(flags.vars, "var");
  if (!vars.ok()) return vars.error();
  auto secrets = ReadSecrets(flags.secrets);
  if (!secrets.ok()) return secrets.error();
  steps::NamedSecrets named;
  steps::EachValue(target.program, target.program.pipelines[target.pipeline],
                   [&](const model::Value& value) { steps::CollectSecrets(value, named); });
  for (const auto& [name, value] : *from_file) {
    const std::string upper = AsciiUpper(name);
    const bool secret = named.all || std::ranges::find(named.names, upper) != named.names.end();
    if (secret)
      secrets->try_emplace(upper, value);
    else
      vars->try_emplace(name, value);
  }
  for (const auto& [name, value] : *secrets) facts.masker.Add(value);
  facts.secrets = std::move(*secrets);
  facts.vars = steps::ObjectOf(*vars);
  return {};
}

Result<expr::Value> ReadPayload(const std::string& path) {
  std::string text;
  auto read = MakeRealFileSystem("")->Read(path == "-" ? "/dev/stdin" : path);
  if (!read.ok()) return read.error();
  auto payload = expr::ParseJson(*read);
  if (!payload.ok()) return Error{fmt::format("`{}` is no JSON: {}", path, payload.error().message)};
  if (payload->kind() != expr::Kind::Object)
    return Error{fmt::format("`{}` is no event: its JSON must be an object", path)};
  return payload;
}

std::string TriggerNames(const model::Pipeline& pipeline) {
  std::string names;
  for (const model::Trigger& trigger : pipeline.triggers) names += (names.empty() ? "" : ", ") + trigger.event;
  return names;
}

class EventChooser {
 public:
  EventChooser(const RunFlags& flags, const Target& target, Setup& setup, const steps::Repository& repository)
      : flags_(flags),
        pipeline_(target.program.pipelines[target.pipeline]),
        named_(!target.jobs.empty()),
        setup_(setup),
        repository_(repository) {}

  Status Choose() {
    if (!flags_.event_file.empty()) {
      auto payload = ReadPayload(flags_.event_file);
      if (!payload.ok()) return payload.error();
      payload_ = std::move(*payload);
    }
    if (pipeline_.triggers.empty()) return Error{fmt::format("`{}` starts on no event", pipeline_.id)};
    if (!flags_.event.empty()) {
      for (const model::Trigger& trigger : pipeline_.triggers)
        if (trigger.event == flags_.event) return Take(trigger);
      return Error{fmt::format("`{}` does not start on `{}`: its events are {}", pipeline_.id, flags_.event,
                               TriggerNames(pipeline_))};
    }
    // The first event of the usual ones that would start it here.
    std::optional<std::string> reason;
    for (const model::Trigger* trigger : InOrder()) {
      SLUICE_RETURN_IF_ERROR(Take(*trigger));
      if (!setup_.not_started) return {};
      if (!reason) reason = setup_.not_started;
    }
    SLUICE_RETURN_IF_ERROR(Take(*InOrder().front()));
    setup_.not_started = reason;
    return {};
  }

 private:
  std::vector<const model::Trigger*> InOrder() const {
    std::vector<const model::Trigger*> order;
    for (const char* event : {"push", "pull_request", "workflow_dispatch"})
      for (const model::Trigger& trigger : pipeline_.triggers)
        if (trigger.event == event) order.push_back(&trigger);
    for (const model::Trigger& trigger : pipeline_.triggers)
      if (std::ranges::find(order, &trigger) == order.end()) order.push_back(&trigger);
    return order;
  }

  Status Take(const model::Trigger& trigger) {
    expr::Value payload = payload_ ? *payload_ : steps::DefaultPayload(repository_, trigger);
    const std::string run_id = std::to_string(std::time(nullptr));
    steps::RunFacts& facts = setup_.facts;
    facts.github = steps::GithubContext(repository_, pipeline_, trigger.event, payload, run_id);
    auto given = ReadPairs(flags_.inputs, "input");
    if (!given.ok()) return given.error();
    auto inputs = steps::ResolveInputs(pipeline_, trigger, *given, payload, facts.github, facts.vars);
    if (!inputs.ok()) return inputs.error();
    facts.inputs = std::move(*inputs);
    if (!trigger.inputs.empty()) {
      payload = steps::WithInputs(payload, facts.inputs);
      facts.github = steps::GithubContext(repository_, pipeline_, trigger.event, payload, run_id);
    }
    facts.event_json = expr::PrintJson(payload) + "\n";
    setup_.event = trigger.event;
    setup_.not_started = steps::WhyNotStarted(trigger, facts.github);
    // Who names a job wants it to run, whatever branch this is.
    if (named_) setup_.not_started.reset();
    return {};
  }

  const RunFlags& flags_;
  const model::Pipeline& pipeline_;
  bool named_;
  Setup& setup_;
  const steps::Repository& repository_;
  std::optional<expr::Value> payload_;
};

report::Place PlaceOf(const Target& target, source::Span span) {
  const auto found = model::Locate(target.program, span);
  if (!found) return {};
  report::Place place{found->path, found->line, found->column, "", 1};
  const source::FileId file = target.project->sources.Find(found->path);
  if (!file.valid()) {
    // A program that came as JSON: the line is shown if the file is still there.
    const auto text = MakeRealFileSystem(target.project->root)->Read(found->path);
    if (!text.ok()) return place;
    const auto lines = SplitString(*text, '\n');
    if (place.line <= lines.size()) place.source_line = std::string(lines[place.line - 1]);
    return place;
  }
  place.source_line = std::string(target.project->sources.Line(file, found->line));
  const source::Position end = target.project->sources.End(span);
  place.width = end.line == found->line && end.column > found->column ? end.column - found->column : 1;
  if (end.line != found->line) place.width = static_cast<uint32_t>(CountCodePoints(place.source_line));
  return place;
}

}  // namespace

Result<std::unique_ptr<Setup>> PrepareRun(const RunFlags& flags, const Target& target) {
  auto setup = std::make_unique<Setup>();
  steps::RunFacts& facts = setup->facts;
  facts.program = &target.program;
  facts.pipeline = &target.program.pipelines[target.pipeline];
  facts.repository = target.project->root;
  SLUICE_RETURN_IF_ERROR(TakeValues(flags, target, facts));
  const steps::Repository repository = ReadRepository(target.project->root, *MakeRealFileSystem(""));
  if (repository.sha.find_first_not_of('0') != std::string::npos) facts.head = repository.sha;
  SLUICE_RETURN_IF_ERROR(EventChooser(flags, target, *setup, repository).Choose());
  facts.images[""] = "sluice-base";
  for (const catalogue::OwnRunner& runner : target.project->settings.runners)
    if (!runner.image.empty()) facts.images[runner.label] = runner.image;
  facts.network = flags.network.empty() ? target.project->settings.network : flags.network == "on";
  facts.debug = facts.secrets.contains("ACTIONS_STEP_DEBUG") && facts.secrets.at("ACTIONS_STEP_DEBUG") == "true";
  facts.clock = [] { return std::chrono::steady_clock::now(); };
  facts.load_action = load::LoadAction;
  facts.locate = [&target](source::Span span) { return PlaceOf(target, span); };
#if defined(__aarch64__)
  facts.architecture = "ARM64";
#endif
  setup->options.jobs = target.jobs;
  setup->options.capacity = flags.jobs != 0 ? flags.jobs : std::max(1u, std::thread::hardware_concurrency());
  for (const std::string& text : flags.matrix) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{fmt::format("`--matrix {}`: expected AXIS=VALUE", text)};
    setup->options.matrix_filter.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return setup;
}

}  // namespace sluice::cli

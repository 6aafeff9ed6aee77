#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/steps/job_run.h"
#include "runtime/store/store.h"

namespace sluice::steps {
namespace {

using expr::Object;
using expr::Value;

Value Share(Object object) { return Value(std::make_shared<const Object>(std::move(object))); }

// The properties of `github` that a runner exports as GITHUB_NAME.
// Source: actions/runner, GitHubContext.cs.
constexpr std::array<std::string_view, 36> kExported = {"action",
                                                        "action_path",
                                                        "action_ref",
                                                        "action_repository",
                                                        "action_status",
                                                        "actor",
                                                        "actor_id",
                                                        "api_url",
                                                        "base_ref",
                                                        "event_name",
                                                        "event_path",
                                                        "graphql_url",
                                                        "head_ref",
                                                        "job",
                                                        "ref",
                                                        "ref_name",
                                                        "ref_protected",
                                                        "ref_type",
                                                        "repository",
                                                        "repository_id",
                                                        "repository_owner",
                                                        "repository_owner_id",
                                                        "retention_days",
                                                        "run_attempt",
                                                        "run_id",
                                                        "run_number",
                                                        "server_url",
                                                        "sha",
                                                        "triggering_actor",
                                                        "workflow",
                                                        "workflow_ref",
                                                        "workflow_sha",
                                                        "workspace",
                                                        "env",
                                                        "path",
                                                        "output"};

const char* StatusWord(bool cancelled, bool failed) { return cancelled ? "cancelled" : failed ? "failure" : "success"; }

}  // namespace

Contexts JobRun::MakeContexts(const Frame* frame) const {
  Contexts contexts;
  contexts.Set("github", GithubContext(frame));
  contexts.Set("vars", facts_.vars);
  contexts.Set("inputs", frame != nullptr && frame->action ? frame->inputs : facts_.inputs);
  contexts.Set("needs", row_.needs);
  contexts.Set("strategy", row_.strategy);
  contexts.Set("matrix", row_.matrix);
  contexts.Set("secrets", ObjectOf(facts_.secrets));
  if (container_ == nullptr) return contexts;
  contexts.Set("runner", RunnerContext());
  Object job;
  job.Set("status", Value(StatusWord(cancelled_, !frames_.empty() && frames_.front().Failed())));
  job.Set("container", expr::MakeObject({}));
  job.Set("services", expr::MakeObject({}));
  contexts.Set("job", Share(std::move(job)));
  contexts.Set("steps", frame != nullptr ? Share(frame->results) : expr::MakeObject({}));
  contexts.Set("env", EnvContext(frame));
  AddStatusFunctions(contexts, frame);
  return contexts;
}

Value JobRun::GithubContext(const Frame* frame) const {
  Object github = *facts_.github.object();
  github.Set("job", Value(row_.id));
  auto token = facts_.secrets.find("GITHUB_TOKEN");
  github.Set("token", Value(token == facts_.secrets.end() ? "" : token->second));
  if (container_ == nullptr) return Share(std::move(github));
  const engine::Paths& paths = container_->paths();
  github.Set("workspace", Value(paths.workspace));
  github.Set("event_path", Value(paths.files + "/event.json"));
  github.Set("env", Value(paths.files + "/commands/env"));
  github.Set("path", Value(paths.files + "/commands/path"));
  github.Set("output", Value(paths.files + "/commands/output"));
  if (frame == nullptr) return Share(std::move(github));
  if (frame->active) {
    const std::string& id = frame->active->step->id;
    github.Set("action", Value(!id.empty()        ? id
                               : frame->next == 0 ? "__run"
                                                  : fmt::format("__run_{}", frame->next + 1)));
  }
  if (frame->action) {
    github.Set("action_path", Value(frame->action_path));
    github.Set("action_status", Value(StatusWord(false, frame->Failed())));
  }
  return Share(std::move(github));
}

Value JobRun::RunnerContext() const {
  const engine::Paths& paths = container_->paths();
  Object runner;
  runner.Set("name", Value("sluice"));
  runner.Set("os", Value("Linux"));
  runner.Set("arch", Value(facts_.architecture));
  runner.Set("environment", Value("self-hosted"));
  runner.Set("temp", Value(paths.temp));
  runner.Set("tool_cache", Value(paths.tool_cache));
  runner.Set("workspace", Value(paths.workspace.substr(0, paths.workspace.rfind('/'))));
  if (facts_.debug) runner.Set("debug", Value("1"));
  return Share(std::move(runner));
}

// The workflow's and job's variables with what GITHUB_ENV brought, then the using steps' and the step's own.
Value JobRun::EnvContext(const Frame* frame) const {
  std::map<std::string, std::string> env = environment_;
  if (frame != nullptr) {
    for (const Frame& outer : frames_) {
      for (const auto& [name, value] : outer.env) env[name] = value;
      if (&outer == frame) break;
    }
    if (frame->active)
      for (const auto& [name, value] : frame->active->env) env[name] = value;
  }
  return ObjectOf(env, true);
}

void JobRun::AddStatusFunctions(Contexts& contexts, const Frame* frame) const {
  const bool failed = frame != nullptr && frame->Failed();
  const bool cancelled = cancelled_;
  using Args = std::vector<Value>;
  contexts.SetFunction("always", [](const Args&) -> Result<Value> { return Value(true); });
  contexts.SetFunction("cancelled", [=](const Args&) -> Result<Value> { return Value(cancelled); });
  contexts.SetFunction("success", [=](const Args&) -> Result<Value> { return Value(!failed && !cancelled); });
  contexts.SetFunction("failure", [=](const Args&) -> Result<Value> { return Value(failed && !cancelled); });
  contexts.SetFunction("hashfiles", [this](const Args& args) { return HashFiles(args); });
}

// The digest of the matching files' digests, as the runner's hashFiles does it; '' when nothing matches.
Result<Value> JobRun::HashFiles(const std::vector<Value>& patterns) const {
  std::string lines;
  for (const Value& pattern : patterns) lines += expr::ToText(pattern) + "\n";
  const std::string& root = container_->paths().workspace;
  const GlobSet globs(lines, root);
  auto files = container_->List(root, true);
  if (!files.ok()) return files.error();
  std::string digests;
  for (const agent::Entry& entry : *files) {
    if (entry.kind != agent::EntryKind::File || !globs.Matches(entry.path)) continue;
    SLUICE_ASSIGN(const std::string bytes, container_->ReadFile(JoinPath(root, entry.path), 1u << 30));
    const std::string digest = store::Sha256(bytes).substr(7);
    for (size_t i = 0; i + 1 < digest.size(); i += 2)
      digests += static_cast<char>(std::stoi(digest.substr(i, 2), nullptr, 16));
  }
  if (digests.empty()) return Value("");
  return Value(store::Sha256(digests).substr(7));
}

std::map<std::string, std::string> JobRun::ProcessEnvironment(const Frame& frame) const {
  const engine::Paths& paths = container_->paths();
  std::map<std::string, std::string> env = container_->base_environment();
  const Value own = EnvContext(&frame);
  for (const auto& [name, value] : own.object()->entries) env[name] = expr::ToText(value);
  env.try_emplace("CI", "true");
  env.try_emplace("HOME", paths.home);
  const Value github = GithubContext(&frame);
  for (const std::string_view name : kExported)
    if (const Value* value = github.object()->Find(name)) env["GITHUB_" + AsciiUpper(name)] = expr::ToText(*value);
  env["GITHUB_ACTIONS"] = "true";
  env["GITHUB_STATE"] = paths.files + "/commands/state";
  env["GITHUB_STEP_SUMMARY"] = paths.files + "/commands/summary";
  const Value runner = RunnerContext();
  for (const auto& [name, value] : runner.object()->entries) env["RUNNER_" + AsciiUpper(name)] = expr::ToText(value);
  // What actions/checkout writes to git's global configuration: the repository may belong to another user.
  if (checked_out_ && !env.contains("GIT_CONFIG_COUNT")) {
    env["GIT_CONFIG_COUNT"] = "1";
    env["GIT_CONFIG_KEY_0"] = "safe.directory";
    env["GIT_CONFIG_VALUE_0"] = paths.workspace;
  }
  if (!paths_added_.empty()) env["PATH"] = fmt::format("{}:{}", fmt::join(paths_added_, ":"), env["PATH"]);
  return env;
}

std::vector<std::string> JobRun::MissingSecrets(const model::Step& step) const {
  std::vector<std::string> missing;
  auto look = [&](const std::optional<model::Value>& value) {
    if (!value) return;
    for (std::string& name : NeededSecrets(*value))
      if (!facts_.secrets.contains(name) && std::ranges::find(missing, name) == missing.end())
        missing.push_back(std::move(name));
  };
  look(step.env);
  if (const auto* run = std::get_if<model::Run>(&step.body)) {
    look(run->script);
    look(run->working_directory);
  } else if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
    look(uses->with);
  }
  return missing;
}

}  // namespace sluice::steps

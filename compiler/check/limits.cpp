#include "compiler/check/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/text.h"

namespace sluice::check {
namespace {

constexpr size_t kMaxGroup = 400;  // characters: GitHub's server refuses 400 and more
constexpr size_t kMaxInputs = 25;  // of workflow_dispatch; 10 until 2025

// Variables that the runner sets for every step and nobody can change.
// https://docs.github.com/actions/reference/workflows-and-actions/variables
constexpr auto kRunners = std::to_array<std::string_view>({
    "GITHUB_ACTION",
    "GITHUB_ACTION_PATH",
    "GITHUB_ACTION_REPOSITORY",
    "GITHUB_ACTIONS",
    "GITHUB_ACTOR",
    "GITHUB_ACTOR_ID",
    "GITHUB_API_URL",
    "GITHUB_BASE_REF",
    "GITHUB_ENV",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_GRAPHQL_URL",
    "GITHUB_HEAD_REF",
    "GITHUB_JOB",
    "GITHUB_OUTPUT",
    "GITHUB_PATH",
    "GITHUB_REF",
    "GITHUB_REF_NAME",
    "GITHUB_REF_PROTECTED",
    "GITHUB_REF_TYPE",
    "GITHUB_REPOSITORY",
    "GITHUB_REPOSITORY_ID",
    "GITHUB_REPOSITORY_OWNER",
    "GITHUB_REPOSITORY_OWNER_ID",
    "GITHUB_RETENTION_DAYS",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_TRIGGERING_ACTOR",
    "GITHUB_WORKFLOW",
    "GITHUB_WORKFLOW_REF",
    "GITHUB_WORKFLOW_SHA",
    "GITHUB_WORKSPACE",
    "RUNNER_ARCH",
    "RUNNER_ENVIRONMENT",
    "RUNNER_NAME",
    "RUNNER_OS",
    "RUNNER_TEMP",
    "RUNNER_TOOL_CACHE",
});

bool SameGroup(const std::optional<Concurrency>& a, const std::optional<Concurrency>& b) {
  return a && b && a->group != nullptr && b->group != nullptr && !a->group->is(TermKind::Error) &&
         Fingerprint(a->group) == Fingerprint(b->group);
}

void CheckGroup(const std::optional<Concurrency>& concurrency, Session& session) {
  if (!concurrency || concurrency->group == nullptr) return;
  const Reporter::Item item(session.report);
  const TermPtr& group = concurrency->group;
  if (group->is_text_constant() && CountCodePoints(group->constant.text) >= kMaxGroup)
    session.report.Add(Build(
        Code::P0614, group->at, "GitHub refuses this group",
        fmt::format("{} characters; fewer than {} are allowed", CountCodePoints(group->constant.text), kMaxGroup)));
  const TermPtr& cancel = concurrency->cancel_in_progress;
  if (concurrency->queue == "max" && cancel != nullptr && cancel->is_bool(true))
    session.report.Add(Build(Code::P0614, cancel->at, "runs cannot wait in a queue and be cancelled",
                             "GitHub refuses `cancel-in-progress` with `queue: max`")
                           .Say("To let all of them run, one after the other:   queue(\"GROUP\")")
                           .Say("To run the newest only:   cancel-previous"));
}

}  // namespace

bool CheckVariableName(std::string_view name, Span at, Session& session) {
  const bool plain = !name.empty() && name.find_first_of("=& \t\n") == std::string_view::npos;
  if (!plain) {
    session.report.Add(Build(Code::P0214, at, fmt::format("`{}` is not the name of a variable", name),
                             "a name has no `=`, no `&` and no blank")
                           .Say("Shells take letters, digits and `_`."));
    return false;
  }
  if (std::ranges::find(kRunners, AsciiUpper(name)) == kRunners.end()) return true;
  // Actions see it where a directive allows it; scripts may not.
  return !session.report.Add(Build(Code::P0516, at, fmt::format("GitHub sets `{}` itself", name),
                                   "the runner ignores another value, without a word")
                                 .Say("Any other name will do."));
}

void CheckSettingName(std::string_view what, std::string_view name, Span at, Reporter& report) {
  if (!AsciiUpper(name).starts_with("GITHUB_") || EqualsIgnoreCase(name, "GITHUB_TOKEN")) return;
  report.Add(Build(Code::P0516, at, fmt::format("GitHub takes no {} called `{}`", what, name),
                   "names that begin with `GITHUB_` are its own")
                 .Say("Give it another name there and here."));
}

void CheckOwnEnv(const std::vector<EnvEntry>& env, Session& session) {
  for (const EnvEntry& entry : env) {
    const Term* own = nullptr;
    const auto find = [&](const auto& self, const Term& term) -> void {
      // What `untyped` takes is meant as GitHub has it: the value from before.
      if (own != nullptr || (term.is(TermKind::Call) && term.name == kUntyped)) return;
      for (const TermPtr& arg : term.args) self(self, *arg);
      if (own != nullptr || !term.is(TermKind::Path) || !term.name.starts_with("env.")) return;
      for (const EnvEntry& other : env)
        if (EqualsIgnoreCase(term.name.substr(4), other.name)) own = &term;
    };
    find(find, *entry.value);
    if (own == nullptr) continue;
    session.report.Add(Build(Code::P0401, own->at,
                             fmt::format("`{}` is not known yet here", session.sources.Text(own->at)),
                             "GitHub fills in all variables of one `env` at once")
                           .Say("Bind the value first, and use it twice:   let name = ..."));
  }
}

void CheckLimits(const Pipeline& pipeline, Session& session) {
  CheckGroup(pipeline.concurrency, session);
  for (const Job& job : pipeline.jobs) {
    CheckGroup(job.concurrency, session);
    const Reporter::Item item(session.report);
    if (job.max_parallel != nullptr && job.max_parallel->is_constant() && job.max_parallel->constant.number < 1)
      session.report.Add(
          Build(Code::P0305, job.max_parallel->at, "`max-parallel` counts from 1", "no job could ever run")
              .Say("Leave it out, and GitHub runs as many as it can."));
    if (SameGroup(pipeline.concurrency, job.concurrency))
      session.report.Add(
          Build(Code::P0614, job.concurrency->at, fmt::format("`{}` waits for its own run", job.name), "the same group")
              .Also(pipeline.concurrency->at, "the run holds this group until all of its jobs are done")
              .Say("Remove one of the two, or give the job a group of its own."));
  }
  if (pipeline.HasTrigger("workflow_dispatch") && pipeline.parameters.size() > kMaxInputs)
    session.report.Add(Build(Code::P0908, pipeline.parameters[kMaxInputs].at,
                             fmt::format("GitHub takes at most {} inputs", kMaxInputs),
                             fmt::format("the {}th of {}", kMaxInputs + 1, pipeline.parameters.size()))
                           .Say("Put several of them into one:   options: string = \"--fast --all\""));
}

}  // namespace sluice::check

// P0507: what outsiders send, beside the secrets and the token of a run that has them (language.md 2.4).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"
#include "compiler/check/facts.h"
#include "compiler/check/slots.h"
#include "compiler/check/steps.h"

namespace sluice::check {
namespace {

// What names content of an outsider: a checkout of it brings the content here. Of pull requests also the number, since
// `refs/pull/NUMBER/merge` is theirs.
constexpr auto kHeads = std::to_array<std::string_view>({
    "github.head_ref",
    "github.event.number",
    "github.event.issue.number",
    "github.event.pull_request.number",
    "github.event.pull_request.merge_commit_sha",
    "github.event.pull_request.head.",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests",
});

// The same in scripts.
constexpr auto kFetches = std::to_array<std::string_view>({"gh pr checkout", "hub pr checkout", "refs/pull/", "pull/"});

const Term* FindHead(const TermPtr& value) {
  const Term* found = nullptr;
  Walk(value, [&](const Term& term) {
    if (found != nullptr || !term.is(TermKind::Path)) return;
    const std::string name = AsciiLower(term.name);
    const bool head = std::ranges::any_of(kHeads, [&](std::string_view path) {
      return path.ends_with('.') || path.ends_with('_') ? name.starts_with(path) : name == path;
    });
    if (head) found = &term;
  });
  return found;
}

// Where a script says one of the words, or nowhere.
Span FindWord(const RunBody& body, std::span<const std::string_view> words, const source::SourceMap& sources) {
  for (const ScriptPart& part : body.script) {
    if (part.placeholder != nullptr || !part.at.valid()) continue;
    const std::string_view text = sources.Text(part.at);
    for (const std::string_view word : words)
      if (const size_t at = text.find(word); at != std::string_view::npos) {
        const uint32_t begin = part.at.begin + static_cast<uint32_t>(at);
        return {begin, begin + static_cast<uint32_t>(word.size())};
      }
  }
  return {};
}

// `git fetch origin pull/7/head`: a placeholder that is the number stands behind the word.
bool FetchesHead(const RunBody& body, const source::SourceMap& sources, Span& at) {
  at = FindWord(body, kFetches, sources);
  if (!at.valid()) return false;
  const std::string_view word = sources.Text(at);
  return word != "pull/" || std::ranges::any_of(body.script, [](const ScriptPart& part) {
           return part.placeholder != nullptr && FindHead(part.placeholder) != nullptr;
         });
}

}  // namespace

// The trigger that makes the run privileged at this place; tests of the event leave triggers out.
const Trigger* BodyChecker::PrivilegedTrigger(const Env& env) const {
  for (const Trigger& trigger : pipeline_.triggers) {
    const catalogue::Event* event = catalogue::FindEvent(trigger.event);
    if (event == nullptr || !event->privileged) continue;
    if (!env.events || env.events->contains(trigger.event)) return &trigger;
  }
  return nullptr;
}

void BodyChecker::NotePrivileged(ItemId id, const Step& step, const Env& env) {
  const Trigger* trigger = PrivilegedTrigger(env);
  if (trigger == nullptr) return;
  if (const auto* run = std::get_if<RunBody>(&step.body)) CheckEnvironmentFiles(id, *run, *trigger);
  if (head_) {
    const Term* secret = nullptr;
    ForEachValue(step, [&](const TermPtr& value) {
      if (secret == nullptr) secret = FindSecret(value);
    });
    if (secret != nullptr && !head_->secret.valid()) head_->secret = secret->at;
    return;
  }
  HeadCheckout found;
  found.step = id;
  found.trigger = trigger;
  if (const auto* uses = std::get_if<UsesBody>(&step.body)) {
    if (!EqualsIgnoreCase(uses->uses, "actions/checkout")) return;
    for (const Argument& argument : uses->arguments) {
      const bool chooses = EqualsIgnoreCase(argument.name, "ref") || EqualsIgnoreCase(argument.name, "repository");
      const Term* head = chooses ? FindHead(argument.value) : nullptr;
      if (head == nullptr) continue;
      found.at = head->at;
      head_ = found;
      return;
    }
  } else if (FetchesHead(std::get<RunBody>(step.body), session_.sources, found.at)) {
    head_ = found;
  }
}

// Variables and folders of programs for all later steps, from a script that may have read anything.
void BodyChecker::CheckEnvironmentFiles(ItemId id, const RunBody& body, const Trigger& trigger) {
  static constexpr auto kFiles = std::to_array<std::string_view>({"GITHUB_ENV", "GITHUB_PATH"});
  const Span at = FindWord(body, kFiles, session_.sources);
  if (!at.valid()) return;
  Reporter::Item item(session_.report, &ast_[id]);
  session_.report.Add(Build(Code::P0507, at, "what outsiders send could choose programs and variables of later steps",
                            "one line too many in this file is a variable such as LD_PRELOAD")
                          .Also(trigger.at, fmt::format("`{}` runs with secrets on what outsiders send", trigger.event))
                          .Say("Hand values on as outputs:   let x = run -> { name: string } ...")
                          .Say("If nothing in the text can come from outside, add  # sluice: allow[P0507] reason"));
}

void BodyChecker::CheckHeadCheckout() {
  if (!head_) return;
  std::string writes;
  for (const Grant& grant : job_.permissions)
    if (grant.access == "write") writes += fmt::format("{}`{}`", writes.empty() ? "" : ", ", grant.scope);
  if (job_.permissions_all == "write-all") writes = "everything";
  if (!head_->secret.valid() && writes.empty()) return;
  Reporter::Item item(session_.report, &ast_[head_->step]);
  Build report(Code::P0507, head_->at,
               head_->secret.valid() ? "code of an outsider would run beside a secret"
                                     : "code of an outsider would run with a token that writes",
               "from here on the files are those of the pull request");
  report.Also(head_->trigger->at,
              fmt::format("`{}` runs with the secrets and the token of this repository", head_->trigger->event));
  if (head_->secret.valid())
    report.Also(head_->secret, "a secret that the files could read");
  else
    report.Say(fmt::format("The job may write {}.", writes));
  report.Say("Build and test in a pipeline `on pull_request`, which has neither, and let this one use its result.");
  report.Say("If somebody has read the code before it runs here, add  # sluice: allow[P0507] reason");
  session_.report.Add(std::move(report));
}

// P0507: who writes the key of a cache in a run with secrets chooses what later runs restore.
bool BodyChecker::RefuseCacheKey(const TermPtr& value, std::string_view action, const Env& env) {
  if (!action.starts_with("actions/cache")) return false;
  const Trigger* trigger = PrivilegedTrigger(env);
  const Term* untrusted = trigger != nullptr ? FindUntrusted(value) : nullptr;
  if (untrusted == nullptr) return false;
  return session_.report.Add(
      Build(Code::P0507, untrusted->at, "an outsider would choose the key of a cache",
            fmt::format("untrusted: {}", untrusted->labels.untrusted->text))
          .Also(trigger->at, fmt::format("`{}` writes caches that every run restores", trigger->event))
          .Say("Make the key of what the repository says:   hashFiles('package-lock.json')"));
}

}  // namespace sluice::check

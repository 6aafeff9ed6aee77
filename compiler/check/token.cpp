// P0509 for what the token of the run writes: for pull requests from forks it only reads.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/steps.h"

namespace sluice::check {
namespace {

bool IsToken(const Term& term) {
  return term.is(TermKind::Path) &&
         (term.name == "github.token" || EqualsIgnoreCase(term.name, "secrets.GITHUB_TOKEN"));
}

const Term* FindToken(const TermPtr& value) {
  const Term* found = nullptr;
  Walk(value, [&](const Term& term) {
    if (found == nullptr && IsToken(term)) found = &term;
  });
  return found;
}

// The scopes that are written, as in "`contents`, `packages`".
std::string Written(const std::vector<Grant>& grants, std::string_view reason) {
  std::string scopes;
  for (const Grant& grant : grants) {
    const bool of_reason = reason.empty() || std::ranges::find(grant.reasons, reason) != grant.reasons.end();
    if (grant.access == "write" && of_reason) scopes += fmt::format("{}`{}`", scopes.empty() ? "" : ", ", grant.scope);
  }
  return scopes;
}

}  // namespace

// A test of the event, or of the repository that the pull request comes from, keeps forks out.
bool BodyChecker::IsRunByForks(const Env& env) const {
  if (!pipeline_.HasTrigger("pull_request")) return false;
  if (env.events && !env.events->contains("pull_request")) return false;
  return std::ranges::none_of(env.guards, [](const std::string& guard) {
    return guard.find("github.event.pull_request.head.repo") != std::string::npos;
  });
}

void BodyChecker::NoteToken(ItemId id, const Step& step, const Env& env) {
  if (!IsRunByForks(env)) return;
  const Term* read = nullptr;
  const Term* other = nullptr;  // a token of somebody else
  ForEachValue(step, [&](const TermPtr& value) {
    if (read == nullptr) read = FindToken(value);
    Walk(value, [&](const Term& term) {
      if (term.labels.secret && term.args.empty() && !IsToken(term)) other = &term;
    });
  });
  if (read != nullptr)
    token_uses_.push_back({id, read->at, ""});
  else if (const auto* uses = std::get_if<UsesBody>(&step.body); uses != nullptr && other == nullptr)
    token_uses_.push_back({id, uses->at, uses->uses});
}

void BodyChecker::CheckTokenWrites() {
  const auto fork = std::ranges::find(pipeline_.triggers, "pull_request", &Trigger::event);
  if (fork == pipeline_.triggers.end()) return;
  const auto elsewhere =
      std::ranges::find_if(pipeline_.triggers, [](const Trigger& trigger) { return trigger.event != "pull_request"; });
  const std::string test = elsewhere != pipeline_.triggers.end()
                               ? fmt::format("github.event_name == '{}'", elsewhere->event)
                               : "github.event.pull_request.head.repo.full_name == github.repository";
  for (const TokenUse& use : token_uses_) {
    const std::string scopes = Written(job_.permissions, use.action);
    if (scopes.empty()) continue;
    Reporter::Item item(session_.report, &ast_[use.step]);
    session_.report.Add(
        Build(Code::P0509, use.at,
              use.action.empty() ? "the token only reads in pull requests from forks"
                                 : fmt::format("`{}` cannot write in pull requests from forks", use.action),
              use.action.empty() ? fmt::format("the job may write {} by it", scopes)
                                 : fmt::format("it writes {} by the token of the run, which only reads there", scopes))
            .Also(fork->at, "runs for forks and Dependabot too")
            .Say(fmt::format("Leave them out:   if {} {{ ... }}", test))
            .Say("If nothing is written there, add  # sluice: allow[P0509] reason"));
  }
}

}  // namespace sluice::check

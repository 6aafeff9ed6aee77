#include "compiler/check/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::check {
namespace {

struct Base {
  std::string_view event, expression;
};
constexpr auto kBases = std::to_array<Base>({{"pull_request", "github.event.pull_request.base.sha"},
                                             {"merge_group", "github.event.merge_group.base_sha"},
                                             {"push", "github.event.before"}});

// The filter of a trigger that becomes the job, or null.
const TriggerFilter* FilterOf(const Trigger& trigger) {
  for (const TriggerFilter& filter : trigger.filters)
    if (IsChangesFilter(trigger, filter)) return &filter;
  return nullptr;
}

bool SameFilter(const TriggerFilter& a, const TriggerFilter& b) { return a.name == b.name && a.values == b.values; }

// Why git would compare another way than GitHub, or "".
std::string WhyOther(const TriggerFilter& filter) {
  bool excluded = false;
  for (const std::string& value : filter.values) {
    const bool negated = value.starts_with('!');
    const std::string pattern = negated ? value.substr(1) : value;
    if (pattern.find_first_of("?+[]\\") != std::string::npos)
      return fmt::format("`{}` has more than letters, `*` and `**`", value);
    for (const std::string_view part : SplitString(pattern, '/'))
      if (part != "**" && part.find("**") != std::string_view::npos)
        return fmt::format("`**` stands for whole folders only, as in `src/**`, not in `{}`", value);
    if (!negated && excluded) return fmt::format("`{}` stands behind a pattern with `!`", value);
    excluded = excluded || negated;
  }
  return "";
}

}  // namespace

bool IsChangesFilter(const Trigger& trigger, const TriggerFilter& filter) {
  return (filter.name == "paths" || filter.name == "paths-ignore") &&
         std::ranges::any_of(kBases, [&](const Base& base) { return base.event == trigger.event; });
}

std::optional<Changes> ChangesOf(const Pipeline& pipeline) {
  if (pipeline.gates.empty()) return std::nullopt;
  Changes changes;
  const TriggerFilter* filter = nullptr;
  for (const Base& base : kBases)
    for (const Trigger& trigger : pipeline.triggers) {
      const TriggerFilter* own = trigger.event == base.event ? FilterOf(trigger) : nullptr;
      if (own == nullptr) continue;
      filter = own;
      changes.bases.emplace_back(base.expression);
    }
  if (filter == nullptr) return std::nullopt;
  const bool ignored = filter->name == "paths-ignore";
  if (ignored) changes.pathspecs.emplace_back(":(glob)**");
  for (const std::string& value : filter->values) {
    const bool negated = value.starts_with('!');
    changes.pathspecs.push_back((ignored || negated ? ":(exclude,glob)" : ":(glob)") + value.substr(negated ? 1 : 0));
  }
  return changes;
}

void CheckChanges(const PipelineScope& scope, const Pipeline& pipeline, Session& session) {
  if (!ChangesOf(pipeline)) return;
  const Trigger* first = nullptr;
  for (const Trigger& trigger : pipeline.triggers) {
    const TriggerFilter* filter = FilterOf(trigger);
    if (filter == nullptr) continue;
    Reporter::Item item(session.report, &trigger);
    if (const std::string why = WhyOther(*filter); !why.empty())
      session.report.Add(
          Build(Code::P0622, trigger.at, fmt::format("a gate cannot wait for these `{}`", filter->name), why)
              .Say("With a gate the workflow always starts, and a job compares with git what GitHub would."));
    else if (first != nullptr && !SameFilter(*FilterOf(*first), *filter))
      session.report.Add(
          Build(Code::P0622, trigger.at, "with a gate all triggers filter the same paths", "other paths than the first")
              .Also(first->at, "the first ones"));
    if (first == nullptr) first = &trigger;
  }
  if (const auto job = scope.jobs.find("changes"); job != scope.jobs.end())
    session.report.Add(Build(Code::P0205, job->second->name.span,
                             "the job that compares paths is called `changes`, too", "this job has its name")
                           .Say("Give the job another name."));
}

}  // namespace sluice::check

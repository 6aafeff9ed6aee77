#include "compiler/check/suggest.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"

namespace sluice::check {

std::optional<std::string> Nearest(std::string_view wrong, std::span<const std::string> candidates) {
  if (auto nearest = DidYouMean(wrong, candidates)) return nearest;
  // `version` for `node-version`: the only name that the word is a part of.
  std::optional<std::string> found;
  for (const std::string& candidate : candidates) {
    const std::string tail = "-" + std::string(wrong), head = std::string(wrong) + "-";
    if (wrong.empty() || (!candidate.ends_with(tail) && !candidate.starts_with(head))) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

void Suggest(Build& report, std::string_view wrong, source::Span at, std::span<const std::string> candidates,
             std::string_view otherwise) {
  if (auto nearest = Nearest(wrong, candidates)) {
    report.Label(fmt::format("did you mean `{}`?", *nearest));
    report.FixLabel(Replace(at, *nearest, fmt::format("write `{}`", *nearest)));
    return;
  }
  report.Label(std::string(otherwise));
}

std::string JoinNames(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Diagnostic UnknownRunner(const catalogue::Project& project, std::string_view label, source::Span at) {
  std::vector<std::string> known;
  for (const catalogue::RunnerLabel& runner : catalogue::RunnerLabels()) known.emplace_back(runner.label);
  for (const catalogue::OwnRunner& runner : project.runners) known.push_back(runner.label);
  Build report(Code::P0201, at, fmt::format("I do not know a runner called `{}`", label),
               "not a GitHub label and not declared in sluice.toml");
  if (auto nearest = DidYouMean(label, known))
    report.Say(fmt::format("Did you mean `{}`?", *nearest), Replace(at, *nearest, fmt::format("write `{}`", *nearest)));
  report.Say(fmt::format("Own runners: add  {} = {{ os = \"linux\", arch = \"x64\" }}  under [runners] in sluice.toml.",
                         label));
  return report;
}

}  // namespace sluice::check

#include "cli/committed.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/base/text.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/load/pins.h"
#include "compiler/standard/standard.h"
#include "compiler/syntax/uses.h"

namespace sluice::cli {
namespace {

using catalogue::CommittedPin;
using catalogue::CommittedTruth;
using catalogue::PinBump;
using diagnostics::Build;
using diagnostics::Code;

constexpr size_t kCommitLength = 40;

std::set<std::string_view> CommitsOf(const catalogue::Lock& lock) {
  std::set<std::string_view> commits;
  for (const auto& pin : lock.actions) commits.insert(pin.sha);
  for (const auto& pin : lock.workflows) commits.insert(pin.sha);
  return commits;
}

// Most files hold what the lock says; then nothing has to be parsed.
bool HasOtherCommit(std::string_view text, const std::set<std::string_view>& known) {
  for (size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::string_view commit = text.substr(at + 1, kCommitLength);
    if (catalogue::IsCommit(commit) && !known.contains(commit)) return true;
  }
  return false;
}

void ReadPins(Project& project, const std::string& path, std::string text, std::vector<CommittedPin>& pins) {
  source::FileId file = project.sources.Find(path);
  if (!file.valid()) file = project.sources.Add(path, std::move(text));
  const auto uses = load::ReadUses(project.sources, file);
  if (!uses) return;  // a file that a merge has damaged is written anew
  for (const load::YamlUse& use : *uses)
    if (catalogue::IsCommit(use.ref) && catalogue::IsVersion(use.version))
      pins.push_back({use.uses, use.ref, use.version, use.at});
}

std::string Place(const Project& project, source::Span at) {
  const source::Position begin = project.sources.Begin(at);
  return fmt::format("{}:{}", project.sources.file(begin.file).path, begin.line);
}

std::string Short(const CommittedPin& pin) { return fmt::format("{} ({})", pin.version, pin.sha.substr(0, 7)); }

// Actions and called workflows, in the order of the source.
std::vector<syntax::ActionUse> AllUses(const ProjectSource& source) {
  syntax::ActionUses found = syntax::CollectActionUses(source.ast);
  found.uses.insert(found.uses.end(), found.calls.begin(), found.calls.end());
  std::ranges::sort(found.uses, {}, [](const syntax::ActionUse& use) { return use.span.begin; });
  return std::move(found.uses);
}

const PinBump* FindBump(const CommittedTruth& truth, std::string_view target) {
  const auto ref = catalogue::SplitActionRef(target);
  if (!ref) return nullptr;
  const auto found = std::ranges::find_if(truth.bumps, [&](const PinBump& bump) {
    return bump.ref == ref->second && EqualsIgnoreCase(bump.uses, ref->first);
  });
  return found == truth.bumps.end() ? nullptr : &*found;
}

std::string Bumped(std::string_view target, const PinBump& bump) {
  return fmt::format("{}@{}", target.substr(0, target.find('@')), bump.new_ref);
}

void ReportBump(Project& project, const syntax::ActionUse& use, const PinBump& bump) {
  const std::string better = Bumped(use.target, bump);
  Build report(Code::P0706, use.span, fmt::format("`{}` is {} in the committed workflows", bump.uses, bump.pin.version),
               fmt::format("`sluice build` writes `{}` here", better));
  report.FixLabel(diagnostics::Replace(use.span, better, "use " + better));
  report.Say(fmt::format("Committed: {}: {}.", Place(project, bump.pin.at), Short(bump.pin)));
  if (!bump.known) report.Say("Its inputs and outputs are not known here: `sluice lock` looks them up.");
  project.sink.Add(report);
}

// `uses: A@SHA # VERSION` of a line: the action, the commit, and what stands before the action.
struct PinLine {
  std::string_view lead, uses, sha;
};

std::optional<PinLine> ReadPinLine(std::string_view line) {
  const size_t key = line.find("uses: ");
  if (key == std::string_view::npos || line.substr(0, key).find_first_not_of(" -") != std::string_view::npos)
    return std::nullopt;
  const size_t begin = key + 6, at = line.find('@', begin);
  if (at == std::string_view::npos || !catalogue::IsCommit(line.substr(at + 1, kCommitLength))) return std::nullopt;
  return PinLine{line.substr(0, begin), line.substr(begin, at - begin), line.substr(at + 1, kCommitLength)};
}

// Does a line name the commit that is wanted, and differ in the comment only? Bots write comments of their own.
bool IsSamePin(std::string_view expected, std::string_view committed) {
  const auto wanted = ReadPinLine(expected), there = ReadPinLine(committed);
  return wanted && there && wanted->lead == there->lead && wanted->uses == there->uses && wanted->sha == there->sha;
}

bool IsOlderPin(std::string_view expected, std::string_view committed, const CommittedTruth& truth) {
  const auto wanted = ReadPinLine(expected), there = ReadPinLine(committed);
  if (!wanted || !there || wanted->lead != there->lead || wanted->uses != there->uses) return false;
  const auto raised = truth.raised.find(AsciiLower(wanted->uses));
  if (raised == truth.raised.end()) return false;
  return std::ranges::find(raised->second, wanted->sha) != raised->second.end() &&
         std::ranges::any_of(truth.older, [&](const CommittedPin& pin) { return pin.sha == there->sha; });
}

}  // namespace

CommittedTruth ReadCommittedPins(Project& project) {
  std::vector<CommittedPin> pins;
  const std::set<std::string_view> known = CommitsOf(project.lock);
  const std::string& folder = project.settings.out;
  const auto names = project.files->IsFolder(folder) ? project.files->List(folder)
                                                     : Result<std::vector<std::string>>(std::vector<std::string>());
  if (known.empty() || !names.ok()) return catalogue::TakeCommitted(project.lock, pins);
  std::vector<std::pair<std::string, std::string>> ours;
  bool other = false;
  for (const std::string& name : *names) {
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    const std::string path = JoinPath(folder, name);
    auto text = project.files->Read(path);
    if (!text.ok() || !text->starts_with(emit::kHeaderStart)) continue;
    other = other || HasOtherCommit(*text, known);
    ours.emplace_back(path, std::move(*text));
  }
  if (other)
    for (auto& [path, text] : ours) ReadPins(project, path, std::move(text), pins);
  return catalogue::TakeCommitted(project.lock, pins);
}

void ReportCommittedPins(Project& project, const CommittedTruth& truth) {
  for (const ProjectSource& source : project.parsed) {
    if (standard::IsModuleName(source.path)) continue;  // its text is ours: the commit alone moves
    for (const syntax::ActionUse& use : AllUses(source))
      if (const PinBump* bump = FindBump(truth, use.target)) ReportBump(project, use, *bump);
  }
  for (const CommittedPin& pin : truth.older)
    project.sink.Add(Build(Code::P0706, pin.at,
                           fmt::format("another committed workflow has a newer `{}` than {}", pin.uses, pin.version),
                           "the newer one counts; `sluice build` writes it here too"));
  for (const CommittedPin& pin : truth.denied)
    project.sink.Add(Build(Code::P0706, pin.at, fmt::format("this commit is not {} of `{}`", pin.version, pin.uses),
                           "another commit is known under this version, so this one does not count")
                         .Say("If its authors moved the tag:   sluice lock --update " + pin.uses));
}

std::map<std::string, std::string> BumpSources(const Project& project, const CommittedTruth& truth) {
  std::map<std::string, std::string> changed;
  if (truth.bumps.empty()) return changed;
  for (const ProjectSource& source : project.parsed) {
    if (standard::IsModuleName(source.path)) continue;
    const source::SourceFile& file = project.sources.file(project.sources.Find(source.path));
    std::string text = file.text;
    std::vector<syntax::ActionUse> uses = AllUses(source);
    std::ranges::reverse(uses);  // from the end, so that places before stay where they are
    for (const syntax::ActionUse& use : uses)
      if (const PinBump* bump = FindBump(truth, use.target))
        text.replace(use.span.begin - file.begin, use.span.size(), Bumped(use.target, *bump));
    if (text != file.text) changed[source.path] = std::move(text);
  }
  return changed;
}

std::string AllowOlderPins(const std::string& expected, const std::string& committed, const CommittedTruth& truth) {
  const auto wanted = SplitString(expected, '\n'), there = SplitString(committed, '\n');
  if (wanted.size() != there.size()) return expected;
  std::string out;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i > 0) out += '\n';
    out += IsSamePin(wanted[i], there[i]) || IsOlderPin(wanted[i], there[i], truth) ? there[i] : wanted[i];
  }
  return out;
}

}  // namespace sluice::cli

#include "compiler/catalogue/lock_merge.h"

#include <algorithm>
#include <cstdint>

#include "compiler/base/text.h"

namespace sluice::catalogue {
namespace {

bool IsMarker(std::string_view line, char c) {
  return line.starts_with(std::string(7, c)) && (line.size() == 7 || line[7] == ' ' || line[7] == '\r');
}

// Takes what `ours` lacks. `find` gives the entry that stands for the same thing, `newer` whether theirs replaces it.
template <class Pin, class Find, class Newer>
void Take(std::vector<Pin>& ours, const std::vector<Pin>& theirs, Find find, Newer newer) {
  for (const Pin& pin : theirs) {
    const auto same = std::ranges::find_if(ours, [&](const Pin& each) { return find(each, pin); });
    if (same == ours.end())
      ours.push_back(pin);
    else if (newer(*same, pin))
      *same = pin;
  }
}

}  // namespace

std::optional<std::pair<std::string, std::string>> ConflictSides(std::string_view text) {
  enum class Part : uint8_t { Both, Ours, Ancestor, Theirs } part = Part::Both;
  std::pair<std::string, std::string> sides;
  bool found = false;
  for (const std::string_view line : SplitString(text, '\n')) {
    if (IsMarker(line, '<')) {
      part = Part::Ours;
      found = true;
    } else if (part == Part::Ours && IsMarker(line, '|')) {
      part = Part::Ancestor;
    } else if ((part == Part::Ours || part == Part::Ancestor) && IsMarker(line, '=')) {
      part = Part::Theirs;
    } else if (part == Part::Theirs && IsMarker(line, '>')) {
      part = Part::Both;
    } else {
      if (part == Part::Both || part == Part::Ours) sides.first.append(line) += '\n';
      if (part == Part::Both || part == Part::Theirs) sides.second.append(line) += '\n';
    }
  }
  if (!found) return std::nullopt;
  return sides;
}

Lock MergeLocks(Lock ours, const Lock& theirs) {
  const auto newer = [](const auto& a, const auto& b) { return VersionLess(a.version, b.version); };
  const auto never = [](const auto&, const auto&) { return false; };
  Take(
      ours.actions, theirs.actions,
      [](const ActionPin& a, const ActionPin& b) { return a.ref == b.ref && EqualsIgnoreCase(a.uses, b.uses); }, newer);
  Take(
      ours.workflows, theirs.workflows,
      [](const WorkflowPin& a, const WorkflowPin& b) { return a.ref == b.ref && SameWorkflow(a.uses, b.uses); }, newer);
  Take(
      ours.images, theirs.images, [](const ImagePin& a, const ImagePin& b) { return a.uses == b.uses; }, never);
  Take(
      ours.tools, theirs.tools, [](const ToolPin& a, const ToolPin& b) { return a.name == b.name; }, never);
  Sort(ours);
  return ours;
}

}  // namespace sluice::catalogue

#include "compiler/diagnostics/apply_fixes.h"

#include <algorithm>
#include <vector>

namespace sluice::diagnostics {
namespace {

// The edits of one file, by place.
using Edits = std::vector<Edit>;

const Fix* Wanted(const std::optional<Fix>& fix, bool unsafe) {
  return fix && !fix->edits.empty() && (fix->safe || unsafe) ? &*fix : nullptr;
}

const Fix* FirstFix(const Diagnostic& d, bool unsafe) {
  if (const Fix* fix = Wanted(d.primary.fix, unsafe)) return fix;
  for (const Label& label : d.labels)
    if (const Fix* fix = Wanted(label.fix, unsafe)) return fix;
  for (const Note& note : d.notes)
    if (const Fix* fix = Wanted(note.fix, unsafe)) return fix;
  return nullptr;
}

// Two edits at one place have no order of their own, so they touch too.
bool Touch(Span a, Span b) { return a.begin <= b.end && b.begin <= a.end; }

bool Free(const Fix& fix, const Edits& taken) {
  return std::ranges::none_of(fix.edits, [&](const Edit& edit) {
    return std::ranges::any_of(taken, [&](const Edit& other) { return Touch(edit.at, other.at); });
  });
}

}  // namespace

Fixed ApplyFixes(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources, bool unsafe) {
  Fixed fixed;
  Edits edits;
  for (const Diagnostic& d : diagnostics) {
    const Fix* fix = FirstFix(d, unsafe);
    if (fix == nullptr || !Free(*fix, edits)) continue;
    edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
    ++fixed.fixes;
  }
  // The last place first, so that the others stay where they are; of one place the later edit first, so that their
  // texts keep their order.
  std::ranges::reverse(edits);
  std::ranges::stable_sort(edits, std::greater<>(), [](const Edit& edit) { return edit.at.begin; });
  for (const Edit& edit : edits) {
    const auto file = sources.FileOf(edit.at);
    std::string& text = fixed.files.try_emplace(sources.file(file).path, sources.file(file).text).first->second;
    const size_t begin = sources.Begin(edit.at).byte;
    text.replace(begin, edit.at.end - edit.at.begin, edit.text);
  }
  return fixed;
}

}  // namespace sluice::diagnostics

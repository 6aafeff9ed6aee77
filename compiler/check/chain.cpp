#include "compiler/check/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::check {
namespace {

using source::Span;

bool Within(Span inner, Span outer) {
  return inner.valid() && outer.valid() && inner.begin >= outer.begin && inner.end <= outer.end;
}

bool IsWordLetter(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; }

// Where `word` first stands alone in `text`.
size_t FindWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || (!IsWordLetter(text[at - 1]) && text[at - 1] != '.');
    if (begins && (end == text.size() || !IsWordLetter(text[end]))) return at;
  }
  return std::string_view::npos;
}

// The argument that `place`, a part of the body, reads first; the use itself when it reads none.
Span ArgumentBehind(Span place, const Instance& instance, const source::SourceMap& sources) {
  const std::string_view text = sources.Text(place);
  Span best = instance.use;
  size_t first = std::string_view::npos;
  for (const Instance::Argument& argument : instance.arguments) {
    const size_t at = FindWord(text, argument.name);
    if (at >= first || !argument.at.valid()) continue;
    first = at;
    best = argument.at;
  }
  return best;
}

// Two labels of one place cannot both be drawn.
bool Overlaps(const Diagnostic& diagnostic, Span at) {
  auto meets = [&](Span other) { return other.begin < at.end && at.begin < other.end; };
  return meets(diagnostic.primary.at) ||
         std::ranges::any_of(diagnostic.labels, [&](const diagnostics::Label& label) { return meets(label.at); });
}

// A fix in the body would change it for everybody.
void KeepFixesOfUse(std::optional<diagnostics::Fix>& fix, Span use) {
  if (fix && !std::ranges::all_of(fix->edits, [&](const diagnostics::Edit& edit) { return Within(edit.at, use); }))
    fix.reset();
}

}  // namespace

Diagnostic AtInstance(Diagnostic found, Span place, const Instance& instance, const source::SourceMap& sources) {
  const bool at_use = Within(found.primary.at, instance.use);
  const Span in_body = Within(found.primary.at, instance.body) ? found.primary.at : place;
  if (!at_use) {
    const Span was = found.primary.at;
    found.primary.at = ArgumentBehind(Within(was, instance.body) ? was : place, instance, sources);
    std::erase_if(found.labels, [&](const diagnostics::Label& label) { return label.at == found.primary.at; });
  }
  KeepFixesOfUse(found.primary.fix, instance.use);
  for (diagnostics::Label& label : found.labels) KeepFixesOfUse(label.fix, instance.use);
  for (diagnostics::Note& note : found.notes) KeepFixesOfUse(note.fix, instance.use);
  if (Within(in_body, instance.body) && !Overlaps(found, in_body))
    found.labels.push_back({in_body, fmt::format("used here in {}", instance.what), {}});
  return found;
}

InstanceFindings::~InstanceFindings() {
  const std::vector<Diagnostic> found = trial_->found();
  const std::vector<Span> places = trial_->places();
  trial_.reset();
  for (size_t i = 0; i < found.size(); ++i) {
    const bool known =
        instance_.known != nullptr && std::ranges::any_of(*instance_.known, [&](const Diagnostic& other) {
          return other.code == found[i].code && other.primary.at == found[i].primary.at;
        });
    if (!known) report_.Add(AtInstance(found[i], places[i], instance_, sources_));
  }
}

}  // namespace sluice::check

#include "compiler/lower/raw_text.h"

#include <algorithm>
#include <utility>

namespace sluice::lower {
namespace {

using diagnostics::Diagnostic;
using model::Value;
using source::Span;

// From places in the text of a raw block to places in the program.
class Places {
 public:
  Places(const check::RawBlock& block, uint32_t base) : block_(block), base_(base) {}

  Span Of(Span at) const;
  void Move(Value& value) const;
  Diagnostic Move(Diagnostic diagnostic) const;

 private:
  void Move(std::optional<diagnostics::Fix>& fix) const;

  const check::RawBlock& block_;
  uint32_t base_;  // where the text begins among the texts that it was read in
};

Span Places::Of(Span at) const {
  if (!at.valid()) return at;
  const size_t begin = at.begin >= base_ ? at.begin - base_ : 0;
  const check::RawBlock::Piece* piece = nullptr;
  for (const check::RawBlock::Piece& each : block_.pieces)
    if (each.offset <= begin) piece = &each;
  if (piece == nullptr) return block_.at;
  // A piece ends with its line: what goes over it shows its first line.
  const auto from = piece->at.begin + static_cast<uint32_t>(begin - piece->offset);
  return {std::min(from, piece->at.end), std::min(from + at.size(), piece->at.end)};
}

void Places::Move(Value& value) const {
  value.origin.at = Of(value.origin.at);
  for (Value& item : value.items) Move(item);
  for (auto& [key, entry] : value.entries) {
    Move(key);
    Move(entry);
  }
}

void Places::Move(std::optional<diagnostics::Fix>& fix) const {
  if (!fix) return;
  for (diagnostics::Edit& edit : fix->edits) edit.at = Of(edit.at);
}

Diagnostic Places::Move(Diagnostic diagnostic) const {
  diagnostic.primary.at = Of(diagnostic.primary.at);
  Move(diagnostic.primary.fix);
  for (diagnostics::Label& label : diagnostic.labels) {
    label.at = Of(label.at);
    Move(label.fix);
  }
  for (diagnostics::Note& note : diagnostic.notes) Move(note.fix);
  return diagnostic;
}

}  // namespace

std::optional<Value> ReadRawText(const Raw& raw, load::Part part,
                                 const std::function<bool(const std::vector<std::string>& path)>& open) {
  source::SourceMap local;
  const source::FileId file = local.Add("raw", raw.block.text + "\n");
  const Places places(raw.block, local.WholeFile(file).begin);
  diagnostics::Sink mistakes;
  auto value = load::ReadPart(local, file, part, open, mistakes);
  // One diagnostic an item; the block is one.
  if (!mistakes.all().empty()) {
    diagnostics::Sort(mistakes.all(), local);
    const auto first = std::ranges::find(mistakes.all(), diagnostics::Severity::Error, &Diagnostic::severity);
    raw.sink.Add(places.Move(first == mistakes.all().end() ? mistakes.all().front() : *first));
  }
  if (value) places.Move(*value);
  return value;
}

}  // namespace sluice::lower

#include "compiler/check/reporter.h"

#include <set>
#include <tuple>
#include <utility>

namespace sluice::check {

using diagnostics::Severity;

Reporter::Item::Item(Reporter& reporter, const void* key, bool damaged)
    : reporter_(reporter), outer_(reporter.current_), index_(reporter.items_.size()) {
  if (key != nullptr) index_ = reporter.keys_.emplace(key, index_).first->second;
  if (index_ == reporter.items_.size()) reporter.items_.push_back({});
  ItemState& state = reporter.items_[index_];
  state.damaged = state.damaged || damaged;
  state.broken = state.broken || damaged;
  reporter.current_ = index_;
}

bool Reporter::Add(Diagnostic diagnostic) {
  const bool counts = diagnostic.severity == Severity::Error && !(allowed_ && allowed_(diagnostic));
  if (trial_ != nullptr) {
    trial_->found_.push_back(std::move(diagnostic));
    trial_->places_.push_back(place_);
    trial_->items_.push_back(current_);
    return counts;
  }
  ItemState& item = items_[current_];
  if (counts) {
    ++errors_;
    // What belongs to no item stands for itself.
    if (item.broken && current_ != 0) return true;
    item.broken = true;
  }
  if (!item.damaged || current_ == 0) found_.push_back({current_, std::move(diagnostic)});
  return counts;
}

void Reporter::Replay(const std::vector<Diagnostic>& found, const std::vector<size_t>& items) {
  const size_t outer = current_;
  for (size_t i = 0; i < found.size(); ++i) {
    current_ = items[i];
    Add(found[i]);
  }
  current_ = outer;
}

void Reporter::Flush(diagnostics::Sink& sink) {
  // What is written once and stands for several jobs is warned about once.
  std::set<std::tuple<diagnostics::Code, uint32_t, uint32_t>> warned;
  for (Found& found : found_) {
    const bool covered = found.item != 0 && items_[found.item].broken;
    const Diagnostic& said = found.diagnostic;
    if (said.severity != Severity::Error &&
        (covered || !warned.emplace(said.code, said.primary.at.begin, said.primary.at.end).second))
      continue;
    sink.Add(std::move(found.diagnostic));
  }
  found_.clear();
}

}  // namespace sluice::check

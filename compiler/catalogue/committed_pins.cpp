#include "compiler/catalogue/committed_pins.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "compiler/base/text.h"
#include "compiler/catalogue/shipped_actions.h"

namespace sluice::catalogue {
namespace {

// The catalogue's pin of a ref, if it knows it.
std::optional<ActionPin> Shipped(const std::string& uses, const std::string& ref) {
  Resolution found = ResolveAction(uses, ref);
  if (found.problem != Resolution::Problem::None) return std::nullopt;
  return std::move(found.pin);
}

template <class Pin>
bool SameAction(const Pin& pin, const std::string& uses) {
  return EqualsIgnoreCase(pin.uses, uses);
}

// Is it a tag that its authors move on, `v7`, and no version of one commit?
bool IsMovingTag(const std::string& version) { return VersionLength(version) == 1; }

// The entry whose version the committed one replaces: of the same major, else the newest one; null when the lock has
// nothing older. A moving tag at a commit that nobody knows is newer than all that is known of its major.
template <class Pin>
Pin* FindReplaced(std::vector<Pin>& pins, const CommittedPin& committed, bool moved) {
  const std::string major = MajorOf(committed.version);
  Pin* newest = nullptr;
  for (Pin& pin : pins) {
    if (!SameAction(pin, committed.uses)) continue;
    if (MajorOf(pin.version) == major) return moved || VersionLess(pin.version, committed.version) ? &pin : nullptr;
    if (newest == nullptr || VersionLess(newest->version, pin.version)) newest = &pin;
  }
  return newest != nullptr && VersionLess(newest->version, committed.version) ? newest : nullptr;
}

class Overlay {
 public:
  explicit Overlay(const Lock& lock) : before_(lock) { truth_.lock = lock; }

  CommittedTruth Run(std::vector<CommittedPin> committed) {
    std::ranges::stable_sort(committed, [](const auto& a, const auto& b) { return VersionLess(b.version, a.version); });
    for (CommittedPin& pin : committed)
      if (IsMovingTag(pin.version)) pin.version = VersionOf(pin);
    for (const CommittedPin& pin : committed) Take(pin);
    for (const CommittedPin& pin : committed) {
      const auto raised = truth_.raised.find(AsciiLower(pin.uses));
      if (raised == truth_.raised.end() || Counts(pin) || denied_.contains(pin.sha)) continue;
      truth_.older.push_back(pin);
    }
    std::ranges::sort(truth_.bumps, {}, [](const PinBump& bump) { return std::tuple(bump.uses, bump.ref); });
    Sort(truth_.lock);
    return std::move(truth_);
  }

 private:
  template <class Pin>
  static bool Has(const std::vector<Pin>& pins, const CommittedPin& committed) {
    return std::ranges::any_of(
        pins, [&](const Pin& pin) { return pin.sha == committed.sha && SameAction(pin, committed.uses); });
  }

  bool Counts(const CommittedPin& pin) const {
    return Has(truth_.lock.actions, pin) || Has(truth_.lock.workflows, pin);
  }

  void Take(const CommittedPin& pin) {
    if (Has(before_.actions, pin) || Has(before_.workflows, pin) || Counts(pin) || denied_.contains(pin.sha)) return;
    if (IsDenied(pin)) {
      denied_.insert(pin.sha);
      truth_.denied.push_back(pin);
    } else if (IsWorkflowPath(pin.uses)) {
      if (WorkflowPin* replaced = FindReplaced(truth_.lock.workflows, pin, HasMoved(pin))) Raise(*replaced, pin);
    } else if (ActionPin* replaced = FindReplaced(truth_.lock.actions, pin, HasMoved(pin))) {
      Raise(*replaced, pin);
    }
  }

  // The comment of a bot that follows `v7` says no more than that; the catalogue may know the commit's version.
  static std::string VersionOf(const CommittedPin& pin) {
    const auto shipped = Shipped(pin.uses, pin.sha);
    return shipped && Covers(pin.version, shipped->version) ? shipped->version : pin.version;
  }

  // Of two commits that a moving tag had the first counts: which one is newer cannot be known.
  bool HasMoved(const CommittedPin& pin) const {
    const auto raised = truth_.raised.find(AsciiLower(pin.uses));
    return IsMovingTag(pin.version) && raised == truth_.raised.end();
  }

  // A comment is no proof. Where it is known which commit a version is, another one is an error or worse.
  bool IsDenied(const CommittedPin& pin) const {
    if (IsMovingTag(pin.version)) return false;
    const auto contradicts = [&](const auto& known) {
      return SameAction(known, pin.uses) && known.version == pin.version && known.sha != pin.sha;
    };
    if (std::ranges::any_of(before_.actions, contradicts) || std::ranges::any_of(before_.workflows, contradicts))
      return true;
    const auto shipped = Shipped(pin.uses, pin.version);
    return shipped && shipped->version == pin.version && shipped->sha != pin.sha;
  }

  // What stays the same for both kinds: the commit, the ref that fits it, the note.
  template <class Pin>
  void Move(Pin& pin, const CommittedPin& committed, bool known) {
    truth_.raised[AsciiLower(pin.uses)].push_back(committed.sha);
    pin.sha = committed.sha;
    pin.version = committed.version;
    const bool commit = IsCommit(pin.ref);
    if (!commit && Covers(pin.ref, pin.version)) return;
    truth_.bumps.push_back(
        {pin.uses, pin.ref, commit ? committed.sha : RefLike(pin.ref, pin.version), committed, known});
  }

  void Raise(WorkflowPin& pin, const CommittedPin& committed) {
    Move(pin, committed, MajorOf(pin.version) == MajorOf(committed.version));
    AddNewRef(truth_.lock.workflows, pin);
  }

  void Raise(ActionPin& pin, const CommittedPin& committed) {
    const bool same_major = MajorOf(pin.version) == MajorOf(committed.version);
    std::optional<ActionPin> signature = Shipped(pin.uses, committed.sha);
    if (const ActionPin* locked = before_.Find(pin.uses, RefLike(pin.ref, committed.version))) signature = *locked;
    if (signature) {
      signature->uses = pin.uses;
      signature->ref = pin.ref;
      pin = std::move(*signature);
    } else if (!same_major) {
      pin.open = true;
      pin.runtime.clear();
    }
    Move(pin, committed, !pin.open);
    AddNewRef(truth_.lock.actions, pin);
  }

  // The sources may say the new ref already, written there by a build that had no lock for it.
  template <class Pin>
  void AddNewRef(std::vector<Pin>& pins, Pin pin) {
    if (truth_.bumps.empty() || truth_.bumps.back().uses != pin.uses || truth_.bumps.back().ref != pin.ref) return;
    pin.ref = truth_.bumps.back().new_ref;
    const bool there =
        std::ranges::any_of(pins, [&](const Pin& each) { return each.ref == pin.ref && SameAction(each, pin.uses); });
    if (!there) pins.push_back(std::move(pin));
  }

  const Lock& before_;
  CommittedTruth truth_;
  std::set<std::string> denied_;
};

}  // namespace

CommittedTruth TakeCommitted(const Lock& lock, std::span<const CommittedPin> committed) {
  return Overlay(lock).Run({committed.begin(), committed.end()});
}

}  // namespace sluice::catalogue

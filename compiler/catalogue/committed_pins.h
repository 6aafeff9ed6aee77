#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/source/source_map.h"

// The committed pin is the truth (language.md 2.15): Dependabot and Renovate edit the emitted workflows only, so a
// version there that is newer than the lock's is the one that counts.
namespace sluice::catalogue {

// `uses: A@SHA # VERSION` of a committed workflow that Sluice wrote.
struct CommittedPin {
  std::string uses;
  std::string sha;
  std::string version;
  source::Span at;  // of the `uses` in the workflow
};

// A committed version that the ref of the sources does not cover: they say `@v7`, the workflow has v8.0.0.
struct PinBump {
  std::string uses;
  std::string ref;      // of the sources
  std::string new_ref;  // what they should say
  CommittedPin pin;
  bool known = false;  // the signature of the new version is known
};

struct CommittedTruth {
  Lock lock;                         // of the file, with the newer versions that are committed
  std::vector<PinBump> bumps;        // by uses and ref
  std::vector<CommittedPin> older;   // commits that lost against a newer one of the same action
  std::vector<CommittedPin> denied;  // the lock or the catalogue knows that version as another commit: not taken
  // action (lower case) -> the commits that count instead of the lock's
  std::map<std::string, std::vector<std::string>> raised;
};

// Lays committed pins over a lock. A newer version wins, an older one never; of two newer ones the higher.
CommittedTruth TakeCommitted(const Lock& lock, std::span<const CommittedPin> committed);

}  // namespace sluice::catalogue

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::types {

// What an expression reads: GitHub's twelve contexts, and the functions that exist in some slots only.
enum class Context : uint16_t {
  Github = 1 << 0,
  Inputs = 1 << 1,
  Vars = 1 << 2,
  Needs = 1 << 3,
  Strategy = 1 << 4,
  Matrix = 1 << 5,
  Secrets = 1 << 6,
  Job = 1 << 7,
  Runner = 1 << 8,
  Env = 1 << 9,
  Steps = 1 << 10,
  Jobs = 1 << 11,
  Status = 1 << 12,  // success, failure, always, cancelled
  HashFiles = 1 << 13,
};

// A set of contexts. The empty set is what a compile-time constant reads.
class ContextSet {
 public:
  constexpr ContextSet() = default;
  constexpr ContextSet(Context one) : bits_(static_cast<uint16_t>(one)) {}  // NOLINT(google-explicit-constructor)
  static constexpr ContextSet FromBits(uint16_t bits) {
    ContextSet set;
    set.bits_ = bits;
    return set;
  }

  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has(Context one) const { return (bits_ & static_cast<uint16_t>(one)) != 0; }
  constexpr bool contains(ContextSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr ContextSet without(ContextSet other) const { return FromBits(static_cast<uint16_t>(bits_ & ~other.bits_)); }
  constexpr uint16_t bits() const { return bits_; }
  constexpr ContextSet& operator|=(ContextSet other) {
    bits_ = static_cast<uint16_t>(bits_ | other.bits_);
    return *this;
  }
  friend constexpr ContextSet operator|(ContextSet a, ContextSet b) { return a |= b; }
  friend constexpr bool operator==(ContextSet, ContextSet) = default;

 private:
  uint16_t bits_ = 0;
};
constexpr ContextSet operator|(Context a, Context b) { return ContextSet(a) | ContextSet(b); }

// The context of that name in any case (`github`, `inputs`, …), or an empty set.
ContextSet FindContext(std::string_view name);

// GitHub's names of the contexts, in the order of their bits: `github inputs vars …`. Functions are not among them.
const std::vector<std::string>& ContextNames();
bool IsContextName(std::string_view name);

}  // namespace sluice::types

#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace sluice::property {

// A small generator (splitmix64) whose numbers do not depend on the standard library.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  // From 0 up to, not including, `bound` (at least 1).
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }
  // True once in `times`.
  bool OneIn(size_t times) { return Below(times) == 0; }
  template <class Container>
  const auto& Pick(const Container& items) {
    return items[Below(std::size(items))];
  }

 private:
  uint64_t state_;
};

// $SLUICE_SEED, or another one each time. Tests print it.
inline uint64_t SeedOfThisRun() {
  if (const char* seed = std::getenv("SLUICE_SEED")) return std::strtoull(seed, nullptr, 10);
  return static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000'007;
}

}  // namespace sluice::property

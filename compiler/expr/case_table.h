#pragma once

#include <cstdint>
#include <span>

// Unicode's case mappings above ASCII, as facts; text_case.h is the way to use them.
namespace sluice::expr {

// The code points begin, begin+step, … end, each mapped to itself plus delta. Sorted, disjoint.
struct CaseRun {
  uint32_t begin;
  uint32_t end;
  int32_t delta;
  uint32_t step;
};

// A code point whose mapping is several, as UTF-8. Sorted.
struct CaseSpecial {
  uint32_t code_point;
  const char* text;
};

std::span<const CaseRun> UpperRuns();
std::span<const CaseSpecial> UpperSpecials();
std::span<const CaseRun> LowerRuns();
std::span<const CaseSpecial> LowerSpecials();

}  // namespace sluice::expr

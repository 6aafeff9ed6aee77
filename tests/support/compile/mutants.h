#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::tests {

struct Mutant {
  std::string what, text;
  size_t allowed = 1;         // damaged items
  size_t begin = 0, end = 0;  // what was changed, in the original text
};

// Every token of a .pipe text deleted, doubled and swapped with its neighbour. A swap may damage the items of both; one
// that moves a line end of a text block also the line that this makes.
std::vector<Mutant> Mutants(const std::string& text);

}  // namespace sluice::tests

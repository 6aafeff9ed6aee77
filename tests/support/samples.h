#pragma once

#include <string>
#include <vector>

namespace sluice::tests {

// The folder with the design's samples and the public corpora: $SLUICE_SHARED, else `../shared` beside the checkout.
std::string SharedFolder();

struct Sample {
  std::string name;  // "a/ci.pipe"
  std::string text;
};

// The .pipe files of samples a to e, sorted; none when the folder is absent.
std::vector<Sample> DesignSamples();

}  // namespace sluice::tests

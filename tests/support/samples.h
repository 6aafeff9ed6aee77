#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::tests {

// The folder with the design's samples and the public corpora: $SLUICE_SHARED, else `shared` beside the checkout.
std::string SharedFolder();

// The text of a file below that folder, or nothing.
std::optional<std::string> ReadShared(const std::string& path);

// Why a test that needs the folder is skipped.
std::string NoShared();

struct Sample {
  std::string name;  // "a/ci.pipe"
  std::string text;
};

// The .pipe files of samples a to e, sorted; none when the folder is absent.
std::vector<Sample> DesignSamples();

}  // namespace sluice::tests

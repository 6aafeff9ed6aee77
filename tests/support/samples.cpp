#include "tests/support/samples.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sluice::tests {

std::string SharedFolder() {
  const char* folder = std::getenv("SLUICE_SHARED");
  return folder != nullptr && *folder != '\0' ? folder : "../shared";
}

std::vector<Sample> DesignSamples() {
  std::vector<Sample> samples;
  const std::filesystem::path root = std::filesystem::path(SharedFolder()) / "design" / "samples";
  for (const char* folder : {"a", "b", "c", "d", "e"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(root / folder, none)) {
      if (entry.path().extension() != ".pipe") continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      samples.push_back({std::string(folder) + "/" + entry.path().filename().string(),
                         std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>())});
    }
  }
  std::ranges::sort(samples, {}, &Sample::name);
  return samples;
}

}  // namespace sluice::tests

#include "tests/support/samples.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sluice::tests {

std::string SharedFolder() {
  const char* folder = std::getenv("SLUICE_SHARED");
  return folder != nullptr && *folder != '\0' ? folder : SLUICE_SOURCE_DIR "/../shared";
}

std::optional<std::string> ReadShared(const std::string& path) {
  std::ifstream stream(std::filesystem::path(SharedFolder()) / path, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
}

std::string NoShared() { return "the shared test data is not in " + SharedFolder() + ": set SLUICE_SHARED"; }

std::vector<Sample> DesignSamples() {
  std::vector<Sample> samples;
  const std::filesystem::path root = std::filesystem::path(SharedFolder()) / "design" / "samples";
  for (const char* folder : {"a", "b", "c", "d", "e"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(root / folder, none)) {
      if (entry.path().extension() != ".pipe") continue;
      const std::string name = std::string(folder) + "/" + entry.path().filename().string();
      samples.push_back({name, ReadShared("design/samples/" + name).value_or("")});
    }
  }
  std::ranges::sort(samples, {}, &Sample::name);
  return samples;
}

}  // namespace sluice::tests

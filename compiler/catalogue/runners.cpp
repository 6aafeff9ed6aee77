#include "compiler/catalogue/runners.h"

#include <algorithm>
#include <array>

#include "compiler/base/text.h"

namespace sluice::catalogue {
namespace {

constexpr auto kLabels = std::to_array<RunnerLabel>({
    {"ubuntu-latest", "linux", "x64"},
    {"ubuntu-26.04", "linux", "x64"},
    {"ubuntu-24.04", "linux", "x64"},
    {"ubuntu-22.04", "linux", "x64"},
    {"ubuntu-slim", "linux", "x64"},
    {"ubuntu-26.04-arm", "linux", "arm64"},
    {"ubuntu-24.04-arm", "linux", "arm64"},
    {"ubuntu-22.04-arm", "linux", "arm64"},
    {"windows-latest", "windows", "x64"},
    {"windows-2025", "windows", "x64"},
    {"windows-2025-vs2026", "windows", "x64"},
    {"windows-2022", "windows", "x64"},
    {"windows-11-arm", "windows", "arm64"},
    {"macos-latest", "macos", "arm64"},
    {"macos-26", "macos", "arm64"},
    {"macos-15", "macos", "arm64"},
    {"macos-14", "macos", "arm64"},
    {"macos-26-intel", "macos", "x64"},
    {"macos-15-intel", "macos", "x64"},
    {"macos-latest-large", "macos", "x64"},
    {"macos-26-large", "macos", "x64"},
    {"macos-15-large", "macos", "x64"},
    {"macos-14-large", "macos", "x64"},
    {"macos-latest-xlarge", "macos", "arm64"},
    {"macos-26-xlarge", "macos", "arm64"},
    {"macos-15-xlarge", "macos", "arm64"},
    {"macos-14-xlarge", "macos", "arm64"},
});

// Images whose only shell is busybox sh, by the last component of their name; of those with a tag part, images of other
// names are of the family when a part of their tag says so (`node:24-alpine`). Source: their Dockerfiles.
constexpr auto kWithoutBash = std::to_array<std::string_view>({"alpine", "busybox"});

std::string_view LastComponent(std::string_view image) {
  const size_t slash = image.rfind('/');
  return slash == std::string_view::npos ? image : image.substr(slash + 1);
}

}  // namespace

std::span<const RunnerLabel> RunnerLabels() { return kLabels; }

const RunnerLabel* FindRunnerLabel(std::string_view label) {
  for (const RunnerLabel& known : kLabels)
    if (EqualsIgnoreCase(known.label, label)) return &known;
  return nullptr;
}

std::string_view GithubOsName(std::string_view os) {
  return os == "linux" ? "Linux" : os == "windows" ? "Windows" : os == "macos" ? "macOS" : os;
}

std::string_view GithubArchName(std::string_view arch) {
  return arch == "x64" ? "X64" : arch == "arm64" ? "ARM64" : arch == "x86" ? "X86" : arch == "arm" ? "ARM" : arch;
}

std::optional<std::string_view> FamilyWithoutBash(std::string_view image) {
  image = image.substr(0, image.find('@'));
  image = LastComponent(image);
  const size_t colon = image.find(':');
  const std::string_view name = image.substr(0, colon);
  const std::string_view tag = colon == std::string_view::npos ? "" : image.substr(colon + 1);
  for (const std::string_view family : kWithoutBash) {
    if (name == family) return family;
    for (const std::string_view part : SplitString(tag, '-'))
      if (part == family || (part.starts_with(family) &&
                             part.substr(family.size()).find_first_not_of("0123456789.") == std::string_view::npos))
        return family;
  }
  return std::nullopt;
}

}  // namespace sluice::catalogue

#include "runtime/steps/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"

namespace sluice::steps {
namespace {

// Labels that every self-hosted Linux runner has, or that say no more than "Linux".
bool IsLinuxLabel(const std::string& label) {
  static constexpr std::array<std::string_view, 4> kAny = {"self-hosted", "linux", "x64", "arm64"};
  const std::string lower = AsciiLower(label);
  if (std::ranges::find(kAny, lower) != kAny.end() || lower.starts_with("ubuntu-")) return true;
  const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(label);
  return known != nullptr && known->os == "linux";
}

std::string_view OtherSystem(const std::string& label) {
  const std::string lower = AsciiLower(label);
  const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(label);
  if (lower.starts_with("windows") || (known != nullptr && known->os == "windows")) return "Windows";
  if (lower.starts_with("macos") || (known != nullptr && known->os == "macos")) return "macOS";
  return "";
}

}  // namespace

RunnerChoice ChooseRunner(const std::vector<std::string>& labels, const std::map<std::string, std::string>& images) {
  if (labels.empty()) return {"", "it has no `runs-on`"};
  for (const std::string& label : labels)
    for (const auto& [name, image] : images)
      if (!name.empty() && EqualsIgnoreCase(name, label)) return {image, ""};
  for (const std::string& label : labels) {
    if (const std::string_view system = OtherSystem(label); !system.empty())
      return {"", fmt::format("`{}` needs {}, and this machine runs Linux", label, system)};
    if (!IsLinuxLabel(label))
      return {"", fmt::format("no image stands for the runner `{0}`: add `{0} = {{ image = \"…\" }}` to [runners] in "
                              "sluice.toml",
                              label)};
  }
  const auto fallback = images.find("");
  return {fallback == images.end() ? "" : fallback->second, ""};
}

}  // namespace sluice::steps

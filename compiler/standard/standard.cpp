#include "compiler/standard/standard.h"

#include <algorithm>
#include <array>
#include <span>

#include "compiler/base/embedded.h"

namespace sluice::standard {

std::span<const EmbeddedFile> ModuleFiles();

namespace {

constexpr std::string_view kPrefix = "std.";

}  // namespace

std::optional<std::string_view> FindModule(std::string_view name) {
  if (!IsModuleName(name)) return std::nullopt;
  for (const EmbeddedFile& file : ModuleFiles())
    if (file.name == name.substr(kPrefix.size())) return file.content;
  return std::nullopt;
}

bool IsModuleName(std::string_view name) { return name.starts_with(kPrefix) && !name.ends_with(".pipe"); }

bool IsPlannedModule(std::string_view name) {
  static constexpr auto kPlanned = std::to_array<std::string_view>({"gitops", "k8s", "metrics"});
  return IsModuleName(name) && !FindModule(name) &&
         std::ranges::find(kPlanned, name.substr(kPrefix.size())) != kPlanned.end();
}

std::vector<std::string> ModuleNames() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : ModuleFiles()) names.push_back(std::string(kPrefix) + std::string(file.name));
  std::ranges::sort(names);
  return names;
}

}  // namespace sluice::standard

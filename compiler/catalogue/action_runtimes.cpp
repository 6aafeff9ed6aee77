#include "compiler/catalogue/action_runtimes.h"

#include <algorithm>
#include <array>

namespace sluice::catalogue {
namespace {

// GitHub's changelog: 2024-02-13 (plugins: v1 of the artifact actions), 2023-06-13 (node12), 2024-09-25 (node16), 2025-09-19 (node20;
// the day of the removal is the one of its last update). An action that names a missing runtime is run on a newer one.
constexpr std::array<RuntimeEnd, 4> kEnds = {{{"plugin", "a plugin of old runners", "2024-06-30"},
                                              {"node12", "Node 12", "2023-06-14"},
                                              {"node16", "Node 16", "2024-11-12"},
                                              {"node20", "Node 20", "2026-09-16"}}};
constexpr std::array<std::string_view, 3> kLiving = {"node24", "composite", "docker"};

}  // namespace

const RuntimeEnd* FindRuntimeEnd(std::string_view runtime) {
  const auto found = std::ranges::find(kEnds, runtime, &RuntimeEnd::name);
  return found == kEnds.end() ? nullptr : &*found;
}

bool IsRuntime(std::string_view runtime) {
  return FindRuntimeEnd(runtime) != nullptr || std::ranges::find(kLiving, runtime) != kLiving.end();
}

}  // namespace sluice::catalogue

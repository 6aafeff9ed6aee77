#include "compiler/catalogue/action_runtimes.h"

#include <algorithm>
#include <array>

namespace sluice::catalogue {
namespace {

// What GitHub's runners say below a run that uses such an action ("Node.js 20 will be removed from the runner on September
// 16th, 2026"). An action that names a missing runtime is run on a newer one. Actions made of a plugin are v1 of the
// artifact actions.
constexpr std::array<RuntimeEnd, 4> kEnds = {{{"plugin", "a plugin of old runners", ""},
                                              {"node12", "Node 12", ""},
                                              {"node16", "Node 16", ""},
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

#pragma once

#include <string>

#include "compiler/base/result.h"
#include "runtime/store/store.h"

namespace sluice::engine {

// Where the agent lies inside a container.
inline constexpr const char* kAgentPath = "/.sluice/agent";

// The static agent is part of this program. Gives a folder ROOT/agent/HEX that holds it at `.sluice/agent`, ready to be
// the lowest layer of a container; written the first time. HEX comes from its bytes, so versions live side by side.
Result<std::string> PlaceAgent(const store::Store& store);

}  // namespace sluice::engine

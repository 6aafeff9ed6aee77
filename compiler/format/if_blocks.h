#pragma once

#include <string>
#include <string_view>

namespace sluice::format {

// The program with the `if:` of its step blocks written as `if` blocks around them: `step { if: c, run "x" }` is
// `if c { run "x" }`. Only where nothing else changes: a step with a name of its own (`let`), a `##` text or comments
// stays. The layout is not made; a text with syntax errors comes back as it is.
std::string LiftConditions(std::string_view text);

}  // namespace sluice::format

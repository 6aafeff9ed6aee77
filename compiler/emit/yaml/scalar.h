#pragma once

#include <string>
#include <string_view>

namespace sluice::emit {

// May `text` stand as a plain scalar and be read back as the same string under YAML 1.1 and 1.2? The rule of the
// language reference, "Scalars". `flow`: inside `[ ]`.
bool IsPlain(std::string_view text, bool flow);

// `text` as a scalar of one line: plain, '…' or "…".
std::string OneLine(std::string_view text, bool flow = false);

// Can `text` (with a line end in it) be a literal block scalar? Otherwise it is written as "…".
bool FitsBlock(std::string_view text);

}  // namespace sluice::emit

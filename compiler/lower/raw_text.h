#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/load/load_part.h"
#include "compiler/lower/raw.h"

namespace sluice::lower {

// The mapping of a raw block with places in the program, checked against GitHub's schema; nothing after a mistake, which
// was reported there. `open`: as in load::ReadPart.
std::optional<model::Value> ReadRawText(const Raw& raw, load::Part part,
                                        const std::function<bool(const std::vector<std::string>& path)>& open);

}  // namespace sluice::lower

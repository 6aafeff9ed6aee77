#pragma once

#include <optional>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

namespace sluice::format {

// A .pipe file in its canonical form (docs/decisions/0031): the same program with the same comments, or nothing when the
// file has syntax errors, which are then in the sink. Formatting what was formatted changes nothing.
std::optional<std::string> Format(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

}  // namespace sluice::format

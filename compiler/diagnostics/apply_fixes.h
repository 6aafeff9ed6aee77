#pragma once

#include <map>
#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::diagnostics {

struct Fixed {
  std::map<std::string, std::string> files;  // path -> its new text
  size_t fixes = 0;
};

// Carries out the first fix of each diagnostic that has edits: the safe ones, with `unsafe` all. A fix whose edits touch
// those of an earlier one is left for the next round, whole.
Fixed ApplyFixes(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources, bool unsafe);

}  // namespace sluice::diagnostics

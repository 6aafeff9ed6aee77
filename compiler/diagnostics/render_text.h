#pragma once

#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::diagnostics {

// The form of language.md 2.14, byte for byte: each diagnostic ends with a line end, one empty line stands between two.
// The diagnostics must be sorted (Sort). With `color`, ANSI escapes are added and nothing else changes.
std::string RenderText(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources, bool color = false);

// "2 errors, 1 warning"; empty when there is nothing to count.
std::string RenderCount(std::span<const Diagnostic> diagnostics);

}  // namespace sluice::diagnostics

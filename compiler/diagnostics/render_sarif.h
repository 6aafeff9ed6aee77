#pragma once

#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::diagnostics {

// A SARIF 2.1.0 log of one run (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning reads it: the rules are
// the codes that occur, with their explanations; columns count code points; files are relative to %SRCROOT%. `version` is
// Sluice's own.
std::string RenderSarif(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources,
                        std::string_view version);

}  // namespace sluice::diagnostics

#pragma once

#include <vector>

#include "compiler/check/check.h"

namespace sluice::check {

// Applies `# sluice: allow[CODE] reason`: what a directive allows is taken out of `sink`, a directive that allowed
// nothing gives P0117. Directives that are wrong themselves (P0116) allow nothing.
void ApplyDirectives(const source::SourceMap& sources, const std::vector<File>& files, diagnostics::Sink& sink);

}  // namespace sluice::check

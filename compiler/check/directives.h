#pragma once

#include <vector>

#include "compiler/check/check.h"

namespace sluice::check {

// A directive that may allow something, and what it is about.
struct Allowance {
  const syntax::Directive* directive;
  source::Span item;  // of the next item; nowhere for one behind code
  uint32_t line = 0;  // of the directive
  source::FileId file;
};
std::vector<Allowance> FindAllowances(const source::SourceMap& sources, const std::vector<File>& files);
// Does one of them allow the finding?
bool IsAllowed(const std::vector<Allowance>& allowances, const diagnostics::Diagnostic& found,
               const source::SourceMap& sources);

// Applies `# sluice: allow[CODE] reason`: what a directive allows is taken out of `sink`, a directive that allowed
// nothing gives P0117. Directives that are wrong themselves (P0116) allow nothing.
void ApplyDirectives(const source::SourceMap& sources, const std::vector<File>& files, diagnostics::Sink& sink);

}  // namespace sluice::check

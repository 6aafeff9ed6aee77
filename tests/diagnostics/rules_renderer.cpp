// Stands in for compiler/diagnostics/render_text.cpp: one line `FILE:LINE CODE` for each diagnostic, where FILE and LINE
// are the place in Sluice's own sources that reports it.
#include <fmt/format.h>

#include "compiler/diagnostics/render_text.h"

namespace sluice::diagnostics {

std::string RenderText(std::span<const Diagnostic> diagnostics, const source::SourceMap&, bool) {
  std::string out;
  for (const Diagnostic& found : diagnostics)
    out += fmt::format("{}:{} {}\n", found.rule.file, found.rule.line, Info(found.code).name);
  return out;
}

std::string RenderCount(std::span<const Diagnostic>) { return ""; }

}  // namespace sluice::diagnostics

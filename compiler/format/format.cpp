#include "compiler/format/format.h"

#include "compiler/format/layout.h"
#include "compiler/format/printer.h"

namespace sluice::format {

std::optional<std::string> Format(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink) {
  syntax::Reading reading = syntax::ReadTree(sources, file);
  if (!reading.problems.empty()) {
    for (diagnostics::Diagnostic& problem : reading.problems) sink.Add(std::move(problem));
    return std::nullopt;
  }
  return Print(Layout(reading, sources.WholeFile(file).begin).Run());
}

}  // namespace sluice::format

#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

namespace sluice::syntax {

// Reads a file of the map. Never throws and never stops at the first mistake: what could not be read is a hole in the
// tree and exactly one diagnostic (P01xx) in the sink.
Ast Parse(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

}  // namespace sluice::syntax

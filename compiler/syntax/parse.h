#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

namespace sluice::syntax {

// Reads a file of the map. Never throws and never stops at the first mistake: what could not be read is a hole in the
// tree and exactly one diagnostic (P01xx) in the sink.
Ast Parse(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// What the grammar takes anywhere and the language only in some places, for `check` and `build` (the formatter does not
// ask): P0114 (construct and place, language.md 2.11), P0102 (a key of GitHub's), P0115 (a construct of a later version,
// at its keyword), P0116 (directives). At most one diagnostic an item and none for damaged ones; items that got one are
// marked as damaged.
void CheckPlaces(const source::SourceMap& sources, Ast& ast, diagnostics::Sink& sink);

}  // namespace sluice::syntax

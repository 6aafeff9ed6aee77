#pragma once

#include "compiler/syntax/cst.h"

namespace sluice::syntax {

// Says a syntax error in our words: what was expected where, how the item is written, and the fix where one is likely.
diagnostics::Diagnostic Explain(const source::SourceMap& sources, const TokenList& list, const SyntaxError& error);

// P0110: neighbours without a line break or comma between them; P0112: a comma where none may stand.
std::vector<diagnostics::Diagnostic> CheckSeparators(const source::SourceMap& sources, const TokenList& list,
                                                     const Cst& cst);

}  // namespace sluice::syntax

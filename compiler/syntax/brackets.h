#pragma once

#include "compiler/syntax/token.h"

namespace sluice::syntax {

// Makes the brackets of a token list balanced, so that the parser can tell items apart whatever happened inside one:
// closers are put in, openers too where indentation shows them, strays are taken out. A balanced list is not touched
// (indentation means nothing there). Each repair adds a P0113, or P0112 for a missing opener.
void RepairBrackets(const source::SourceMap& sources, TokenList& list);

// Opening and closing kinds of brackets, strings and placeholders.
bool IsOpener(TokenKind kind);
bool IsCloser(TokenKind kind);
TokenKind CloserOf(TokenKind opener);

}  // namespace sluice::syntax

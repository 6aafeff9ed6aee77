#pragma once

#include "compiler/syntax/token.h"

namespace sluice::syntax {

inline constexpr size_t kLargestFile = 16u << 20;
inline constexpr int kDeepest = 256;

// Scans a file of the map (language reference, "Lexical structure"). Total: any bytes give a list. Its problems are P0101,
// P0103-P0109 and P0111; whatever they concern is still a token, so that the parser finds its item.
TokenList Lex(const source::SourceMap& sources, source::FileId file);

// Reads the inside of a comment that begins with `# sluice:`. `span` is that of the whole comment.
Directive ReadDirective(const source::SourceMap& sources, source::Span span, bool own_line);

}  // namespace sluice::syntax

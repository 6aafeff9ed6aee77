#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

namespace sluice::syntax {

// The kinds of tokens (language reference, "Lexical structure"). The numbers are those of grammar/PipeTokens.tokens.
enum class TokenKind : uint8_t {
  EndOfFile,
#define SLUICE_TOKEN(kind, antlr, text) kind,
#include "compiler/syntax/tokens.def"
#undef SLUICE_TOKEN
};

// How messages speak of a kind: its fixed text, or words like "a name".
std::string_view TokenText(TokenKind kind);

// Import … Null: the words of the language. All are soft: most may be names too.
constexpr bool IsKeyword(TokenKind kind) { return kind >= TokenKind::Import && kind <= TokenKind::Null; }
// What the grammar's rule `name` takes.
constexpr bool IsName(TokenKind kind) {
  return (kind >= TokenKind::Import && kind <= TokenKind::Verbatim) || kind == TokenKind::Id;
}

struct Token {
  TokenKind kind = TokenKind::EndOfFile;
  bool first = false;      // nothing but blanks stands before it on its line
  bool synthetic = false;  // not in the source: a repair put it there
  uint32_t begin = 0;      // bytes from the start of the file
  uint32_t end = 0;
};

// What the scanner makes of a file. The last token is EndOfFile. Closers of strings and placeholders are always there.
struct TokenList {
  source::FileId file;
  std::string_view text;
  std::vector<Token> tokens;
  std::vector<Comment> comments;
  std::vector<Directive> directives;
  std::vector<diagnostics::Diagnostic> problems;
  bool unreadable = false;  // P0109
  bool cut_off = false;     // P0111: the rest of the file was not read

  std::string_view Text(const Token& token) const { return text.substr(token.begin, token.end - token.begin); }
};

// The token at the other end of the quoted string that opens or closes at `i`; `i` itself for every other token.
size_t OtherEndOfString(const std::vector<Token>& tokens, size_t i);

}  // namespace sluice::syntax

#include "compiler/syntax/token.h"

#include <array>

namespace sluice::syntax {

std::string_view TokenText(TokenKind kind) {
  static constexpr std::array kTexts = {
      std::string_view("the end of the file"),
#define SLUICE_TOKEN(kind, antlr, text) std::string_view(text),
#include "compiler/syntax/tokens.def"
#undef SLUICE_TOKEN
  };
  return kTexts[static_cast<size_t>(kind)];
}

size_t OtherEndOfString(const std::vector<Token>& tokens, size_t i) {
  const auto side = [&](size_t at) {
    const TokenKind kind = tokens[at].kind;
    if (kind == TokenKind::DoubleOpen || kind == TokenKind::TickOpen) return 1;
    return kind == TokenKind::DoubleClose || kind == TokenKind::TickClose ? -1 : 0;
  };
  const int from = side(i);
  if (from == 0) return i;
  // Strings nest in each other's placeholders.
  int depth = from;
  for (size_t at = i; depth != 0;) {
    if (from > 0 ? at + 1 >= tokens.size() : at == 0) return i;
    at = from > 0 ? at + 1 : at - 1;
    depth += side(at);
    if (depth == 0) return at;
  }
  return i;
}

}  // namespace sluice::syntax

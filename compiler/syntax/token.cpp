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

}  // namespace sluice::syntax

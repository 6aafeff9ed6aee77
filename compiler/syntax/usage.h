#pragma once

#include <string_view>

#include "compiler/syntax/token.h"

namespace sluice::syntax {

// How the item that begins with a word is written: "a job is written" and "`job NAME { ... }`". Empty: nothing is known.
struct Usage {
  std::string_view what;
  std::string_view form;
};
Usage UsageOf(TokenKind word);

}  // namespace sluice::syntax

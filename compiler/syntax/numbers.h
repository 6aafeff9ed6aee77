#pragma once

#include <string>
#include <string_view>

#include "compiler/syntax/token.h"

namespace sluice::syntax {

// The longest number at the start of `text`, which begins with a digit: its kind and length in bytes.
struct NumberMatch {
  TokenKind kind = TokenKind::Error;
  size_t length = 0;
};
NumberMatch MatchNumber(std::string_view text);

// The bytes of `text` that a number which ended after `length` drags along (language reference, "Numbers"): 0 when it
// ended well, else the length of the whole malformed word.
size_t MalformedNumber(std::string_view text, size_t length);

// Why a malformed number is one, and how to write it.
struct NumberAdvice {
  std::string message;
  std::string label;
  std::string replacement;  // empty: nothing to propose
};
NumberAdvice AdviseNumber(std::string_view word);

}  // namespace sluice::syntax

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::expr {

enum class TokenKind : uint8_t {
  End,
  Invalid,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  Comma,
  Dot,
  Star,
  Not,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  And,
  Or,
  Name,
  True,
  False,
  Null,
  Number,
  String
};

struct Token {
  TokenKind kind = TokenKind::End;
  size_t begin = 0;  // bytes into the text
  size_t end = 0;
  double number = 0;
};

// Cuts an expression into tokens as GitHub does: `.` starts a number except after something that has members, a word or
// number runs up to the next blank, bracket or operator, and what it then is decides whether it is legal.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; after the last one always End. Invalid spans the piece that is no token.
  Token Next();

 private:
  Token Make(TokenKind kind, size_t length);
  Token Operator(TokenKind kind, char second);
  Token PickNumber();
  Token PickString();
  Token PickWord();

  std::string_view text_;
  size_t at_ = 0;
  TokenKind previous_ = TokenKind::End;
};

// The meaning of a String token's spelling: without the quotes around it, '' as one quote.
std::string UnquoteString(std::string_view spelling);

// May it stand after a dot, and name a context or function?
bool IsIdentifier(std::string_view text);

}  // namespace sluice::expr

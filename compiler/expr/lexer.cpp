#include "compiler/expr/lexer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/base/text.h"
#include "compiler/expr/number.h"

namespace sluice::expr {
namespace {

bool IsBoundary(std::string_view rest) {
  switch (rest[0]) {
    case '(':
    case ')':
    case '[':
    case ']':
    case ',':
    case '.':
    case '!':
    case '<':
    case '>':
    case '=':
    case '&':
    case '|':
      return true;
    default:
      return BlankLength(rest) > 0;
  }
}

}  // namespace

Token Lexer::Make(TokenKind kind, size_t length) {
  const Token token{kind, at_, at_ + length, 0};
  at_ += length;
  previous_ = kind;
  return token;
}

Token Lexer::Operator(TokenKind kind, char second) {
  if (at_ + 1 < text_.size() && text_[at_ + 1] == second) return Make(kind, 2);
  size_t end = at_ + 1;
  while (end < text_.size() && !IsBoundary(text_.substr(end))) ++end;
  return Make(TokenKind::Invalid, end - at_);
}

Token Lexer::PickNumber() {
  size_t end = at_ + 1;
  while (end < text_.size() && (text_[end] == '.' || !IsBoundary(text_.substr(end)))) ++end;
  const double number = ParseNumber(text_.substr(at_, end - at_));
  Token token = Make(std::isnan(number) ? TokenKind::Invalid : TokenKind::Number, end - at_);
  token.number = number;
  return token;
}

Token Lexer::PickString() {
  for (size_t end = at_ + 1; end < text_.size(); ++end) {
    if (text_[end] != '\'') continue;
    if (end + 1 == text_.size() || text_[end + 1] != '\'') return Make(TokenKind::String, end + 1 - at_);
    ++end;
  }
  return Make(TokenKind::Invalid, text_.size() - at_);
}

Token Lexer::PickWord() {
  size_t end = at_ + 1;
  while (end < text_.size() && !IsBoundary(text_.substr(end))) ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  if (!IsIdentifier(word)) return Make(TokenKind::Invalid, word.size());
  if (previous_ == TokenKind::Dot) return Make(TokenKind::Name, word.size());
  if (word == "true") return Make(TokenKind::True, word.size());
  if (word == "false") return Make(TokenKind::False, word.size());
  if (word == "null") return Make(TokenKind::Null, word.size());
  const bool nan = word == "NaN";
  Token token = Make(nan || word == "Infinity" ? TokenKind::Number : TokenKind::Name, word.size());
  token.number = nan ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  return token;
}

Token Lexer::Next() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
    ++at_;
  if (at_ == text_.size()) return Make(TokenKind::End, 0);
  const bool equal = at_ + 1 < text_.size() && text_[at_ + 1] == '=';
  switch (text_[at_]) {
    case '(':
      return Make(TokenKind::LeftParen, 1);
    case ')':
      return Make(TokenKind::RightParen, 1);
    case '[':
      return Make(TokenKind::LeftBracket, 1);
    case ']':
      return Make(TokenKind::RightBracket, 1);
    case ',':
      return Make(TokenKind::Comma, 1);
    case '*':
      return Make(TokenKind::Star, 1);
    case '!':
      return equal ? Make(TokenKind::NotEqual, 2) : Make(TokenKind::Not, 1);
    case '<':
      return equal ? Make(TokenKind::LessEqual, 2) : Make(TokenKind::Less, 1);
    case '>':
      return equal ? Make(TokenKind::GreaterEqual, 2) : Make(TokenKind::Greater, 1);
    case '=':
      return Operator(TokenKind::Equal, '=');
    case '&':
      return Operator(TokenKind::And, '&');
    case '|':
      return Operator(TokenKind::Or, '|');
    case '\'':
      return PickString();
    case '+':
    case '-':
      return PickNumber();
    case '.':
      if (previous_ == TokenKind::Name || previous_ == TokenKind::RightBracket || previous_ == TokenKind::RightParen ||
          previous_ == TokenKind::Star)
        return Make(TokenKind::Dot, 1);
      return PickNumber();
    default:
      return IsAsciiDigit(text_[at_]) ? PickNumber() : PickWord();
  }
}

std::string UnquoteString(std::string_view spelling) {
  return ReplaceAll(spelling.substr(1, spelling.size() - 2), "''", "'");
}

bool IsIdentifier(std::string_view text) {
  if (text.empty() || !(IsAsciiAlpha(text[0]) || text[0] == '_')) return false;
  return std::ranges::all_of(text, [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; });
}

}  // namespace sluice::expr

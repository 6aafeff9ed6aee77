#include "compiler/format/spacing.h"

namespace sluice::format {
namespace {

using syntax::Rule;
using syntax::TokenKind;

bool InsideString(TokenKind before, TokenKind here) {
  const bool opened = before == TokenKind::DoubleOpen || before == TokenKind::TickOpen || before == TokenKind::Text;
  const bool closes = here == TokenKind::DoubleClose || here == TokenKind::TickClose || here == TokenKind::Text;
  return opened || closes || (before == TokenKind::PlaceholderClose && here == TokenKind::PlaceholderOpen);
}

// `( [` that belong to the word before them.
bool HangsOn(TokenKind here, Rule rule) {
  if (here == TokenKind::LeftParen)
    return rule == Rule::Args || rule == Rule::Params || rule == Rule::TypeAtom || rule == Rule::CastType;
  return here == TokenKind::LeftBracket && rule == Rule::Postfix;
}

bool IsTypeAngle(TokenKind kind, Rule rule) {
  return (rule == Rule::TypeAtom || rule == Rule::CastType) && (kind == TokenKind::Less || kind == TokenKind::Greater);
}

// A prefix operator: `!` or `-` of an operand.
bool IsPrefix(TokenKind kind, Rule rule) {
  return rule == Rule::Operand && (kind == TokenKind::Not || kind == TokenKind::Minus);
}

}  // namespace

std::vector<Rule> RulesOfTokens(const syntax::Cst& cst, size_t tokens) {
  std::vector<Rule> rules(tokens, Rule::File);
  std::vector<uint32_t> parents;
  for (uint32_t i = 0; i < cst.nodes.size(); ++i) {
    while (!parents.empty() && cst.nodes[parents.back()].next <= i) parents.pop_back();
    const syntax::CstNode& node = cst.nodes[i];
    if (node.rule == Rule::Token || node.rule == Rule::Skipped) {
      if (!parents.empty()) rules[node.token] = cst.nodes[parents.back()].rule;
    } else {
      parents.push_back(i);
    }
  }
  return rules;
}

bool BlankBefore(const syntax::TokenList& list, const std::vector<Rule>& rules, size_t i) {
  const TokenKind before = list.tokens[i - 1].kind, here = list.tokens[i].kind;
  if (InsideString(before, here)) return false;
  if (before == TokenKind::LeftBrace && here == TokenKind::RightBrace) return false;
  if (before == TokenKind::LeftParen || before == TokenKind::LeftBracket || before == TokenKind::Dot) return false;
  if (before == TokenKind::Ellipsis || before == TokenKind::DotDot || IsPrefix(before, rules[i - 1])) return false;
  if (before == TokenKind::Less && IsTypeAngle(before, rules[i - 1])) return false;
  if (before == TokenKind::Star && rules[i - 1] == Rule::Postfix)
    return here != TokenKind::RightBracket && here != TokenKind::Dot && !HangsOn(here, rules[i]);
  switch (here) {
    case TokenKind::Comma:
    case TokenKind::RightParen:
    case TokenKind::RightBracket:
    case TokenKind::Dot:
    case TokenKind::DotDot:
    case TokenKind::EndOfFile:
      return false;
    case TokenKind::Colon:
      return rules[i] == Rule::Expr;
    case TokenKind::Question:
      return rules[i] == Rule::Expr;
    case TokenKind::Less:
    case TokenKind::Greater:
      return !IsTypeAngle(here, rules[i]);
    default:
      return !HangsOn(here, rules[i]);
  }
}

}  // namespace sluice::format

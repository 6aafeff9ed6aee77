#include "compiler/format/layout.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/format/spacing.h"
#include "compiler/syntax/brackets.h"

namespace sluice::format {
namespace {

using syntax::Children;
using syntax::Rule;
using syntax::TokenKind;

bool IsBracketOpener(TokenKind kind) {
  return kind == TokenKind::LeftBrace || kind == TokenKind::LeftParen || kind == TokenKind::LeftBracket;
}
bool IsBracketCloser(TokenKind kind) {
  return kind == TokenKind::RightBrace || kind == TokenKind::RightParen || kind == TokenKind::RightBracket;
}

// Operators at which a long expression may be broken.
bool MayBreakAt(TokenKind kind) {
  return kind == TokenKind::AndAnd || kind == TokenKind::OrOr || kind == TokenKind::Coalesce ||
         kind == TokenKind::Question || kind == TokenKind::Colon;
}

}  // namespace

Layout::Layout(const syntax::Reading& reading, uint32_t file_begin)
    : list_(reading.list),
      cst_(reading.cst),
      file_begin_(file_begin),
      rules_(RulesOfTokens(reading.cst, reading.list.tokens.size())) {}

std::vector<Command> Layout::Run() {
  Items(0, true);
  Comments(static_cast<uint32_t>(list_.tokens.size()) - 1);
  return std::move(out_);
}

void Layout::Visit(Node node) {
  switch (At(node).rule) {
    case Rule::Token:
      return Write(At(node).token);
    case Rule::Block:
    case Rule::CheckBlock:
      return Block(node);
    case Rule::IfStep:
      return If(node);
    case Rule::Args:
      return Bracketed(node, Rule::Arg, {.comma = !AllNamed(ChildrenOf(node, Rule::Arg)), .filled = true});
    case Rule::Params:
      return Bracketed(node, Rule::Param, {.comma = true});
    case Rule::List:
      return FindChild(cst_, node, Rule::ListFor) ? Leaves(node)
                                                  : Bracketed(node, Rule::Element, {.comma = true, .filled = true});
    case Rule::Record:
      return FindChild(cst_, node, Rule::RecordFor)
                 ? Leaves(node)
                 : Bracketed(node, Rule::Entry, {.blank_inside = true, .filled = true});
    case Rule::RecordType:
      return Bracketed(node, Rule::Field, {.blank_inside = true, .filled = true});
    case Rule::ImportNames:
      return Bracketed(node, Rule::Name, {.blank_inside = true, .comma = true, .filled = true});
    case Rule::EnumDecl:
      return Bracketed(node, Rule::Member, {.blank_inside = true, .comma = true, .filled = true});
    case Rule::MatchExpr:
      return Bracketed(node, Rule::Arm, {.blank_inside = true});
    case Rule::Expr:
      return Expression(node);
    case Rule::String:
      return String(node);
    default:
      return Leaves(node);
  }
}

void Layout::Leaves(Node node) {
  const bool check = At(node).rule == Rule::CheckItem;
  for (Children child(cst_, node); !child.done(); child.Next()) {
    if (check && child.node().rule == Rule::Token) Emit(Command::Kind::Align, "check");
    Visit(child.index());
  }
}

// The items of a file or of a block on several lines.
void Layout::Items(Node node, bool whole_file) {
  bool first = true;
  for (Children child(cst_, node); !child.done(); child.Next()) {
    const Rule rule = child.node().rule;
    if (rule != Rule::Item && rule != Rule::CheckItem) continue;
    const uint32_t token = child.node().token;
    const bool at_start = first && whole_file;
    if (!CommentsAhead(token) && !at_start) Line(!first && BlankLineBefore(token));
    Visit(child.index());
    first = false;
  }
}

void Layout::Block(Node node) {
  const uint32_t open = At(node).token, close = At(node).end_token - 1;
  Write(open);
  if (At(node).end_token - open == 2 && !CommentsAhead(close)) return Write(close);
  if (OneLine(node)) {
    Emit(Command::Kind::Open);
    Emit(Command::Kind::Indent);
    std::vector<Node> items = ChildrenOf(node, At(node).rule == Rule::Block ? Rule::Item : Rule::CheckItem);
    Emit(Command::Kind::Soft, " ");
    fresh_ = true;
    Elements(items, {});
    Emit(Command::Kind::Dedent);
    Emit(Command::Kind::Soft, " ");
    Emit(Command::Kind::Close);
    fresh_ = true;
    return Write(close);
  }
  Emit(Command::Kind::Indent);
  Items(node, false);
  const bool comments = Comments(close);
  Emit(Command::Kind::Dedent);
  if (!comments) Line(false);
  Write(close);
}

// A block stays on one line when it was written on one.
bool Layout::OneLine(Node block) const {
  const syntax::CstNode& node = At(block);
  if (CommentsAhead(node.end_token - 1)) return false;
  for (uint32_t token = node.token + 1; token < node.end_token; ++token)
    if (StartsLine(token)) return false;
  return true;
}

void Layout::If(Node node) {
  const std::optional<Node> then = FindChild(cst_, node, Rule::Block);
  const bool alone = then && OneLine(*then) && At(*then).next == At(node).next;
  for (Children child(cst_, node); !child.done(); child.Next()) {
    if (alone && child.index() == *then) {
      Emit(Command::Kind::Align, "if");
      out_.back().keep = true;
    }
    Visit(child.index());
  }
}

// Everything up to the opening bracket, the elements as a group, and the rest.
void Layout::Bracketed(Node node, Rule element, GroupStyle style) {
  const std::vector<Node> elements = ChildrenOf(node, element);
  uint32_t close = At(node).end_token - 1;
  Children child(cst_, node);
  for (; !child.done(); child.Next()) {
    Visit(child.index());
    if (child.node().rule == Rule::Token && IsBracketOpener(Kind(child.node().token))) break;
  }
  if (elements.empty() || Hugs(elements)) {
    if (!elements.empty()) {
      if (style.blank_inside) Emit(Command::Kind::Text, " ");
      fresh_ = true;
      Visit(elements[0]);
      if (style.blank_inside) Emit(Command::Kind::Text, " ");
      fresh_ = true;
    }
    return Write(close);
  }
  const bool broken = StartsLine(At(elements[0]).token);
  Emit(Command::Kind::Open);
  out_.back().broken = broken;
  out_.back().filled = broken && style.filled;
  Emit(Command::Kind::Indent);
  if (!CommentsAhead(At(elements[0]).token)) {
    Emit(Command::Kind::Soft, style.blank_inside ? " " : "");
    fresh_ = true;
  }
  Elements(elements, style);
  if (style.comma) Emit(Command::Kind::BrokenText, ",");
  const bool comments = Comments(close);
  Emit(Command::Kind::Dedent);
  if (!comments) Emit(Command::Kind::Soft, style.blank_inside ? " " : "");
  Emit(Command::Kind::Close);
  fresh_ = true;
  Write(close);
}

void Layout::Elements(const std::vector<Node>& elements, GroupStyle style) {
  for (size_t i = 0; i < elements.size(); ++i) {
    Visit(elements[i]);
    if (i + 1 == elements.size()) return;
    const uint32_t next = At(elements[i + 1]).token;
    if (CommentsAhead(next)) {
      if (style.comma) Emit(Command::Kind::Text, ",");
      continue;
    }
    Emit(Command::Kind::Separator);
    out_.back().keep = !StartsLine(next);
    out_.back().comma = style.comma;
    out_.back().blank = BlankLineBefore(next) && StartsLine(next);
    fresh_ = true;
  }
}

// One element that is, or ends in, a bracket of its own: `f({ … })` breaks inside the inner one.
bool Layout::Hugs(const std::vector<Node>& elements) const {
  if (elements.size() != 1) return false;
  const syntax::CstNode& element = At(elements[0]);
  if (StartsLine(element.token) || CommentsAhead(element.token) || !IsBracketCloser(Kind(element.end_token - 1)))
    return false;
  for (uint32_t token = element.token; token < element.end_token; ++token)
    if (MayBreakAt(Kind(token)) && rules_[token] == Rule::Expr) return false;
  const uint32_t close = element.end_token;
  return !StartsLine(close) || IsBracketCloser(Kind(close - 1));
}

bool Layout::AllNamed(const std::vector<Node>& elements) const {
  return std::ranges::all_of(elements, [&](Node element) { return FindChild(cst_, element, Rule::Key).has_value(); });
}

// expr : operand (binop operand)* (QUESTION expr COLON expr)?
void Layout::Expression(Node node) {
  bool breakable = false;
  for (Children child(cst_, node); !child.done(); child.Next())
    breakable = breakable || (child.node().rule != Rule::Operand && child.node().rule != Rule::Expr &&
                              MayBreakAt(Kind(child.node().token)));
  if (!breakable) return Leaves(node);
  Emit(Command::Kind::Open);
  Emit(Command::Kind::Indent);
  for (Children child(cst_, node); !child.done(); child.Next()) {
    const bool sign = child.node().rule == Rule::Binop || child.node().rule == Rule::Token;
    if (sign && MayBreakAt(Kind(child.node().token)) && !CommentsAhead(child.node().token)) {
      Emit(Command::Kind::Soft, " ");
      fresh_ = true;
    }
    Visit(child.index());
  }
  Emit(Command::Kind::Dedent);
  Emit(Command::Kind::Close);
}

void Layout::String(Node node) {
  const uint32_t open = At(node).token;
  if (Kind(open) == TokenKind::BlockOpen) return TextBlock(node);
  Comments(open);
  if (!fresh_ && BlankBefore(list_, rules_, open)) Emit(Command::Kind::Text, " ");
  Emit(Command::Kind::Text, FlatString(node));
  written_ = At(node).end_token;
  fresh_ = false;
}

// The source of a node on one line, placeholders with single blanks.
std::string Layout::FlatString(Node node) {
  std::string text;
  for (uint32_t token = At(node).token; token < At(node).end_token; ++token) {
    if (token > At(node).token && BlankBefore(list_, rules_, token)) text += ' ';
    text += list_.Text(list_.tokens[token]);
  }
  return text;
}

void Layout::TextBlock(Node node) {
  Write(At(node).token);
  std::string text;
  for (Node part : ChildrenOf(node, Rule::Part)) {
    const auto placeholder = FindChild(cst_, part, Rule::Placeholder);
    text += placeholder ? FlatString(*placeholder) : std::string(list_.Text(list_.tokens[At(part).token]));
  }
  Emit(Command::Kind::Lines);
  for (std::string_view line : SplitString(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    out_.back().lines.emplace_back(line);
  }
  written_ = At(node).end_token;
  fresh_ = true;
}

void Layout::Write(uint32_t token) {
  if (Kind(token) == TokenKind::EndOfFile) return;
  Comments(token);
  if (!fresh_ && BlankBefore(list_, rules_, token)) Emit(Command::Kind::Text, " ");
  Emit(Command::Kind::Text, std::string(list_.Text(list_.tokens[token])));
  written_ = token + 1;
  fresh_ = false;
}

bool Layout::CommentsAhead(uint32_t token) const {
  return next_comment_ < list_.comments.size() &&
         list_.comments[next_comment_].span.begin - file_begin_ < list_.tokens[token].begin;
}

bool Layout::Comments(uint32_t token) {
  if (!CommentsAhead(token)) return false;
  bool opened = written_ > 0 && IsBracketOpener(Kind(written_ - 1));
  while (CommentsAhead(token)) {
    const syntax::Comment& comment = list_.comments[next_comment_++];
    const uint32_t begin = comment.span.begin - file_begin_;
    const bool nothing_yet = out_.empty();
    if (comment.own_line && !nothing_yet) Line(!opened && BlankLineAt(begin));
    const std::string text(list_.text.substr(begin, comment.span.size()));
    Emit(Command::Kind::Text, comment.own_line || nothing_yet ? text : " " + text);
    opened = false;
  }
  Line(!syntax::IsCloser(Kind(token)) && Kind(token) != TokenKind::EndOfFile && BlankLineBefore(token));
  return true;
}

bool Layout::BlankLineBefore(uint32_t token) const { return BlankLineAt(list_.tokens[token].begin); }

bool Layout::BlankLineAt(uint32_t begin) const {
  size_t line = begin == 0 ? 0 : list_.text.rfind('\n', begin - 1) + 1;
  if (line == 0) return false;
  for (size_t at = line - 1; at > 0 && list_.text[at - 1] != '\n'; --at)
    if (list_.text[at - 1] != ' ' && list_.text[at - 1] != '\t' && list_.text[at - 1] != '\r') return false;
  return true;
}

std::vector<Layout::Node> Layout::ChildrenOf(Node node, Rule rule) const {
  std::vector<Node> nodes;
  for (Children child(cst_, node); !child.done(); child.Next())
    if (child.node().rule == rule) nodes.push_back(child.index());
  return nodes;
}

void Layout::Emit(Command::Kind kind, std::string text) {
  Command command;
  command.kind = kind;
  command.text = std::move(text);
  out_.push_back(std::move(command));
}

void Layout::Line(bool blank) {
  Emit(Command::Kind::HardLine);
  out_.back().blank = blank;
  fresh_ = true;
}

}  // namespace sluice::format

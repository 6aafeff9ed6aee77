#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/syntax/builder.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;

// Higher trees than this would cost the walkers behind us their stack.
constexpr int kHighestExpr = 500;

// How tightly a binary operator binds; language reference, "Expressions".
int Precedence(TokenKind kind) {
  switch (kind) {
    case TokenKind::Coalesce:
      return 1;
    case TokenKind::OrOr:
      return 2;
    case TokenKind::AndAnd:
      return 3;
    case TokenKind::Equal:
    case TokenKind::NotEqual:
      return 4;
    case TokenKind::Less:
    case TokenKind::LessEqual:
    case TokenKind::Greater:
    case TokenKind::GreaterEqual:
    case TokenKind::In:
      return 5;
    case TokenKind::DotDot:
      return 6;
    case TokenKind::Plus:
    case TokenKind::Minus:
      return 7;
    default:
      return 8;
  }
}

ExprKind LiteralKind(TokenKind kind) {
  switch (kind) {
    case TokenKind::Int:
      return ExprKind::Int;
    case TokenKind::Float:
      return ExprKind::Float;
    case TokenKind::Semver:
      return ExprKind::Semver;
    case TokenKind::Duration:
      return ExprKind::Duration;
    case TokenKind::Quantity:
      return ExprKind::Quantity;
    case TokenKind::True:
      return ExprKind::True;
    case TokenKind::False:
      return ExprKind::False;
    case TokenKind::Null:
      return ExprKind::Null;
    default:
      return ExprKind::Error;
  }
}

// The text of an escape at `at` of a "…" text; advances `at` behind it.
std::string ResolveEscape(std::string_view text, size_t& at) {
  const char c = at + 1 < text.size() ? text[at + 1] : '\\';
  at += 2;
  switch (c) {
    case 'n':
      return "\n";
    case 't':
      return "\t";
    case 'r':
      return "\r";
    case '\\':
      return "\\";
    case '"':
      return "\"";
    default:
      break;
  }
  const size_t close = text.find('}', at);
  if (c != 'u' || close == std::string_view::npos || at >= text.size() || text[at] != '{') {
    at = std::min(at, text.size());
    return std::string(text.substr(at - 2, 2));  // a bad one, reported by the lexer
  }
  uint32_t value = 0;
  for (size_t i = at + 1; i < close && value <= 0x10FFFF; ++i) {
    const char digit = AsciiLower(text.substr(i, 1))[0];
    value = value * 16 + static_cast<uint32_t>(IsAsciiDigit(digit) ? digit - '0' : (digit - 'a' + 10) & 15);
  }
  at = close + 1;
  const bool scalar = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  return scalar ? EncodeUtf8(value) : "";
}

std::string ResolveText(std::string_view text, bool escapes) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at, 4) == "$${{") {
      out += "${{";
      at += 4;
    } else if (escapes && text[at] == '\\') {
      out += ResolveEscape(text, at);
    } else if (text.substr(at, 2) == "\r\n") {
      ++at;
    } else {
      out += text[at++];
    }
  }
  return out;
}

std::string UnquoteSingle(std::string_view text) {
  text.remove_prefix(1);
  if (text.ends_with('\'')) text.remove_suffix(1);
  return ReplaceAll(text, "''", "'");
}

}  // namespace

ExprId Builder::AddExpr(Expr expr) {
  int height = 0;
  for (ExprId arg : expr.args)
    if (arg) height = std::max(height, heights_[static_cast<size_t>(arg.index)] + 1);
  for (const Entry& entry : expr.entries)
    if (entry.value) height = std::max(height, heights_[static_cast<size_t>(entry.value.index)] + 1);
  for (const MatchArm& arm : expr.arms)
    if (arm.value) height = std::max(height, heights_[static_cast<size_t>(arm.value.index)] + 1);
  for (const StringPart& part : expr.parts)
    if (part.placeholder) height = std::max(height, heights_[static_cast<size_t>(part.placeholder.index)] + 1);
  if (height > kHighestExpr) {
    ReportTooDeep(expr.operator_span.valid() ? expr.operator_span : expr.span);
    const source::Span span = expr.span;
    expr = Expr{};
    expr.span = span;
    height = 0;
  }
  if (!expr.outer.valid()) expr.outer = expr.span;
  heights_.push_back(height);
  return ast_.exprs.Add(std::move(expr));
}

void Builder::ReportTooDeep(source::Span at) {
  if (!damaged_)
    sink_.Add(Build(Code::P0111, at, "this expression is nested too deep",
                    fmt::format("more than {} operators, one around the other", kHighestExpr))
                  .Say("Give inner parts a name with `let`."));
  damaged_ = true;
}

ExprId Builder::Hole(Node near) {
  Expr hole;
  hole.span = SpanOf(near);
  return AddExpr(std::move(hole));
}

// expr : operand (binop operand)* (QUESTION expr COLON expr)?
ExprId Builder::BuildExpr(Found node) {
  if (!node) return ExprId{};
  // A tree that is higher than allowed would also be too deep for the stack: `a ? b : c ? d : …` nests to the right.
  if (open_exprs_ > kHighestExpr) {
    ReportTooDeep(SpanOf(*node));
    return Hole(*node);
  }
  ++open_exprs_;
  const ExprId built = BuildFlatExpr(*node);
  --open_exprs_;
  return built;
}

ExprId Builder::BuildFlatExpr(Node node) {
  std::vector<ExprId> operands, choices;
  std::vector<uint32_t> operators;
  uint32_t question = 0;
  for (Children child(cst_, node); !child.done(); child.Next()) {
    const CstNode& part = child.node();
    if (part.rule == Rule::Operand) operands.push_back(BuildOperand(child.index()));
    if (part.rule == Rule::Binop && part.end_token > part.token) operators.push_back(part.token);
    if (part.rule == Rule::Expr) choices.push_back(BuildExpr(child.index()));
    if (part.rule == Rule::Token && TokenAt(part.token).kind == TokenKind::Question) question = part.token;
  }
  if (operands.empty()) return Hole(node);
  while (operators.size() >= operands.size()) operands.push_back(Hole(node));
  const ExprId condition = Combine(operands, operators);
  if (question == 0) return condition;
  choices.resize(2);
  for (ExprId& choice : choices)
    if (!choice) choice = Hole(node);
  Expr conditional;
  conditional.kind = ExprKind::Conditional;
  conditional.span = source::Join(ast_[condition].outer, ast_[choices[1]].outer);
  conditional.operator_span = TokenSpan(question);
  conditional.args = {condition, choices[0], choices[1]};
  return AddExpr(std::move(conditional));
}

// Operator precedence over the flat list: all binary operators are left-associative but `??`.
ExprId Builder::Combine(std::vector<ExprId>& operands, const std::vector<uint32_t>& operators) {
  std::vector<ExprId> values = {operands[0]};
  std::vector<uint32_t> pending;
  for (size_t i = 0; i < operators.size(); ++i) {
    const int level = Precedence(TokenAt(operators[i]).kind);
    const bool right = TokenAt(operators[i]).kind == TokenKind::Coalesce;
    while (!pending.empty()) {
      const int top = Precedence(TokenAt(pending.back()).kind);
      if (right ? top <= level : top < level) break;
      Reduce(values, pending);
    }
    pending.push_back(operators[i]);
    values.push_back(operands[i + 1]);
  }
  while (!pending.empty()) Reduce(values, pending);
  return values[0];
}

void Builder::Reduce(std::vector<ExprId>& values, std::vector<uint32_t>& pending) {
  const ExprId right = values.back();
  values.pop_back();
  Expr binary;
  binary.kind = ExprKind::Binary;
  binary.text = std::string(TextOf(pending.back()));
  binary.operator_span = TokenSpan(pending.back());
  binary.span = source::Join(ast_[values.back()].outer, ast_[right].outer);
  binary.args = {values.back(), right};
  pending.pop_back();
  values.back() = AddExpr(std::move(binary));
}

// operand : (NOT | MINUS)* primary postfix* (AS QUESTION? typeAtom)?
ExprId Builder::BuildOperand(Node node) {
  std::vector<uint32_t> prefixes;
  ExprId value;
  Expr cast;
  for (Children child(cst_, node); !child.done(); child.Next()) {
    const CstNode& part = child.node();
    if (part.rule == Rule::Primary) value = Primary(child.index());
    if (part.rule == Rule::Postfix && value) value = Postfix(value, child.index());
    if (part.rule == Rule::CastType) cast.type = ast_.types.Add(TypeAtom(child.index()));
    if (part.rule != Rule::Token) continue;
    const TokenKind kind = TokenAt(part.token).kind;
    if (kind == TokenKind::Not || kind == TokenKind::Minus) prefixes.push_back(part.token);
    if (kind == TokenKind::As) cast.operator_span = TokenSpan(part.token);
    if (kind == TokenKind::Question) cast.optional = true;
  }
  if (!value) value = Hole(node);
  for (; !prefixes.empty(); prefixes.pop_back()) {
    Expr unary;
    unary.kind = ExprKind::Unary;
    unary.text = std::string(TextOf(prefixes.back()));
    unary.operator_span = TokenSpan(prefixes.back());
    unary.span = source::Join(unary.operator_span, ast_[value].outer);
    unary.args = {value};
    value = AddExpr(std::move(unary));
  }
  if (!cast.operator_span.valid()) return value;
  cast.kind = ExprKind::Cast;
  cast.span = SpanOf(node);
  cast.args = {value};
  return AddExpr(std::move(cast));
}

// postfix : DOT (key | STAR) | LBRACK (expr | STAR) RBRACK | args
ExprId Builder::Postfix(ExprId base, Node node) {
  Expr expr;
  expr.span = source::Join(ast_[base].outer, SpanOf(node));
  expr.args = {base};
  expr.operator_span = TokenSpan(At(node).token);
  expr.star = HasToken(node, TokenKind::Star);
  if (Found args = Child(node, Rule::Args)) {
    expr.kind = ExprKind::Call;
    expr.entries = Arguments(args);
    expr.operator_span = SpanOf(*args);
  } else if (HasToken(node, TokenKind::Dot)) {
    expr.kind = ExprKind::Member;
    expr.name = NameOf(Child(node, Rule::Key));
  } else {
    expr.kind = ExprKind::Index;
    if (!expr.star) {
      const ExprId index = BuildExpr(Child(node, Rule::Expr));
      expr.args.push_back(index ? index : Hole(node));
    }
  }
  return AddExpr(std::move(expr));
}

ExprId Builder::Primary(Node node) {
  for (Children child(cst_, node); !child.done(); child.Next()) {
    const CstNode& part = child.node();
    Expr expr;
    expr.span = SpanOf(child.index());
    switch (part.rule) {
      case Rule::Literal:
        return Literal(child.index());
      case Rule::String:
        return BuildString(child.index());
      case Rule::List:
        return List(child.index());
      case Rule::Record:
        return Record(child.index());
      case Rule::MatchExpr:
        return Match(child.index());
      case Rule::Expr: {
        const ExprId inner = BuildExpr(child.index());
        ast_.exprs[inner].outer = SpanOf(node);
        return inner;
      }
      case Rule::Name:
        expr.kind = ExprKind::Name;
        expr.text = NameOf(child.index()).text;
        return AddExpr(std::move(expr));
      case Rule::Token:
        if (TokenAt(part.token).kind == TokenKind::LeftParen) continue;
        if (TokenAt(part.token).kind == TokenKind::Label) expr.kind = ExprKind::Name;
        expr.text = std::string(TextOf(part.token));
        return AddExpr(std::move(expr));
      default:
        break;
    }
  }
  return Hole(node);
}

ExprId Builder::Literal(Node node) {
  Expr expr;
  expr.kind = LiteralKind(TokenAt(At(node).token).kind);
  expr.text = std::string(TextOf(At(node).token));
  expr.span = SpanOf(node);
  return AddExpr(std::move(expr));
}

void Builder::Text(Expr& string, uint32_t token) {
  StringPart part;
  part.text = ResolveText(TextOf(token), string.quote == Quote::Double);
  part.span = TokenSpan(token);
  string.parts.push_back(std::move(part));
}

// string : SQ | DQ_OPEN part* DQ_CLOSE | TICK_OPEN part* TICK_CLOSE | BLOCK_OPEN part* BLOCK_CLOSE
ExprId Builder::BuildString(Node node) {
  Expr string;
  string.kind = ExprKind::String;
  string.span = SpanOf(node);
  const uint32_t opener = At(node).token;
  switch (TokenAt(opener).kind) {
    case TokenKind::DoubleOpen:
      string.quote = Quote::Double;
      break;
    case TokenKind::TickOpen:
      string.quote = Quote::Tick;
      break;
    case TokenKind::BlockOpen:
      string.quote = Quote::Block;
      break;
    case TokenKind::SingleQuoted: {
      const auto text = UnquoteSingle(TextOf(opener));
      const source::Span span = TokenSpan(opener);
      if (!text.empty()) string.parts.push_back({text, {}, {span.begin + 1, span.end}});
      return AddExpr(std::move(string));
    }
    default:
      return Hole(node);
  }
  for (Node part : ChildrenOf(node, Rule::Part)) {
    for (Children child(cst_, part); !child.done(); child.Next()) {
      if (child.node().rule == Rule::Token) Text(string, child.node().token);
      if (child.node().rule != Rule::Placeholder) continue;
      const ExprId inner = child.node().damaged ? ExprId{} : BuildExpr(Child(child.index(), Rule::Expr));
      string.parts.push_back({"", inner ? inner : Hole(child.index()), SpanOf(child.index())});
    }
  }
  return AddExpr(std::move(string));
}

ExprId Builder::Comprehension(Node node, ExprKind kind, source::Span span) {
  Expr expr;
  expr.kind = kind;
  expr.span = span;
  expr.name = NameOf(Child(node, Rule::Name));
  const bool filtered = HasToken(node, TokenKind::If);
  const size_t count = kind == ExprKind::RecordFor ? 4 : 3;
  for (Node part : ChildrenOf(node, Rule::Expr)) {
    if (expr.args.size() == 1 && !filtered) expr.args.emplace_back();
    expr.args.push_back(BuildExpr(part));
  }
  while (expr.args.size() < count) expr.args.push_back(Hole(node));
  return AddExpr(std::move(expr));
}

ExprId Builder::List(Node node) {
  if (Found loop = Child(node, Rule::ListFor)) return Comprehension(*loop, ExprKind::ListFor, SpanOf(node));
  Expr list;
  list.kind = ExprKind::List;
  list.span = SpanOf(node);
  for (Node element : ChildrenOf(node, Rule::Element)) list.entries.push_back(BuildEntry(element));
  return AddExpr(std::move(list));
}

ExprId Builder::Record(Node node) {
  if (Found loop = Child(node, Rule::RecordFor)) return Comprehension(*loop, ExprKind::RecordFor, SpanOf(node));
  Expr record;
  record.kind = ExprKind::Record;
  record.span = SpanOf(node);
  for (Node entry : ChildrenOf(node, Rule::Entry)) record.entries.push_back(BuildEntry(entry));
  return AddExpr(std::move(record));
}

ExprId Builder::Match(Node node) {
  Expr match;
  match.kind = ExprKind::Match;
  match.span = SpanOf(node);
  match.operator_span = TokenSpan(At(node).token);
  const ExprId subject = BuildExpr(Child(node, Rule::Expr));
  match.args = {subject ? subject : Hole(node)};
  for (Node arm : ChildrenOf(node, Rule::Arm)) {
    MatchArm built;
    for (Children child(cst_, arm); !child.done(); child.Next()) {
      const Rule rule = child.node().rule;
      if (rule == Rule::Literal) built.pattern = Literal(child.index());
      if (rule == Rule::String) built.pattern = BuildString(child.index());
      if (rule == Rule::Qname || (rule == Rule::Token && TokenAt(child.node().token).kind == TokenKind::Label)) {
        Expr name;
        name.kind = ExprKind::Name;
        name.span = SpanOf(child.index());
        name.text = std::string(sources_.Text(name.span));
        built.pattern = AddExpr(std::move(name));
      }
    }
    built.value = BuildExpr(Child(arm, Rule::Expr));
    if (!built.value) built.value = Hole(arm);
    match.arms.push_back(built);
  }
  return AddExpr(std::move(match));
}

Entry Builder::BuildEntry(Node node) {
  Entry entry;
  if (Found key = Child(node, Rule::Key)) entry.key = BuildKey(*key);
  entry.spread = HasToken(node, TokenKind::Ellipsis);
  entry.value = BuildExpr(Child(node, Rule::Expr));
  if (!entry.value) entry.value = Hole(node);
  entry.span = SpanOf(node);
  return entry;
}

std::vector<Entry> Builder::Arguments(Found args) {
  std::vector<Entry> entries;
  if (!args) return entries;
  for (Node arg : ChildrenOf(*args, Rule::Arg)) entries.push_back(BuildEntry(arg));
  return entries;
}

Key Builder::BuildKey(Node node) {
  const TokenKind kind = TokenAt(At(node).token).kind;
  Key key;
  key.span = SpanOf(node);
  key.quoted = kind == TokenKind::SingleQuoted || kind == TokenKind::DoubleOpen;
  key.text = NameOf(node).text;
  return key;
}

TypeId Builder::BuildType(Found node) {
  if (!node) return TypeId{};
  Found atom = Child(*node, Rule::TypeAtom);
  Type type = atom ? TypeAtom(*atom) : Type{};
  if (At(*node).rule == Rule::RecordType) type = TypeAtom(*node);
  type.span = SpanOf(*node);
  type.optional = HasToken(*node, TokenKind::Question);
  return ast_.types.Add(std::move(type));
}

// A typeAtom, or a recordType where the grammar has that alone.
Type Builder::TypeAtom(Node node) {
  Type type;
  type.span = SpanOf(node);
  const Found record = At(node).rule == Rule::RecordType ? Found(node) : Child(node, Rule::RecordType);
  if (record) {
    type.kind = TypeKind::Record;
    for (Node field : ChildrenOf(*record, Rule::Field))
      type.fields.push_back({NameOf(Child(field, Rule::Name)), HasToken(field, TokenKind::Question),
                             BuildType(Child(field, Rule::Type))});
  } else if (HasToken(node, TokenKind::Enum)) {
    type.kind = TypeKind::Enum;
    type.members = Names(node, Rule::Member);
  } else if (Found name = Child(node, Rule::Qname)) {
    type.kind = TypeKind::Named;
    type.name = Qualified(name);
    for (Node argument : ChildrenOf(node, Rule::Type)) type.args.push_back(BuildType(argument));
  }
  return type;
}

Name Builder::NameOf(Found node) const {
  if (!node || At(*node).end_token == At(*node).token) return {};
  const CstNode& name = At(*node);
  Name out{std::string(TextOf(name.token)), SpanOf(*node)};
  const TokenKind kind = TokenAt(name.token).kind;
  if (kind == TokenKind::SingleQuoted) out.text = UnquoteSingle(TextOf(name.token));
  if (kind != TokenKind::DoubleOpen) return out;
  out.text.clear();
  for (uint32_t i = name.token + 1; i < name.end_token; ++i)
    if (TokenAt(i).kind == TokenKind::Text) out.text += ResolveText(TextOf(i), true);
  return out;
}

}  // namespace sluice::syntax

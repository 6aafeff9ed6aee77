// The only file of ours that runs ANTLR: the token list as its input, its rule calls as a concrete tree, and recovery.
#include <algorithm>
#include <array>
#include <memory>

#include "PipeParser.h"
#include "compiler/syntax/brackets.h"
#include "compiler/syntax/cst.h"
#include "grammar/parser_base.h"
#include "grammar/predictor.h"

namespace sluice::syntax {
namespace grammar {

#define SLUICE_TOKEN(kind, antlr, text) \
  static_assert(static_cast<size_t>(TokenKind::kind) == static_cast<size_t>(PipeParser::antlr));
#include "compiler/syntax/tokens.def"
#undef SLUICE_TOKEN
#define SLUICE_RULE(rule, antlr) \
  static_assert(static_cast<size_t>(Rule::rule) == static_cast<size_t>(PipeParser::Rule##rule));
#include "compiler/syntax/rules.def"
#undef SLUICE_RULE

void ParserBase::enterRule(antlr4::ParserRuleContext* context, size_t state, size_t rule) {
  if (open_.size() >= kDeepestRule) {
    tree_->errors.push_back({.token = static_cast<uint32_t>(_input->index()), .expected = {}, .too_deep = true});
    throw antlr4::InputMismatchException(this);
  }
  antlr4::Parser::enterRule(context, state, rule);
  Open(static_cast<Rule>(rule));
}

void ParserBase::exitRule() {
  antlr4::Parser::exitRule();
  Close();
}

antlr4::Token* ParserBase::consume() {
  antlr4::Token* token = getCurrentToken();
  if (token->getType() == antlr4::Token::EOF) return token;
  AddLeaf(Rule::Token);
  _input->consume();
  return token;
}

void ParserBase::Skip() {
  AddLeaf(Rule::Skipped);
  _input->consume();
}

void ParserBase::Open(Rule rule) {
  open_.push_back(static_cast<uint32_t>(tree_->nodes.size()));
  const auto token = static_cast<uint32_t>(_input->index());
  tree_->nodes.push_back({.rule = rule, .token = token, .end_token = token, .next = 0});
}

void ParserBase::Close() {
  CstNode& node = tree_->nodes[open_.back()];
  node.end_token = static_cast<uint32_t>(_input->index());
  node.next = static_cast<uint32_t>(tree_->nodes.size());
  open_.pop_back();
}

void ParserBase::RewindTo(uint32_t token) {
  auto& nodes = tree_->nodes;
  size_t keep = open_.back() + 1;
  while (keep < nodes.size() && nodes[keep].token < token) ++keep;
  nodes.resize(keep);
  for (size_t i = open_.back() + 1; i < keep; ++i) {
    nodes[i].end_token = std::min(nodes[i].end_token, token);
    nodes[i].next = std::min(nodes[i].next, static_cast<uint32_t>(keep));
  }
  _input->seek(token);
}

void ParserBase::AddLeaf(Rule rule) {
  const auto token = static_cast<uint32_t>(_input->index());
  const auto index = static_cast<uint32_t>(tree_->nodes.size());
  tree_->nodes.push_back({.rule = rule, .token = token, .end_token = token + 1, .next = index + 1});
}

}  // namespace grammar

namespace {

using antlr4::IntStream;
using grammar::PipeParser;

// A token as ANTLR wants to see it: a kind and a place in the list.
class LightToken final : public antlr4::Token {
 public:
  LightToken(TokenKind kind, size_t index) : kind_(kind), index_(index) {}
  std::string getText() const override { return ""; }
  size_t getType() const override {
    return kind_ == TokenKind::EndOfFile ? antlr4::Token::EOF : static_cast<size_t>(kind_);
  }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  size_t getTokenIndex() const override { return index_; }
  size_t getStartIndex() const override { return 0; }
  size_t getStopIndex() const override { return 0; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return ""; }

 private:
  TokenKind kind_;
  size_t index_;
};

// Words that begin a declaration of a file. They are names, too, but hardly those that an `as` on the line before lacks.
bool BeginsDeclaration(TokenKind kind) {
  constexpr auto kWords = std::to_array<TokenKind>(
      {TokenKind::Pipeline, TokenKind::Import, TokenKind::Let, TokenKind::Fn, TokenKind::Action, TokenKind::Enum,
       TokenKind::Secret, TokenKind::Var, TokenKind::Environment, TokenKind::Extern});
  return std::ranges::find(kWords, kind) != kWords.end();
}

// The words that join an expression are names when a `:` follows: `if: x` begins a setting.
TokenKind KindInContext(const std::vector<Token>& tokens, size_t i) {
  const TokenKind kind = tokens[i].kind;
  if (kind == TokenKind::As && tokens[i + 1].first && BeginsDeclaration(tokens[i + 1].kind)) return TokenKind::Error;
  const bool infix = kind == TokenKind::As || kind == TokenKind::In || kind == TokenKind::If ||
                     kind == TokenKind::Where || kind == TokenKind::Else || kind == TokenKind::For ||
                     kind == TokenKind::Hold;
  return infix && tokens[i + 1].kind == TokenKind::Colon ? TokenKind::Id : kind;
}

// The token list as ANTLR's input. (A stream of its own instead of a TokenSource: nothing is copied or buffered.)
class ListStream final : public antlr4::TokenStream {
 public:
  explicit ListStream(const TokenList& list) {
    tokens_.reserve(list.tokens.size());
    for (size_t i = 0; i < list.tokens.size(); ++i) tokens_.emplace_back(KindInContext(list.tokens, i), i);
  }
  antlr4::Token* LT(ssize_t k) override {
    if (k == 0) return nullptr;
    if (k < 0) return at_ < static_cast<size_t>(-k) ? nullptr : &tokens_[at_ - static_cast<size_t>(-k)];
    return &tokens_[std::min(at_ + static_cast<size_t>(k) - 1, tokens_.size() - 1)];
  }
  size_t LA(ssize_t k) override {
    const antlr4::Token* token = LT(k);
    return token == nullptr ? 0 : token->getType();
  }
  antlr4::Token* get(size_t index) const override { return const_cast<LightToken*>(&tokens_[index]); }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval&) override { return ""; }
  std::string getText() override { return ""; }
  std::string getText(antlr4::RuleContext*) override { return ""; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return ""; }
  void consume() override { at_ = std::min(at_ + 1, tokens_.size() - 1); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, tokens_.size() - 1); }
  size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return ""; }

 private:
  std::vector<LightToken> tokens_;
  size_t at_ = 0;
};

// Can a token of this kind begin an item? Settings begin with any word or a quoted key.
bool BeginsItem(TokenKind kind) {
  return IsName(kind) || IsKeyword(kind) || kind == TokenKind::SingleQuoted || kind == TokenKind::DoubleOpen;
}

// Words after which recovery takes up an item again when they are the first of their line.
bool IsItemWord(TokenKind kind) {
  switch (kind) {
    case TokenKind::From:
    case TokenKind::As:
    case TokenKind::In:
    case TokenKind::Where:
    case TokenKind::Else:
    case TokenKind::Background:
    case TokenKind::Hold:
    case TokenKind::Static:
    case TokenKind::Match:
    case TokenKind::True:
    case TokenKind::False:
    case TokenKind::Null:
      return false;
    default:
      return IsKeyword(kind);
  }
}

// Where items begin and end, for recovery.
class Structure {
 public:
  explicit Structure(const TokenList& list) : text_(list.text), tokens_(list.tokens), partner_(list.tokens.size(), 0) {
    std::vector<size_t> open;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (IsOpener(tokens_[i].kind)) open.push_back(i);
      if (!IsCloser(tokens_[i].kind) || open.empty()) continue;
      partner_[open.back()] = i;
      partner_[i] = open.back();
      open.pop_back();
    }
  }

  // The token at which the item that begins at `item` and fails at `at` is over: the closer of its block, or the first
  // of a line that begins another item. Always behind `item`, unless that closes the block.
  size_t EndOfItem(size_t item, size_t at) const {
    size_t i = item;
    while (i < tokens_.size() - 1) {
      if (i > item && i >= at && BeginsAnother(i, item)) return i;
      if (IsCloser(tokens_[i].kind)) return i;
      i = IsOpener(tokens_[i].kind) ? partner_[i] + 1 : i + 1;
    }
    return i;
  }

  // The brace that opens the block of an item that failed at `at`, if one stands before the item's end. A brace before
  // `at` with a line end behind it was the block, however it was read.
  std::optional<size_t> FindBlock(size_t item, size_t at) const {
    for (size_t i = item; i < at; ++i) {
      if (!IsOpener(tokens_[i].kind)) continue;
      if (partner_[i] >= at && tokens_[i].kind == TokenKind::LeftBrace && tokens_[i + 1].first) return i;
      if (partner_[i] >= at) break;
      i = partner_[i];
    }
    const size_t end = EndOfItem(item, at);
    for (size_t i = at; i < end; ++i) {
      if (tokens_[i].kind == TokenKind::LeftBrace) {
        const size_t close = partner_[i];
        const bool last = close + 1 >= end || tokens_[close + 1].first || tokens_[close + 1].kind == TokenKind::Else;
        if (last) return i;
      }
      if (IsOpener(tokens_[i].kind)) i = std::max(i, partner_[i]);
    }
    return std::nullopt;
  }

  // The `}}` of the placeholder that opens at `open`.
  size_t Partner(size_t open) const { return partner_[open]; }
  TokenKind kind(size_t i) const { return tokens_[i].kind; }

 private:
  // Lines that are indented deeper than the damaged item are part of it.
  bool BeginsAnother(size_t i, size_t item) const {
    if (!tokens_[i].first || (tokens_[item].first && Indent(i) > Indent(item))) return false;
    const TokenKind kind = tokens_[i].kind;
    if (tokens_[i + 1].kind == TokenKind::Colon) return BeginsItem(kind);
    return IsItemWord(kind);
  }

  size_t Indent(size_t i) const {
    const size_t begin = tokens_[i].begin;
    return begin == 0 ? 0 : begin - (text_.rfind('\n', begin - 1) + 1);
  }

  const std::string_view text_;
  const std::vector<Token>& tokens_;
  std::vector<size_t> partner_;
};

// One syntax error damages one item: exceptions pass every rule up to the placeholder or item around them, which goes on
// behind its end. Rules with a block go on at their block.
class ItemRecovery final : public antlr4::DefaultErrorStrategy {
 public:
  ItemRecovery(const Structure& structure, Cst& tree) : structure_(structure), tree_(tree) {}

  void reset(antlr4::Parser*) override { reported_ = false; }
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override {}
  antlr4::Token* recoverInline(antlr4::Parser* parser) override { throw antlr4::InputMismatchException(parser); }

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& e) override {
    if (reported_) return;
    reported_ = true;
    const auto* context = parser->getContext();
    const size_t token =
        e.getOffendingToken() == nullptr ? parser->getInputStream()->index() : e.getOffendingToken()->getTokenIndex();
    if (!tree_.errors.empty() && tree_.errors.back().too_deep && tree_.errors.back().token == token) {
      tree_.errors.back().item = static_cast<uint32_t>(ItemOf(context));
      return;
    }
    SyntaxError error{.token = static_cast<uint32_t>(token),
                      .item = static_cast<uint32_t>(ItemOf(context)),
                      .rule = static_cast<Rule>(context->getRuleIndex()),
                      .expected = {}};
    if (token == parser->getInputStream()->index()) error.expected = Expected(parser, e);
    tree_.errors.push_back(std::move(error));
  }

  void recover(antlr4::Parser* base, std::exception_ptr e) override {
    auto* parser = static_cast<PipeParser*>(base);
    auto* context = parser->getContext();
    const size_t begin = context->start->getTokenIndex();
    const auto at = [&] { return tree_.errors.back().token; };
    switch (static_cast<Rule>(context->getRuleIndex())) {
      case Rule::Item:
        if (parser->getInputStream()->index() == begin) RunLikelyRule(*parser);
        [[fallthrough]];
      case Rule::CheckItem:
        return SkipTo(*parser, std::max(structure_.EndOfItem(begin, at()), begin + 1));
      case Rule::Placeholder:
        return SkipPlaceholder(*parser, begin);
      case Rule::PipelineDecl:
      case Rule::JobDecl:
      case Rule::ActionDecl:
      case Rule::IfStep:
      case Rule::ForItem:
      case Rule::ParallelStep:
      case Rule::NamedStep:
      case Rule::EnvironmentDecl:
      case Rule::ServiceDecl:
      case Rule::OverlayDecl:
      case Rule::RolloutDecl:
      case Rule::MetricDecl:
      case Rule::SloDecl:
      case Rule::MigrationDecl:
        return GoOnAtBlock(*parser, begin, at(), e);
      default:
        std::rethrow_exception(e);
    }
  }

  // At the head of a list of items: what begins none is junk.
  void sync(antlr4::Parser* base) override {
    auto* parser = static_cast<PipeParser*>(base);
    const auto rule = static_cast<Rule>(parser->getContext()->getRuleIndex());
    if (rule != Rule::Block && rule != Rule::CheckBlock) return;
    if (!Predictor::IsLoop(parser->getState())) return;
    while (SkipJunk(*parser)) continue;
  }

  // Takes one stretch of tokens that begin no item as Junk. False: there is none here.
  bool SkipJunk(PipeParser& parser) {
    const size_t at = parser.getTokenStream()->index();
    const TokenKind kind = structure_.kind(at);
    if (BeginsItem(kind) || kind == TokenKind::RightBrace || kind == TokenKind::EndOfFile) return false;
    tree_.errors.push_back(
        {.token = static_cast<uint32_t>(at), .item = static_cast<uint32_t>(at), .rule = Rule::Junk, .expected = {}});
    parser.Open(Rule::Junk);
    do SkipTo(parser, std::max(structure_.EndOfItem(at, at), parser.getTokenStream()->index() + 1));
    while (IsCloser(structure_.kind(parser.getTokenStream()->index())) &&
           structure_.kind(parser.getTokenStream()->index()) != TokenKind::RightBrace);
    parser.Close();
    return true;
  }

 private:
  static size_t ItemOf(const antlr4::RuleContext* context) {
    for (; context != nullptr; context = static_cast<const antlr4::RuleContext*>(context->parent)) {
      const auto rule = static_cast<Rule>(context->getRuleIndex());
      if (rule == Rule::Item || rule == Rule::CheckItem)
        return static_cast<const antlr4::ParserRuleContext*>(context)->start->getTokenIndex();
    }
    return 0;
  }

  static std::vector<TokenKind> Expected(antlr4::Parser* parser, const antlr4::RecognitionException& e) {
    std::vector<TokenKind> kinds;
    const bool known = e.getOffendingState() < parser->getATN().states.size();
    const auto set = known ? parser->getATN().getExpectedTokens(e.getOffendingState(), parser->getContext())
                           : antlr4::misc::IntervalSet();
    for (ssize_t kind : set.toList())
      if (kind > 0 && kind <= static_cast<ssize_t>(TokenKind::Error)) kinds.push_back(static_cast<TokenKind>(kind));
    return kinds;
  }

  void SkipTo(PipeParser& parser, size_t end) {
    while (parser.getTokenStream()->index() < end && parser.getTokenStream()->LA(1) != antlr4::Token::EOF)
      parser.Skip();
    reported_ = false;
  }

  // A prediction that failed says little and leaves no tree. The rule that the item's first word calls for fails at the
  // same place, but knows what it wanted, and keeps the names before it.
  void RunLikelyRule(PipeParser& parser) {
    const SyntaxError first = tree_.errors.back();
    tree_.errors.pop_back();
    reported_ = false;
    const size_t count = tree_.errors.size();
    try {
      CallRuleOf(parser, static_cast<TokenKind>(parser.getTokenStream()->LA(1)),
                 static_cast<TokenKind>(parser.getTokenStream()->LA(2)));
    } catch (const antlr4::RecognitionException&) {
      reported_ = true;
    }
    if (tree_.errors.size() == count) tree_.errors.push_back(first);
  }

  void CallRuleOf(PipeParser& parser, TokenKind word, TokenKind next) {
    if (next == TokenKind::Colon && word != TokenKind::Step) {
      parser.setting();
      return;
    }
    switch (word) {
      case TokenKind::Import:
        parser.importDecl();
        return;
      case TokenKind::Let:
        parser.letItem();
        return;
      case TokenKind::Type:
        parser.typeDecl();
        return;
      case TokenKind::Enum:
        parser.enumDecl();
        return;
      case TokenKind::Fn:
        parser.fnDecl();
        return;
      case TokenKind::Action:
        parser.actionDecl();
        return;
      case TokenKind::Extern:
        parser.externDecl();
        return;
      case TokenKind::Secret:
        parser.secretDecl();
        return;
      case TokenKind::Var:
        parser.varDecl();
        return;
      case TokenKind::Verbatim:
        parser.verbatimDecl();
        return;
      case TokenKind::Pipeline:
        parser.pipelineDecl();
        return;
      case TokenKind::On:
        parser.onDecl();
        return;
      case TokenKind::Job:
        parser.jobDecl();
        return;
      case TokenKind::Gate:
        parser.gateDecl();
        return;
      case TokenKind::Output:
        parser.outputDecl();
        return;
      case TokenKind::For:
        parser.forItem();
        return;
      case TokenKind::Run:
        parser.runStep();
        return;
      case TokenKind::Uses:
        parser.usesStep();
        return;
      case TokenKind::Step:
        parser.namedStep();
        return;
      case TokenKind::If:
        parser.ifStep();
        return;
      case TokenKind::Parallel:
        parser.parallelStep();
        return;
      case TokenKind::Wait:
        parser.waitStep();
        return;
      case TokenKind::Cancel:
        parser.cancelStep();
        return;
      case TokenKind::Once:
        parser.onceStep();
        return;
      case TokenKind::Requires:
        parser.requiresStep();
        return;
      case TokenKind::Assert:
        parser.assertStep();
        return;
      case TokenKind::Raw:
        parser.rawDecl();
        return;
      case TokenKind::Environment:
        parser.environmentDecl();
        return;
      case TokenKind::Service:
        parser.serviceDecl();
        return;
      case TokenKind::Overlay:
        parser.overlayDecl();
        return;
      case TokenKind::Rollout:
        parser.rolloutDecl();
        return;
      case TokenKind::At:
        parser.atItem();
        return;
      case TokenKind::Check:
        parser.checkDecl();
        return;
      case TokenKind::Metric:
        parser.metricDecl();
        return;
      case TokenKind::Slo:
        parser.sloDecl();
        return;
      case TokenKind::Migration:
        parser.migrationDecl();
        return;
      case TokenKind::Manifest:
        parser.manifestDecl();
        return;
      case TokenKind::Patch:
        parser.patchDecl();
        return;
      default:
        parser.setting();
        return;
    }
  }

  void SkipPlaceholder(PipeParser& parser, size_t begin) {
    const size_t close = structure_.Partner(begin);
    SkipTo(parser, close);
    if (parser.getTokenStream()->index() == close) parser.consume();
  }

  void GoOnAtBlock(PipeParser& parser, size_t begin, size_t at, const std::exception_ptr& e) {
    const size_t here = parser.getTokenStream()->index();
    const auto brace = structure_.FindBlock(begin, std::max(at, here));
    if (!brace) std::rethrow_exception(e);
    if (*brace < here) parser.RewindTo(static_cast<uint32_t>(*brace));
    SkipTo(parser, *brace);
    reported_ = false;
    parser.block();
    if (static_cast<Rule>(parser.getContext()->getRuleIndex()) != Rule::IfStep || NextIs(parser) != TokenKind::Else)
      return;
    parser.consume();
    NextIs(parser) == TokenKind::If ? static_cast<void>(parser.ifStep()) : static_cast<void>(parser.block());
  }

  static TokenKind NextIs(PipeParser& parser) {
    const size_t kind = parser.getTokenStream()->LA(1);
    return kind == antlr4::Token::EOF ? TokenKind::EndOfFile : static_cast<TokenKind>(kind);
  }

  const Structure& structure_;
  Cst& tree_;
  bool reported_ = false;  // the error that is on its way up
};

void RunItems(PipeParser& parser, ItemRecovery& recovery) {
  auto& input = *parser.getTokenStream();
  while (input.LA(1) != IntStream::EOF) {
    if (static_cast<TokenKind>(input.LA(1)) == TokenKind::RightBrace || recovery.SkipJunk(parser)) {
      if (static_cast<TokenKind>(input.LA(1)) == TokenKind::RightBrace) parser.Skip();
      continue;
    }
    parser.item();
    parser.getTreeTracker().reset();
    if (static_cast<TokenKind>(input.LA(1)) == TokenKind::Comma) parser.consume();
  }
}

// Predicts by our tables. A decision needs no context of its caller (SLL), and only therefore can it stand in a table.
void UseTables(PipeParser& parser) {
  const auto* plain = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  static antlr4::atn::PredictionContextCache shared;
  auto tables = std::make_unique<Predictor>(&parser, plain->atn, plain->decisionToDFA, shared);
  tables->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser.setInterpreter(tables.release());  // owned by the parser
}

}  // namespace

Cst RunGrammar(const TokenList& list) {
  Cst tree;
  tree.nodes.reserve(list.tokens.size() * 3);
  const Structure structure(list);
  ListStream stream(list);
  PipeParser parser(&stream);
  auto recovery = std::make_shared<ItemRecovery>(structure, tree);
  parser.set_tree(&tree);
  parser.removeErrorListeners();
  parser.setErrorHandler(recovery);
  UseTables(parser);
  parser.Open(Rule::File);
  try {
    RunItems(parser, *recovery);
  } catch (const std::exception&) {
    // No rule lets an exception out; should ANTLR itself fail, the rest of the file is one damaged item.
    while (stream.LA(1) != IntStream::EOF) parser.Skip();
  }
  parser.Close();
  return tree;
}

std::optional<uint32_t> FindChild(const Cst& cst, uint32_t parent, Rule rule) {
  for (Children child(cst, parent); !child.done(); child.Next())
    if (child.node().rule == rule) return child.index();
  return std::nullopt;
}

}  // namespace sluice::syntax

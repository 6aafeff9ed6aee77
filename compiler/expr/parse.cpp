#include <fmt/format.h>

#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/expr/expr.h"
#include "compiler/expr/functions.h"
#include "compiler/expr/lexer.h"
#include "compiler/expr/text_case.h"

namespace sluice::expr {
namespace {

// Source: GitHub's runner, and the same in @actions/expressions.
constexpr size_t kMaxLength = 21'000;
constexpr int kMaxDepth = 50;
constexpr size_t kMaxArgs = 255;

// GitHub's package counts no depth for chains of comparisons, its runner does. A bound keeps every walk of a tree
// within the stack.
constexpr int kMaxComparisons = 500;

// Recursive descent with GitHub's precedence and its way of counting depth. After a failure every step gives up.
class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options), lexer_(text) {}

  ParseResult Parse() {
    if (Utf16Length(text_) > kMaxLength)
      return {.expr = {}, .error = ParseError{"Exceeded max expression length 21000", 0}};
    Expr e;
    Advance();
    if (token_.kind != TokenKind::End || error_) {
      ParseExpression(e);
      if (!error_ && token_.kind != TokenKind::End) FailAtToken();
    }
    if (error_) return {.expr = {}, .error = std::move(error_)};
    return {.expr = std::move(e), .error = {}};
  }

 private:
  // Counts one level of depth while it lives.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) { parser.Deepen(); }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  void Deepen() {
    if (++depth_ > kMaxDepth) Fail("Exceeded max expression depth 50", token_.begin);
  }

  void Fail(std::string message, size_t offset) {
    if (!error_) error_ = ParseError{std::move(message), offset};
  }

  std::string_view Spelling(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }

  void FailAtToken() {
    if (token_.kind == TokenKind::End)
      return Fail(fmt::format("Unexpected end of expression: '{}'", Shorten(Spelling(last_))), last_.begin);
    const std::string_view spelling = Spelling(token_);
    std::string message = fmt::format("Unexpected symbol: '{}'", Shorten(spelling));
    if (token_.kind == TokenKind::Invalid) {
      if (spelling[0] == '"') message += "; strings stand in single quotes";
      if (spelling[0] == '\'') message += "; the string is not closed";
      if (spelling == "=") message += "; equality is `==`";
      if (spelling == "&" || spelling == "|") message += fmt::format("; write `{0}{0}`", spelling);
    }
    Fail(std::move(message), token_.begin);
  }

  void Advance() {
    last_ = token_;
    token_ = lexer_.Next();
    if (token_.kind == TokenKind::Invalid) FailAtToken();
  }

  bool Take(TokenKind kind) {
    if (error_ || token_.kind != kind) return false;
    Advance();
    return !error_;
  }

  void Expect(TokenKind kind) {
    if (!Take(kind) && !error_) FailAtToken();
  }

  void ParseExpression(Expr& out) {
    const Level level(*this);
    if (!error_) ParseLogical(out, true);
  }

  // `||` of `&&` of comparisons.
  void ParseLogical(Expr& out, bool is_or) {
    const auto operand = [&](Expr& e) { is_or ? ParseLogical(e, false) : ParseComparisons(e, true); };
    const TokenKind kind = is_or ? TokenKind::Or : TokenKind::And;
    const size_t begin = token_.begin;
    operand(out);
    if (error_ || token_.kind != kind) return;
    const Level level(*this);
    std::vector<Expr> args;
    args.push_back(std::move(out));
    while (Take(kind)) operand(args.emplace_back());
    out = is_or ? Or(std::move(args)) : And(std::move(args));
    Locate(out, begin);
  }

  std::optional<Op> ComparisonOf(TokenKind kind, bool is_equality) const {
    switch (kind) {
      case TokenKind::Equal:
        return is_equality ? std::optional(Op::Equal) : std::nullopt;
      case TokenKind::NotEqual:
        return is_equality ? std::optional(Op::NotEqual) : std::nullopt;
      case TokenKind::Less:
        return is_equality ? std::nullopt : std::optional(Op::Less);
      case TokenKind::LessEqual:
        return is_equality ? std::nullopt : std::optional(Op::LessEqual);
      case TokenKind::Greater:
        return is_equality ? std::nullopt : std::optional(Op::Greater);
      case TokenKind::GreaterEqual:
        return is_equality ? std::nullopt : std::optional(Op::GreaterEqual);
      default:
        return std::nullopt;
    }
  }

  // `==` and `!=` of `<` and its like; both group to the left.
  void ParseComparisons(Expr& out, bool is_equality) {
    const auto operand = [&](Expr& e) { is_equality ? ParseComparisons(e, false) : ParseNot(e); };
    const size_t begin = token_.begin;
    operand(out);
    while (!error_) {
      const std::optional<Op> op = ComparisonOf(token_.kind, is_equality);
      if (!op) return;
      if (++comparisons_ > kMaxComparisons)
        return Fail(fmt::format("Exceeded max number of comparisons {}", kMaxComparisons), token_.begin);
      Advance();
      Expr right;
      if (!error_) operand(right);
      out = Binary(*op, std::move(out), std::move(right));
      Locate(out, begin);
    }
  }

  void ParseNot(Expr& out) {
    const size_t begin = token_.begin;
    if (!Take(TokenKind::Not)) {
      if (!error_) ParseIndexed(out);
      return;
    }
    const Level level(*this);
    Expr inner;
    if (!error_) ParseNot(inner);
    out = Not(std::move(inner));
    Locate(out, begin);
  }

  void ParseIndexed(Expr& out) {
    const size_t begin = token_.begin;
    const bool indexable = token_.kind == TokenKind::Name || token_.kind == TokenKind::LeftParen;
    ParsePrimary(out);
    int levels = 0;
    while (indexable && !error_ && (token_.kind == TokenKind::Dot || token_.kind == TokenKind::LeftBracket)) {
      const bool dot = token_.kind == TokenKind::Dot;
      Advance();
      if (dot) Deepen(), ++levels;
      Expr key;
      const bool star = Take(TokenKind::Star);
      if (!star && !error_) dot ? ParseMember(key) : ParseExpression(key);
      if (!dot) {
        Expect(TokenKind::RightBracket);
        Deepen(), ++levels;
      }
      Expr object = std::move(out);
      out = Expr{.op = star ? Op::Star : Op::Index, .text = {}, .args = {}};
      out.args.push_back(std::move(object));
      if (!star) out.args.push_back(std::move(key));
      Locate(out, begin);
    }
    depth_ -= levels;
  }

  void ParseMember(Expr& out) {
    if (token_.kind != TokenKind::Name) return FailAtToken();
    out = String(std::string(Spelling(token_)));
    LocateToken(out);
    Advance();
  }

  void ParsePrimary(Expr& out) {
    switch (token_.kind) {
      case TokenKind::Name:
        return ParseNameOrCall(out);
      case TokenKind::LeftParen:
        Advance();
        if (!error_) ParseExpression(out);
        return Expect(TokenKind::RightParen);
      case TokenKind::True:
      case TokenKind::False:
        out = Boolean(token_.kind == TokenKind::True);
        break;
      case TokenKind::Null:
        out = Null();
        break;
      case TokenKind::String:
        out = String(UnquoteString(Spelling(token_)));
        break;
      case TokenKind::Number:
        out = Number(token_.number);
        out.text = Spelling(token_);
        break;
      default:
        return FailAtToken();
    }
    LocateToken(out);
    Advance();
  }

  void ParseNameOrCall(Expr& out) {
    const Token name = token_;
    Advance();
    if (!Take(TokenKind::LeftParen)) {
      if (options_.knows_context && !options_.knows_context(Spelling(name)))
        Fail(fmt::format("Unrecognized named-value: '{}'", Shorten(Spelling(name))), name.begin);
      out = Name(std::string(Spelling(name)));
      out.begin = static_cast<uint32_t>(name.begin);
      out.end = static_cast<uint32_t>(name.end);
      return;
    }
    std::vector<Expr> args;
    while (!error_ && !Take(TokenKind::RightParen)) {
      if (!error_) ParseExpression(args.emplace_back());
      if (token_.kind != TokenKind::RightParen) Expect(TokenKind::Comma);
    }
    if (error_) return;
    CheckCall(name, args.size());
    out = Call(std::string(Spelling(name)), std::move(args));
    Locate(out, name.begin);
  }

  void CheckCall(const Token& token, size_t count) {
    const std::string_view name = Spelling(token);
    const Function* function = FindFunction(name);
    if (function == nullptr || (function->id == FunctionId::Case && !options_.allow_case)) {
      const std::vector<std::string> names = FunctionNames();
      const auto nearest = DidYouMean(name, names);
      const bool known = function != nullptr || !nearest;
      return Fail(known ? fmt::format("Unrecognized function: '{}'", Shorten(name))
                        : fmt::format("Unrecognized function: '{}' (did you mean `{}`?)", name, *nearest),
                  token.begin);
    }
    if (IsHostFunction(function->id) && options_.knows_function && !options_.knows_function(AsciiLower(name)))
      return Fail(fmt::format("Unrecognized function: '{}'; only a job that runs can answer it", name), token.begin);
    if (count < function->min_args)
      return Fail(fmt::format("Too few parameters supplied: '{}' takes {}", name, Arity(*function)), token.begin);
    if (count > std::min(function->max_args, kMaxArgs))
      return Fail(fmt::format("Too many parameters supplied: '{}' takes {}", name, Arity(*function)), token.begin);
    if (function->id == FunctionId::Case && count % 2 == 0)
      Fail(fmt::format("Even number of parameters supplied, requires an odd number of parameters: '{}'", name),
           token.begin);
  }

  static std::string Arity(const Function& function) {
    if (function.min_args == function.max_args) return std::to_string(function.min_args);
    return fmt::format("{} to {}", function.min_args, function.max_args);
  }

  void Locate(Expr& e, size_t begin) const {
    e.begin = static_cast<uint32_t>(begin);
    e.end = static_cast<uint32_t>(last_.end);
  }

  void LocateToken(Expr& e) const {
    e.begin = static_cast<uint32_t>(token_.begin);
    e.end = static_cast<uint32_t>(token_.end);
  }

  std::string_view text_;
  const ParseOptions& options_;
  Lexer lexer_;
  Token token_;
  Token last_;
  int depth_ = 0;
  int comparisons_ = 0;
  std::optional<ParseError> error_;
};

}  // namespace

ParseResult Parse(std::string_view text, const ParseOptions& options) { return Parser(text, options).Parse(); }

std::string ParseError::Sentence(std::string_view text) const {
  return fmt::format("{}. Located at position {} within expression: {}", message,
                     CountCodePoints(text.substr(0, offset)) + 1, Shorten(text));
}

}  // namespace sluice::expr

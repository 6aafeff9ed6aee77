#include "compiler/syntax/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "compiler/base/text.h"
#include "compiler/syntax/brackets.h"
#include "compiler/syntax/places.h"
#include "compiler/syntax/usage.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

class Explainer {
 public:
  Explainer(const source::SourceMap& sources, const TokenList& list, const SyntaxError& error)
      : sources_(sources),
        list_(list),
        error_(error),
        found_(list.tokens[error.token]),
        head_(list.tokens[error.item]) {
    has_previous_ = error.token > 0 && (error.token > error.item || error.rule == Rule::Junk);
    if (has_previous_) previous_ = list.tokens[error.token - 1];
  }

  Diagnostic Say() {
    if (error_.too_deep)
      return Build(Code::P0111, FoundOrPrevious(), "nested too deep", "give inner parts a name with `let`");
    if (error_.rule == Rule::Junk) return Junk();
    if (head_.kind == TokenKind::Else && error_.token <= error_.item + 1)
      return Build(Code::P0112, Span(head_), "this `else` has no `if`",
                   "`else` stands behind the `}` of an `if` block");
    if (auto key = GitHubKey()) return std::move(*key);
    if (auto missing = MissingValue()) return std::move(*missing);
    if (error_.rule == Rule::Setting && Expects(TokenKind::Colon)) return ColonOfSetting();
    return General();
  }

 private:
  bool Expects(TokenKind kind) const { return std::ranges::find(error_.expected, kind) != error_.expected.end(); }

  // A label needs characters to stand under: the found token if it has some on the same line, else the one before it.
  bool found_is_visible() const {
    return found_.kind != TokenKind::EndOfFile && found_.end > found_.begin && (!found_.first || !has_previous_);
  }
  source::Span FoundOrPrevious() const {
    if (!found_is_visible() && has_previous_) return Span(Visible(error_.token - 1));
    const Token& end = list_.tokens[OtherEndOfString(list_.tokens, error_.token)];
    return sources_.MakeSpan(list_.file, found_.begin, end.end);
  }

  // The nearest token at or before `i` that stands in the source.
  const Token& Visible(size_t i) const {
    while (i > 0 && list_.tokens[i].end == list_.tokens[i].begin) --i;
    return list_.tokens[i];
  }

  // `uses: actions/checkout@v7`, `with:` and a line below it.
  std::optional<Diagnostic> GitHubKey() const {
    if (!IsName(head_.kind) || list_.tokens[error_.item + 1].kind != TokenKind::Colon) return std::nullopt;
    const Token& colon = list_.tokens[error_.item + 1];
    const size_t end = std::min(list_.text.find_first_of("\r\n", colon.end), list_.text.size());
    const std::string_view rest = list_.text.substr(colon.end, end - colon.end);
    const std::string value = fmt::format("{}{}", list_.Text(head_), OneLine(rest));
    return ExplainGitHubKey(Span(head_), list_.Text(head_), value, Span(colon));
  }

  // `timeout:` and then a line that begins another setting, so that its `:` is one too many.
  std::optional<Diagnostic> MissingValue() const {
    if (found_.kind != TokenKind::Colon || error_.token < error_.item + 3) return std::nullopt;
    const Token &value = list_.tokens[error_.token - 1], &colon = list_.tokens[error_.token - 2];
    if (!value.first || colon.kind != TokenKind::Colon) return std::nullopt;
    return ValueExpected(list_.tokens[error_.token - 3], colon);
  }

  Diagnostic ValueExpected(const Token& key, const Token& colon) const {
    return Build(Code::P0112, Span(colon), fmt::format("expected a value after `{}:`", Shown(key)),
                 "nothing follows on this line");
  }

  Diagnostic ColonOfSetting() const {
    const std::string key = Shown(head_);
    const std::string message = fmt::format("expected `:` after `{}`", key);
    if (auto word = NearestItemWord(key)) {
      return Build(Code::P0112, Span(head_), fmt::format("`{}` begins nothing that I know", key),
                   fmt::format("did you mean `{}`?", *word))
          .FixLabel(Replace(Span(head_), *word, fmt::format("write `{}`", *word), false));
    }
    if (!found_is_visible())
      return Build(Code::P0112, Span(head_), message, fmt::format("a setting is written `{}: value`", key));
    const size_t last = EndOfGroup(error_.token);
    const Token& next = list_.tokens[std::min(last + 1, list_.tokens.size() - 1)];
    const bool single = next.first || next.kind == TokenKind::EndOfFile || next.kind == TokenKind::Comma ||
                        next.kind == TokenKind::RightBrace;
    const std::string value = OneLine(list_.text.substr(found_.begin, list_.tokens[last].end - found_.begin));
    Build problem(Code::P0112, Span(found_), message,
                  fmt::format("a setting is written `{}: {}`", key, single ? value : "value"));
    problem.FixLabel(Replace(sources_.MakeSpan(list_.file, head_.end, head_.end), ":", "insert `:`"));
    return problem;
  }

  static std::optional<std::string> NearestItemWord(const std::string& key) {
    static const std::vector<std::string> kWords = {
        "pipeline", "job",    "on",  "run", "uses", "step",        "let",     "output", "gate",  "secret",
        "var",      "import", "raw", "if",  "for",  "environment", "service", "metric", "action"};
    return DidYouMean(key, kWords);
  }

  Diagnostic General() const {
    std::string what = Wanted();
    if (what.empty()) what = Needed();
    const Token& before = has_previous_ ? Visible(error_.token - 1) : found_;
    const std::string after = Shown(before);
    const Usage usage = UsageOf(head_.kind);
    const std::string label = usage.form.empty() ? "" : fmt::format("{} {}", usage.what, usage.form);
    if (what.empty()) {
      return Build(Code::P0112, FoundOrPrevious(),
                   found_is_visible() ? fmt::format("`{}` does not fit here", Shown(found_))
                                      : fmt::format("something is missing after `{}`", after),
                   label);
    }
    if (!has_previous_) return Build(Code::P0112, Span(found_), fmt::format("expected {}", what), label);
    const std::string message = fmt::format("expected {} after `{}`", what, after);
    if (head_.kind == TokenKind::Let && what == "`=`" && found_is_visible()) return MissingAssign(message, before);
    return Build(Code::P0112, FoundOrPrevious(), message, label);
  }

  Diagnostic MissingAssign(const std::string& message, const Token& name) const {
    const Token& last = list_.tokens[EndOfGroup(error_.token)];
    const source::Span value = sources_.MakeSpan(list_.file, found_.begin, last.end);
    return Build(Code::P0112, IsBracket(found_.kind) ? Span(found_) : value, message,
                 fmt::format("a name is bound by `let {} = {}`", Shown(name), OneLine(sources_.Text(value))))
        .FixLabel(Replace(sources_.MakeSpan(list_.file, name.end, name.end), " =", "insert `=`"));
  }

  static bool IsBracket(TokenKind kind) { return kind >= TokenKind::LeftBrace && kind <= TokenKind::RightBracket; }

  // The last token of the string or bracket that opens at `i`; `i` itself otherwise.
  size_t EndOfGroup(size_t i) const {
    size_t depth = 0;
    for (size_t at = i; at < list_.tokens.size() - 1; ++at) {
      if (IsOpener(list_.tokens[at].kind)) ++depth;
      if (IsCloser(list_.tokens[at].kind) && --depth == 0) return at;
      if (depth == 0) return at;
    }
    return i;
  }

  // Shortened to a part of one line.
  static std::string OneLine(std::string_view text) {
    size_t end = 0;
    for (int letters = 0; end < text.size() && letters < 40 && text[end] != '\n' && text[end] != '\r'; ++letters)
      end += Utf8Length(text, end);
    return std::string(text.substr(0, end)) + (end < text.size() ? "..." : "");
  }

  // What a declaration cannot do without, where the grammar's longer look ended before it could say so.
  std::string Needed() const {
    if (!IsDeclared(head_.kind)) return "";
    if (error_.token == error_.item + 1) return "a name";
    const bool bound = head_.kind == TokenKind::Let || head_.kind == TokenKind::Output || head_.kind == TokenKind::Type;
    return bound && error_.token == error_.item + 2 ? "`=`" : "";
  }

  static bool IsDeclared(TokenKind kind) {
    switch (kind) {
      case TokenKind::Let:
      case TokenKind::Type:
      case TokenKind::Enum:
      case TokenKind::Fn:
      case TokenKind::Action:
      case TokenKind::Pipeline:
      case TokenKind::Job:
      case TokenKind::Gate:
      case TokenKind::Output:
      case TokenKind::Secret:
      case TokenKind::Var:
      case TokenKind::Environment:
      case TokenKind::Service:
      case TokenKind::Metric:
      case TokenKind::Slo:
        return true;
      default:
        return false;
    }
  }

  // What should have come, in words; empty when it cannot be said shortly.
  std::string Wanted() const {
    const TokenKind closers[] = {TokenKind::RightParen, TokenKind::RightBracket, TokenKind::PlaceholderClose};
    for (TokenKind closer : closers) {
      if (!Expects(closer)) continue;
      const bool comma = Expects(TokenKind::Comma), value = Expects(TokenKind::Int) && !Expects(TokenKind::Plus);
      if (value) return comma ? "a value" : fmt::format("a value or `{}`", TokenText(closer));
      return comma ? fmt::format("`,` or `{}`", TokenText(closer)) : fmt::format("`{}`", TokenText(closer));
    }
    if (Expects(TokenKind::LeftBrace) && !Expects(TokenKind::Int)) return "`{`";
    if (Expects(TokenKind::Arrow) && !Expects(TokenKind::Int)) return "`->`";
    if (Expects(TokenKind::Colon) && !Expects(TokenKind::Int)) return "`:`";
    if (Expects(TokenKind::Assign)) return "`=`";
    if (Expects(TokenKind::Int)) return "a value";
    if (Expects(TokenKind::Comma) && Expects(TokenKind::RightBrace)) return "`,` or `}`";
    if (Expects(TokenKind::ActionRef))
      return Expects(TokenKind::SingleQuoted) ? "an action, a path or a name" : "an action";
    if (Expects(TokenKind::Id)) return Expects(TokenKind::TickOpen) ? "a script" : "a name";
    if (Expects(TokenKind::TickOpen)) return head_.kind == TokenKind::Run ? "a script" : "a string";
    if (Expects(TokenKind::RightBrace)) return "`}`";
    return Listed();
  }

  std::string Listed() const {
    std::string text;
    for (size_t i = 0; i < error_.expected.size(); ++i) {
      if (i >= 3) return "";
      if (i > 0) text += i + 1 == error_.expected.size() ? " or " : ", ";
      text += fmt::format("`{}`", TokenText(error_.expected[i]));
    }
    return text;
  }

  Diagnostic Junk() const {
    switch (found_.kind) {
      case TokenKind::ActionRef:
        return Build(Code::P0112, Span(found_), fmt::format("expected `uses` before `{}`", Shown(found_)),
                     "an action alone does nothing")
            .FixLabel(Replace(sources_.MakeSpan(list_.file, found_.begin, found_.begin), "uses ", "insert `uses`"));
      case TokenKind::TickOpen:
      case TokenKind::BlockOpen:
        return Build(Code::P0112, Span(found_), "expected `run` before a script", "a script alone does nothing");
      case TokenKind::Minus:
        if (!found_.first) break;
        return Build(Code::P0112, Span(found_), "items have no `-` before them",
                     "steps are statements: `run`, `uses`, `step`");
      default:
        break;
    }
    if (found_.kind == TokenKind::Colon && error_.token >= 3) {
      const Token &value = list_.tokens[error_.token - 1], &colon = list_.tokens[error_.token - 2];
      if (value.first && colon.kind == TokenKind::Colon) return ValueExpected(list_.tokens[error_.token - 3], colon);
    }
    const bool alone = found_.first || !has_previous_ || previous_.kind == TokenKind::LeftBrace;
    const std::string text = Shown(found_);
    if (alone)
      return Build(Code::P0112, Span(found_), fmt::format("`{}` begins nothing", text),
                   "expected a setting, a step or a declaration");
    return Build(Code::P0112, Span(found_),
                 fmt::format("`{}` does not fit after `{}`", text, Shown(Visible(error_.token - 1))),
                 "expected the end of the line");
  }

  // The token's text, cut so that messages stay one line.
  std::string Shown(const Token& token) const {
    const std::string_view text = list_.Text(token);
    if (text.empty()) return std::string(TokenText(token.kind));
    return OneLine(text);
  }

  source::Span Span(const Token& token) const { return sources_.MakeSpan(list_.file, token.begin, token.end); }

  const source::SourceMap& sources_;
  const TokenList& list_;
  const SyntaxError& error_;
  const Token& found_;
  const Token& head_;
  Token previous_;
  bool has_previous_ = false;
};

}  // namespace

Diagnostic Explain(const source::SourceMap& sources, const TokenList& list, const SyntaxError& error) {
  return Explainer(sources, list, error).Say();
}

}  // namespace sluice::syntax

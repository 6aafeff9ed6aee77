#include "compiler/syntax/messages.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "compiler/base/text.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

class Explainer {
 public:
  Explainer(const source::SourceMap& sources, const TokenList& list, const SyntaxError& error)
      : sources_(sources), list_(list), error_(error), found_(list.tokens[error.token]), head_(list.tokens[error.item]) {
    has_previous_ = error.token > 0 && (error.token > error.item || error.rule == Rule::Junk);
    if (has_previous_) previous_ = list.tokens[error.token - 1];
  }

  Diagnostic Say() {
    if (error_.too_deep) return Build(Code::P0111, FoundOrPrevious(), "nested too deep", "give inner parts a name with `let`");
    if (error_.rule == Rule::Junk) return Junk();
    if (head_.kind == TokenKind::Else && error_.token <= error_.item + 1)
      return Build(Code::P0112, Span(head_), "this `else` has no `if`", "`else` stands behind the `}` of an `if` block");
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

  // `timeout:` and then a line that begins another setting, so that its `:` is one too many.
  std::optional<Diagnostic> MissingValue() const {
    if (found_.kind != TokenKind::Colon || error_.token < error_.item + 3) return std::nullopt;
    const Token &value = list_.tokens[error_.token - 1], &colon = list_.tokens[error_.token - 2];
    if (!value.first || colon.kind != TokenKind::Colon) return std::nullopt;
    return ValueExpected(list_.tokens[error_.token - 3], colon);
  }

  Diagnostic ValueExpected(const Token& key, const Token& colon) const {
    return Build(Code::P0112, Span(colon), fmt::format("expected a value after `{}:`", Shown(key)), "nothing follows on this line");
  }

  Diagnostic ColonOfSetting() const {
    const std::string key = Shown(head_);
    const std::string message = fmt::format("expected `:` after `{}`", key);
    if (auto word = NearestItemWord(key)) {
      return Build(Code::P0112, Span(head_), fmt::format("`{}` begins nothing that I know", key), fmt::format("did you mean `{}`?", *word))
          .FixLabel(Replace(Span(head_), *word, fmt::format("write `{}`", *word), false));
    }
    if (!found_is_visible())
      return Build(Code::P0112, Span(head_), message, fmt::format("a setting is written `{}: value`", key));
    const Token& next = list_.tokens[error_.token + 1];
    const bool single = next.first || next.kind == TokenKind::EndOfFile || next.kind == TokenKind::Comma || next.kind == TokenKind::RightBrace;
    Build problem(Code::P0112, Span(found_), message,
                  fmt::format("a setting is written `{}: {}`", key, single ? list_.Text(found_) : "value"));
    problem.FixLabel(Replace(sources_.MakeSpan(list_.file, head_.end, head_.end), ":", "insert `:`"));
    return problem;
  }

  static std::optional<std::string> NearestItemWord(const std::string& key) {
    static const std::vector<std::string> kWords = {"pipeline", "job", "on", "run", "uses", "step", "let", "output", "gate", "secret",
                                                    "var", "import", "raw", "if", "for", "environment", "service", "metric", "action"};
    return DidYouMean(key, kWords);
  }

  Diagnostic General() const {
    std::string what = Wanted();
    if (what.empty()) what = Needed();
    const Token& before = has_previous_ ? Visible(error_.token - 1) : found_;
    const std::string after = Shown(before);
    const std::string usage(UsageOf(head_.kind));
    const std::string label = usage.empty() ? "" : "written " + usage;
    if (what.empty()) {
      return Build(Code::P0112, FoundOrPrevious(),
                   found_is_visible() ? fmt::format("`{}` does not fit here", Shown(found_)) : fmt::format("something is missing after `{}`", after),
                   label);
    }
    if (!has_previous_) return Build(Code::P0112, Span(found_), fmt::format("expected {}", what), label);
    Build problem(Code::P0112, FoundOrPrevious(), fmt::format("expected {} after `{}`", what, after), label);
    return problem;
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
      case TokenKind::Slo: return true;
      default: return false;
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
    if (Expects(TokenKind::ActionRef)) return Expects(TokenKind::SingleQuoted) ? "an action, a path or a name" : "an action";
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
        return Build(Code::P0112, Span(found_), fmt::format("expected `uses` before `{}`", Shown(found_)), "an action alone does nothing")
            .FixLabel(Replace(sources_.MakeSpan(list_.file, found_.begin, found_.begin), "uses ", "insert `uses`"));
      case TokenKind::TickOpen:
      case TokenKind::BlockOpen:
        return Build(Code::P0112, Span(found_), "expected `run` before a script", "a script alone does nothing");
      default: break;
    }
    if (found_.kind == TokenKind::Colon && error_.token >= 3) {
      const Token &value = list_.tokens[error_.token - 1], &colon = list_.tokens[error_.token - 2];
      if (value.first && colon.kind == TokenKind::Colon) return ValueExpected(list_.tokens[error_.token - 3], colon);
    }
    const bool alone = found_.first || !has_previous_ || previous_.kind == TokenKind::LeftBrace;
    const std::string text = Shown(found_);
    if (alone)
      return Build(Code::P0112, Span(found_), fmt::format("`{}` begins nothing", text), "expected a setting, a step or a declaration");
    return Build(Code::P0112, Span(found_), fmt::format("`{}` does not fit after `{}`", text, Shown(Visible(error_.token - 1))),
                 "expected the end of the line");
  }

  // The token's text, cut so that messages stay one line.
  std::string Shown(const Token& token) const {
    const std::string_view text = list_.Text(token);
    if (text.empty()) return std::string(TokenText(token.kind));
    size_t end = 0;
    for (int letters = 0; end < text.size() && letters < 40 && text[end] != '\n'; ++letters) end += Utf8Length(text, end);
    return std::string(text.substr(0, end)) + (end < text.size() ? "…" : "");
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

std::string_view UsageOf(TokenKind word) {
  switch (word) {
    case TokenKind::Import: return "`import { a, b } from \"./file.pipe\"`";
    case TokenKind::Let: return "`let name = value`";
    case TokenKind::Type: return "`type name = { field: string }`";
    case TokenKind::Enum: return "`enum name { a, b }`";
    case TokenKind::Fn: return "`fn name(x: int) -> int = value`";
    case TokenKind::Action: return "`action name(x: string) { ... }`";
    case TokenKind::Extern: return "`extern action name from owner/repo@v1 (x: string)`";
    case TokenKind::Pipeline: return "`pipeline name { ... }`";
    case TokenKind::On: return "`on push(branches: [main])`";
    case TokenKind::Job: return "`job name { ... }`";
    case TokenKind::Gate: return "`gate name: all`";
    case TokenKind::For: return "`for x in list { ... }`";
    case TokenKind::Uses: return "`uses owner/repo@v1(input: value)`";
    case TokenKind::Run: return "run `command`";
    case TokenKind::Step: return "`step \"Name\" { ... }`";
    case TokenKind::If: return "`if condition { ... }`";
    case TokenKind::Parallel: return "`parallel { ... }`";
    case TokenKind::Wait: return "`wait a, b`";
    case TokenKind::Cancel: return "`cancel name`";
    case TokenKind::Output: return "`output name = value`";
    case TokenKind::Secret: return "`secret NAME`";
    case TokenKind::Var: return "`var NAME: string`";
    case TokenKind::Environment: return "`environment name { ... }`";
    case TokenKind::Service: return "`service name { ... }`";
    case TokenKind::Overlay: return "`overlay name { ... }`";
    case TokenKind::Rollout: return "`rollout canary { ... }`";
    case TokenKind::At: return "`at 10% hold 5m`";
    case TokenKind::Check: return "`check { metric < 1% }`";
    case TokenKind::Metric: return "`metric name: percent { ... }`";
    case TokenKind::Slo: return "`slo name: 99.9% { ... }`";
    case TokenKind::Migration: return "`migration name { ... }`";
    case TokenKind::Raw: return "`raw |` with YAML below";
    case TokenKind::Once: return "`once step \"Name\": run ...`";
    case TokenKind::Requires: return "`requires permissions { contents: read }`";
    case TokenKind::Assert: return "`assert condition`";
    case TokenKind::Verbatim: return "`verbatim \"file.yml\"`";
    default: return "";
  }
}

}  // namespace sluice::syntax

#include "compiler/syntax/brackets.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Replace;

constexpr size_t kMostProblems = 1000;

bool IsBracket(TokenKind kind) { return kind >= TokenKind::LeftBrace && kind <= TokenKind::RightBracket; }

bool Balanced(const std::vector<Token>& tokens, size_t begin, size_t end) {
  std::vector<TokenKind> open;
  for (size_t i = begin; i < end; ++i) {
    const TokenKind kind = tokens[i].kind;
    if (IsOpener(kind)) open.push_back(CloserOf(kind));
    if (!IsCloser(kind)) continue;
    if (open.empty() || open.back() != kind) return false;
    open.pop_back();
  }
  return open.empty();
}

// Words that begin a declaration of a file and nothing else.
bool BeginsFileItem(const TokenList& list, size_t i) {
  const Token& token = list.tokens[i];
  const bool at_margin = token.first && (token.begin == 0 || list.text[token.begin - 1] == '\n');
  if (!at_margin || list.tokens[i + 1].kind == TokenKind::Colon) return false;
  switch (token.kind) {
    case TokenKind::Import:
    case TokenKind::Type:
    case TokenKind::Enum:
    case TokenKind::Fn:
    case TokenKind::Action:
    case TokenKind::Extern:
    case TokenKind::Verbatim:
    case TokenKind::Pipeline:
    case TokenKind::Environment:
    case TokenKind::Service:
    case TokenKind::Metric:
    case TokenKind::Slo:
      return true;
    default:
      return false;
  }
}

class Repairer {
 public:
  Repairer(const source::SourceMap& sources, TokenList& list) : sources_(sources), list_(list), in_(list.tokens) {}

  void Run() {
    const uint32_t file = sources_.WholeFile(list_.file).begin;
    for (const diagnostics::Diagnostic& problem : list_.problems)
      if (problem.code == Code::P0105) open_strings_.push_back(problem.primary.at.begin - file);
    const size_t count = in_.size() - 1;  // without the end of the file
    for (size_t begin = 0; begin < count;) {
      size_t end = begin + 1;
      while (end < count && !BeginsFileItem(list_, end)) ++end;
      Balanced(in_, begin, end) ? Copy(begin, end) : Segment(begin, end);
      begin = end;
    }
    out_.push_back(in_.back());
    list_.tokens = std::move(out_);
  }

 private:
  struct Open {
    TokenKind kind;
    size_t out;     // its index in out_
    size_t indent;  // of its line
    size_t line;
  };

  void Copy(size_t begin, size_t end) {
    out_.insert(out_.end(), in_.begin() + static_cast<ptrdiff_t>(begin), in_.begin() + static_cast<ptrdiff_t>(end));
  }

  void Segment(size_t begin, size_t end) {
    open_.clear();
    segment_ = out_.size();
    for (size_t i = begin; i < end; ++i) Take(in_[i]);
    CloseDownTo(0);
  }

  void Take(const Token& token) {
    if (token.first) {
      ++line_;
      indent_ = Indent(token);
      if (!IsCloser(token.kind)) CloseDedented();
    }
    if (IsCloser(token.kind)) return Close(token);
    if (IsOpener(token.kind)) open_.push_back({token.kind, out_.size(), indent_, line_});
    out_.push_back(token);
  }

  size_t Indent(const Token& token) const {
    const size_t lf = token.begin == 0 ? std::string_view::npos : list_.text.rfind('\n', token.begin - 1);
    return token.begin - (lf == std::string_view::npos ? 0 : lf + 1);
  }

  // Everything inside a bracket is indented deeper than the line that opened it.
  void CloseDedented() {
    size_t keep = open_.size();
    while (keep > 0 && IsBracket(open_[keep - 1].kind) && indent_ <= open_[keep - 1].indent) --keep;
    CloseDownTo(keep);
  }

  void Close(const Token& token) {
    if (!IsBracket(token.kind)) {  // the end of a string or placeholder: its opener is there
      size_t at = open_.size();
      while (at > 0 && CloserOf(open_[at - 1].kind) != token.kind) --at;
      if (at > 0) CloseDownTo(at);
      if (at > 0) open_.pop_back();
      out_.push_back(token);
      return;
    }
    const size_t partner = FindPartner(token);
    if (partner < open_.size()) {
      CloseDownTo(partner + 1, &token);
      open_.resize(partner);
      out_.push_back(token);
    } else if (!InsertOpener(token)) {
      Stray(token);
    }
  }

  // The open bracket that this one closes: on the same line the nearest of its kind, else one whose line has the same
  // indentation (or is at least not indented less). open_.size() when there is none.
  size_t FindPartner(const Token& token) const {
    size_t loose = open_.size();
    for (size_t at = open_.size(); at > 0; --at) {
      const Open& open = open_[at - 1];
      if (!IsBracket(open.kind)) break;
      if (CloserOf(open.kind) != token.kind) continue;
      if (open.line == line_ || open.indent == indent_) return at - 1;
      if (open.indent > indent_ && loose == open_.size()) loose = at - 1;
    }
    return loose;
  }

  // A closer that begins its line, with a less indented line before it that opens nothing: the opener was forgotten.
  bool InsertOpener(const Token& token) {
    if (!token.first || budget_ == 0) return false;
    const size_t floor = open_.empty() ? segment_ : open_.back().out + 1;
    size_t deeper = out_.size();
    for (size_t at = out_.size(); at > floor; --at) {
      if (--budget_ == 0) return false;
      const Token& before = out_[at - 1];
      if (!before.first || before.synthetic) continue;
      const size_t indent = Indent(before);
      if (indent > indent_) deeper = at - 1;
      if (indent < indent_) return false;
      if (indent == indent_) break;
      if (at - 1 == floor) return false;
    }
    if (deeper >= out_.size() || deeper == floor || Indent(out_[LineStart(deeper - 1)]) != indent_) return false;
    const TokenKind opener = OpenerOf(token.kind);
    const Token before = out_[deeper - 1];
    const std::string_view sign = TokenText(opener);
    Report(Build(Code::P0112, Span(before), fmt::format("expected `{}` after `{}`", sign, list_.Text(before)),
                 fmt::format("what stands below needs a `{}` here", sign))
               .FixLabel(Replace(After(before), opener == TokenKind::LeftBrace ? " {" : std::string(sign), "open it",
                                 false)));
    out_.insert(out_.begin() + static_cast<ptrdiff_t>(deeper), {opener, false, true, before.end, before.end});
    out_.push_back(token);
    return true;
  }

  size_t LineStart(size_t at) const {
    while (at > segment_ && !out_[at].first) --at;
    return at;
  }

  // Taken out, but where a value should stand: there it is a bad one, so that the next line is not read as the value.
  void Stray(const Token& token) {
    const bool value = !out_.empty() && (out_.back().kind == TokenKind::Colon || out_.back().kind == TokenKind::Assign);
    if (value) out_.push_back({TokenKind::Error, token.first, false, token.begin, token.end});
    if (segment_ < out_.size() && SwallowedBetween(out_[segment_].begin, token.begin)) return;
    Report(Build(Code::P0113, Span(token), fmt::format("this `{}` closes nothing", list_.Text(token)),
                 open_.empty() ? "no bracket is open here"
                               : fmt::format("no `{}` is open here", TokenText(OpenerOf(token.kind))))
               .Say("Remove it.", Replace(Span(token), "", "remove it", false)));
  }

  static TokenKind OpenerOf(TokenKind closer) {
    return closer == TokenKind::RightBrace   ? TokenKind::LeftBrace
           : closer == TokenKind::RightParen ? TokenKind::LeftParen
                                             : TokenKind::LeftBracket;
  }

  // Closes what is open above `keep`; the innermost is reported. `closer` is the bracket that came instead, if one did.
  void CloseDownTo(size_t keep, const Token* closer = nullptr) {
    bool reported = list_.cut_off;
    while (open_.size() > keep) {
      const Open open = open_.back();
      open_.pop_back();
      const Token opener = out_[open.out];
      if (!reported && IsBracket(open.kind)) ReportUnclosed(opener, open.line == line_ ? closer : nullptr);
      reported = true;
      const bool doubled =
          open.out + 1 < out_.size() && out_[open.out + 1].kind == open.kind && out_[open.out + 1].begin == opener.end;
      const bool spaced =
          open.out + 1 < out_.size() && out_[open.out + 1].kind == open.kind && !out_[open.out + 1].first;
      if (IsBracket(open.kind) && (doubled || spaced)) {
        out_.erase(out_.begin() + static_cast<ptrdiff_t>(open.out));
        continue;
      }
      const uint32_t end = out_.back().end;
      out_.push_back({CloserOf(open.kind), false, true, end, end});
    }
  }

  // A string that is open at its line's end may have swallowed the bracket that is missing: that was said already.
  bool SwallowedBetween(uint32_t begin, uint32_t end) const {
    auto it = std::ranges::lower_bound(open_strings_, begin);
    return it != open_strings_.end() && *it < end;
  }

  void ReportUnclosed(const Token& opener, const Token* closer) {
    if (SwallowedBetween(opener.begin, out_.back().end)) return;
    const std::string_view sign = TokenText(opener.kind);
    if (closer == nullptr)
      return Report(Build(Code::P0113, Span(opener), fmt::format("this `{}` is never closed", sign), "opened here"));
    Report(Build(Code::P0113, Span(*closer), fmt::format("this `{}` is closed by `{}`", sign, list_.Text(*closer)),
                 fmt::format("expected `{}` before it", TokenText(CloserOf(opener.kind))))
               .Also(Span(opener), "opened here"));
  }

  source::Span Span(const Token& token) const { return sources_.MakeSpan(list_.file, token.begin, token.end); }
  source::Span After(const Token& token) const { return sources_.MakeSpan(list_.file, token.end, token.end); }
  void Report(diagnostics::Diagnostic problem) {
    if (reported_++ < kMostProblems) list_.problems.push_back(std::move(problem));
  }

  const source::SourceMap& sources_;
  TokenList& list_;
  const std::vector<Token> in_;
  std::vector<Token> out_;
  std::vector<Open> open_;
  std::vector<uint32_t> open_strings_;  // where P0105 was found, rising
  size_t segment_ = 0;                  // where the segment begins in out_
  size_t line_ = 0, indent_ = 0, reported_ = 0;
  size_t budget_ = 20'000'000;  // of tokens looked at for missing openers, so that hostile files cost no square
};

}  // namespace

bool IsOpener(TokenKind kind) { return CloserOf(kind) != TokenKind::EndOfFile; }

bool IsCloser(TokenKind kind) {
  switch (kind) {
    case TokenKind::RightBrace:
    case TokenKind::RightParen:
    case TokenKind::RightBracket:
    case TokenKind::DoubleClose:
    case TokenKind::TickClose:
    case TokenKind::BlockClose:
    case TokenKind::PlaceholderClose:
      return true;
    default:
      return false;
  }
}

TokenKind CloserOf(TokenKind opener) {
  switch (opener) {
    case TokenKind::LeftBrace:
      return TokenKind::RightBrace;
    case TokenKind::LeftParen:
      return TokenKind::RightParen;
    case TokenKind::LeftBracket:
      return TokenKind::RightBracket;
    case TokenKind::DoubleOpen:
      return TokenKind::DoubleClose;
    case TokenKind::TickOpen:
      return TokenKind::TickClose;
    case TokenKind::BlockOpen:
      return TokenKind::BlockClose;
    case TokenKind::PlaceholderOpen:
      return TokenKind::PlaceholderClose;
    default:
      return TokenKind::EndOfFile;
  }
}

void RepairBrackets(const source::SourceMap& sources, TokenList& list) {
  if (Balanced(list.tokens, 0, list.tokens.size() - 1)) return;
  Repairer(sources, list).Run();
}

}  // namespace sluice::syntax

#include "compiler/syntax/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/base/text.h"
#include "compiler/syntax/numbers.h"
#include "compiler/syntax/scanner.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

constexpr size_t kMostProblems = 1000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsWordStart(char c) { return IsAsciiAlpha(c) || c == '_'; }
bool IsWordPart(char c) { return IsAsciiAlnum(c) || c == '_'; }

TokenKind KeywordOrName(std::string_view word) {
  static const std::unordered_map<std::string_view, TokenKind> kKeywords = [] {
    std::unordered_map<std::string_view, TokenKind> words;
    for (int kind = static_cast<int>(TokenKind::Import); kind <= static_cast<int>(TokenKind::Null); ++kind)
      words.emplace(TokenText(static_cast<TokenKind>(kind)), static_cast<TokenKind>(kind));
    return words;
  }();
  auto it = kKeywords.find(word);
  return it == kKeywords.end() ? TokenKind::Id : it->second;
}

// The longest punctuation at the start of `text`, or Error.
TokenKind MatchPunctuation(std::string_view text) {
  TokenKind best = TokenKind::Error;
  size_t length = 0;
  for (int k = static_cast<int>(TokenKind::LeftBrace); k <= static_cast<int>(TokenKind::Slash); ++k) {
    const std::string_view candidate = TokenText(static_cast<TokenKind>(k));
    if (candidate.size() > length && text.starts_with(candidate))
      best = static_cast<TokenKind>(k), length = candidate.size();
  }
  return best;
}

// What a character that means nothing was probably meant to be.
std::string AdviseCharacter(std::string_view character) {
  if (character == ";") return "a line ends by itself";
  if (character == "&") return "`and` is written `&&`";
  if (character == "#") return "a placeholder takes no comment";
  if (character == "}") return "a placeholder ends with `}}`";
  if (character == "\xC2\xA0") return "a no-break space: write a blank";
  if (character == "\xE2\x80\x9C" || character == "\xE2\x80\x9D" || character == "\xE2\x80\x98" ||
      character == "\xE2\x80\x99")
    return "a curly quotation mark: write \" or '";
  return "text needs quotes";
}

std::string ShowCharacter(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  return byte < 0x20 || byte == 0x7f ? fmt::format("U+{:04X}", byte) : fmt::format("`{}`", character);
}

// P0109, when the text is none.
std::optional<Diagnostic> Unreadable(const source::SourceMap& sources, source::FileId file) {
  const std::string& text = sources.file(file).text;
  const auto at = [&](size_t offset, std::string message, std::string note) -> Diagnostic {
    return Build(Code::P0109, sources.MakeSpan(file, offset, offset + 1), std::move(message))
        .Say(std::move(note))
        .WholeFile();
  };
  if (text.size() > kLargestFile) {
    return Build(Code::P0109, sources.WholeFile(file), "this file is larger than 16 MiB")
        .Say("A source is text that people write: is this the right file?")
        .WholeFile();
  }
  const size_t nul = text.find('\0');
  const auto invalid = FindInvalidUtf8(text);
  const size_t first = std::min(nul, invalid.value_or(std::string::npos));
  for (size_t cr = text.find('\r'); cr < first; cr = text.find('\r', cr + 1)) {
    if (cr + 1 < text.size() && text[cr + 1] == '\n') continue;
    return at(cr, "this file has a carriage return inside a line", "End lines with LF or CR LF.");
  }
  if (first == std::string::npos) return std::nullopt;
  if (first == nul) return at(first, "this file is not text", "It has a NUL byte.");
  return at(
      first, "this file is not UTF-8 text",
      fmt::format("The byte {:02X} is not UTF-8. Save the file as UTF-8.", static_cast<unsigned char>(text[first])));
}

}  // namespace

Scanner::Scanner(const source::SourceMap& sources, source::FileId file)
    : sources_(sources), file_(file), text_(sources.file(file).text) {
  out_.file = file;
  out_.text = text_;
}

TokenList Scanner::Run() {
  if (auto problem = Unreadable(sources_, file_)) {
    out_.problems.push_back(std::move(*problem));
    out_.unreadable = true;
  } else {
    if (text_.starts_with(kByteOrderMark)) at_ = line_begin_ = kByteOrderMark.size();
    while (!out_.cut_off && (at_ < text_.size() || !modes_.empty())) Step();
    while (!modes_.empty()) modes_.back().mode == Mode::Block ? CloseBlock() : EndOfLine();
  }
  first_ = true;
  Emit(TokenKind::EndOfFile, text_.size(), text_.size());
  return std::move(out_);
}

void Scanner::Step() {
  if (modes_.empty()) return CodeToken();
  switch (modes_.back().mode) {
    case Mode::Placeholder:
      return LineEndAt(at_) ? EndOfLine() : CodeToken();
    case Mode::Double:
    case Mode::Tick:
      return StringText();
    case Mode::Block:
      return BlockText();
  }
}

void Scanner::CodeToken() {
  const char c = text_[at_];
  if (c == '\n') {
    line_begin_ = ++at_;
    first_ = true;
  } else if (c == ' ' || c == '\t' || c == '\r') {
    ++at_;
  } else if (c == '#') {
    in_placeholder() ? Stray(1) : Comment();
  } else if (IsWordStart(c)) {
    if (!ActionRef()) Word();
  } else if (IsAsciiDigit(c)) {
    if (!ActionRef()) Number();
  } else if (c == '\'') {
    SingleQuoted();
  } else if (c == '"') {
    OpenString(TokenKind::DoubleOpen, Mode::Double);
  } else if (c == '`') {
    OpenString(TokenKind::TickOpen, Mode::Tick);
  } else if (c == '|' && Char(at_ + 1) != '|') {
    Pipe();
  } else {
    Punctuation();
  }
}

void Scanner::Comment() {
  const size_t end = TrimmedLineEnd(at_);
  const std::string_view text = text_.substr(at_, end - at_);
  const source::Span span = Span(at_, end);
  size_t word = text.find_first_not_of(" \t", 1);
  const bool doc = text.starts_with("##");
  if (!doc && word != std::string_view::npos && text.substr(word).starts_with("sluice:"))
    out_.directives.push_back(ReadDirective(sources_, span, first_));
  out_.comments.push_back({span, doc, first_});
  at_ = LineEnd(at_);
}

// `SEG ('/' '.'? SEG)+ '@' ref`. Attempts that failed are remembered, so that a long path costs its length once.
bool Scanner::ActionRef() {
  if (at_ < no_action_before_) return false;
  const auto segment = [&](size_t at) {
    size_t end = at;
    while (end < text_.size() && (IsWordPart(text_[end]) || (end > at && (text_[end] == '.' || text_[end] == '-'))))
      ++end;
    return end - at;
  };
  size_t end = at_ + segment(at_);
  bool slash = false;
  while (Char(end) == '/') {
    const size_t next = end + (Char(end + 1) == '.' ? 2 : 1);
    const size_t length = segment(next);
    if (length == 0) break;
    end = next + length;
    slash = true;
  }
  size_t ref = end + 1;
  const auto is_ref = [](char c) { return IsWordPart(c) || c == '.' || c == '/' || c == '-'; };
  while (ref < text_.size() && is_ref(text_[ref])) ++ref;
  if (!slash || Char(end) != '@' || ref == end + 1) {
    no_action_before_ = end;
    return false;
  }
  Emit(TokenKind::ActionRef, at_, ref);
  at_ = ref;
  return true;
}

// The whole LABEL, when `('.' digits ('-' word)*)+` follows the word of that length; else 0.
size_t Scanner::LabelLength(size_t word) const {
  size_t end = at_ + word;
  while (Char(end) == '.' && IsAsciiDigit(Char(end + 1))) {
    for (++end; IsAsciiDigit(Char(end));) ++end;
    while (Char(end) == '-' && IsAsciiAlnum(Char(end + 1)))
      for (++end; IsAsciiAlnum(Char(end));) ++end;
  }
  return end - at_ == word ? 0 : end - at_;
}

void Scanner::Word() {
  size_t end = at_;
  while (IsWordPart(Char(end)) || (Char(end) == '-' && IsWordPart(Char(end + 1)))) ++end;
  if (const size_t label = LabelLength(end - at_)) {
    Emit(TokenKind::Label, at_, at_ + label);
    at_ += label;
    return;
  }
  const TokenKind kind = KeywordOrName(text_.substr(at_, end - at_));
  Emit(kind, at_, end);
  const size_t begin = at_;
  at_ = end;
  if (kind == TokenKind::If) CountElseIf();
  if (depth_ > kDeepest) CutOff(static_cast<uint32_t>(begin), end - begin);
}

// `else if` counts towards the depth until the bracket around it closes.
void Scanner::CountElseIf() {
  const auto& tokens = out_.tokens;
  if (tokens.size() < 2 || tokens[tokens.size() - 2].kind != TokenKind::Else) return;
  ++(brackets_.empty() ? base_else_ifs_ : brackets_.back().else_ifs);
  ++depth_;
}

void Scanner::Number() {
  const std::string_view rest = text_.substr(at_);
  const NumberMatch match = MatchNumber(rest);
  if (const size_t malformed = MalformedNumber(rest, match.length)) {
    const NumberAdvice advice = AdviseNumber(rest.substr(0, malformed));
    Build problem(Code::P0107, Span(at_, at_ + malformed), advice.message, advice.label);
    if (!advice.replacement.empty())
      problem.FixLabel(Replace(Span(at_, at_ + malformed), advice.replacement, "write `" + advice.replacement + "`"));
    if (advice.message.find("unit") != std::string::npos)
      problem.Say("Units of time: w d h m s ms. Of size: Ki Mi Gi Ti k M G T. And %.");
    Report(std::move(problem));
    Emit(TokenKind::Error, at_, at_ + malformed);
    at_ += malformed;
    return;
  }
  Emit(match.kind, at_, at_ + match.length);
  at_ += match.length;
}

void Scanner::SingleQuoted() {
  const size_t begin = at_;
  size_t end = at_ + 1;
  while (!LineEndAt(end) && (text_[end] != '\'' || Char(end + 1) == '\'')) end += text_[end] == '\'' ? 2 : 1;
  const size_t placeholder = text_.substr(0, end).find("${{", begin);
  if (LineEndAt(end)) {
    ReportOpenString(static_cast<uint32_t>(begin));
    end = TrimmedLineEnd(begin);
  } else {
    ++end;
    if (placeholder != std::string_view::npos) {
      const size_t close = text_.substr(0, end - 1).find("}}", placeholder);
      std::string text = ReplaceAll(text_.substr(begin + 1, end - begin - 2), "''", "'");
      text = "\"" + ReplaceAll(ReplaceAll(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
      Report(Build(Code::P0104, Span(placeholder, close == std::string_view::npos ? end - 1 : close + 2),
                   "nothing is filled in between single quotes", "would stay as it is")
                 .Say("Use double quotes:   " + text, Replace(Span(begin, end), text, "use double quotes")));
    }
  }
  Emit(TokenKind::SingleQuoted, begin, end);
  at_ = end;
}

void Scanner::Stray(size_t length) {
  const std::string_view character = text_.substr(at_, length);
  if (stray_line_ != line_begin_) {
    const std::string where = in_placeholder() ? "in a placeholder" : "here";
    Build problem(Code::P0101, Span(at_, at_ + length),
                  fmt::format("{} has no meaning {}", ShowCharacter(character), where), AdviseCharacter(character));
    if (character == ";") problem.Say("Remove it.", Replace(Span(at_, at_ + length), "", "remove it"));
    if (character == "\xC2\xA0") problem.FixLabel(Replace(Span(at_, at_ + length), " ", "write a blank"));
    Report(std::move(problem));
  }
  stray_line_ = line_begin_;
  Emit(TokenKind::Error, at_, at_ + length);
  at_ += length;
}

void Scanner::Punctuation() {
  const TokenKind kind = MatchPunctuation(text_.substr(at_, 3));
  if (kind == TokenKind::Error) return Stray(std::min(Utf8Length(text_, at_), text_.size() - at_));
  if (kind == TokenKind::RightBrace) return RightBrace();
  const bool opens = kind == TokenKind::LeftBrace || kind == TokenKind::LeftParen || kind == TokenKind::LeftBracket;
  if (opens && !OpenBracket(kind)) return;
  if (kind == TokenKind::RightParen || kind == TokenKind::RightBracket) CloseBracket(kind);
  const size_t length = TokenText(kind).size();
  Emit(kind, at_, at_ + length);
  at_ += length;
}

bool Scanner::OpenBracket(TokenKind kind) {
  if (Deeper(static_cast<uint32_t>(at_), 1)) return false;
  brackets_.push_back({TokenText(kind)[0]});
  if (kind == TokenKind::LeftBrace && in_placeholder()) ++modes_.back().braces;
  return true;
}

// Only for counting: what does not match is the affair of the bracket check.
void Scanner::CloseBracket(TokenKind kind) {
  const char opener = kind == TokenKind::RightParen ? '(' : kind == TokenKind::RightBracket ? '[' : '{';
  const size_t floor = modes_.empty() ? 0 : modes_.back().brackets;
  size_t at = brackets_.size();
  while (at > floor && brackets_[at - 1].opener != opener) --at;
  if (at == floor) return;
  while (brackets_.size() >= at) {
    depth_ -= 1 + brackets_.back().else_ifs;
    brackets_.pop_back();
  }
}

void Scanner::RightBrace() {
  if (in_placeholder() && modes_.back().braces == 0) {
    if (Char(at_ + 1) != '}') return Stray(1);
    return ClosePlaceholder();
  }
  if (in_placeholder()) --modes_.back().braces;
  CloseBracket(TokenKind::RightBrace);
  Emit(TokenKind::RightBrace, at_, at_ + 1);
  ++at_;
}

bool Scanner::Deeper(uint32_t at, size_t length) {
  if (++depth_ <= kDeepest) return false;
  CutOff(at, length);
  return true;
}

void Scanner::CutOff(uint32_t at, size_t length) {
  const bool word = text_[at] == 'i';
  Report(Build(Code::P0111, Span(at, at + length),
               word ? "too many `else if` here" : "brackets are nested too deep here",
               fmt::format("the {}th {}; {} is the limit", kDeepest + 1, word ? "level" : "open bracket", kDeepest))
             .Say(word ? "Use `match`, or one `if` for each case." : "Give the inner parts names with `let`."));
  Emit(TokenKind::Error, at, at + length);
  at_ = at + length;
  out_.cut_off = true;
}

void Scanner::Emit(TokenKind kind, size_t begin, size_t end) {
  out_.tokens.push_back({kind, first_, false, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  first_ = false;
}

void Scanner::Report(Diagnostic problem) {
  if (out_.problems.size() < kMostProblems) out_.problems.push_back(std::move(problem));
}

Diagnostic Scanner::Problem(Code code, size_t begin, size_t end, std::string message, std::string label,
                            diagnostics::Rule rule) const {
  return Build(code, Span(begin, end), std::move(message), std::move(label), rule);
}

size_t Scanner::LineEnd(size_t at) const {
  size_t end = std::min(text_.find('\n', at), text_.size());
  return end > at && end < text_.size() && text_[end - 1] == '\r' ? end - 1 : end;
}

size_t Scanner::TrimmedLineEnd(size_t at) const {
  size_t end = LineEnd(at);
  while (end > at + 1 && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
  return end;
}

size_t Scanner::NextLine(size_t line_end) const {
  const size_t lf = text_.find('\n', line_end);
  return lf == std::string_view::npos ? text_.size() : lf + 1;
}

size_t Scanner::BlanksAt(size_t at) const {
  const size_t end = text_.find_first_not_of(" \t", at);
  return (end == std::string_view::npos ? text_.size() : end) - at;
}

uint32_t Scanner::LineNumber(size_t at) const { return sources_.Begin(Span(at, at)).line; }

TokenList Lex(const source::SourceMap& sources, source::FileId file) { return Scanner(sources, file).Run(); }

}  // namespace sluice::syntax

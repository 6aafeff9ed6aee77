// Strings, scripts, placeholders and text blocks of the scanner.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "compiler/base/text.h"
#include "compiler/syntax/scanner.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Replace;

constexpr std::string_view kOpen = "${{";

// The length of `\u{H…}` at `at` if it names a Unicode scalar value, else 0.
size_t UnicodeEscape(std::string_view text, size_t at) {
  if (text.substr(at, 3) != "\\u{") return 0;
  uint32_t value = 0;
  size_t end = at + 3;
  for (; end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0; ++end) {
    const char c = AsciiLower(text.substr(end, 1))[0];
    value = value * 16 + static_cast<uint32_t>(IsAsciiDigit(c) ? c - '0' : c - 'a' + 10);
    if (value > 0x10FFFF) return 0;
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return end == at + 3 || end >= text.size() || text[end] != '}' || surrogate ? 0 : end + 1 - at;
}

// "a tab", "8 blanks", "tabs and blanks".
std::string DescribeBlanks(std::string_view blanks) {
  const auto tabs = std::ranges::count(blanks, '\t');
  const auto spaces = static_cast<std::ptrdiff_t>(blanks.size()) - tabs;
  if (tabs > 0 && spaces > 0) return "tabs and blanks";
  if (tabs > 0) return tabs == 1 ? "a tab" : fmt::format("{} tabs", tabs);
  return spaces == 1 ? "a blank" : fmt::format("{} blanks", spaces);
}

}  // namespace

void Scanner::OpenString(TokenKind kind, Mode mode) {
  Emit(kind, at_, at_ + 1);
  modes_.push_back({.mode = mode, .opener = static_cast<uint32_t>(at_)});
  ++at_;
}

// The text up to the next closing mark, placeholder or line end.
void Scanner::StringText() {
  const bool escapes = modes_.back().mode == Mode::Double;
  const char close = escapes ? '"' : '`';
  const auto begin = static_cast<uint32_t>(at_);
  while (!LineEndAt(at_) && text_[at_] != close) {
    size_t length = 1;
    if (text_.substr(at_, 4) == "$${{") {
      length = 4;
    } else if (text_.substr(at_, 3) == kOpen) {
      OpenPlaceholder(begin);
      return;
    } else if (escapes && text_[at_] == '\\') {
      CheckEscape(at_, length);
    }
    at_ += length;
  }
  EndText(begin);
  if (LineEndAt(at_)) return EndOfLine();
  Emit(escapes ? TokenKind::DoubleClose : TokenKind::TickClose, at_, at_ + 1);
  modes_.pop_back();
  ++at_;
}

void Scanner::CheckEscape(size_t at, size_t& length) {
  if (LineEndAt(at + 1)) return;
  length = 1 + Utf8Length(text_, at + 1);
  if (std::string_view("ntr\\\"").find(text_[at + 1]) != std::string_view::npos) return;
  if (const size_t unicode = UnicodeEscape(text_, at)) {
    length = unicode;
    return;
  }
  const bool unicode = text_[at + 1] == 'u';
  const std::string pair(text_.substr(at, length));
  Report(
      Build(Code::P0103, Span(at, at + length),
            unicode ? "this is no Unicode character" : fmt::format("strings have no escape `{}`", pair),
            unicode ? "written `\\u{1F600}`, up to 10FFFF, no surrogates" : "there are: \\n \\t \\r \\\\ \\\" \\u{...}")
          .Say("A backslash is written `\\\\`.", Replace(Span(at, at), "\\", "double the backslash")));
}

void Scanner::EndText(uint32_t begin) {
  if (at_ > begin) Emit(TokenKind::Text, begin, at_);
}

bool Scanner::OpenPlaceholder(uint32_t text_begin) {
  EndText(text_begin);
  if (Deeper(static_cast<uint32_t>(at_), kOpen.size())) return false;
  Emit(TokenKind::PlaceholderOpen, at_, at_ + kOpen.size());
  modes_.push_back({.mode = Mode::Placeholder, .opener = static_cast<uint32_t>(at_), .brackets = brackets_.size()});
  at_ += kOpen.size();
  return true;
}

void Scanner::ClosePlaceholder() {
  const size_t length = text_.substr(at_, 2) == "}}" ? 2 : 0;
  Emit(TokenKind::PlaceholderClose, at_, at_ + length);
  at_ += length;
  const size_t outside = modes_.back().brackets;
  modes_.pop_back();
  for (; brackets_.size() > outside; brackets_.pop_back()) depth_ -= 1 + brackets_.back().else_ifs;
  --depth_;
}

// A line ended in a string or placeholder: closes everything down to code or the text block, with one report.
void Scanner::EndOfLine() {
  if (!out_.cut_off) ReportOpenLine();
  while (!modes_.empty() && modes_.back().mode != Mode::Block) {
    const Mode mode = modes_.back().mode;
    if (mode == Mode::Placeholder) {
      Emit(TokenKind::PlaceholderClose, at_, at_);
      const size_t outside = modes_.back().brackets;
      for (; brackets_.size() > outside; brackets_.pop_back()) depth_ -= 1 + brackets_.back().else_ifs;
      --depth_;
    } else {
      Emit(mode == Mode::Double ? TokenKind::DoubleClose : TokenKind::TickClose, at_, at_);
    }
    modes_.pop_back();
  }
}

void Scanner::ReportOpenLine() {
  size_t outermost = modes_.size();
  while (outermost > 0 && modes_[outermost - 1].mode != Mode::Block) --outermost;
  for (size_t i = outermost; i < modes_.size(); ++i) {
    if (modes_[i].mode != Mode::Placeholder) continue;
    const uint32_t opener = modes_[i].opener;
    return Report(Build(Code::P0105, Span(opener, TrimmedLineEnd(opener)), "this placeholder does not end on its line",
                        "opened here")
                      .Say("Close it with }} before the end of the line."));
  }
  ReportOpenString(modes_[outermost].opener);
}

void Scanner::ReportOpenString(uint32_t opener) {
  const size_t end = TrimmedLineEnd(opener);
  const std::string quote(1, text_[opener]);
  Report(Build(Code::P0105, Span(opener, end), "this string does not end on its line", "opened here")
             .Say(fmt::format("Close it:   {}{}", text_.substr(opener, end - opener), quote),
                  Replace(Span(end, end), quote, "close the string", false))
             .Say("Text of several lines is a block: `|` at the end of the line, the text indented below."));
}

void Scanner::Pipe() {
  const size_t blanks = BlanksAt(at_ + 1);
  if (!in_placeholder() && LineEndAt(at_ + 1 + blanks)) return OpenBlock(at_ + 1 + blanks);
  if (in_placeholder()) {
    Report(Problem(Code::P0108, at_, at_ + 1, "`|` has no meaning in a placeholder", "`or` is written `||`"));
  } else {
    const size_t text = at_ + 1 + blanks, end = TrimmedLineEnd(text);
    Build problem(Code::P0108, Span(at_, at_ + 1), "a text block starts on the next line", "the line must end here");
    if (text_[text] != '#' && text_.substr(text, end - text).find('`') == std::string_view::npos)
      problem.Say(fmt::format("Text of one line is written   `{}`", text_.substr(text, end - text)));
    Report(std::move(problem));
  }
  Emit(TokenKind::Error, at_, at_ + 1);
  ++at_;
}

// `|` at the end of its line. Measures the block first; its lines are scanned by BlockText.
void Scanner::OpenBlock(size_t line_end) {
  const size_t pipe = at_;
  const auto pipe_line = static_cast<uint32_t>(line_begin_);
  Emit(TokenKind::BlockOpen, pipe, pipe + 1);
  Frame block{.mode = Mode::Block, .opener = static_cast<uint32_t>(pipe)};
  at_ = NextLine(line_end);
  MeasureBlock(block, at_);
  const size_t problems = out_.problems.size();
  const size_t text_begin = at_;
  at_ = block.block_end;
  SkipMixedLines(pipe_line);
  const bool empty = block.block_text_end <= text_begin;
  if (empty && problems == out_.problems.size())
    Report(Build(Code::P0108, Span(pipe, pipe + 1), "this text block is empty",
                 "its text stands below, further in than this line"));
  block.block_end = static_cast<uint32_t>(at_);
  modes_.push_back(block);
  at_ = line_begin_ = empty ? block.block_end : text_begin;
  if (empty) CloseBlock();
}

// Where the block that begins at the line start `begin` ends, with and without its trailing blank lines, and the white
// space that its lines have in common.
void Scanner::MeasureBlock(Frame& block, size_t begin) {
  const std::string_view base = text_.substr(line_begin_, BlanksAt(line_begin_));
  block.block_end = block.block_text_end = static_cast<uint32_t>(begin);
  std::string_view common;
  bool any = false;
  for (size_t line = begin; line < text_.size(); line = NextLine(line)) {
    const std::string_view blanks = text_.substr(line, BlanksAt(line));
    const bool blank_line = LineEndAt(line + blanks.size());
    if (!blank_line && (!blanks.starts_with(base) || blanks.size() == base.size())) break;
    block.block_end = static_cast<uint32_t>(NextLine(line));
    if (blank_line) continue;
    block.block_text_end = static_cast<uint32_t>(LineEnd(line));
    if (!any) common = blanks;
    any = true;
    const auto differs = std::ranges::mismatch(common, blanks).in1;
    common = common.substr(0, static_cast<size_t>(differs - common.begin()));
  }
  block.block_indent = static_cast<uint32_t>(common.size());
}

// P0106 for the lines at at_ whose white space is comparable to that of the `|` line in no way.
void Scanner::SkipMixedLines(uint32_t pipe_line) {
  const std::string_view base = text_.substr(pipe_line, BlanksAt(pipe_line));
  bool reported = false;
  while (at_ < text_.size()) {
    const size_t blanks = BlanksAt(at_);
    const std::string_view own = text_.substr(at_, blanks);
    if (LineEndAt(at_ + blanks) || own.starts_with(base) || base.starts_with(own)) return;
    if (!reported) ReportMixed(at_, at_ + blanks, pipe_line);
    reported = true;
    at_ = NextLine(at_);
  }
}

void Scanner::ReportMixed(size_t begin, size_t end, uint32_t pipe_line) {
  const std::string_view base = text_.substr(pipe_line, BlanksAt(pipe_line));
  const uint32_t line = LineNumber(pipe_line);
  const std::string one = DescribeBlanks(text_.substr(begin, end - begin));
  const bool tabs = base.find('\t') != std::string_view::npos;
  const std::string fixed = std::string(base) + (tabs ? "\t" : "  ");
  const std::string words = tabs ? base.find(' ') != std::string_view::npos ? "tabs and blanks" : "tabs" : "blanks";
  Report(Build(Code::P0106, Span(begin, end), "tabs and blanks are mixed in this text block",
               fmt::format("{}, while line {} is indented by {}", one, line, words))
             .Say(fmt::format("Start the line with the same {} as line {}, and more.", words, line),
                  Replace(Span(begin, end), fixed, "indent it like its neighbours", false)));
}

// One piece of the block's text: to the next placeholder, or with the line end.
void Scanner::BlockText() {
  const Frame& block = modes_.back();
  if (at_ >= block.block_text_end) return CloseBlock();
  if (at_ == line_begin_) {
    const size_t blanks = BlanksAt(at_);
    at_ += LineEndAt(at_ + blanks) ? blanks : block.block_indent;
  }
  const auto begin = static_cast<uint32_t>(at_);
  const size_t stop = std::min<size_t>(NextLine(at_), block.block_text_end);
  while (at_ < stop) {
    if (text_.substr(at_, 4) == "$${{") {
      at_ += 4;
    } else if (text_.substr(at_, 3) == kOpen) {
      OpenPlaceholder(begin);
      return;
    } else {
      ++at_;
    }
  }
  EndText(begin);
  if (at_ > 0 && text_[at_ - 1] == '\n') line_begin_ = at_;
}

void Scanner::CloseBlock() {
  const Frame block = modes_.back();
  const size_t at = std::min<size_t>(at_, block.block_text_end == 0 ? at_ : block.block_text_end);
  Emit(TokenKind::BlockClose, at, at);
  modes_.pop_back();
  if (out_.cut_off) return;
  at_ = line_begin_ = block.block_end;
  first_ = true;
}

}  // namespace sluice::syntax

#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/lexer.h"

namespace sluice::syntax {

// The state of a scan, for the files lexer.cpp (modes, code) and lex_text.cpp (strings, scripts, text blocks).
class Scanner {
 public:
  Scanner(const source::SourceMap& sources, source::FileId file);
  TokenList Run();

 private:
  enum class Mode : uint8_t { Placeholder, Double, Tick, Block };
  struct Frame {
    Mode mode;
    uint32_t opener;      // where its opening token begins
    uint32_t braces = 0;  // open `{` of a placeholder
    size_t brackets = 0;  // how many brackets were open outside of it
    uint32_t block_end = 0, block_text_end = 0, block_indent = 0;
  };
  struct Bracket {
    char opener;
    int else_ifs = 0;
  };

  // ---- lexer.cpp
  void Step();
  void CodeToken();
  void Comment();
  void Word();
  void Number();
  void SingleQuoted();
  void Punctuation();
  void Stray(size_t length);
  bool ActionRef();
  size_t LabelLength(size_t word) const;
  bool OpenBracket(TokenKind kind);
  void CloseBracket(TokenKind kind);
  void RightBrace();
  bool Deeper(uint32_t at, size_t length);
  void CountElseIf();
  void CutOff(uint32_t at, size_t length);
  bool in_placeholder() const { return !modes_.empty() && modes_.back().mode == Mode::Placeholder; }

  // ---- lex_text.cpp
  void OpenString(TokenKind kind, Mode mode);
  void StringText();
  void CheckEscape(size_t at, size_t& length);
  bool OpenPlaceholder(uint32_t text_begin);
  void ClosePlaceholder();
  void EndText(uint32_t text_begin);
  void EndOfLine();
  void ReportOpenLine();
  void ReportOpenString(uint32_t opener);
  void Pipe();
  void OpenBlock(size_t line_end);
  void MeasureBlock(Frame& block, size_t begin);
  void BlockText();
  void CloseBlock();
  void SkipMixedLines(uint32_t pipe_line_begin);
  void ReportMixed(size_t begin, size_t end, uint32_t pipe_line_begin);

  // ---- both
  void Emit(TokenKind kind, size_t begin, size_t end);
  void Report(diagnostics::Diagnostic problem);
  diagnostics::Diagnostic Problem(diagnostics::Code code, size_t begin, size_t end, std::string message,
                                  std::string label = "", diagnostics::Rule rule = {}) const;
  source::Span Span(size_t begin, size_t end) const { return sources_.MakeSpan(file_, begin, end); }
  char Char(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  bool LineEndAt(size_t at) const { return at >= text_.size() || text_[at] == '\n' || text_.substr(at, 2) == "\r\n"; }
  size_t LineEnd(size_t at) const;  // where the line of `at` ends, before its CR LF or LF
  size_t TrimmedLineEnd(size_t at) const;
  size_t NextLine(size_t line_end) const;
  size_t BlanksAt(size_t at) const;  // how many spaces and tabs stand there
  uint32_t LineNumber(size_t at) const;

  const source::SourceMap& sources_;
  const source::FileId file_;
  const std::string_view text_;
  TokenList out_;
  std::vector<Frame> modes_;
  std::vector<Bracket> brackets_;
  size_t at_ = 0;
  size_t line_begin_ = 0;         // where the line of at_ begins
  size_t no_action_before_ = 0;   // attempts to read an action reference fail up to here
  size_t stray_line_ = SIZE_MAX;  // the line that has its P0101
  int depth_ = 0;
  int base_else_ifs_ = 0;
  bool first_ = true;  // no token on this line yet
};

}  // namespace sluice::syntax

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/scripts/scan.h"

// The scanner behind ScanScript: recursive descent over the shell's grammar, as far as places depend on it.
namespace sluice::lower::scripts {

// A word of a command. In `text`, quotes are gone, a placeholder is kHole and an expansion is kExpansion.
inline constexpr char kExpansion = '\x01';
struct Word {
  struct Hole {
    size_t index;    // into Template::holes
    size_t text_at;  // in `text`
    bool quoted;
  };
  size_t begin = 0, end = 0;  // offsets into the template
  std::string text;
  std::vector<Hole> holes;    // those of the word itself, not of substitutions in it
  bool quoted = false;        // some of it is
  size_t plain = 0;           // how much of `text` stands before the first quote; all of it when not quoted
  std::vector<size_t> globs;  // unquoted * ? [

  void Quote() {
    if (!quoted) plain = text.size();
    quoted = true;
  }
  bool is(std::string_view other) const { return !quoted && holes.empty() && text == other; }
  Range range() const { return {begin, end}; }
};

// A simple command as far as it has been read.
struct Command {
  std::vector<Word> words;  // with the assignments before its name
  std::vector<Word> here_strings;
  std::vector<size_t> heredocs;  // indices into the scanner's pending ones
  size_t name = 0;               // the index of the word that names it; words.size() while there is none

  bool has_name() const { return name < words.size(); }
};

// What all scanners of one script share.
struct Shared {
  Shell shell;
  const Template& script;
  Scan& scan;
  std::map<size_t, bool> arithmetic;      // is the `((` at this offset of the template arithmetic?
  std::map<std::string, Range> integers;  // variables that `declare -i` made integers, and where
  int depth = 0;
  bool too_deep = false;  // nothing can be told any more, and no second try helps
};

// What a finished command does with the text of its words (commands.cpp).
struct Effects {
  bool reads_program = false;  // from its standard input
  Range label;
  std::string word;
};
Effects ClassifyCommand(Shared& shared, const Command& command);

// Sets the evaluation of every placeholder in [range), also of those in substitutions.
void Evaluate(Shared& shared, Range range, Evaluation evaluation, Range label, std::string_view word);

// Is `text` a name of a variable? And the length of the name at its start.
bool IsName(std::string_view text);
size_t NameLength(std::string_view text);

class Scanner {
 public:
  // Reads `chars`; `origin[i]` is the offset in the template of chars[i], with one more for the end.
  Scanner(Shared& shared, std::string chars, std::vector<size_t> origin, int backticks,
          std::vector<std::string> delimiters = {});
  void Run();

 private:
  enum class Stop : uint8_t { End, Parenthesis, Case };
  // What holds for the placeholders of the text that is being read.
  struct Frame {
    Evaluation evaluation = Evaluation::None;
    Range label;
    std::string word;
    bool subscript = false;
    bool expansion = false;
  };
  struct Heredoc {
    Range operator_range;
    Range delimiter_range;
    std::string delimiter;
    bool raw = false;
    bool strip_tabs = false;
    Effects effects;

    scripts::Unclosed Unclosed() const {
      return {{operator_range.begin, delimiter_range.end}, "here-document", delimiter};
    }
  };
  // How far ReadWord goes, and which words it may take apart.
  struct WordMode {
    bool assignment = false;  // NAME=(…) and NAME[…]= may start here
    bool element = false;     // of an array: […]= may start here
    bool regex = false;       // behind =~: ( ) | < > belong to it
    bool pattern = false;     // of `case` and [[ ]]: globs match text, not files
  };

  // ---- characters ----
  bool AtEnd() const { return stopped_ || shared_.too_deep || at_ >= chars_.size(); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < chars_.size() ? chars_[at_ + ahead] : '\n'; }
  bool StartsWith(std::string_view text) const { return std::string_view(chars_).substr(at_).starts_with(text); }
  std::optional<size_t> HoleAt(size_t at) const;
  Range Flat(size_t begin, size_t end) const;
  void Fail(size_t begin, size_t end, std::string what);
  bool Enter();  // false: nested too deep
  void Leave() { --shared_.depth; }

  // ---- lists and commands (scanner.cpp) ----
  void ReadList(Stop stop);
  bool ReadCommandStart(Command& command, Stop stop);
  void ReadArguments(Command& command);
  void ReadFunction();
  bool ReadParentheses(Command& command);
  bool AtRedirection() const;
  bool IsFileNumber(const Word& word) const;
  void ReadSubshell();
  void ReadCase();
  void ReadConditional();
  void EvaluateOperator(const std::vector<Word>& words, size_t at);
  void ReadRedirection(Command& command);
  void AddWord(Command& command, Word word);
  void Finish(Command& command);
  void SkipBlanks();
  void SkipSpace();
  void SkipComment();
  void ReadNewline();
  void ReadHeredocs();
  void ReadHeredoc(const Heredoc& heredoc);
  void MarkRawHeredoc(const Heredoc& heredoc, size_t begin, size_t end);
  void ReadDelimiter(Heredoc& heredoc);

  // ---- words (words.cpp) ----
  Word ReadWord(WordMode mode);
  bool ReadWordPiece(Word& word, WordMode mode);
  void ReadArray(Word& word);
  void ReadSubscript(Word* word);
  void ReadGroup(Word& word, WordMode mode);
  void ReadBackslash(Word* word);
  void ReadSingle(Word* word, bool dollar, bool in_expansion);
  void ReadDouble(Word* word);
  void ReadDollar(Word* word, bool quoted);
  void ReadHole(Word* word, Quoting quoting);
  bool FollowedByRedirection(size_t at) const;

  // ---- expansions (expansions.cpp) ----
  void ReadCommandSubstitution();
  void ReadBackticks(bool quoted);
  void ReadArithmetic(std::string_view opening, std::string_view closing);
  bool IsArithmetic(size_t at, size_t length);
  void ReadArithmeticBody(std::string_view closing);
  void ReadParameter(bool quoted);
  void ReadParameterWord(bool quoted);
  void ReadParameterPattern(size_t operator_begin);
  void ReadParameterOffset();
  void ReadHeredocBody(const Heredoc& heredoc);

  Shared& shared_;
  std::string chars_;
  std::vector<size_t> origin_;
  int backticks_;
  std::vector<std::string> delimiters_;  // of the here-documents around this text
  size_t at_ = 0;
  bool stopped_ = false;
  Frame frame_;
  std::vector<Heredoc> heredocs_;  // whose bodies begin at the next line end
};

}  // namespace sluice::lower::scripts

// Words: pieces, quotes, arrays, subscripts.
#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/scanner.h"

namespace sluice::lower::scripts {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool EndsWord(char c) {
  return IsBlank(c) || c == '\n' || std::string_view(";&|<>()").find(c) != std::string_view::npos;
}

// NAME= or NAME+= with nothing behind it.
bool IsOpenAssignment(std::string_view text) {
  const size_t name = NameLength(text);
  return name > 0 && (text.substr(name) == "=" || text.substr(name) == "+=");
}

}  // namespace

size_t NameLength(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && (IsAsciiAlnum(text[n]) || text[n] == '_')) ++n;
  return n > 0 && IsAsciiDigit(text[0]) ? 0 : n;
}

bool IsName(std::string_view text) { return !text.empty() && NameLength(text) == text.size(); }

Word Scanner::ReadWord(WordMode mode) {
  Word word;
  const size_t begin = at_;
  while (!AtEnd() && ReadWordPiece(word, mode)) {
  }
  const Range range = Flat(begin, at_);
  word.begin = range.begin;
  word.end = range.end;
  if (!word.quoted) word.plain = word.text.size();
  for (const Word::Hole& hole : word.holes) {
    Place& place = shared_.scan.places[hole.index];
    place.alone = word.text.size() == 1 && !word.quoted;
  }
  return word;
}

// Reads on; false at the end of the word.
bool Scanner::ReadWordPiece(Word& word, WordMode mode) {
  const char c = Peek();
  const bool group = (mode.regex || mode.pattern || shared_.shell == Shell::Bash) && c == '(' && !word.text.empty() &&
                     std::string_view("@+?*!").find(word.text.back()) != std::string_view::npos && !word.quoted;
  if (HoleAt(at_)) {
    ReadHole(&word, Quoting::Unquoted);
    if (mode.regex) shared_.scan.places[word.holes.back().index].in_brackets = true;
  } else if (c == '\\') {
    ReadBackslash(&word);
  } else if (c == '\'') {
    ReadSingle(&word, false, false);
  } else if (c == '"') {
    ReadDouble(&word);
  } else if (c == '$') {
    ReadDollar(&word, false);
  } else if (c == '`') {
    word.text += kExpansion;
    ReadBackticks(false);
  } else if ((c == '<' || c == '>') && Peek(1) == '(' && !mode.regex) {
    word.text += kExpansion;
    ++at_;
    ReadSubshell();
  } else if (c == '(' && (mode.assignment || mode.element) && IsOpenAssignment(word.text) && !word.quoted) {
    ReadArray(word);
  } else if (group || (mode.regex && c == '(')) {
    ReadGroup(word, mode);
  } else if (c == '[' && !word.quoted &&
             ((mode.assignment && word.holes.empty() && IsName(word.text)) || (mode.element && word.text.empty()))) {
    ReadSubscript(&word);
  } else if (EndsWord(c) && !(mode.regex && (c == '|' || c == '<' || c == '>'))) {
    return false;
  } else {
    if (!mode.pattern && !mode.regex && std::string_view("*?[").find(c) != std::string_view::npos)
      word.globs.push_back(Flat(at_, at_ + 1).begin);
    word.text += c;
    ++at_;
  }
  return true;
}

// NAME=( … ): words over several lines, with comments.
void Scanner::ReadArray(Word& word) {
  const size_t begin = at_++;
  word.text += kExpansion;
  if (!Enter()) return;
  for (;;) {
    SkipSpace();
    if (AtEnd()) {
      Fail(begin, begin + 1, "array");
      break;
    }
    if (Peek() == ')') {
      ++at_;
      break;
    }
    if (EndsWord(Peek()) && !((Peek() == '<' || Peek() == '>') && Peek(1) == '(')) {
      ++at_;  // no shell takes this: leave it to the shell
      continue;
    }
    const Word element = ReadWord({.element = true});
    for (const Word::Hole& hole : element.holes) {
      Place& place = shared_.scan.places[hole.index];
      place.list = place.alone;
    }
    for (const size_t glob : element.globs) shared_.scan.globs.push_back({glob, glob + 1});
  }
  Leave();
}

// NAME[…] or […] where an assignment may follow. Without one it is a glob, and its placeholders are plain.
void Scanner::ReadSubscript(Word* word) {
  const size_t begin = at_;
  size_t close = begin + 1;
  for (int open = 1; close < chars_.size(); ++close) {
    const char c = chars_[close];
    if (c == '[') ++open;
    if (c == ']' && --open == 0) break;
    if (c == '\n') break;
  }
  const std::string_view rest = std::string_view(chars_).substr(std::min(close + 1, chars_.size()));
  const bool assignment =
      close < chars_.size() && chars_[close] == ']' && (rest.starts_with('=') || rest.starts_with("+="));
  ++at_;
  if (!assignment || !Enter()) {
    word->globs.push_back(Flat(begin, begin + 1).begin);
    word->text += '[';
    return;
  }
  const Frame outer = frame_;
  frame_ = {Evaluation::Arithmetic, Flat(begin, begin + 1), "[", true, false};
  ReadArithmeticBody("]");
  frame_ = outer;
  Leave();
  if (word->text.empty()) return;  // an element of an array: its value follows
  // "NAME[…]=" counts as NAME= for what follows.
  if (Peek() == '+') ++at_;
}

// An extended glob or a group of a regular expression: up to the matching parenthesis.
void Scanner::ReadGroup(Word& word, WordMode mode) {
  const size_t begin = at_;
  if (!Enter()) return;
  word.text += chars_[at_++];
  while (!AtEnd() && Peek() != ')') {
    if (!ReadWordPiece(word, mode)) {
      if (Peek() == '(') {
        ReadGroup(word, mode);
      } else {
        word.text += chars_[at_++];
      }
    }
  }
  if (AtEnd()) {
    Fail(begin, begin + 1, "`(`");
  } else {
    word.text += chars_[at_++];
  }
  Leave();
}

void Scanner::ReadBackslash(Word* word) {
  const size_t begin = at_++;
  if (word != nullptr && Peek() != '\n') word->Quote();
  if (at_ >= chars_.size()) {
    shared_.scan.ends_in_backslash = true;
    return;
  }
  if (HoleAt(at_)) {
    ReadHole(word, Quoting::Backslash);
    shared_.scan.places[*HoleAt(at_ - 1)].label = Flat(begin, begin + 1);
    return;
  }
  if (word != nullptr && Peek() != '\n') word->text += Peek();
  ++at_;
}

// '…', and $'…' with `dollar`. The position is at the quote.
void Scanner::ReadSingle(Word* word, bool dollar, bool in_expansion) {
  const size_t begin = at_ - (dollar ? 1 : 0);
  if (word != nullptr) word->Quote();
  ++at_;
  const size_t inside = at_;
  const Quoting quoting = in_expansion ? Quoting::ExpansionQuote : dollar ? Quoting::DollarSingle : Quoting::Single;
  std::vector<size_t> holes;
  while (!AtEnd() && Peek() != '\'') {
    if (dollar && Peek() == '\\') {
      ReadBackslash(word);
    } else if (const auto hole = HoleAt(at_)) {
      ReadHole(word, quoting);
      holes.push_back(*hole);
      if (in_expansion) shared_.scan.places[*hole].label = Flat(begin, inside);
    } else {
      if (word != nullptr) word->text += Peek();
      ++at_;
    }
  }
  if (AtEnd()) return Fail(begin, inside, "quote");
  ++at_;
  if (holes.size() == 1 && at_ - inside == 2) shared_.scan.places[holes[0]].quotes = Flat(begin, at_);
}

void Scanner::ReadDouble(Word* word) {
  const size_t begin = at_++;
  if (word != nullptr) word->Quote();
  if (!Enter()) return;
  std::vector<size_t> holes;
  while (!AtEnd() && Peek() != '"') {
    if (const auto hole = HoleAt(at_)) {
      ReadHole(word, Quoting::Double);
      holes.push_back(*hole);
    } else if (Peek() == '\\') {
      ReadBackslash(word);
    } else if (Peek() == '$') {
      ReadDollar(word, true);
    } else if (Peek() == '`') {
      if (word != nullptr) word->text += kExpansion;
      ReadBackticks(true);
    } else {
      if (word != nullptr) word->text += Peek();
      ++at_;
    }
  }
  Leave();
  if (AtEnd()) return Fail(begin, begin + 1, "quote");
  ++at_;
  if (holes.size() == 1 && at_ - begin == 3) shared_.scan.places[holes[0]].quotes = Flat(begin, at_);
}

void Scanner::ReadHole(Word* word, Quoting quoting) {
  const size_t index = *HoleAt(at_);
  Place& place = shared_.scan.places[index];
  place = {};
  place.quoting = quoting;
  place.evaluation = frame_.evaluation;
  place.subscript = frame_.subscript;
  place.expansion = frame_.expansion;
  place.label = frame_.label;
  place.word = frame_.word;
  place.backticks = backticks_;
  place.delimiters = delimiters_;
  if (word != nullptr) {
    place.in_brackets = word->text.find_first_of("{[") != std::string::npos;
    place.before_redirection = FollowedByRedirection(at_ + 1);
    word->holes.push_back({index, word->text.size(), quoting != Quoting::Unquoted});
    word->text += kHole;
  }
  ++at_;
}

// Would digits at this place be read as the number of a file, as in 2>file?
bool Scanner::FollowedByRedirection(size_t at) const {
  const size_t far = at + 32;  // no file has a longer number
  while (at < chars_.size() && at < far && (IsAsciiDigit(chars_[at]) || HoleAt(at))) ++at;
  return at < chars_.size() && (chars_[at] == '<' || chars_[at] == '>');
}

}  // namespace sluice::lower::scripts

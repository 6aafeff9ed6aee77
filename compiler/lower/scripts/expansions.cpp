// Expansions: $…, `…`, arithmetic, ${…}, and the bodies of here-documents, which are nothing else.
#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/scanner.h"

namespace sluice::lower::scripts {
namespace {

constexpr std::string_view kSpecialParameters = "@*#?-$!";

}  // namespace

// At a `$`. `quoted`: inside double quotes or a here-document, where ' means nothing.
void Scanner::ReadDollar(Word* word, bool quoted) {
  if (!quoted && Peek(1) == '\'' && !HoleAt(at_ + 1)) {
    ++at_;
    return ReadSingle(word, true, false);
  }
  if (!quoted && Peek(1) == '"') {
    ++at_;
    return ReadDouble(word);
  }
  if (word != nullptr) word->text += kExpansion;
  if (StartsWith("$((") && IsArithmetic(at_, 3)) return ReadArithmetic("$((", "))");
  if (StartsWith("$(")) return ReadCommandSubstitution();
  if (StartsWith("${")) return ReadParameter(quoted);
  if (StartsWith("$[") && shared_.shell == Shell::Bash) return ReadArithmetic("$[", "]");
  ++at_;
  if (AtEnd() || HoleAt(at_)) return;
  if (kSpecialParameters.find(Peek()) != std::string_view::npos || IsAsciiDigit(Peek())) {
    ++at_;
    return;
  }
  while (at_ < chars_.size() && (IsAsciiAlnum(Peek()) || Peek() == '_')) ++at_;
}

void Scanner::ReadCommandSubstitution() {
  const size_t begin = at_;
  at_ += 2;
  if (!Enter()) return;
  const Frame outer = std::exchange(frame_, {});
  std::vector<Heredoc> pending = std::exchange(heredocs_, {});
  ReadList(Stop::Parenthesis);
  pending.insert(pending.end(), heredocs_.begin(), heredocs_.end());
  heredocs_ = std::move(pending);
  frame_ = outer;
  Leave();
  if (AtEnd()) return Fail(begin, begin + 2, "`$(`");
  ++at_;
}

// The shell takes everything up to the next backtick that has no backslash, removes backslashes before $ ` \ (and "
// inside double quotes), and reads the rest as a script of its own.
void Scanner::ReadBackticks(bool quoted) {
  const size_t begin = at_++;
  std::string inner;
  std::vector<size_t> origin;
  const auto keep = [&](size_t at) {
    inner += chars_[at];
    origin.push_back(origin_[at]);
  };
  while (!AtEnd() && Peek() != '`') {
    const std::string_view escaped = quoted ? "$`\\\"" : "$`\\";
    if (Peek() == '\\' && at_ + 1 < chars_.size() && !HoleAt(at_ + 1)) {
      if (escaped.find(Peek(1)) == std::string_view::npos) keep(at_);
      ++at_;
    }
    keep(at_);
    ++at_;
  }
  if (AtEnd()) return Fail(begin, begin + 1, "backtick");
  origin.push_back(origin_[at_]);
  ++at_;
  if (!Enter()) return;
  Scanner(shared_, std::move(inner), std::move(origin), backticks_ + 1, delimiters_).Run();
  Leave();
  if (!shared_.scan.unclosed.empty()) stopped_ = true;
}

// $(( … )) and (( … )): is it closed by `))`? Else it is a substitution or subshell that starts with a subshell.
bool Scanner::IsArithmetic(size_t at, size_t length) {
  const size_t key = origin_[at];
  if (const auto known = shared_.arithmetic.find(key); known != shared_.arithmetic.end()) return known->second;
  if (!Enter()) return true;
  // A trial that leaves no trace: what it marks is marked again.
  const auto unclosed = shared_.scan.unclosed;
  const auto heredocs = heredocs_;
  const size_t globs = shared_.scan.globs.size();
  const size_t before = at_;
  const bool was_stopped = stopped_;
  at_ = at + length;
  ReadArithmeticBody("))");
  const bool closed = !stopped_ && at_ >= 2 && at_ <= chars_.size() && at_ > at + length && chars_[at_ - 1] == ')' &&
                      chars_[at_ - 2] == ')';
  at_ = before;
  if (shared_.too_deep) return true;
  stopped_ = was_stopped;
  shared_.scan.unclosed = unclosed;
  shared_.scan.globs.resize(globs);
  heredocs_ = heredocs;
  Leave();
  shared_.arithmetic[key] = closed;
  return closed;
}

void Scanner::ReadArithmetic(std::string_view opening, std::string_view closing) {
  const size_t begin = at_;
  at_ += opening.size();
  if (!Enter()) return;
  const Frame outer = frame_;
  frame_ = {Evaluation::Arithmetic, Flat(begin, at_), std::string(opening), false, false};
  ReadArithmeticBody(closing);
  frame_ = outer;
  Leave();
  if (stopped_) return;
  if (!std::string_view(chars_).substr(0, at_).ends_with(closing))
    Fail(begin, begin + opening.size(), "`" + std::string(opening) + "`");
}

// Up to and with `closing` at depth 0. Stops at a `)` that does not fit, and at the end.
void Scanner::ReadArithmeticBody(std::string_view closing) {
  int parentheses = 0;
  int brackets = 0;
  while (!AtEnd()) {
    const char c = Peek();
    if (HoleAt(at_)) {
      ReadHole(nullptr, Quoting::Arithmetic);
    } else if (parentheses == 0 && brackets == 0 && StartsWith(closing)) {
      at_ += closing.size();
      return;
    } else if (c == '$') {
      ReadDollar(nullptr, true);
    } else if (c == '`') {
      ReadBackticks(false);
    } else if (c == '\\') {
      ReadBackslash(nullptr);
    } else {
      if (c == '(') ++parentheses;
      if (c == ')' && parentheses-- == 0) return;
      if (c == '[') ++brackets;
      if (c == ']' && brackets > 0) --brackets;
      ++at_;
    }
  }
}

// ${ … }
void Scanner::ReadParameter(bool quoted) {
  const size_t begin = at_;
  at_ += 2;
  if (!Enter()) return;
  const Frame outer = frame_;
  if (Peek() == '!' && Peek(1) != '}') ++at_;
  if (Peek() == '#' && Peek(1) != '}') ++at_;
  bool name = false;
  while (!AtEnd() && (IsAsciiAlnum(Peek()) || Peek() == '_' || HoleAt(at_))) {
    if (const auto hole = HoleAt(at_)) {
      ReadHole(nullptr, Quoting::Unquoted);
      Place& place = shared_.scan.places[*hole];
      place.evaluation = Evaluation::Name;
      place.label = Flat(begin, begin + 2);
      place.word = "${";
    } else {
      ++at_;
    }
    name = true;
  }
  if (!name && kSpecialParameters.find(Peek()) != std::string_view::npos) ++at_;
  if (Peek() == '[') {
    const size_t bracket = at_++;
    frame_ = {Evaluation::Arithmetic, Flat(bracket, bracket + 1), "[", true, false};
    ReadArithmeticBody("]");
    frame_ = outer;
  }
  const bool colon = Peek() == ':';
  const char op = colon ? Peek(1) : Peek();
  if (std::string_view("-+=?").find(op) != std::string_view::npos && !HoleAt(at_ + (colon ? 1 : 0))) {
    at_ += colon ? 2 : 1;
    frame_.expansion = true;
    ReadParameterWord(quoted);
  } else if (colon) {
    frame_ = {Evaluation::Arithmetic, Flat(at_, at_ + 1), ":", false, false};
    ReadParameterOffset();
  } else if (Peek() != '}') {
    ReadParameterPattern(at_);
  }
  frame_ = outer;
  Leave();
  if (AtEnd() || Peek() != '}') return Fail(begin, begin + 2, "`${`");
  ++at_;
}

// The word of ${x:-word}, up to its `}`.
void Scanner::ReadParameterWord(bool quoted) {
  while (!AtEnd() && Peek() != '}') {
    const char c = Peek();
    if (HoleAt(at_)) {
      ReadHole(nullptr, quoted ? Quoting::Double : Quoting::Unquoted);
    } else if (c == '\\') {
      ReadBackslash(nullptr);
    } else if (c == '\'' && !quoted) {
      ReadSingle(nullptr, false, true);
    } else if (c == '\'') {
      // Inside "${x:-…}" a single quote is literal in today's shells and a quote in old ones.
      const size_t close = chars_.find_first_of("'}", at_ + 1);
      const bool pair = close != std::string::npos && chars_[close] == '\'';
      const size_t quote = at_++;
      for (; pair && at_ < close; ++at_) {
        if (const auto hole = HoleAt(at_)) {
          ReadHole(nullptr, Quoting::ExpansionQuote);
          shared_.scan.places[*hole].label = Flat(quote, quote + 1);
          --at_;
        }
      }
      if (pair) at_ = close + 1;
    } else if (c == '"') {
      ReadDouble(nullptr);
    } else if (c == '$' && !quoted && Peek(1) == '\'') {
      ++at_;
      ReadSingle(nullptr, true, true);
    } else if (c == '$') {
      ReadDollar(nullptr, quoted);
    } else if (c == '`') {
      ReadBackticks(quoted);
    } else {
      ++at_;
    }
  }
}

// The pattern of ${x#…} and whatever else may follow the name: a value there would be a pattern.
void Scanner::ReadParameterPattern(size_t operator_begin) {
  const Range label = Flat(operator_begin, operator_begin + 1);
  const auto mark = [&] {
    const size_t index = *HoleAt(at_);
    ReadHole(nullptr, Quoting::ExpansionPattern);
    shared_.scan.places[index].label = label;
  };
  char quote = '\0';
  while (!AtEnd() && (Peek() != '}' || quote != '\0')) {
    const char c = Peek();
    if (HoleAt(at_)) {
      mark();
    } else if (c == '\\' && quote != '\'') {
      at_ += 1;
      if (!HoleAt(at_) && !AtEnd()) ++at_;
    } else if (c == '$' && quote != '\'' && Peek(1) != '\'' && Peek(1) != '"') {
      ReadDollar(nullptr, quote == '"');
    } else if (c == '`' && quote != '\'') {
      ReadBackticks(quote == '"');
    } else {
      if (c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      }
      ++at_;
    }
  }
}

// ${x:offset:length}
void Scanner::ReadParameterOffset() {
  while (!AtEnd() && Peek() != '}') {
    const char c = Peek();
    if (HoleAt(at_)) {
      ReadHole(nullptr, Quoting::Arithmetic);
    } else if (c == '$') {
      ReadDollar(nullptr, true);
    } else if (c == '`') {
      ReadBackticks(false);
    } else if (c == '\\') {
      ReadBackslash(nullptr);
    } else {
      ++at_;
    }
  }
}

// The body of a here-document that expands: as in double quotes, but that a double quote is an ordinary character.
void Scanner::ReadHeredocBody(const Heredoc& heredoc) {
  frame_.evaluation = heredoc.effects.reads_program ? Evaluation::Program : Evaluation::None;
  frame_.label = heredoc.effects.label;
  frame_.word = heredoc.effects.word;
  const Frame frame = frame_;
  while (!AtEnd()) {
    frame_ = frame;
    if (HoleAt(at_)) {
      ReadHole(nullptr, Quoting::Heredoc);
    } else if (Peek() == '\\') {
      ReadBackslash(nullptr);
    } else if (Peek() == '$') {
      ReadDollar(nullptr, true);
    } else if (Peek() == '`') {
      ReadBackticks(false);
    } else {
      ++at_;
    }
  }
}

}  // namespace sluice::lower::scripts

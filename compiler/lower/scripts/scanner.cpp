// Lists, commands, redirections and here-documents.
#include "compiler/lower/scripts/scanner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::lower::scripts {
namespace {

constexpr int kMaxDepth = 60;  // of quotes, substitutions and compound commands inside each other

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Reserved words after which another command may start.
bool IsKeyword(std::string_view text) {
  static constexpr auto kKeywords = std::to_array<std::string_view>(
      {"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "{", "}", "!", "esac", "time", "coproc"});
  return std::ranges::find(kKeywords, text) != kKeywords.end();
}

bool IsAssignment(const Word& word) {
  const std::string_view text = word.text;
  const size_t name = NameLength(text);
  return name > 0 && (text.substr(name).starts_with("=") || text.substr(name).starts_with("+="));
}

bool IsDeclaration(std::string_view command) {
  static constexpr auto kCommands =
      std::to_array<std::string_view>({"declare", "typeset", "local", "export", "readonly"});
  return std::ranges::find(kCommands, command) != kCommands.end();
}

bool ComparesNumbers(const Word& word) {
  static constexpr auto kOperators = std::to_array<std::string_view>({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"});
  return std::ranges::any_of(kOperators, [&](std::string_view op) { return word.is(op); });
}

}  // namespace

Scanner::Scanner(Shared& shared, std::string chars, std::vector<size_t> origin, int backticks,
                 std::vector<std::string> delimiters)
    : shared_(shared),
      chars_(std::move(chars)),
      origin_(std::move(origin)),
      backticks_(backticks),
      delimiters_(std::move(delimiters)) {}

void Scanner::Run() {
  while (!AtEnd()) {
    ReadList(Stop::End);
    if (!AtEnd()) ++at_;  // a `)` or `;;` that belongs to nothing
  }
  if (!stopped_ && !heredocs_.empty()) {
    shared_.scan.unclosed = {heredocs_.front().Unclosed()};
  }
}

std::optional<size_t> Scanner::HoleAt(size_t at) const {
  if (at >= chars_.size() || chars_[at] != kHole) return std::nullopt;
  const auto& holes = shared_.script.holes;
  const auto found = std::ranges::lower_bound(holes, origin_[at]);
  if (found == holes.end() || *found != origin_[at]) return std::nullopt;
  return static_cast<size_t>(found - holes.begin());
}

Range Scanner::Flat(size_t begin, size_t end) const {
  if (begin >= end) return {origin_[std::min(begin, chars_.size())], origin_[std::min(begin, chars_.size())]};
  return {origin_[begin], origin_[end - 1] + 1};
}

void Scanner::Fail(size_t begin, size_t end, std::string what) {
  stopped_ = true;
  if (shared_.scan.unclosed.empty()) shared_.scan.unclosed.push_back({Flat(begin, end), std::move(what), ""});
}

bool Scanner::Enter() {
  if (++shared_.depth <= kMaxDepth) return true;
  --shared_.depth;
  shared_.too_deep = true;
  Fail(std::min(at_, chars_.size() - 1), std::min(at_ + 1, chars_.size()), std::string(kTooDeep));
  return false;
}

void Scanner::SkipBlanks() {
  for (;;) {
    if (at_ < chars_.size() && IsBlank(Peek())) {
      ++at_;
    } else if (Peek() == '\\' && at_ + 1 < chars_.size() && Peek(1) == '\n') {
      at_ += 2;
    } else {
      return;
    }
  }
}

void Scanner::SkipSpace() {
  for (SkipBlanks(); !AtEnd() && (Peek() == '\n' || Peek() == '#'); SkipBlanks()) {
    if (Peek() == '#') {
      SkipComment();
    } else {
      ReadNewline();
    }
  }
}

void Scanner::SkipComment() {
  while (!AtEnd() && Peek() != '\n') {
    if (HoleAt(at_)) {
      ReadHole(nullptr, Quoting::Comment);
    } else {
      ++at_;
    }
  }
}

void Scanner::ReadNewline() {
  ++at_;
  if (!heredocs_.empty()) ReadHeredocs();
}

// Commands up to what ends them; that is left where it is.
void Scanner::ReadList(Stop stop) {
  Command command;
  while (!AtEnd()) {
    SkipBlanks();
    if (AtEnd()) break;
    const char c = Peek();
    if (c == ')' && stop != Stop::End) break;
    if (c == ';' && stop == Stop::Case && (Peek(1) == ';' || Peek(1) == '&')) break;
    if (c == '#') {
      SkipComment();
    } else if (c == '\n') {
      Finish(command);
      ReadNewline();
    } else if (AtRedirection()) {
      ReadRedirection(command);
    } else if (c == ';' || c == '&' || c == '|' || c == ')') {
      Finish(command);
      ++at_;
    } else if (command.has_name()) {
      ReadArguments(command);
    } else if (!ReadCommandStart(command, stop)) {
      break;
    }
  }
  Finish(command);
}

bool Scanner::AtRedirection() const {
  return (Peek() == '&' && Peek(1) == '>') || ((Peek() == '<' || Peek() == '>') && Peek(1) != '(');
}

// The 2 of 2>file, the {fd} of {fd}>file.
bool Scanner::IsFileNumber(const Word& word) const {
  if ((Peek() != '<' && Peek() != '>') || word.quoted || !word.holes.empty() || at_ >= chars_.size()) return false;
  return std::ranges::all_of(word.text, IsAsciiDigit) ||
         (word.text.starts_with('{') && word.text.ends_with('}') && IsName(word.text.substr(1, word.text.size() - 2)));
}

// At a word, or at a parenthesis; the command has no name yet. False: a list in `case` ends here.
bool Scanner::ReadCommandStart(Command& command, Stop stop) {
  if (StartsWith("((") && IsArithmetic(at_, 2)) return ReadArithmetic("((", "))"), true;
  if (Peek() == '(') return ReadSubshell(), true;
  const size_t before = at_;
  Word word = ReadWord({.assignment = true});
  if (at_ == before) return ++at_, true;  // nothing that starts a word: leave it to the shell
  if (command.words.empty()) {
    if (stop == Stop::Case && word.is("esac")) {
      at_ = before;
      return false;
    }
    if (word.is("case")) return ReadCase(), true;
    if (word.is("[[")) return ReadConditional(), true;
    if (word.is("function")) return ReadFunction(), true;
    if (IsKeyword(word.text) && word.is(word.text)) return true;
  }
  if (!IsFileNumber(word)) AddWord(command, std::move(word));
  return true;
}

// At a word or parenthesis behind a command's name.
void Scanner::ReadArguments(Command& command) {
  if (Peek() == '(') {
    if (!ReadParentheses(command)) ++at_;
    return;
  }
  const Word& name = command.words[command.name];
  const bool loop = name.is("for") || name.is("select");
  const size_t before = at_;
  Word word = ReadWord({.assignment = IsDeclaration(name.text)});
  if (at_ == before) {
    ++at_;
  } else if (loop && command.words.size() == command.name + 2 && word.is("do")) {
    Finish(command);  // for x do
  } else if (!IsFileNumber(word)) {
    AddWord(command, std::move(word));
  }
}

// Behind `function`: its name, which a value cannot choose.
void Scanner::ReadFunction() {
  SkipBlanks();
  const Word name = ReadWord({});
  Evaluate(shared_, name.range(), Evaluation::Name, name.range(), "function");
  SkipBlanks();
  if (Peek() != '(' || Peek(1) != ')') return;
  at_ += 2;
}

// At the `(` behind a command's name: a function's definition, or the arithmetic of `for ((`. False: neither.
bool Scanner::ReadParentheses(Command& command) {
  if (command.words.size() != command.name + 1) return false;
  if (command.words[command.name].is("for") && StartsWith("((")) {
    ReadArithmetic("((", "))");
  } else {
    size_t close = at_ + 1;
    while (close < chars_.size() && IsBlank(chars_[close])) ++close;
    if (close >= chars_.size() || chars_[close] != ')') return false;
    at_ = close + 1;
  }
  command = {};
  return true;
}

// At the `(` of a subshell or of a process substitution.
void Scanner::ReadSubshell() {
  const size_t begin = at_++;
  if (!Enter()) return;
  const Frame outer = std::exchange(frame_, {});
  ReadList(Stop::Parenthesis);
  frame_ = outer;
  Leave();
  if (AtEnd()) return Fail(begin, begin + 1, "`(`");
  ++at_;
}

// Behind the word `case`.
void Scanner::ReadCase() {
  if (!Enter()) return;
  SkipBlanks();
  ReadWord({.pattern = true});
  SkipSpace();
  ReadWord({});  // in
  for (SkipSpace(); !AtEnd(); SkipSpace()) {
    if (Peek() == ')') break;  // no shell takes this
    const size_t before = at_;
    if (Peek() == '(') ++at_;
    bool first = true;
    for (SkipSpace(); !AtEnd() && Peek() != ')'; SkipSpace()) {
      const size_t word_begin = at_;
      const Word word = ReadWord({.pattern = true});
      if (first && word.is("esac")) return Leave();
      for (const Word::Hole& hole : word.holes) {
        Place& place = shared_.scan.places[hole.index];
        place.first_word = first && place.alone;
      }
      first = false;
      if (at_ == word_begin) ++at_;
    }
    if (!AtEnd()) ++at_;
    ReadList(Stop::Case);
    if (Peek() == ')') break;
    while (!AtEnd() && (Peek() == ';' || Peek() == '&')) ++at_;
    if (at_ == before) ++at_;
  }
  Leave();
}

// Behind `[[`.
void Scanner::ReadConditional() {
  if (!Enter()) return;
  std::vector<Word> words;
  bool regex = false;
  for (SkipSpace(); !AtEnd(); SkipSpace()) {
    const size_t before = at_;
    Word word = ReadWord({.regex = regex, .pattern = true});
    if (at_ == before) {
      if (Peek() == ')' && words.empty()) break;
      words.push_back({});  // an operator: ( ) && || < >
      ++at_;
      continue;
    }
    if (word.is("]]")) break;
    regex = word.is("=~");
    for (const Word::Hole& hole : word.holes) shared_.scan.places[hole.index].conditional = true;
    words.push_back(std::move(word));
  }
  for (size_t i = 0; i < words.size(); ++i) EvaluateOperator(words, i);
  Leave();
}

// What the operator words[at] does with its operands.
void Scanner::EvaluateOperator(const std::vector<Word>& words, size_t at) {
  const Word& op = words[at];
  const bool has_right = at + 1 < words.size();
  if (ComparesNumbers(op) && at > 0 && has_right) {
    for (const Word* operand : {&words[at - 1], &words[at + 1]}) {
      for (const Word::Hole& hole : operand->holes) {
        Place& place = shared_.scan.places[hole.index];
        place.evaluation = Evaluation::Arithmetic;
        place.label = op.range();
        place.word = op.text;
        place.operand_left = words[at - 1].range();
        place.operand_right = words[at + 1].range();
      }
    }
  }
  const bool unary = at == 0 || words[at - 1].text.empty() || words[at - 1].is("!");
  if ((op.is("-v") || op.is("-R")) && unary && has_right)
    for (const Word::Hole& hole : words[at + 1].holes)
      Evaluate(shared_, {shared_.script.holes[hole.index], shared_.script.holes[hole.index] + 1}, Evaluation::Name,
               op.range(), op.text);
}

void Scanner::ReadRedirection(Command& command) {
  static constexpr auto kOperators =
      std::to_array<std::string_view>({"<<<", "<<-", "<<", "&>>", "&>", "<>", "<&", ">>", ">&", ">|", "<", ">"});
  const size_t begin = at_;
  const std::string_view op = *std::ranges::find_if(kOperators, [&](std::string_view o) { return StartsWith(o); });
  at_ += op.size();
  SkipBlanks();
  if (op == "<<" || op == "<<-") {
    Heredoc heredoc;
    heredoc.strip_tabs = op == "<<-";
    heredoc.operator_range = Flat(begin, begin + op.size());
    ReadDelimiter(heredoc);
    command.heredocs.push_back(heredocs_.size());
    heredocs_.push_back(std::move(heredoc));
    return;
  }
  Word word = ReadWord({.pattern = true});
  if (op == "<<<") command.here_strings.push_back(std::move(word));
}

// The word behind <<: only its quotes go, nothing in it expands. They say whether the body does.
void Scanner::ReadDelimiter(Heredoc& heredoc) {
  const size_t begin = at_;
  char quote = '\0';
  for (; !AtEnd() && (quote != '\0' || std::string_view(" \t\n;&|<>()").find(Peek()) == std::string_view::npos);
       ++at_) {
    const char c = Peek();
    if (HoleAt(at_)) {
      ReadHole(nullptr, Quoting::HeredocDelimiter);
      heredoc.delimiter += kHole;
      --at_;
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else if (c == '\\' && quote != '\'' && at_ + 1 < chars_.size() && !HoleAt(at_ + 1)) {
      heredoc.delimiter += chars_[++at_];
    } else {
      heredoc.delimiter += c;
      continue;
    }
    heredoc.raw = true;
  }
  heredoc.delimiter_range = Flat(begin, at_);
  if (at_ == begin) Fail(begin - 1, begin, "here-document");
  if (quote != '\0') Fail(begin, begin + 1, "quote");
}

void Scanner::AddWord(Command& command, Word word) {
  const bool named = command.has_name();
  const bool assignment = IsAssignment(word);
  const bool prefix = !named && assignment && word.plain > NameLength(word.text);
  const bool declared = named && assignment && IsDeclaration(command.words[command.name].text);
  for (const Word::Hole& hole : word.holes) {
    Place& place = shared_.scan.places[hole.index];
    place.list = place.alone;
    place.first_word = place.alone && !named;
  }
  if (prefix || declared) {
    const size_t name = NameLength(word.text);
    const size_t value = word.text.find('=') + 1;
    if (word.holes.size() == 1 && word.text.size() == value + 1 && word.holes[0].text_at == value)
      shared_.scan.places[word.holes[0].index].assignment = word.text.substr(0, name);
    if (const auto integer = shared_.integers.find(word.text.substr(0, name)); integer != shared_.integers.end())
      for (const Word::Hole& hole : word.holes)
        Evaluate(shared_, {shared_.script.holes[hole.index], shared_.script.holes[hole.index] + 1},
                 Evaluation::Arithmetic, integer->second, "declare -i");
  } else {
    const bool test = !named && word.text == "[";
    for (const size_t glob : word.globs)
      if (!test) shared_.scan.globs.push_back({glob, glob + 1});
  }
  command.words.push_back(std::move(word));
  if (prefix) command.name = command.words.size();
}

void Scanner::Finish(Command& command) {
  if (command.has_name()) {
    const Effects effects = ClassifyCommand(shared_, command);
    if (effects.reads_program) {
      for (const Word& word : command.here_strings)
        Evaluate(shared_, word.range(), Evaluation::Program, effects.label, effects.word);
      for (const size_t heredoc : command.heredocs)
        if (heredoc < heredocs_.size()) heredocs_[heredoc].effects = effects;
    }
  }
  command = {};
}

void Scanner::ReadHeredocs() {
  const std::vector<Heredoc> pending = std::exchange(heredocs_, {});
  for (const Heredoc& heredoc : pending) {
    if (stopped_) return;
    ReadHeredoc(heredoc);
  }
}

// Its body starts at the position. Finds the closing line, then reads what lies before it.
void Scanner::ReadHeredoc(const Heredoc& heredoc) {
  const size_t begin = at_;
  size_t close = begin;
  size_t end = begin;
  bool closed = false;
  for (bool continued = false; !closed && end <= chars_.size();) {
    close = end;
    end = std::min(chars_.find('\n', close), chars_.size());
    std::string_view line = std::string_view(chars_).substr(close, end - close);
    if (heredoc.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    closed = !continued && line == heredoc.delimiter;
    const size_t slashes = line.size() - (line.find_last_not_of('\\') + 1);  // npos + 1 is 0
    continued = !heredoc.raw && slashes % 2 == 1;
    ++end;
  }
  if (!closed) {
    stopped_ = true;
    shared_.scan.unclosed.push_back(heredoc.Unclosed());
    return;
  }
  at_ = std::min(end, chars_.size());
  if (heredoc.raw) {
    MarkRawHeredoc(heredoc, begin, close);
    return;
  }
  if (!Enter()) return;
  const auto first = origin_.begin() + static_cast<std::ptrdiff_t>(begin);
  std::vector<std::string> delimiters = delimiters_;
  delimiters.push_back(heredoc.delimiter);
  Scanner inner(shared_, chars_.substr(begin, close - begin),
                {first, first + static_cast<std::ptrdiff_t>(close - begin) + 1}, backticks_, std::move(delimiters));
  inner.ReadHeredocBody(heredoc);
  Leave();
  stopped_ = stopped_ || inner.stopped_;
}

void Scanner::MarkRawHeredoc(const Heredoc& heredoc, size_t begin, size_t end) {
  const std::string_view body = std::string_view(chars_).substr(begin, end - begin);
  for (size_t i = begin; i < end; ++i) {
    const auto hole = HoleAt(i);
    if (!hole) continue;
    Place& place = shared_.scan.places[*hole] = {};
    place.quoting = Quoting::HeredocRaw;
    place.label = heredoc.delimiter_range;
    place.word = heredoc.delimiter;
    place.delimiters = delimiters_;
    place.delimiters.push_back(heredoc.delimiter);
    place.expands_more = body.find_first_of("$`\\") != std::string_view::npos;
    if (!heredoc.effects.reads_program) continue;
    place.evaluation = Evaluation::Program;
  }
}

Scan ScanScript(Shell shell, const Template& script) {
  Scan scan;
  scan.places.resize(script.holes.size());
  std::vector<size_t> origin(script.text.size() + 1);
  for (size_t i = 0; i < origin.size(); ++i) origin[i] = i;
  Shared shared{shell, script, scan, {}, {}, 0, false};
  Scanner(shared, script.text, std::move(origin), 0).Run();
  return scan;
}

}  // namespace sluice::lower::scripts

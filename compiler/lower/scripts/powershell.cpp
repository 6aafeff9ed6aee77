// PowerShell: expressions, commands with their arguments, and literals.
#include "compiler/lower/scripts/program_cursor.h"

namespace sluice::lower::scripts {
namespace {

constexpr std::string_view kKeywords =
    " if elseif else while for foreach switch return throw do until try catch finally begin process end in trap exit ";
// Read text as a program, or hand it to something that does.
constexpr std::string_view kPrograms = " cmd cmd.exe bash sh wsl python python3 node perl ruby powershell pwsh psql ";
constexpr std::string_view kProgramOptions = " -c -lc /c /k -e --eval -command ";
constexpr std::string_view kAlwaysPrograms = " ssh jq sqlcmd ";

// 12, 1.5, 10mb, 0xff, 1..5: an operand, where `7z` is a command.
bool IsNumber(std::string_view word) {
  const std::string lower = AsciiLower(word);
  const bool hex = lower.starts_with("0x");
  const size_t end = lower.find_first_not_of(hex ? "0123456789abcdef" : "0123456789.", hex ? 2 : 0);
  static constexpr std::string_view kSuffixes = " l d u ul kb mb gb tb pb ";
  return end == std::string::npos || kSuffixes.find(" " + lower.substr(end) + " ") != std::string_view::npos;
}

class PowerShell : ProgramCursor {
 public:
  explicit PowerShell(const Template& program) : ProgramCursor(program) {}

  ProgramScan Run() {
    Statements('\0', 0);
    return std::move(scan_);
  }

 private:
  enum class Mode : uint8_t { Start, Call, Expression, Arguments };

  // Reads up to the bracket that closes; `hash`: of `@{ name = value }`.
  void Statements(char close, size_t open, bool hash = false) {
    if (++depth_ > kMaxDepth) return Stop(open, 1, std::string(kTooDeep));
    Mode mode = Mode::Start;
    std::string command;
    Range command_at;
    bool single = false;  // one word is read as an argument: behind `>`
    while (!AtEnd()) {
      const char c = text_[pos_];
      if (!IsHole(pos_) && c == close) break;
      if (c == ' ' || c == '\t' || c == '\r') {
        ++pos_;
      } else if (!IsHole(pos_) && c == '`') {
        SkipEscape();
        if (IsHole(pos_)) TakeEscape(PlaceAt(pos_)), ++pos_;
      } else if (c == '#') {
        LineComment();
      } else if (Looking("<#")) {
        BlockComment("#>");
      } else if (c == '\n' || c == ';' || Looking("||") || Looking("&&") || c == '|') {
        pos_ += Looking("||") || Looking("&&") ? 2 : 1;
        mode = Mode::Start;
        command.clear();
      } else if (c == '>' || c == '<') {
        ++pos_;
        if (Looking("&1") || Looking("&2")) pos_ += 2;
        single = true;
      } else if (single) {
        Argument(command, command_at);
        single = false;
      } else if (mode == Mode::Start) {
        mode = First(command, command_at, hash);
      } else if (mode == Mode::Call) {
        Argument("", {});
        mode = Mode::Arguments;
      } else if (mode == Mode::Arguments) {
        if (Looking("--%")) return StopParsing();
        Argument(command, command_at);
      } else if (c == '=' && !IsHole(pos_)) {
        ++pos_;
        mode = Mode::Start;
        command.clear();
      } else {
        Operand();
      }
    }
    if (close != '\0' && AtEnd()) return Stop(open, 1, std::string("`") + text_[open] + "`");
    if (close != '\0') ++pos_;
    --depth_;
  }

  // Behind `--%` PowerShell reads nothing up to the line end.
  void StopParsing() {
    for (; !AtEnd() && text_[pos_] != '\n'; ++pos_)
      if (IsHole(pos_)) PlaceAt(pos_).stand = Stand::Nowhere;
  }

  // The first word of a statement decides how the rest is read.
  Mode First(std::string& command, Range& command_at, bool hash) {
    const char c = text_[pos_];
    if (IsHole(pos_)) return FirstHole();
    if (c == '&' || (c == '.' && (At(pos_ + 1) == ' ' || At(pos_ + 1) == '"' || At(pos_ + 1) == '\''))) {
      ++pos_;
      return Mode::Call;
    }
    size_t end = pos_;
    while (IsAsciiAlnum(At(end)) || At(end) == '.') ++end;
    const bool number = IsAsciiDigit(c) && IsNumber(std::string_view(text_).substr(pos_, end - pos_));
    const bool word = IsWordByte(c) && !number && QuoteAt(pos_).second == 0;
    if (!word && c != '.' && c != '\\' && c != '/' && c != '~') return Mode::Expression;
    const size_t begin = pos_;
    while (!AtEnd() && !IsHole(pos_) && !EndsWord(pos_) && QuoteAt(pos_).second == 0 && text_[pos_] != '=') ++pos_;
    if (pos_ == begin) ++pos_;
    const std::string name = AsciiLower(text_.substr(begin, pos_ - begin));
    if (hash && At(SkipBlanks(pos_)) == '=') return Mode::Expression;
    if (kKeywords.find(" " + name + " ") != std::string_view::npos) return Mode::Start;
    if (IsHole(pos_) && !EndsWord(pos_)) {  // `tool-${{ x }}` names a command
      PlaceAt(pos_++).stand = Stand::Command;
    }
    command = name;
    command_at = {begin, pos_};
    return Mode::Arguments;
  }

  Mode FirstHole() {
    const size_t next = SkipBlanks(pos_ + 1);
    const char c = At(next);
    const bool operation = c == '\0' || std::string_view("\n\r;|)}.[+*,?!").find(c) != std::string_view::npos ||
                           (c == '-' && At(next + 1) != '-' && IsWordByte(At(next + 1)) && IsOperator(next + 1)) ||
                           ((c == '-' || c == '/' || c == '%') && At(next + 1) == ' ');
    if (c == '=' && !IsHole(next)) {
      PlaceAt(pos_++).stand = Stand::Name;
      return Mode::Expression;
    }
    if (IsHole(next) || !operation || (next == pos_ + 1 && c != '\0' && IsWordByte(c))) {
      PlaceAt(pos_++).stand = Stand::Command;
      return Mode::Arguments;
    }
    Operand();
    return Mode::Expression;
  }

  bool IsOperator(size_t at) const {
    static constexpr std::string_view kOperators =
        " eq ne gt ge lt le like notlike match notmatch contains notcontains in notin replace split join is isnot as "
        "and "
        "or xor band bor bxor f ceq cne cgt cge clt cle clike cmatch creplace csplit ieq ine ilike imatch ireplace ";
    size_t end = at;
    while (IsAsciiAlnum(At(end))) ++end;
    return kOperators.find(" " + AsciiLower(text_.substr(at, end - at)) + " ") != std::string_view::npos;
  }

  bool EndsWord(size_t at) const {
    return at >= text_.size() ||
           (!IsHole(at) && std::string_view(" \t\r\n;|&(){},<>").find(text_[at]) != std::string_view::npos);
  }

  // A quote at `at`, also a curly one: which of '"' and '\'' it counts as, and its length in bytes; 0: none.
  std::pair<char, size_t> QuoteAt(size_t at) const {
    if (At(at) == '"' || At(at) == '\'') return {text_[at], 1};
    if (static_cast<unsigned char>(At(at)) == 0xE2 && static_cast<unsigned char>(At(at + 1)) == 0x80) {
      const auto third = static_cast<unsigned char>(At(at + 2));
      if (third >= 0x98 && third <= 0x9B) return {'\'', 3};
      if (third >= 0x9C && third <= 0x9E) return {'"', 3};
    }
    return {'\0', 0};
  }

  // ---- expressions ----

  void Operand() {
    const char c = text_[pos_];
    if (IsHole(pos_)) {
      ProgramPlace& place = PlaceAt(pos_);
      const bool dotted = pos_ > 0 && (text_[pos_ - 1] == '.' || text_[pos_ - 1] == '$' || text_[pos_ - 1] == ':');
      place.stand = TouchesWord(pos_) || dotted ? Stand::Name : Stand::Code;
      place.expression = true;
      if (!within_.empty()) {
        place.evaluation = Evaluation::Again;
        place.label = within_at_;
        place.word = within_;
      }
      ++pos_;
    } else if (QuoteAt(pos_).second > 0) {
      String();
    } else if (!Nested()) {
      const size_t begin = pos_;
      while (!AtEnd() && !IsHole(pos_) && IsWordByte(text_[pos_]) && QuoteAt(pos_).second == 0) ++pos_;
      if (pos_ == begin) ++pos_;
      (void)c;
    }
  }

  // Brackets, here-strings and variables with braces; false when none is there.
  bool Nested() {
    const size_t open = pos_;
    if (Looking("@\"") || Looking("@'")) {
      HereString(text_[pos_ + 1]);
    } else if (Looking("$(") || Looking("@(")) {
      pos_ += 2;
      Statements(')', open + 1);
    } else if (Looking("@{")) {
      pos_ += 2;
      Statements('}', open + 1, true);
    } else if (Looking("${") && !IsHole(pos_ + 2)) {
      pos_ = std::min(text_.find('}', pos_), text_.size() - 1) + 1;
    } else if (text_[pos_] == '(' || text_[pos_] == '{') {
      ++pos_;
      Statements(text_[open] == '(' ? ')' : '}', open);
    } else {
      return false;
    }
    return true;
  }

  // ---- arguments ----

  void Argument(const std::string& command, Range command_at) {
    if (EndsWord(pos_)) {
      const std::string outer = within_;
      const Range outer_at = within_at_;
      if (IsAgain(command)) within_ = command, within_at_ = command_at;
      if (!Nested()) ++pos_;
      within_ = outer;
      within_at_ = outer_at;
      return;
    }
    const size_t begin = pos_;
    std::vector<size_t> holes;
    bool plain = true;
    while (!EndsWord(pos_)) {
      if (IsHole(pos_)) {
        holes.push_back(pos_++);
      } else if (QuoteAt(pos_).second > 0) {
        plain = false;
        String(command, command_at);
      } else if (text_[pos_] == '`') {
        plain = false;
        SkipEscape();
      } else if (text_[pos_] == '$' || text_[pos_] == '@') {
        plain = false;
        if (!Nested()) ++pos_;
      } else {
        ++pos_;
      }
    }
    // `a,b` and `f(x)` go on behind the word.
    if (At(pos_) == ',' || At(pos_) == '(' || (begin > 0 && text_[begin - 1] == ',')) {
      const bool alone = pos_ == begin + 1 && holes.size() == 1;
      plain = plain && alone && At(pos_) != '(';
    }
    for (const size_t hole : holes) PlaceArgument(hole, {begin, pos_}, plain, command, command_at);
    option_ = AsciiLower(text_.substr(begin, pos_ - begin));
  }

  void PlaceArgument(size_t hole, Range word, bool plain, const std::string& command, Range command_at) {
    ProgramPlace& place = PlaceAt(hole);
    place.stand = word.end == word.begin + 1 ? Stand::Argument : plain ? Stand::Part : Stand::Nowhere;
    place.label = word;
    if (hole > word.begin && text_[hole - 1] == '`') {
      place.stand = Stand::Escape;
      place.label = {hole - 1, hole};
    }
    Evaluated(place, command, command_at);
  }

  static bool IsAgain(const std::string& command) { return command == "iex" || command == "invoke-expression"; }

  // Only the text behind `-c` and the like is a program.
  void Evaluated(ProgramPlace& place, const std::string& command, Range command_at) const {
    if (command.empty() || (place.stand != Stand::Text && place.stand != Stand::Argument)) return;
    const bool again = IsAgain(command);
    const bool program = kAlwaysPrograms.find(" " + command + " ") != std::string_view::npos ||
                         (kPrograms.find(" " + command + " ") != std::string_view::npos &&
                          kProgramOptions.find(" " + option_ + " ") != std::string_view::npos);
    if (!again && !program) return;
    place.evaluation = again ? Evaluation::Again : Evaluation::Program;
    place.label = command_at;
    place.word = command;
  }

  // ---- literals ----

  void String(const std::string& command = {}, Range command_at = {}) {
    const auto [quote, length] = QuoteAt(pos_);
    Literal literal;
    literal.quote = std::string(1, quote);
    literal.whole.begin = pos_;
    pos_ += length;
    literal.body.begin = pos_;
    std::vector<size_t> holes;
    if (++depth_ > kMaxDepth) return Stop(literal.whole.begin, length, std::string(kTooDeep));
    while (!AtEnd()) {
      if (IsHole(pos_)) {
        holes.push_back(pos_);
        ProgramPlace& place = PlaceAt(pos_);
        place.stand = quote == '"' ? Stand::Text : Stand::Literal;
        place.label = {literal.whole.begin, literal.body.begin};
        if (!TakeEscape(place)) Evaluated(place, command, command_at);
        ++pos_;
      } else if (const auto [same, bytes] = QuoteAt(pos_); bytes > 0 && same == quote) {
        const auto [doubled, more] = QuoteAt(pos_ + bytes);
        if (more == 0 || doubled != quote) break;
        pos_ += bytes + more;
      } else if (quote == '"' && text_[pos_] == '`') {
        SkipEscape();
      } else if (quote == '"' && Looking("$(")) {
        Nested();
      } else {
        ++pos_;
      }
    }
    if (AtEnd()) return Stop(literal.whole.begin, length, "quote");
    --depth_;
    literal.body.end = pos_;
    pos_ += QuoteAt(pos_).second;
    literal.whole.end = pos_;
    literal.holes = holes.size();
    for (const size_t hole : holes) PlaceAt(hole).literal = literal;
  }

  void HereString(char quote) {
    Literal literal;
    literal.quote = std::string("@") + quote;
    literal.whole.begin = pos_;
    const size_t open = pos_;
    pos_ = std::min(text_.find('\n', pos_), text_.size());
    literal.body.begin = pos_;
    const std::string close = std::string("\n") + quote + "@";
    std::vector<size_t> holes;
    while (!AtEnd() && !Looking(close)) {
      if (IsHole(pos_)) {
        holes.push_back(pos_);
        ProgramPlace& place = PlaceAt(pos_);
        place.stand = quote == '"' ? Stand::Text : Stand::Literal;
        place.label = {open, open + 2};
        TakeEscape(place);
        ++pos_;
      } else if (quote == '"' && text_[pos_] == '`') {
        SkipEscape();
      } else if (quote == '"' && Looking("$(")) {
        Nested();
      } else {
        ++pos_;
      }
    }
    if (AtEnd()) return Stop(open, 2, "here-string");
    literal.body.end = pos_;
    pos_ += close.size();
    literal.whole.end = pos_;
    literal.holes = holes.size();
    for (const size_t hole : holes) PlaceAt(hole).literal = literal;
  }

  std::string option_;  // the argument before
  std::string within_;  // the command that reads its arguments as a program
  Range within_at_;
};

}  // namespace

ProgramScan ScanPowerShell(const Template& program) { return PowerShell(program).Run(); }

ProgramScan ScanProgram(Shell language, const Template& program) {
  if (language == Shell::Python) return ScanPython(program);
  return language == Shell::JavaScript ? ScanJavaScript(program) : ScanPowerShell(program);
}

}  // namespace sluice::lower::scripts

// JavaScript: code, literals, templates and regular expressions.
#include "compiler/lower/scripts/program_cursor.h"

namespace sluice::lower::scripts {
namespace {

constexpr std::string_view kNaming = " let const var function class import from as break continue catch ";
// Behind these words a value follows, so that `/` begins a regular expression.
constexpr std::string_view kBeforeValue =
    " return typeof case in of await yield new throw else default delete void do instanceof ";
constexpr std::string_view kShaping = " concat join String trim replace replaceAll toLowerCase toUpperCase ";

class JavaScript : ProgramCursor {
 public:
  explicit JavaScript(const Template& program) : ProgramCursor(program) {}

  ProgramScan Run() {
    Code(false);
    return std::move(scan_);
  }

 private:
  // What stands before the position.
  enum class Before : uint8_t { Nothing, Operator, Word, Value };

  // The code in `${…}` ends at its `}`.
  void Code(bool substitution) {
    const size_t outer = brackets_.size();
    before_ = Before::Nothing;
    path_.clear();
    word_.clear();
    while (!AtEnd()) {
      const char c = text_[pos_];
      if (IsHole(pos_)) {
        CodeHole();
      } else if (IsWordByte(c) || c == '$' || c == '#') {
        Word();
      } else if (c == '\'' || c == '"') {
        String();
      } else if (c == '`') {
        TemplateLiteral();
      } else if (Looking("//")) {
        LineComment();
      } else if (Looking("/*")) {
        BlockComment("*/");
      } else if (c == '/' && RegexFits()) {
        Regex();
      } else if (substitution && c == '}' && brackets_.size() == outer) {
        return;
      } else {
        Punctuation(c, outer);
      }
    }
  }

  bool RegexFits() const {
    if (before_ == Before::Word) return kBeforeValue.find(" " + word_ + " ") != std::string_view::npos;
    return before_ != Before::Value;
  }

  void Word() {
    const size_t begin = pos_;
    while (!AtEnd() && !IsHole(pos_) && (IsWordByte(text_[pos_]) || text_[pos_] == '$' || text_[pos_] == '#')) ++pos_;
    const std::string word = text_.substr(begin, pos_ - begin);
    const bool member = path_.ends_with('.');
    if (!member) name_begin_ = begin;
    path_ = member ? path_ + word : word;
    word_ = member ? "" : word;
    before_ = member ? Before::Value : Before::Word;
  }

  void Punctuation(char c, size_t outer) {
    ++pos_;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return;
    if (c == '(' || c == '[' || c == '{') {
      const bool call = c == '(' && !path_.empty() && !path_.ends_with('.') && path_ != ")";
      brackets_.push_back({c, pos_ - 1, call ? path_ : "", {name_begin_, pos_ - 1}});
    } else if ((c == ')' || c == ']' || c == '}') && brackets_.size() > outer) {
      brackets_.pop_back();
    } else if (c == ',' && !brackets_.empty()) {
      ++brackets_.back().commas;
    }
    const bool closes = c == ')' || c == ']';
    if (c == '.') {
      if (path_.empty()) name_begin_ = pos_ - 1;
      path_ += '.';
    } else if (c != '?' || At(pos_) != '.') {
      path_ = closes ? ")" : "";
    }
    word_.clear();
    before_ = closes ? Before::Value : Before::Operator;
    last_ = c;
  }

  void Evaluated(ProgramPlace& place) const {
    static const std::vector<Evaluator> evaluators = {
        {" eval Function globalThis.eval vm.runInNewContext vm.runInThisContext vm.runInContext vm.Script ",
         Evaluation::Again},
        {" exec execSync child_process.exec child_process.execSync cp.exec cp.execSync .execSync ",
         Evaluation::Program},
        {" exec.exec exec.getExecOutput ", Evaluation::Program, true},
    };
    MarkEvaluation(place, brackets_, evaluators, kShaping);
  }

  void CodeHole() {
    ProgramPlace& place = PlaceAt(pos_) = {};
    size_t next = SkipBlanks(pos_ + 1);
    while (At(next) == '\n' || At(next) == '\r') next = SkipBlanks(next + 1);
    const bool assigned = At(next) == '=' && !IsHole(next) && At(next + 1) != '=';
    const bool touches = TouchesWord(pos_) || At(pos_ + 1) == '$' || (pos_ > 0 && text_[pos_ - 1] == '$');
    if (touches || path_.ends_with('.') || assigned ||
        (before_ == Before::Word && kNaming.find(" " + word_ + " ") != std::string_view::npos)) {
      place.stand = Stand::Name;
    } else if (before_ == Before::Operator && (last_ == '{' || last_ == ',') && !brackets_.empty() &&
               brackets_.back().open == '{' && At(next) == ':') {
      place.stand = Stand::Key;
    }
    Evaluated(place);
    before_ = Before::Value;
    path_ = ")";
    word_.clear();
    ++pos_;
  }

  void String() {
    Literal literal;
    const char quote = text_[pos_];
    literal.quote = std::string(1, quote);
    literal.whole.begin = pos_++;
    literal.body.begin = pos_;
    std::vector<size_t> holes;
    while (!AtEnd() && text_[pos_] != quote) {
      if (IsHole(pos_)) {
        holes.push_back(pos_);
        ProgramPlace& place = PlaceAt(pos_);
        place.stand = Stand::Literal;
        place.label = {literal.whole.begin, literal.body.begin};
        TakeEscape(place);
      } else if (text_[pos_] == '\\') {
        SkipEscape();
        continue;
      } else if (text_[pos_] == '\n') {
        return Stop(literal.whole.begin, 1, "quote");
      }
      ++pos_;
    }
    if (AtEnd()) return Stop(literal.whole.begin, 1, "quote");
    literal.body.end = pos_++;
    literal.whole.end = pos_;
    literal.holes = holes.size();
    for (const size_t hole : holes) PlaceAt(hole).literal = literal;
    ValueEnds();
  }

  void TemplateLiteral() {
    Literal literal;
    literal.quote = "`";
    literal.whole.begin = pos_++;
    literal.body.begin = pos_;
    if (++depth_ > kMaxDepth) return Stop(literal.whole.begin, 1, std::string(kTooDeep));
    while (!AtEnd() && text_[pos_] != '`') {
      if (IsHole(pos_)) {
        ProgramPlace& place = PlaceAt(pos_);
        if (!TakeEscape(place)) {
          place.stand = Stand::Text;
          place.literal = literal;
          Evaluated(place);
        }
        ++pos_;
      } else if (text_[pos_] == '\\') {
        SkipEscape();
      } else if (Looking("${")) {
        const size_t open = pos_;
        pos_ += 2;
        const std::string path = path_;
        const size_t name_begin = name_begin_;
        Code(true);
        if (AtEnd()) return Stop(open, 2, "`${`");
        ++pos_;
        path_ = path;
        name_begin_ = name_begin;
      } else {
        ++pos_;
      }
    }
    if (AtEnd()) return Stop(literal.whole.begin, 1, "template");
    --depth_;
    ++pos_;
    ValueEnds();
  }

  void Regex() {
    const size_t begin = pos_++;
    bool in_class = false;
    for (; !AtEnd() && (in_class || text_[pos_] != '/'); ++pos_) {
      const char c = text_[pos_];
      if (IsHole(pos_)) {
        PlaceAt(pos_).stand = Stand::Regex;
        PlaceAt(pos_).label = {begin, begin + 1};
      } else if (c == '\\' && !IsHole(pos_ + 1)) {
        ++pos_;
      } else if (c == '\n') {  // a division after all
        pos_ = begin + 1;
        before_ = Before::Operator;
        return;
      } else if (c == '[') {
        in_class = true;
      } else if (c == ']') {
        in_class = false;
      }
    }
    if (!AtEnd()) ++pos_;
    ValueEnds();
  }

  void ValueEnds() {
    before_ = Before::Value;
    path_ = ")";
    word_.clear();
  }

  std::vector<Bracket> brackets_;
  Before before_ = Before::Nothing;
  char last_ = '\0';
  std::string path_, word_;
  size_t name_begin_ = 0;
};

}  // namespace

ProgramScan ScanJavaScript(const Template& program) { return JavaScript(program).Run(); }

}  // namespace sluice::lower::scripts

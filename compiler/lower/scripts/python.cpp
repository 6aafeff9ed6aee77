// Python: code, literals and the fields of f-strings.
#include "compiler/lower/scripts/program_cursor.h"

namespace sluice::lower::scripts {
namespace {

constexpr std::string_view kNaming = " def class import from as global nonlocal del lambda for ";
constexpr std::string_view kShaping = " format join str strip lstrip rstrip replace lower upper encode ";

const std::vector<std::string_view>& Prefixes() {
  static const std::vector<std::string_view> all = {"f", "r", "b", "u", "t", "fr", "rf", "br", "rb", "tr", "rt"};
  return all;
}

class Python : ProgramCursor {
 public:
  explicit Python(const Template& program) : ProgramCursor(program) {}

  ProgramScan Run() {
    Code(false);
    return std::move(scan_);
  }

 private:
  // A field of an f-string ends at its `}`.
  void Code(bool field) {
    const size_t outer = brackets_.size();
    word_.clear();
    path_.clear();
    while (!AtEnd()) {
      const char c = text_[pos_];
      if (IsHole(pos_)) {
        CodeHole();
      } else if (IsWordByte(c)) {
        Word();
      } else if (c == '\'' || c == '"') {
        String("", pos_);
      } else if (c == '#' && !field) {
        LineComment();
      } else if (field && brackets_.size() == outer && (c == '}' || c == ':' || (c == '!' && At(pos_ + 1) != '='))) {
        return;
      } else {
        Punctuation(c, outer);
      }
    }
  }

  void Word() {
    const size_t begin = pos_;
    while (!AtEnd() && !IsHole(pos_) && IsWordByte(text_[pos_])) ++pos_;
    const std::string word = text_.substr(begin, pos_ - begin);
    if ((At(pos_) == '\'' || At(pos_) == '"') && !IsHole(pos_) &&
        std::ranges::find(Prefixes(), AsciiLower(word)) != Prefixes().end())
      return String(AsciiLower(word), begin);
    const bool member = path_.ends_with('.');
    if (!member) name_begin_ = begin;
    path_ = member ? path_ + word : word;
    word_ = member ? "" : word;
  }

  void Punctuation(char c, size_t outer) {
    if (c == '(' || c == '[' || c == '{') {
      const bool call = c == '(' && !path_.empty() && !path_.ends_with('.');
      brackets_.push_back({c, pos_, call ? path_ : "", {name_begin_, pos_}});
    } else if ((c == ')' || c == ']' || c == '}') && brackets_.size() > outer) {
      CloseBracket();
    } else if (c == ',' && !brackets_.empty()) {
      ++brackets_.back().commas;
    }
    if (c == '.') {
      if (path_.empty()) name_begin_ = pos_;
      path_ += '.';
    } else if (c != ' ' && c != '\t') {
      path_.clear();
      word_.clear();
    }
    ++pos_;
  }

  // With `shell=True` the command is read by a shell; it stands somewhere among the arguments.
  void CloseBracket() {
    const Bracket bracket = brackets_.back();
    brackets_.pop_back();
    if (!bracket.callee.starts_with("subprocess.")) return;
    std::string arguments = text_.substr(bracket.at, pos_ - bracket.at);
    std::erase_if(arguments, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
    if (arguments.find("shell=True") == std::string::npos) return;
    for (const auto& [hole, call] : of_subprocess_) {
      if (call != bracket.at) continue;
      ProgramPlace& place = scan_.places[hole];
      place.evaluation = Evaluation::Program;
      place.label = bracket.name;
      place.word = bracket.callee;
    }
  }

  void Evaluated(size_t at) {
    static const std::vector<Evaluator> evaluators = {
        {" eval exec compile builtins.eval builtins.exec ", Evaluation::Again},
        {" os.system os.popen subprocess.getoutput subprocess.getstatusoutput ", Evaluation::Program},
    };
    ProgramPlace& place = PlaceAt(at);
    MarkEvaluation(place, brackets_, evaluators, kShaping);
    for (auto bracket = brackets_.rbegin(); bracket != brackets_.rend(); ++bracket) {
      if (bracket->callee.empty()) continue;
      if (bracket->callee.starts_with("subprocess.")) of_subprocess_.emplace_back(HoleIndex(at), bracket->at);
      const std::string method = bracket->callee.substr(bracket->callee.rfind('.') + 1);
      if (kShaping.find(" " + method + " ") == std::string_view::npos) break;
    }
  }

  void CodeHole() {
    ProgramPlace& place = PlaceAt(pos_) = {};
    place.inner = inner_;
    if (inner_.find('"') != std::string::npos && inner_.find('\'') != std::string::npos) place.stand = Stand::Nowhere;
    const size_t next = SkipBlanks(pos_ + 1);
    const bool assigned = At(next) == '=' && !IsHole(next) && At(next + 1) != '=';
    const bool walrus = At(next) == ':' && At(next + 1) == '=';
    if (TouchesWord(pos_) || path_.ends_with('.') || assigned || walrus ||
        (!word_.empty() && kNaming.find(" " + word_ + " ") != std::string_view::npos))
      place.stand = Stand::Name;
    if (pos_ > 0 && text_[pos_ - 1] == '\\') {
      place.stand = Stand::Escape;
      place.label = {pos_ - 1, pos_};
    }
    Evaluated(pos_);
    path_ = ")";  // what follows is a method of the value
    word_.clear();
    ++pos_;
  }

  void String(const std::string& prefix, size_t begin) {
    const char quote = text_[pos_];
    const bool triple = At(pos_ + 1) == quote && At(pos_ + 2) == quote;
    Literal literal;
    literal.prefix = prefix;
    literal.quote = std::string(triple ? 3 : 1, quote);
    literal.raw = prefix.find('r') != std::string::npos;
    literal.whole.begin = begin;
    pos_ += literal.quote.size();
    literal.body.begin = pos_;
    const bool fields = prefix.find('f') != std::string::npos || prefix.find('t') != std::string::npos;
    std::vector<size_t> holes;
    if (++depth_ > kMaxDepth) return Stop(begin, 1, std::string(kTooDeep));
    while (!AtEnd()) {
      if (IsHole(pos_)) {
        holes.push_back(pos_);
        LiteralHole(literal, fields);
      } else if (Looking(literal.quote)) {
        break;
      } else if (text_[pos_] == '\\') {
        SkipEscape();
      } else if (text_[pos_] == '\n' && !triple) {
        return Stop(begin, literal.body.begin - begin, "quote");
      } else if (fields && (Looking("{{") || Looking("}}"))) {
        pos_ += 2;
      } else if (fields && text_[pos_] == '{') {
        Field(triple ? '\0' : quote);
      } else {
        ++pos_;
      }
    }
    if (pos_ >= text_.size()) return Stop(begin, literal.body.begin - begin, "quote");
    --depth_;
    literal.body.end = pos_;
    pos_ += literal.quote.size();
    literal.whole.end = pos_;
    literal.holes = holes.size();
    for (const size_t hole : holes) PlaceAt(hole).literal = literal;
    path_ = ")";
    word_.clear();
  }

  void LiteralHole(const Literal& literal, bool fields) {
    ProgramPlace& place = PlaceAt(pos_);
    place.inner = inner_ + (literal.quote.size() == 1 ? literal.quote : "");
    const bool both = place.inner.find('"') != std::string::npos && place.inner.find('\'') != std::string::npos;
    place.stand = fields ? (both ? Stand::Nowhere : Stand::Text) : Stand::Literal;
    place.label = {literal.whole.begin, literal.body.begin};
    if (!literal.raw) TakeEscape(place);
    const Range label = place.label;
    Evaluated(pos_);
    if (place.stand != Stand::Text) {
      place.evaluation = Evaluation::None;
      place.label = label;
    }
    ++pos_;
  }

  // `{expression!r:format}`; the format may have fields again.
  void Field(char quote) {
    const size_t open = pos_++;
    const std::string outer_inner = inner_;
    const std::string path = path_, word = word_;
    const size_t name_begin = name_begin_;
    if (quote != '\0') inner_ += quote;
    if (++depth_ > kMaxDepth) return Stop(open, 1, std::string(kTooDeep));
    Code(true);
    while (!AtEnd() && text_[pos_] != '}') {
      if (IsHole(pos_)) {
        ProgramPlace& place = PlaceAt(pos_);
        place.stand = Stand::Text;
        place.inner = inner_;
        Evaluated(pos_++);
      } else if (text_[pos_] == '{') {
        Field('\0');
      } else {
        ++pos_;
      }
    }
    if (AtEnd()) return Stop(open, 1, "field of an f-string");
    ++pos_;
    --depth_;
    inner_ = outer_inner;
    path_ = path;
    word_ = word;
    name_begin_ = name_begin;
  }

  std::vector<Bracket> brackets_;
  std::string path_;  // the names before the position that a call would have: "os.system"
  std::string word_;  // the word before, if it is no member of something
  size_t name_begin_ = 0;
  std::string inner_;                                     // quotes of the f-strings around
  std::vector<std::pair<size_t, size_t>> of_subprocess_;  // holes, and the bracket of their call
};

}  // namespace

ProgramScan ScanPython(const Template& program) { return Python(program).Run(); }

}  // namespace sluice::lower::scripts

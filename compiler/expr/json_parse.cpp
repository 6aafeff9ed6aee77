// A parser of our own, since a library would lose what GitHub's evaluator keeps or refuses: the order of keys, the rule
// for keys that differ only in case, the depth without an exception, an error that names line and column.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "compiler/base/text.h"
#include "compiler/expr/number.h"
#include "compiler/expr/text_case.h"
#include "compiler/expr/value.h"

namespace sluice::expr {
namespace {

constexpr int kMaxLevels = 1000;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Collects the entries of an object by GitHub's rules for equal keys, in linear time.
class Entries {
 public:
  void Add(std::string key, Value value) {
    const auto [it, is_new] = places_.try_emplace(LowerText(key), entries_.size());
    if (is_new)
      entries_.emplace_back(std::move(key), std::move(value));
    else if (entries_[it->second].first == key)
      entries_[it->second].second = std::move(value);
  }
  Value Take() { return MakeObject(std::move(entries_)); }

 private:
  std::vector<std::pair<std::string, Value>> entries_;
  std::unordered_map<std::string, size_t> places_;
};

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  Result<Value> Parse() {
    Value value;
    SkipBlanks();
    if (!ParseValue(value, 0)) return Failure();
    SkipBlanks();
    if (at_ != text_.size()) {
      Fail("unexpected text after the value");
      return Failure();
    }
    return value;
  }

 private:
  bool Fail(std::string_view what) {
    if (what_.empty()) what_ = what;
    return false;
  }

  Error Failure() const {
    const std::string_view before = text_.substr(0, at_);
    const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return Error{fmt::format("{} at line {}, column {}", what_, line, CountCodePoints(before.substr(line_start)) + 1)};
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool ParseValue(Value& out, int level) {
    if (at_ >= text_.size()) return Fail("the text ends where a value is expected");
    switch (text_[at_]) {
      case '{':
        return ParseObject(out, level + 1);
      case '[':
        return ParseArray(out, level + 1);
      case '"': {
        std::string string;
        if (!ParseString(string)) return false;
        out = Value(std::move(string));
        return true;
      }
      case 't':
        return ParseWord("true", Value(true), out);
      case 'f':
        return ParseWord("false", Value(false), out);
      case 'n':
        return ParseWord("null", Value(), out);
      default:
        return ParseNumberValue(out);
    }
  }

  bool ParseWord(std::string_view word, Value value, Value& out) {
    if (!text_.substr(at_).starts_with(word)) return Fail("unexpected character");
    at_ += word.size();
    out = std::move(value);
    return true;
  }

  size_t SkipDigits() {
    const size_t start = at_;
    while (IsAsciiDigit(Peek())) ++at_;
    return at_ - start;
  }

  bool ParseNumberValue(Value& out) {
    const size_t start = at_;
    Take('-');
    if (!Take('0') && SkipDigits() == 0) return Fail("unexpected character");
    if (Take('.') && SkipDigits() == 0) return Fail("a digit is missing after the point");
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (SkipDigits() == 0) return Fail("a digit is missing in the exponent");
    }
    out = Value(sluice::expr::ParseNumber(text_.substr(start, at_ - start)));
    return true;
  }

  bool ParseArray(Value& out, int level) {
    if (level > kMaxLevels) return Fail("more than 1,000 levels of nesting");
    ++at_;
    std::vector<Value> items;
    SkipBlanks();
    if (!Take(']')) {
      do {
        SkipBlanks();
        if (!ParseValue(items.emplace_back(), level)) return false;
        SkipBlanks();
      } while (Take(','));
      if (!Take(']')) return Fail("`,` or `]` is expected");
    }
    out = MakeArray(std::move(items));
    return true;
  }

  bool ParseObject(Value& out, int level) {
    if (level > kMaxLevels) return Fail("more than 1,000 levels of nesting");
    ++at_;
    Entries entries;
    SkipBlanks();
    if (!Take('}')) {
      do {
        SkipBlanks();
        std::string key;
        if (Peek() != '"') return Fail("a key in double quotes is expected");
        if (!ParseString(key)) return false;
        SkipBlanks();
        if (!Take(':')) return Fail("`:` is expected");
        SkipBlanks();
        Value value;
        if (!ParseValue(value, level)) return false;
        entries.Add(std::move(key), std::move(value));
        SkipBlanks();
      } while (Take(','));
      if (!Take('}')) return Fail("`,` or `}` is expected");
    }
    out = entries.Take();
    return true;
  }

  bool ParseString(std::string& out) {
    ++at_;
    for (;;) {
      const size_t start = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      out += text_.substr(start, at_ - start);
      if (at_ >= text_.size()) return Fail("a string is not closed");
      if (Take('"')) return true;
      if (!Take('\\')) return Fail("a control character stands in a string: write it as an escape");
      if (!ParseEscape(out)) return false;
    }
  }

  bool ParseEscape(std::string& out) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char name = Peek();
    if (name == 'u') {
      ++at_;
      return ParseUnicodeEscape(out);
    }
    const size_t index = at_ < text_.size() ? kNames.find(name) : std::string_view::npos;
    if (index == std::string_view::npos) return Fail("unknown escape in a string");
    ++at_;
    out += kMeanings[index];
    return true;
  }

  std::optional<uint32_t> ParseHex4() {
    uint32_t value = 0;
    if (text_.size() - at_ < 4) return std::nullopt;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
    if (error != std::errc() || end != begin + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  bool ParseUnicodeEscape(std::string& out) {
    const std::optional<uint32_t> unit = ParseHex4();
    if (!unit) return Fail("four hexadecimal digits are expected after \\u");
    const bool high = *unit >= 0xD800 && *unit <= 0xDBFF;
    if (high && text_.substr(at_).starts_with("\\u")) {
      const size_t back = at_;
      at_ += 2;
      const std::optional<uint32_t> low = ParseHex4();
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
        out += EncodeUtf8(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
        return true;
      }
      at_ = back;
    }
    if (*unit >= 0xD800 && *unit <= 0xDFFF)
      out += kReplacement;
    else
      out += EncodeUtf8(*unit);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string what_;
};

}  // namespace

Result<Value> ParseJson(std::string_view text) { return JsonParser(text).Parse(); }

}  // namespace sluice::expr

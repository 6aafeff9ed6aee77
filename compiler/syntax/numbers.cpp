#include "compiler/syntax/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/text.h"

namespace sluice::syntax {
namespace {

bool IsHex(char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsVersionPart(char c) { return IsAsciiAlnum(c) || c == '-'; }

template <class Predicate>
size_t Run(std::string_view text, size_t at, Predicate is) {
  size_t end = at;
  while (end < text.size() && is(text[end])) ++end;
  return end - at;
}
size_t Digits(std::string_view text, size_t at) { return Run(text, at, IsAsciiDigit); }
bool At(std::string_view text, size_t at, char c) { return at < text.size() && text[at] == c; }

// INT in decimal: `0`, or digits and `_` that neither start with 0 nor end in `_`.
size_t DecimalInt(std::string_view text, size_t at) {
  if (at >= text.size() || !IsAsciiDigit(text[at])) return 0;
  if (text[at] == '0') return 1;
  size_t length = Run(text, at, [](char c) { return IsAsciiDigit(c) || c == '_'; });
  while (text[at + length - 1] == '_') --length;
  return length;
}

size_t Integer(std::string_view text) {
  size_t longest = DecimalInt(text, 0);
  if (text.starts_with("0x"))
    if (size_t n = Run(text, 2, IsHex)) longest = std::max(longest, n + 2);
  if (text.starts_with("0o"))
    if (size_t n = Run(text, 2, IsOctal)) longest = std::max(longest, n + 2);
  return longest;
}

// `[eE][+-]?D` at `at`.
size_t Exponent(std::string_view text, size_t at) {
  if (!At(text, at, 'e') && !At(text, at, 'E')) return 0;
  size_t sign = At(text, at + 1, '+') || At(text, at + 1, '-') ? 1 : 0;
  size_t digits = Digits(text, at + 1 + sign);
  return digits == 0 ? 0 : 1 + sign + digits;
}

size_t Float(std::string_view text) {
  const size_t whole = Digits(text, 0);
  size_t end = whole;
  if (At(text, whole, '.')) {
    if (size_t digits = Digits(text, whole + 1)) end = whole + 1 + digits;
  }
  const size_t exponent = Exponent(text, end);
  return end == whole && exponent == 0 ? 0 : end + exponent;
}

// `[0-9A-Za-z-]+('.'[0-9A-Za-z-]+)*` behind `mark` at `at`.
size_t VersionTail(std::string_view text, size_t at, char mark) {
  if (!At(text, at, mark)) return 0;
  size_t end = at + 1;
  size_t part = Run(text, end, IsVersionPart);
  if (part == 0) return 0;
  end += part;
  while (At(text, end, '.') && (part = Run(text, end + 1, IsVersionPart)) != 0) end += 1 + part;
  return end - at;
}

size_t Semver(std::string_view text) {
  size_t end = 0;
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && !At(text, end++, '.')) return 0;
    const size_t digits = Digits(text, end);
    if (digits == 0) return 0;
    end += digits;
  }
  end += VersionTail(text, end, '-');
  return end + VersionTail(text, end, '+');
}

constexpr std::array<std::string_view, 6> kTimeUnits = {"w", "d", "h", "m", "s", "ms"};  // falling
constexpr std::array<std::string_view, 9> kSizeUnits = {"Ki", "Mi", "Gi", "Ti", "%", "k", "M", "G", "T"};

// N of durations and quantities, with or without a fraction.
size_t Amount(std::string_view text, size_t at, bool& fraction) {
  const size_t whole = DecimalInt(text, at);
  fraction = false;
  if (whole == 0 || !At(text, at + whole, '.')) return whole;
  const size_t digits = Digits(text, at + whole + 1);
  fraction = digits != 0;
  return fraction ? whole + 1 + digits : whole;
}

// The index in kTimeUnits of the unit at `at` (the longest one), or -1.
int TimeUnit(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("ms")) return 5;
  for (size_t i = 0; i < 5; ++i)
    if (text.substr(at).starts_with(kTimeUnits[i])) return static_cast<int>(i);
  return -1;
}

size_t Duration(std::string_view text) {
  size_t end = 0;
  int last = -1;
  while (true) {
    bool fraction = false;
    const size_t amount = Amount(text, end, fraction);
    const int unit = amount == 0 ? -1 : TimeUnit(text, end + amount);
    if (unit <= last) return end;
    end += amount + kTimeUnits[static_cast<size_t>(unit)].size();
    last = unit;
    if (fraction) return end;
  }
}

size_t Quantity(std::string_view text) {
  bool fraction = false;
  const size_t amount = Amount(text, 0, fraction);
  if (amount == 0) return 0;
  for (std::string_view unit : kSizeUnits)
    if (text.substr(amount).starts_with(unit)) return amount + unit.size();
  return 0;
}

bool IsWordPart(char c) { return IsAsciiAlnum(c) || c == '_' || c == '.' || c == '%'; }

// What people write for a unit; `what` begins the sentence.
struct UnitWord {
  std::string_view word, unit, what;
};
constexpr UnitWord kUnitWords[] = {
    {"sec", "s", "seconds"},     {"secs", "s", "seconds"},       {"second", "s", "seconds"},
    {"seconds", "s", "seconds"}, {"min", "m", "minutes"},        {"mins", "m", "minutes"},
    {"minute", "m", "minutes"},  {"minutes", "m", "minutes"},    {"hr", "h", "hours"},
    {"hrs", "h", "hours"},       {"hour", "h", "hours"},         {"hours", "h", "hours"},
    {"day", "d", "days"},        {"days", "d", "days"},          {"week", "w", "weeks"},
    {"weeks", "w", "weeks"},     {"msec", "ms", "milliseconds"}, {"millis", "ms", "milliseconds"},
    {"kib", "Ki", "kibibytes"},  {"mib", "Mi", "mebibytes"},     {"gib", "Gi", "gibibytes"},
    {"tib", "Ti", "tebibytes"},  {"ki", "Ki", "kibibytes"},      {"mi", "Mi", "mebibytes"},
    {"gi", "Gi", "gibibytes"},   {"ti", "Ti", "tebibytes"},      {"kb", "k", "kilobytes"},
    {"mb", "M", "megabytes"},    {"gb", "G", "gigabytes"},       {"tb", "T", "terabytes"},
    {"g", "G", "gigabytes"},     {"t", "T", "terabytes"},        {"percent", "%", "per cents"}};

const UnitWord* FindUnitWord(std::string_view word) {
  const std::string lower = AsciiLower(word);
  for (const UnitWord& candidate : kUnitWords)
    if (lower == candidate.word) return &candidate;
  return nullptr;
}

// `amount` digits and then letters that are no unit.
NumberAdvice AdviseUnit(std::string_view number, std::string_view unit) {
  NumberAdvice advice{fmt::format("I do not know the unit `{}`", unit), "not a unit", ""};
  if (const UnitWord* known = FindUnitWord(unit)) {
    advice.replacement = fmt::format("{}{}", number, known->unit);
    advice.label = fmt::format("{} are written `{}`", known->what, advice.replacement);
  }
  return advice;
}

}  // namespace

NumberMatch MatchNumber(std::string_view text) {
  NumberMatch best;
  const auto take = [&](TokenKind kind, size_t length) {
    if (length > best.length) best = {kind, length};
  };
  take(TokenKind::Int, Integer(text));
  take(TokenKind::Float, Float(text));
  take(TokenKind::Semver, Semver(text));
  take(TokenKind::Duration, Duration(text));
  take(TokenKind::Quantity, Quantity(text));
  return best;
}

size_t MalformedNumber(std::string_view text, size_t length) {
  const char next = length < text.size() ? text[length] : ' ';
  const char after = length + 1 < text.size() ? text[length + 1] : ' ';
  const bool goes_on =
      IsAsciiAlnum(next) || next == '_' || next == '%' || (next == '.' && (IsAsciiAlnum(after) || after == '_'));
  if (!goes_on && length != 0) return 0;
  size_t end = length;
  while (end < text.size() && IsWordPart(text[end]) && text.substr(end, 2) != "..") ++end;
  return std::max<size_t>(end, 1);
}

NumberAdvice AdviseNumber(std::string_view word) {
  const size_t number = Run(word, 0, [](char c) { return IsAsciiDigit(c) || c == '.' || c == '_'; });
  const std::string_view unit = word.substr(number);
  const bool letters = !unit.empty() && std::ranges::all_of(unit, IsAsciiAlpha);
  if (letters && !word.starts_with("0x") && !word.starts_with("0o")) return AdviseUnit(word.substr(0, number), unit);
  NumberAdvice advice{fmt::format("`{}` is not a number", word), "", ""};
  const size_t digits = Digits(word, 0);
  if (digits == word.size()) {
    advice.label = "numbers do not begin with 0";
  } else if (number == word.size() && std::ranges::count(word, '.') > 1) {
    advice.replacement = fmt::format("\"{}\"", word);
    advice.label = fmt::format("text needs quotes:   {}", advice.replacement);
  } else if (Duration(word) > 0) {
    advice.label = "the units of a duration fall, each stands once and only the last may have a fraction: `1h30m`";
  } else {
    advice.label = "digits, then perhaps a unit; text is quoted";
  }
  return advice;
}

}  // namespace sluice::syntax

#include "compiler/expr/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "compiler/base/text.h"
#include "compiler/expr/value.h"

namespace sluice::expr {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string_view Trim(std::string_view text) {
  while (const size_t length = BlankLength(text)) text.remove_prefix(length);
  for (bool trimmed = true; trimmed;) {
    trimmed = false;
    for (const size_t length : {size_t{1}, size_t{2}, size_t{3}}) {
      if (text.size() < length || BlankLength(text.substr(text.size() - length)) != length) continue;
      text.remove_suffix(length);
      trimmed = true;
      break;
    }
  }
  return text;
}

int DigitValue(char c) {
  if (IsAsciiDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

// Digits of base 2^bits, rounded to nearest even: 64 bits are kept, the rest only as "something was there".
double ParsePowerOfTwoBase(std::string_view digits, int bits) {
  if (digits.empty()) return kNaN;
  uint64_t mantissa = 0;
  int exponent = 0;
  for (const char c : digits) {
    const int value = DigitValue(c);
    if (value >= 1 << bits) return kNaN;
    for (int bit = bits - 1; bit >= 0; --bit) {
      const uint64_t next = (value >> bit) & 1;
      if (mantissa >> 63 == 0)
        mantissa = mantissa << 1 | next;
      else
        ++exponent, mantissa |= next;
    }
  }
  return std::ldexp(static_cast<double>(mantissa), exponent);
}

// The power of ten of the first digit that is not 0: does an unrepresentable number overflow or vanish?
bool IsHuge(std::string_view decimal) {
  int64_t power = 0;
  bool point = false;
  bool leading = true;
  size_t i = 0;
  for (; i < decimal.size() && decimal[i] != 'e' && decimal[i] != 'E'; ++i) {
    if (decimal[i] == '.') {
      point = true;
      continue;
    }
    leading = leading && decimal[i] == '0';
    if (leading && point) --power;
    if (!leading && !point) ++power;
  }
  int64_t exponent = 0;
  if (i < decimal.size()) {
    const bool negative = decimal[i + 1] == '-';
    const char* begin = decimal.data() + i + (negative || decimal[i + 1] == '+' ? 2 : 1);
    if (std::from_chars(begin, decimal.data() + decimal.size(), exponent).ec != std::errc()) return !negative;
    if (negative) exponent = -exponent;
  }
  return power + exponent > 0;
}

// [digits][.digits][e±digits] with at least one digit before the exponent; no sign.
bool IsDecimal(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && IsAsciiDigit(text[i])) ++i;
    return i - start;
  };
  size_t count = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    count += digits();
  }
  if (count == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

double ParseDecimal(std::string_view text) {
  if (!IsDecimal(text)) return kNaN;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return IsHuge(text) ? kInfinity : 0.0;
  return value;
}

// ECMAScript's Number::toString for a positive finite number.
std::string FormatPositive(double number) {
  std::array<char, 32> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific).ptr;
  const std::string_view text(buffer.data(), static_cast<size_t>(end - buffer.data()));
  const size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), end, exponent);
  std::string digits(1, text[0]);
  if (mark > 2) digits += text.substr(2, mark - 2);
  const int count = static_cast<int>(digits.size());
  if (exponent >= 0 && exponent < 21) {
    if (count <= exponent + 1) return digits.append(static_cast<size_t>(exponent + 1 - count), '0');
    return digits.insert(static_cast<size_t>(exponent + 1), ".");
  }
  if (exponent < 0 && exponent >= -6) return "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  if (count > 1) digits.insert(1, ".");
  return digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

// The nearest number with 15 decimals; a tie goes away from zero. `number` is positive and below 1e21.
double RoundTo15Decimals(double number) {
  std::array<char, 64> buffer;
  char* const begin = buffer.data() + 1;  // room for a carry
  const double scaled = std::ldexp(number, 16);
  // Only an odd multiple of 2^-16 lies midway: its decimals are exactly 16, the last one a 5.
  const bool tie = scaled < 0x1p53 && scaled == std::floor(scaled) && std::fmod(scaled, 2) == 1;
  auto [end, error] =
      std::to_chars(begin, buffer.data() + buffer.size(), number, std::chars_format::fixed, tie ? 16 : 15);
  char* first = begin;
  if (tie) {
    --end;
    char* digit = end - 1;
    for (; digit >= begin && (*digit == '9' || *digit == '.'); --digit)
      if (*digit == '9') *digit = '0';
    if (digit < begin)
      *--first = '1';
    else
      ++*digit;
  }
  double rounded = 0;
  std::from_chars(first, end, rounded);
  return rounded;
}

}  // namespace

size_t BlankLength(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return 1;
  if (text.starts_with("\xC2\xA0")) return 2;                                          // U+00A0
  if (text.starts_with("\xE1\x9A\x80") || text.starts_with("\xE3\x80\x80")) return 3;  // U+1680, U+3000
  if (text.starts_with("\xEF\xBB\xBF") || text.starts_with("\xE2\x81\x9F")) return 3;  // U+FEFF, U+205F
  if (!text.starts_with("\xE2\x80") || text.size() < 3) return 0;
  const auto last = static_cast<unsigned char>(text[2]);                                          // U+2000…U+200A and
  return (last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF ? 3 : 0;  // 2028, 2029, 202F
}

double ParseNumber(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return 0;
  if (text.size() > 1 && text[0] == '0') {
    switch (text[1]) {
      case 'x':
      case 'X':
        return ParsePowerOfTwoBase(text.substr(2), 4);
      case 'o':
      case 'O':
        return ParsePowerOfTwoBase(text.substr(2), 3);
      case 'b':
      case 'B':
        return ParsePowerOfTwoBase(text.substr(2), 1);
      default:
        break;
    }
  }
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  const double value = text == "Infinity" ? kInfinity : ParseDecimal(text);
  return negative ? -value : value;
}

std::string ShortestNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (number == 0) return "0";
  const std::string sign = number < 0 ? "-" : "";
  if (std::isinf(number)) return sign + "Infinity";
  return sign + FormatPositive(std::abs(number));
}

std::string NumberToText(double number) {
  const double size = std::abs(number);
  if (!(size < 1e21)) return ShortestNumber(number);  // NaN too
  return ShortestNumber(std::copysign(RoundTo15Decimals(size), number));
}

}  // namespace sluice::expr

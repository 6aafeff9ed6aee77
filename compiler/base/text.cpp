#include "compiler/base/text.h"

#include <algorithm>
#include <numeric>

#include "compiler/base/check.h"

namespace sluice {
namespace {

// The length of the well-formed sequence at `offset`, or 0. The table is RFC 3629, section 4.
size_t WellFormedLength(std::string_view text, size_t offset) {
  auto at = [&](size_t i) { return offset + i < text.size() ? static_cast<uint8_t>(text[offset + i]) : uint8_t{0}; };
  auto tail = [&](size_t i) { return (at(i) & 0xC0) == 0x80; };
  const uint8_t a = at(0);
  const uint8_t b = at(1);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    if (a == 0xE0 && b < 0xA0) return 0;
    if (a == 0xED && b > 0x9F) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    if (a == 0xF0 && b < 0x90) return 0;
    if (a == 0xF4 && b > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> two(b.size() + 1), one(b.size() + 1), row(b.size() + 1);
  std::iota(one.begin(), one.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = one[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({row[j - 1] + 1, one[j] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], two[j - 2] + 1);
    }
    std::swap(two, one);
    std::swap(one, row);
  }
  return one[b.size()];
}

}  // namespace

std::optional<size_t> FindInvalidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = WellFormedLength(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

size_t Utf8Length(std::string_view text, size_t offset) { return std::max<size_t>(1, WellFormedLength(text, offset)); }

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); i += Utf8Length(text, i)) ++count;
  return count;
}

std::string EncodeUtf8(uint32_t c) {
  SLUICE_CHECK(c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF), "not a Unicode scalar value");
  auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

bool IsAsciiAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiAlnum(char c) { return IsAsciiAlpha(c) || IsAsciiDigit(c); }

std::string AsciiLower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string AsciiUpper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

namespace {

// The only candidate that begins or ends with `word` as a whole word: `version` of `node-version`.
std::optional<std::string> OnlyCompoundOf(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() < 3) return std::nullopt;
  std::optional<std::string> only;
  for (const std::string& candidate : candidates) {
    if (candidate.size() < word.size() + 2) continue;
    const std::string lower = AsciiLower(candidate);
    const auto joins = [&](size_t at) { return lower[at] == '-' || lower[at] == '_'; };
    const bool has = (lower.starts_with(word) && joins(word.size())) ||
                     (lower.ends_with(word) && joins(lower.size() - word.size() - 1));
    if (has && only) return std::nullopt;
    if (has) only = candidate;
  }
  return only;
}

}  // namespace

std::optional<std::string> DidYouMean(std::string_view wrong, std::span<const std::string> candidates) {
  const std::string lower = AsciiLower(wrong);
  const size_t limit = std::max<size_t>(1, wrong.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    if (candidate == wrong) continue;
    const size_t distance = EditDistance(lower, AsciiLower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best ? best : OnlyCompoundOf(lower, candidates);
}

std::vector<std::string_view> SplitString(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t start = 0;
  for (size_t end; (end = text.find(separator, start)) != std::string_view::npos; start = end + 1)
    pieces.push_back(text.substr(start, end - start));
  pieces.push_back(text.substr(start));
  return pieces;
}

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  SLUICE_CHECK(!from.empty(), "nothing to replace");
  std::string out;
  size_t start = 0;
  for (size_t hit; (hit = text.find(from, start)) != std::string_view::npos; start = hit + from.size()) {
    out += text.substr(start, hit - start);
    out += to;
  }
  out += text.substr(start);
  return out;
}

}  // namespace sluice

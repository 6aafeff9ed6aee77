#include "compiler/expr/text_case.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/expr/case_table.h"

namespace sluice::expr {
namespace {

constexpr uint32_t kDotlessI = 0x131;

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

uint32_t DecodeUtf8(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(sequence[i])); };
  switch (sequence.size()) {
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    default:
      return byte(0);
  }
}

void AppendMapped(uint32_t c, std::string_view sequence, std::span<const CaseRun> runs,
                  std::span<const CaseSpecial> specials, std::string& out) {
  const auto run = std::ranges::lower_bound(runs, c, {}, &CaseRun::end);
  if (run != runs.end() && c >= run->begin && (c - run->begin) % run->step == 0) {
    out += EncodeUtf8(static_cast<uint32_t>(static_cast<int64_t>(c) + run->delta));
    return;
  }
  const auto special = std::ranges::lower_bound(specials, c, {}, &CaseSpecial::code_point);
  if (special != specials.end() && special->code_point == c)
    out += special->text;
  else
    out += sequence;
}

std::string MapText(std::string_view text, std::span<const CaseRun> runs, std::span<const CaseSpecial> specials,
                    uint32_t kept, char first, char last) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    const std::string_view sequence = text.substr(i, length);
    const char c = sequence[0];
    const uint32_t code = DecodeUtf8(sequence);
    if (length == 1)
      out += c >= first && c <= last ? static_cast<char>(c ^ 0x20) : c;
    else if (code == kept)
      out += sequence;
    else
      AppendMapped(code, sequence, runs, specials, out);
    i += length;
  }
  return out;
}

// Code points above U+FFFF come before U+E000…U+FFFF in UTF-16; UTF-8 has them the other way round.
unsigned Utf16Rank(unsigned char lead) {
  if (lead >= 0xF0) return lead - 2u;  // the ranks of 0xEE and 0xEF and above
  return lead >= 0xEE ? lead + 16u : lead;
}

}  // namespace

std::string UpperText(std::string_view text) {
  return IsAscii(text) ? AsciiUpper(text) : MapText(text, UpperRuns(), UpperSpecials(), kDotlessI, 'a', 'z');
}

std::string LowerText(std::string_view text) {
  return IsAscii(text) ? AsciiLower(text) : MapText(text, LowerRuns(), LowerSpecials(), 0, 'A', 'Z');
}

bool EqualText(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (IsAscii(a) && IsAscii(b)) return EqualsIgnoreCase(a, b);
  return UpperText(a) == UpperText(b);
}

int CompareText(std::string_view a, std::string_view b) {
  const std::string upper_a = UpperText(a);
  const std::string upper_b = UpperText(b);
  const auto [at_a, at_b] = std::ranges::mismatch(upper_a, upper_b);
  if (at_a == upper_a.end() || at_b == upper_b.end())
    return (at_a == upper_a.end() ? 0 : 1) - (at_b == upper_b.end() ? 0 : 1);
  return Utf16Rank(static_cast<unsigned char>(*at_a)) < Utf16Rank(static_cast<unsigned char>(*at_b)) ? -1 : 1;
}

bool EqualKey(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (IsAscii(a) && IsAscii(b)) return EqualsIgnoreCase(a, b);
  return LowerText(a) == LowerText(b);
}

size_t Utf16Length(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string Shorten(std::string_view text) {
  constexpr size_t kMaxQuoted = 200;
  size_t end = std::min(text.size(), kMaxQuoted);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out(text.substr(0, end));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return end < text.size() ? out + "…" : out;
}

}  // namespace sluice::expr

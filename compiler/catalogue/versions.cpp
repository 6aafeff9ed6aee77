#include "compiler/catalogue/versions.h"

#include <algorithm>
#include <tuple>

#include "compiler/base/text.h"

namespace sluice::catalogue {
namespace {

std::string_view Numbers(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return version;
}

// The next run of digits or of other characters of a version, as (is a number, number, text).
std::tuple<bool, unsigned long long, std::string_view> NextPiece(std::string_view& rest) {
  const bool digits = !rest.empty() && IsAsciiDigit(rest[0]);
  size_t n = 0;
  unsigned long long number = 0;
  for (; n < rest.size() && IsAsciiDigit(rest[n]) == digits; ++n)
    if (digits && number < 1'000'000'000'000ULL) number = number * 10 + static_cast<unsigned>(rest[n] - '0');
  const std::string_view text = rest.substr(0, n);
  rest.remove_prefix(n);
  return {digits, number, text};
}

}  // namespace

bool IsVersion(std::string_view text) {
  text = Numbers(text);
  return !text.empty() && IsAsciiDigit(text[0]);
}

bool VersionLess(std::string_view a, std::string_view b) {
  a = Numbers(a);
  b = Numbers(b);
  while (!a.empty() && !b.empty()) {
    const auto [a_digits, a_number, a_text] = NextPiece(a);
    const auto [b_digits, b_number, b_text] = NextPiece(b);
    if (a_digits != b_digits) return !a_digits;
    if (a_digits && a_number != b_number) return a_number < b_number;
    if (!a_digits && a_text != b_text) return a_text.front() == '-' || (b_text.front() != '-' && a_text < b_text);
  }
  if (a.empty() == b.empty()) return false;
  return a.empty() ? !b.starts_with('-') : a.starts_with('-');
}

std::string MajorOf(std::string_view version) {
  if (!IsVersion(version)) return "";
  version = Numbers(version);
  return "v" + std::string(version.substr(0, std::min(version.find_first_not_of("0123456789"), version.size())));
}

size_t VersionLength(std::string_view version) {
  version = Numbers(version);
  const std::string_view release = version.substr(0, version.find_first_of("-+"));
  return release.empty() ? 0 : SplitString(release, '.').size();
}

bool Covers(std::string_view ref, std::string_view version) {
  if (!IsVersion(ref)) return true;
  ref = Numbers(ref);
  version = Numbers(version);
  return version.starts_with(ref) && (version.size() == ref.size() || version[ref.size()] == '.');
}

std::string RefLike(std::string_view ref, std::string_view version) {
  if (VersionLength(ref) >= VersionLength(version)) return std::string(version);
  size_t end = 0;
  for (size_t i = 0; i < VersionLength(ref); ++i) end = version.find('.', end + (i > 0));
  return std::string(version.substr(0, end));
}

}  // namespace sluice::catalogue

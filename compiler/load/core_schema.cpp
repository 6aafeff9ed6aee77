#include "compiler/load/core_schema.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "compiler/base/text.h"

namespace sluice::load {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

bool IsNull(std::string_view s) { return s.empty() || s == "~" || s == "null" || s == "Null" || s == "NULL"; }
bool IsTrue(std::string_view s) { return s == "true" || s == "True" || s == "TRUE"; }
bool IsFalse(std::string_view s) { return s == "false" || s == "False" || s == "FALSE"; }

std::string_view WithoutSign(std::string_view s) {
  if (s.starts_with('-') || s.starts_with('+')) s.remove_prefix(1);
  return s;
}

// Takes leading digits away and says how many there were.
size_t TakeDigits(std::string_view& s) {
  size_t n = 0;
  while (n < s.size() && IsAsciiDigit(s[n])) ++n;
  s.remove_prefix(n);
  return n;
}

bool IsInteger(std::string_view s) {
  s = WithoutSign(s);
  return TakeDigits(s) > 0 && s.empty();
}

// A number in radix 8 or 16 behind `0o` or `0x`.
bool ReadRadix(std::string_view s, double& number) {
  if (s.size() < 3 || s[0] != '0' || (s[1] != 'o' && s[1] != 'x')) return false;
  const int radix = s[1] == 'o' ? 8 : 16;
  number = 0;
  for (const char c : s.substr(2)) {
    const int digit = IsAsciiDigit(c)        ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    if (digit >= radix) return false;
    number = number * radix + digit;
  }
  return true;
}

// [-+]? (.[0-9]+ | [0-9]+(.[0-9]*)?) ([eE][-+]?[0-9]+)?, with a point or an exponent.
bool IsFloat(std::string_view s) {
  s = WithoutSign(s);
  const size_t whole = TakeDigits(s);
  const bool point = s.starts_with('.');
  size_t fraction = 0;
  if (point) {
    s.remove_prefix(1);
    fraction = TakeDigits(s);
  }
  if (whole + fraction == 0) return false;
  if (s.empty()) return point;
  if (s[0] != 'e' && s[0] != 'E') return false;
  s = WithoutSign(s.substr(1));
  return TakeDigits(s) > 0 && s.empty();
}

double ReadDecimal(std::string_view s) {
  const bool negative = s.starts_with('-');
  s = WithoutSign(s);
  double number = 0;
  const auto result = std::from_chars(s.data(), s.data() + s.size(), number);
  if (result.ec == std::errc::result_out_of_range) {
    // Far beyond a double: nothing behind a negative exponent, else infinite.
    number = s.find("e-") != std::string_view::npos || s.find("E-") != std::string_view::npos
                 ? 0
                 : std::numeric_limits<double>::infinity();
  }
  return negative ? -number : number;
}

bool ReadSpecial(std::string_view s, double& number) {
  if (s == ".nan" || s == ".NaN" || s == ".NAN") {
    number = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  const std::string_view rest = WithoutSign(s);
  if (rest != ".inf" && rest != ".Inf" && rest != ".INF") return false;
  number = s.starts_with('-') ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return true;
}

bool ReadInteger(std::string_view s, double& number) {
  if (ReadRadix(s, number)) return true;
  if (!IsInteger(s)) return false;
  number = ReadDecimal(s);
  return true;
}

bool ReadFloat(std::string_view s, double& number) {
  if (ReadSpecial(s, number)) return true;
  if (!IsFloat(s)) return false;
  number = ReadDecimal(s);
  return true;
}

}  // namespace

void ResolveScalar(std::string_view value, std::string_view tag, YamlNode& node) {
  const bool plain = tag == "?" || tag.empty();
  const std::string_view type = tag.starts_with(kTagPrefix) ? tag.substr(kTagPrefix.size()) : "";
  const auto may_be = [&](std::string_view name) { return plain || type == name; };
  node.text = value;
  node.kind = YamlNode::Kind::String;
  if (may_be("null") && IsNull(value)) {
    node.kind = YamlNode::Kind::Null;
  } else if (may_be("bool") && (IsTrue(value) || IsFalse(value))) {
    node.kind = YamlNode::Kind::Boolean;
    node.boolean = IsTrue(value);
  } else if ((may_be("int") && ReadInteger(value, node.number)) || (may_be("float") && ReadFloat(value, node.number))) {
    node.kind = YamlNode::Kind::Number;
  }
}

}  // namespace sluice::load

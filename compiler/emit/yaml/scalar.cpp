#include "compiler/emit/yaml/scalar.h"

#include <fmt/format.h>

#include <cstdint>

#include "compiler/base/text.h"

namespace sluice::emit {
namespace {

// The code point at `offset` of well-formed UTF-8.
uint32_t Decode(std::string_view text, size_t offset, size_t length) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[offset + i])); };
  if (length == 1) return byte(0);
  uint32_t code = byte(0) & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) code = (code << 6) | (byte(i) & 0x3F);
  return code;
}

// What YAML 1.1 or 1.2 readers reject, fold or swallow when it stands unescaped.
bool IsControl(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
         code == 0xFFFE || code == 0xFFFF;
}

template <class Predicate>
bool AnyCodePoint(std::string_view text, Predicate predicate) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    if (predicate(Decode(text, i, length))) return true;
    i += length;
  }
  return false;
}

bool IsOneOf(std::string_view text, std::string_view set) {
  for (const char c : text)
    if (set.find(c) == std::string_view::npos) return false;
  return true;
}

// ^[-+.]?[0-9][0-9A-FXOa-fxo_.,:+TZtz -]*$ or ^\.?[Ee][-+]?[0-9]+$: numbers, dates and times of some YAML version.
// `._` too: YAML 1.1 lets a float have no digits at all, and npm's `yaml` takes it at its word.
bool LooksLikeNumber(std::string_view text) {
  if (text.starts_with("._")) return true;
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+') || rest.starts_with('.')) rest.remove_prefix(1);
  if (!rest.empty() && IsAsciiDigit(rest[0]) && IsOneOf(rest, "0123456789ABCDEFXOabcdefxo_.,:+TZtz -")) return true;
  rest = text;
  if (rest.starts_with('.')) rest.remove_prefix(1);
  if (!rest.starts_with('E') && !rest.starts_with('e')) return false;
  rest.remove_prefix(1);
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  return !rest.empty() && IsOneOf(rest, "0123456789");
}

bool IsReservedWord(std::string_view text) {
  static constexpr std::string_view kWords[] = {"y",    "n",     "yes",  "no",   "on",   "off",
                                                "true", "false", "null", ".inf", ".nan", "."};
  for (const std::string_view word : kWords)
    if (EqualsIgnoreCase(text, word)) return true;
  return false;
}

void Escape(std::string& out, uint32_t code) {
  switch (code) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += code < 0x100 ? fmt::format("\\x{:02X}", code) : fmt::format("\\u{:04X}", code);
  }
}

std::string DoubleQuoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    const uint32_t code = Decode(text, i, length);
    if (code == '"' || code == '\\' || IsControl(code))
      Escape(out, code);
    else
      out += text.substr(i, length);
    i += length;
  }
  return out + "\"";
}

}  // namespace

bool IsPlain(std::string_view text, bool flow) {
  if (text.empty()) return false;
  if (!IsAsciiAlnum(text[0]) && std::string_view("_$/.(").find(text[0]) == std::string_view::npos) return false;
  if (AnyCodePoint(text, IsControl)) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  if (text.ends_with(':') || text.ends_with(' ')) return false;
  if (flow && text.find_first_of(",[]{}?") != std::string_view::npos) return false;
  return !IsReservedWord(text) && !LooksLikeNumber(text);
}

std::string OneLine(std::string_view text, bool flow) {
  if (IsPlain(text, flow)) return std::string(text);
  if (AnyCodePoint(text, IsControl)) return DoubleQuoted(text);
  return "'" + ReplaceAll(text, "'", "''") + "'";
}

bool FitsBlock(std::string_view text) {
  if (AnyCodePoint(text, [](uint32_t code) { return code != '\n' && code != '\t' && IsControl(code); })) return false;
  for (const std::string_view line : SplitString(text, '\n')) {
    if (line.starts_with(' ') || line.starts_with('\t')) return false;  // a reader would take it for indentation
    if (!line.empty()) return true;
  }
  return false;
}

}  // namespace sluice::emit

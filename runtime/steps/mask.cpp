#include "runtime/steps/mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"

namespace sluice::steps {
namespace {

std::string Base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t have = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= have ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// The part of the Base64 text that is the same wherever `value` stands at this shift: whole groups only.
std::string Base64At(std::string_view value, size_t shift) {
  if (value.size() <= shift) return "";
  value.remove_prefix(shift);
  value = value.substr(0, value.size() - value.size() % 3);
  return Base64(value);
}

std::string JsonEscaped(std::string_view value) {
  std::string text;
  for (char c : value) {
    switch (c) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          text += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          text += c;
    }
  }
  return text;
}

std::string UriEscaped(std::string_view value) {
  std::string text;
  for (char c : value) {
    if (IsAsciiAlnum(c) || std::string_view("-_.~").find(c) != std::string_view::npos)
      text += c;
    else
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

std::string XmlEscaped(std::string_view value) {
  std::string text = ReplaceAll(value, "&", "&amp;");
  text = ReplaceAll(text, "<", "&lt;");
  text = ReplaceAll(text, ">", "&gt;");
  text = ReplaceAll(text, "\"", "&quot;");
  return ReplaceAll(text, "'", "&apos;");
}

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::vector<std::pair<size_t, size_t>> FindAll(std::string_view text, const std::vector<std::string>& patterns) {
  std::vector<std::pair<size_t, size_t>> found;
  for (const std::string& pattern : patterns)
    for (size_t at = text.find(pattern); at != std::string_view::npos; at = text.find(pattern, at + 1))
      found.emplace_back(at, at + pattern.size());
  std::ranges::sort(found);
  return found;
}

}  // namespace

void Masker::Add(std::string_view secret) {
  if (IsBlank(secret)) return;
  AddForms(secret);
  if (secret.find_first_of("\r\n") == std::string_view::npos) return;
  for (std::string_view line : SplitString(secret, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!IsBlank(line)) AddForms(line);
  }
}

void Masker::AddForms(std::string_view value) {
  AddPattern(std::string(value));
  AddPattern(JsonEscaped(value));
  AddPattern(UriEscaped(value));
  AddPattern(XmlEscaped(value));
  AddPattern(ReplaceAll(value, "'", "''"));
  if (value.size() > 8 && value.front() == '"' && value.back() == '"')
    AddPattern(std::string(value.substr(1, value.size() - 2)));
  AddPattern(Base64(value));
  for (size_t shift = 0; shift < 3; ++shift)
    if (std::string form = Base64At(value, shift); form.size() >= 8) AddPattern(std::move(form));
}

void Masker::AddPattern(std::string pattern) {
  if (pattern.empty() || std::ranges::find(patterns_, pattern) != patterns_.end()) return;
  patterns_.push_back(std::move(pattern));
}

std::string Masker::Apply(std::string_view text) const {
  std::string masked;
  size_t done = 0;
  size_t covered = 0;  // the end of the masked range that is open
  for (const auto& [begin, end] : FindAll(text, patterns_)) {
    if (begin < covered || (begin == covered && covered != 0)) {
      covered = std::max(covered, end);
      done = covered;
      continue;
    }
    masked += text.substr(done, begin - done);
    masked += "***";
    covered = done = end;
  }
  masked += text.substr(done);
  return masked;
}

bool Masker::Finds(std::string_view text) const {
  return std::ranges::any_of(patterns_, [&](const std::string& p) { return text.find(p) != std::string_view::npos; });
}

}  // namespace sluice::steps

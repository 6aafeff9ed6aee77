#include "compiler/types/refined.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <string>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/types/quantity.h"

namespace sluice::types {
namespace {

using Mistake = std::optional<LiteralMistake>;

bool IsHex(char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsLowerAlnum(char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'z'); }

bool HasControl(std::string_view text) { return std::ranges::any_of(text, IsControl); }

Mistake Quantity(Refined unit, std::string_view text) {
  if (QuantityValue(unit, text)) return std::nullopt;
  if (unit == Refined::Percent) return LiteralMistake{"this is not a share", "a number and `%`", "Write   \"10%\"."};
  if (unit == Refined::Cpu)
    return LiteralMistake{"this is not a number of cores", "a number, or thousandths with `m`",
                          "Half a core is   \"500m\"   or   \"0.5\"."};
  return LiteralMistake{"this is not a size", "a whole number, or a number with Ki Mi Gi Ti, k M G or T",
                        "Write   \"512Mi\"."};
}

// One identifier behind `-` or `+` of a version.
Mistake Identifiers(std::string_view text, bool prerelease) {
  const std::string what = prerelease ? "the part behind `-`" : "the part behind `+`";
  for (std::string_view part : SplitString(text, '.')) {
    if (part.empty()) return LiteralMistake{"this is not a semantic version", what + " has an empty name", ""};
    if (!std::ranges::all_of(part, [](char c) { return IsAsciiAlnum(c) || c == '-'; }))
      return LiteralMistake{"this is not a semantic version", what + " has letters, digits and `-` only", ""};
    const bool number = std::ranges::all_of(part, IsAsciiDigit);
    if (prerelease && number && part.size() > 1 && part[0] == '0')
      return LiteralMistake{"this is not a semantic version", fmt::format("`{}` begins with a zero", part), ""};
  }
  return std::nullopt;
}

Mistake Semver(std::string_view text) {
  const std::string message = "this is not a semantic version";
  const std::string form = "MAJOR.MINOR.PATCH, and perhaps -PRE and +BUILD:   \"1.4.0\"   \"2.0.0-rc.1\"";
  if (text.starts_with('v') || text.starts_with('V'))
    return LiteralMistake{message, "without the `v`", fmt::format("Write   \"{}\".", text.substr(1))};
  const size_t plus = text.find('+');
  std::string_view rest = text.substr(0, plus);
  const size_t dash = rest.find('-');
  const std::vector<std::string_view> numbers = SplitString(rest.substr(0, dash), '.');
  if (numbers.size() != 3)
    return LiteralMistake{message, fmt::format("{} of 3 numbers", text.empty() ? 0 : numbers.size()), form};
  for (std::string_view number : numbers) {
    if (number.empty() || !std::ranges::all_of(number, IsAsciiDigit))
      return LiteralMistake{message, fmt::format("`{}` is not a whole number", number), form};
    if (number.size() > 1 && number[0] == '0')
      return LiteralMistake{message, fmt::format("`{}` begins with a zero", number), form};
  }
  if (dash != std::string_view::npos)
    if (auto wrong = Identifiers(rest.substr(dash + 1), true)) return wrong;
  if (plus != std::string_view::npos) return Identifiers(text.substr(plus + 1), false);
  return std::nullopt;
}

// `[a-z0-9]+` joined by `.`, `_`, `__` or any number of `-`.
bool IsImageComponent(std::string_view text) {
  if (text.empty() || !IsLowerAlnum(text.front()) || !IsLowerAlnum(text.back())) return false;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && !IsLowerAlnum(text[end])) ++end;
    const std::string_view joint = text.substr(i, end - i);
    const bool dashes = std::ranges::all_of(joint, [](char c) { return c == '-'; });
    if (!dashes && joint != "." && joint != "_" && joint != "__") return false;
    i = end + 1;
  }
  return true;
}

// A host, as the part of an image before the first `/`: it has a dot or a port, or is localhost.
bool IsRegistry(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, IsAsciiDigit)) return false;
  }
  return !host.empty() && std::ranges::all_of(SplitString(host, '.'), [](std::string_view part) {
    return !part.empty() && part.front() != '-' && part.back() != '-' &&
           std::ranges::all_of(part, [](char c) { return IsAsciiAlnum(c) || c == '-'; });
  });
}

bool IsTag(std::string_view text) {
  if (text.empty() || text.size() > 128 || text.front() == '.' || text.front() == '-') return false;
  return std::ranges::all_of(text, [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '.' || c == '-'; });
}

Mistake ImageName(std::string_view name) {
  const std::string message = "this is not the name of an image";
  std::vector<std::string_view> parts = SplitString(name, '/');
  const std::string_view first = parts.front();
  if (parts.size() > 1 && (first.find_first_of(".:") != std::string_view::npos || first == "localhost")) {
    if (!IsRegistry(first)) return LiteralMistake{message, fmt::format("`{}` is not a registry", first), ""};
    parts.erase(parts.begin());
  }
  for (std::string_view part : parts) {
    if (IsImageComponent(part)) continue;
    const bool upper = IsImageComponent(AsciiLower(part));
    return LiteralMistake{message,
                          part.empty() ? std::string("an empty part")
                          : upper      ? "only lower-case letters"
                                       : fmt::format("`{}` is not a part of a name", part),
                          upper ? fmt::format("Write   {}", AsciiLower(part)) : ""};
  }
  return std::nullopt;
}

Mistake Image(std::string_view text) {
  const std::string message = "this is not the name of an image";
  std::string_view name = text;
  bool pinned = false;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    const std::string_view digest = text.substr(at + 1);
    name = text.substr(0, at);
    const std::string_view hex = digest.starts_with("sha256:") ? digest.substr(7) : std::string_view();
    if (hex.size() != 64 || !std::ranges::all_of(hex, IsHex) || AsciiLower(hex) != hex)
      return LiteralMistake{message, "a digest is `sha256:` and 64 digits of 0-9 and a-f", ""};
    pinned = true;
  }
  std::string_view tag;
  const size_t slash = name.rfind('/');
  const size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (!IsTag(tag)) return LiteralMistake{message, fmt::format("`{}` is not a tag", tag), ""};
  }
  if (auto wrong = ImageName(name)) return wrong;
  const std::string fix = fmt::format("Write a version, or the digest:   \"{}:1.2.3\"", name);
  if (!pinned && tag.empty())
    return LiteralMistake{"this image has no version", "`latest` is meant, and moves", fix, true};
  if (!pinned && tag == "latest")
    return LiteralMistake{"`latest` is another image every day", "the tag `latest`", fix, true};
  return std::nullopt;
}

Mistake Path(std::string_view text) {
  const std::string message = "this is not a path";
  if (text.empty()) return LiteralMistake{message, "empty", "The folder itself is   \".\"."};
  if (HasControl(text)) return LiteralMistake{message, "a line end or another control character", ""};
  if (text.find('\\') != std::string_view::npos)
    return LiteralMistake{message, "parts are separated by `/`, also on Windows", ""};
  if (IsBlank(text.front()) || IsBlank(text.back())) return LiteralMistake{message, "a blank at the end", ""};
  return std::nullopt;
}

Mistake Glob(std::string_view text) {
  const std::string message = "this is not a pattern of GitHub";
  std::string_view pattern = text.starts_with('!') ? text.substr(1) : text;
  if (pattern.empty()) return LiteralMistake{message, "empty", ""};
  if (HasControl(pattern)) return LiteralMistake{message, "a line end or another control character", ""};
  if (pattern.find_first_of("{}") != std::string_view::npos)
    return LiteralMistake{message, "GitHub knows no braces", "Write one pattern for each choice."};
  if (pattern.starts_with("./"))
    return LiteralMistake{message, "`./` never matches", fmt::format("Write   \"{}\".", pattern.substr(2))};
  bool open = false;
  for (char c : pattern) {
    if (c == '[' && open) return LiteralMistake{message, "a `[` inside of `[…]`", ""};
    if (c == ']' && !open) return LiteralMistake{message, "this `]` closes nothing", ""};
    if (c == '[') open = true;
    if (c == ']') open = false;
  }
  if (open) return LiteralMistake{message, "this `[` is not closed", ""};
  return std::nullopt;
}

Mistake Url(std::string_view text) {
  const std::string message = "this is not a URL";
  const size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  const bool letters = !scheme.empty() && IsAsciiAlpha(scheme[0]) && std::ranges::all_of(scheme, [](char c) {
    return IsAsciiAlnum(c) || c == '+' || c == '.' || c == '-';
  });
  if (colon == std::string_view::npos || !letters)
    return LiteralMistake{message, "it begins with no scheme", "Write   \"https://…\"."};
  if (std::ranges::any_of(text, [](char c) { return IsBlank(c) || IsControl(c); }))
    return LiteralMistake{message, "a blank", "Write   %20   for a blank."};
  std::string_view rest = text.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view host =
      authority.substr(authority.rfind('@') == std::string_view::npos ? 0 : authority.rfind('@') + 1);
  if (host.empty() && scheme != "file") return LiteralMistake{message, "no host behind `://`", ""};
  if (authority.find('@') != std::string_view::npos && authority.find(':') < authority.find('@'))
    return LiteralMistake{"a password stands in the URL", "everybody who can read the repository can read it", ""};
  return std::nullopt;
}

// The rules of git-check-ref-format.
Mistake Ref(std::string_view text) {
  const std::string message = "git takes no ref of this name";
  if (text.empty()) return LiteralMistake{message, "empty", ""};
  for (char c : text) {
    if (IsControl(c)) return LiteralMistake{message, "a control character", ""};
    if (c == ' ') return LiteralMistake{message, "a blank", ""};
    if (std::string_view("~^:?*[\\").find(c) != std::string_view::npos)
      return LiteralMistake{message, fmt::format("a `{}`", c), ""};
  }
  for (std::string_view pair : {"..", "@{", "//"})
    if (text.find(pair) != std::string_view::npos) return LiteralMistake{message, fmt::format("a `{}`", pair), ""};
  if (text == "@") return LiteralMistake{message, "`@` alone", ""};
  if (text.starts_with('/') || text.ends_with('/')) return LiteralMistake{message, "a `/` at the end", ""};
  if (text.starts_with('-')) return LiteralMistake{message, "a `-` at the beginning", ""};
  if (text.ends_with('.')) return LiteralMistake{message, "a `.` at the end", ""};
  for (std::string_view part : SplitString(text, '/')) {
    if (part.starts_with('.')) return LiteralMistake{message, "a part that begins with `.`", ""};
    if (part.ends_with(".lock")) return LiteralMistake{message, "a part that ends in `.lock`", ""};
  }
  return std::nullopt;
}

Mistake Sha(std::string_view text) {
  const std::string message = "this is not the SHA of a commit";
  if (!std::ranges::all_of(text, IsHex)) return LiteralMistake{message, "digits of 0-9 and a-f only", ""};
  if (text.size() == 40 || text.size() == 64) return std::nullopt;
  return LiteralMistake{message, fmt::format("{} of 40 digits", text.size()),
                        "Short ones become ambiguous; `git rev-parse NAME` prints it whole."};
}

// What RE2 would not compile, without compiling it: brackets, repetitions, and what RE2 does not have.
class RegexReader {
 public:
  explicit RegexReader(std::string_view text) : text_(text) {}

  Mistake Read() {
    while (at_ < text_.size())
      if (auto wrong = One()) return wrong;
    if (depth_ > 0) return Say("this `(` is not closed");
    return std::nullopt;
  }

 private:
  static Mistake Say(std::string label) {
    return LiteralMistake{"this is not a regular expression", std::move(label), ""};
  }

  Mistake One() {
    const char c = text_[at_++];
    switch (c) {
      case '\\':
        return Escape();
      case '[':
        return Class();
      case '(':
        return Open();
      case ')':
        if (depth_-- == 0) return Say("this `)` closes nothing");
        repeatable_ = true;
        return std::nullopt;
      case '*':
      case '+':
      case '?':
        if (!repeatable_) return Say(fmt::format("`{}` repeats nothing", c));
        if (at_ < text_.size() && text_[at_] == '?') ++at_;
        repeatable_ = false;
        return std::nullopt;
      case '|':
        repeatable_ = false;
        return std::nullopt;
      default:
        repeatable_ = true;
        return std::nullopt;
    }
  }

  Mistake Escape() {
    if (at_ == text_.size()) return Say("a `\\` at the end");
    const char c = text_[at_++];
    if (c >= '1' && c <= '9') return Say("references to groups do not exist here");
    repeatable_ = true;
    return std::nullopt;
  }

  Mistake Class() {
    if (at_ < text_.size() && text_[at_] == '^') ++at_;
    if (at_ < text_.size() && text_[at_] == ']') ++at_;
    while (at_ < text_.size() && text_[at_] != ']') {
      if (text_[at_] == '\\') ++at_;
      if (text_.substr(at_).starts_with("[:"))
        if (const size_t end = text_.find(":]", at_); end != std::string_view::npos) at_ = end + 1;
      ++at_;
    }
    if (at_ >= text_.size()) return Say("this `[` is not closed");
    ++at_;
    repeatable_ = true;
    return std::nullopt;
  }

  Mistake Open() {
    ++depth_;
    repeatable_ = false;
    for (std::string_view look : {"?=", "?!", "?<=", "?<!"})
      if (text_.substr(at_).starts_with(look)) return Say("looking ahead or behind does not exist here");
    if (at_ < text_.size() && text_[at_] == '?') {  // a name or flags
      const size_t end = text_.find_first_of(":>)", at_);
      if (end == std::string_view::npos) return Say("this `(` is not closed");
      at_ = text_[end] == ')' ? end : end + 1;
    }
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t depth_ = 0;
  bool repeatable_ = false;
};

}  // namespace

std::optional<LiteralMistake> CheckLiteral(Refined refined, std::string_view text) {
  switch (refined) {
    case Refined::None:
      return std::nullopt;
    case Refined::Percent:
    case Refined::Bytes:
    case Refined::Cpu:
      return Quantity(refined, text);
    case Refined::Semver:
      return Semver(text);
    case Refined::Image:
      return Image(text);
    case Refined::Path:
      return Path(text);
    case Refined::Glob:
      return Glob(text);
    case Refined::Cron:
      return CheckCron(text);
    case Refined::Url:
      return Url(text);
    case Refined::Ref:
      return Ref(text);
    case Refined::Sha:
      return Sha(text);
    case Refined::Regex:
      return RegexReader(text).Read();
  }
  return std::nullopt;
}

namespace {

int Sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Of numbers without leading zeros, however long.
int CompareDigits(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? Sign(a.size() <=> b.size()) : Sign(a <=> b);
}

int CompareIdentifier(std::string_view a, std::string_view b) {
  const bool x = std::ranges::all_of(a, IsAsciiDigit), y = std::ranges::all_of(b, IsAsciiDigit);
  if (x && y) return CompareDigits(a, b);
  return x == y ? Sign(a <=> b) : x ? -1 : 1;
}

}  // namespace

int CompareSemver(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('+'));
  b = b.substr(0, b.find('+'));
  const size_t x = a.find('-'), y = b.find('-');
  const auto left = SplitString(a.substr(0, x), '.'), right = SplitString(b.substr(0, y), '.');
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    if (const int order = CompareDigits(left[i], right[i]); order != 0) return order;
  if (x == std::string_view::npos || y == std::string_view::npos)
    return x == y ? 0 : x == std::string_view::npos ? 1 : -1;
  const auto before = SplitString(a.substr(x + 1), '.'), behind = SplitString(b.substr(y + 1), '.');
  for (size_t i = 0; i < std::min(before.size(), behind.size()); ++i)
    if (const int order = CompareIdentifier(before[i], behind[i]); order != 0) return order;
  return Sign(before.size() <=> behind.size());
}

Guard GuardOf(Refined refined) {
  switch (refined) {
    case Refined::None:
      return {};
    case Refined::Percent:
      return {"^[0-9]+(\\.[0-9]+)?%$", ""};
    case Refined::Bytes:
      return {"^([0-9]+|[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T))$", ""};
    case Refined::Cpu:
      return {"^[0-9]+(\\.[0-9]+)?m?$", ""};
    case Refined::Semver:
      return {
          "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)"
          "(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
          "(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",
          ""};
    case Refined::Image:
      return {
          "^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*"
          "(:[A-Za-z0-9_][A-Za-z0-9_.-]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$",
          ":latest$"};
    case Refined::Path:
      return {"^[^[:cntrl:]]+$", "\\\\|^[[:space:]]|[[:space:]]$"};
    case Refined::Glob:
      return {"^!?[^[:cntrl:]{}]+$", "^!?\\./|^!$"};
    case Refined::Cron:
      return {"^ *[0-9A-Za-z*,/-]+( +[0-9A-Za-z*,/-]+){4} *$", ""};
    case Refined::Url:
      return {"^[A-Za-z][A-Za-z0-9+.-]*://[^[:space:][:cntrl:]]+$", "^[^/]*//[?#]|^[^/]*//[^/?#]*:[^/?#]*@"};
    case Refined::Ref:
      return {"^[^[:cntrl:] ~^:?*\\[\\\\]+$", "\\.\\.|@\\{|//|^@$|^/|/$|^-|\\.$|(^|/)\\.|\\.lock(/|$)"};
    case Refined::Sha:
      return {"^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$", ""};
    case Refined::Regex:
      return {"^.*$", ""};
  }
  return {};
}

}  // namespace sluice::types

#include "compiler/check/patterns.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::check {
namespace {

constexpr std::string_view kForm =
    "`*` is a part without `/`, `**` is anything, `?` and `+` repeat what stands before them, `[a-z]` is one of these.";

PatternMistake NoPattern(std::string why) {
  return {{"this pattern matches nothing", std::move(why), std::string(kForm)}};
}
PatternMistake Malformed(std::string why) {
  return {{"this is not a pattern of GitHub's", std::move(why), std::string(kForm)}, true};
}

// Walks over one pattern. What GitHub's matcher makes of it is a regular expression: what that cannot be is a mistake.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  std::optional<PatternMistake> Read() {
    bool repeats = false;  // may `?` or `+` follow?
    for (at_ = 0; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        if (++at_ == text_.size()) return Malformed("nothing follows the last `\\`");
        repeats = true;
      } else if (c == '?' || c == '+') {
        if (!repeats) return Malformed(fmt::format("`{}` repeats nothing: before it stands no character", c));
        repeats = false;
      } else if (c == '[') {
        if (auto wrong = ReadSet()) return wrong;
        repeats = true;
      } else {
        repeats = c != '*' && c != '/';
      }
    }
    return std::nullopt;
  }

 private:
  // `[abc]`, `[a-z0-9]`; at its `[`, then at its `]`.
  std::optional<PatternMistake> ReadSet() {
    const size_t close = text_.find(']', at_ + 1);
    if (close == std::string_view::npos) return Malformed("a `[` is not closed");
    const std::string_view set = text_.substr(at_ + 1, close - at_ - 1);
    if (set.empty()) return Malformed("`[]` is no character at all");
    for (size_t i = 0; i < set.size(); ++i) {
      if (i + 2 >= set.size() || set[i + 1] != '-') continue;
      const char from = set[i], to = set[i + 2];
      const bool same = (IsAsciiDigit(from) && IsAsciiDigit(to)) ||
                        (IsAsciiAlpha(from) && IsAsciiAlpha(to) && (from >= 'a') == (to >= 'a'));
      if (!same || from > to)
        return Malformed(fmt::format("`{}-{}` is no range: those are a-z, A-Z and 0-9", from, to));
      i += 2;
    }
    at_ = close;
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// The pattern without the `!` that makes it leave out.
std::string_view Positive(std::string_view text) {
  if (text.starts_with('!')) text.remove_prefix(1);
  return text;
}

}  // namespace

diagnostics::Diagnostic WrongLiteral(const LiteralMistake& mistake, diagnostics::Span at) {
  diagnostics::Build report(mistake.moves ? diagnostics::Code::P0705 : diagnostics::Code::P0305, at, mistake.message,
                            mistake.label);
  if (!mistake.note.empty()) report.Say(mistake.note);
  return report;
}

diagnostics::Diagnostic WrongPattern(const PatternMistake& mistake, diagnostics::Span at) {
  if (mistake.malformed) return WrongLiteral(mistake, at);
  diagnostics::Build report(diagnostics::Code::P0626, at, mistake.message, mistake.label);
  if (!mistake.note.empty()) report.Say(mistake.note);
  return report;
}

std::optional<PatternMistake> CheckRefPattern(std::string_view whole) {
  const std::string_view text = Positive(whole);
  if (text.empty()) return NoPattern("an empty text");
  if (auto wrong = PatternReader(text).Read()) return wrong;
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code <= ' ' || code == 0x7f || c == '~' || c == '^' || c == ':')
      return NoPattern(c == ' ' ? "no name of a branch or tag has a blank in it"
                                : fmt::format("no name of a branch or tag has {} in it",
                                              code < ' ' || code == 0x7f ? std::string("control characters")
                                                                         : fmt::format("`{}`", c)));
  }
  if (text.front() == '/' || text.back() == '/') return NoPattern("no name of a branch or tag begins or ends with `/`");
  if (text.starts_with("refs/"))
    return PatternMistake{{"this pattern matches nothing", "GitHub compares the short name",
                           "Leave `refs/heads/` or `refs/tags/` away."}};
  return std::nullopt;
}

std::optional<PatternMistake> CheckPathPattern(std::string_view whole) {
  const std::string_view text = Positive(whole);
  if (text.empty()) return NoPattern("an empty text");
  if (auto wrong = PatternReader(text).Read()) return wrong;
  if (text.front() == ' ' || text.back() == ' ') return NoPattern("a path does not begin or end with a blank");
  if (text.front() == '/') return NoPattern("paths count from the root of the repository, without `/`");
  for (std::string_view part : SplitString(text, '/'))
    if (part == "." || part == "..") return NoPattern(fmt::format("GitHub's paths have no `{}` in them", part));
  return std::nullopt;
}

std::optional<PatternMistake> CheckPatterns(const std::vector<std::string>& patterns) {
  const bool only_without =
      !patterns.empty() && std::ranges::all_of(patterns, [](const std::string& p) { return p.starts_with('!'); });
  if (!only_without) return std::nullopt;
  return PatternMistake{{"these patterns only leave out", "nothing is left to leave it out of",
                         "Put a pattern before them that matches, such as \"**\"."}};
}

std::optional<PatternMistake> CheckFilePattern(std::string_view whole) {
  std::string_view text = Positive(whole);
  const std::string note = "Patterns count from the folder of the repository:   \"**/package-lock.json\"";
  const PatternMistake outside{{"`hashFiles` finds nothing there", "outside of the workspace", note}};
  if (text.empty()) return PatternMistake{{"`hashFiles` finds nothing there", "an empty text", note}};
  if (text.starts_with('/') || text.starts_with('~')) return outside;
  bool first = true;
  for (std::string_view part : SplitString(text, '/')) {
    if (part == "..") return outside;
    if (part == "." && !first)
      return PatternMistake{{"`hashFiles` takes no `.` inside of a pattern", "GitHub refuses it", note}, true};
    first = false;
  }
  return std::nullopt;
}

}  // namespace sluice::check

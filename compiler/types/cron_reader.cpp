#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/types/cron.h"

// Cron as GitHub's reader checks it: five fields; lists, ranges and steps of numbers or names.
namespace sluice::types {
namespace {

struct Range {
  int least, most;
  std::string_view names;  // three letters each, the first one has the number `least`
};
constexpr Range kFields[] = {{0, 59, ""},
                             {0, 23, ""},
                             {1, 31, ""},
                             {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                             {0, 6, "sunmontuewedthufrisat"}};

std::optional<double> NameToNumber(std::string_view text, const Range& range) {
  const std::string lower = AsciiLower(text);
  for (size_t i = 0; i + 3 <= range.names.size(); i += 3)
    if (range.names.substr(i, 3) == lower) return range.least + static_cast<double>(i / 3);
  return std::nullopt;
}

// A number as JavaScript's unary plus reads it, as far as cron has use for it.
std::optional<double> ToNumber(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (text.empty() || result.ec != std::errc() || result.ptr != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool IsSingle(std::string_view text, const Range& range) {
  if (text == "*" || NameToNumber(text, range)) return true;
  const auto number = ToNumber(text);
  return number && *number >= range.least && *number <= range.most;
}

bool IsRange(std::string_view text, const Range& range) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return IsSingle(text, range);
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = text.substr(dash + 1);
  if (!IsSingle(from, range) || !IsSingle(to, range)) return false;
  const auto number = [&](std::string_view t) { return NameToNumber(t, range) ? NameToNumber(t, range) : ToNumber(t); };
  const auto first = number(from);
  const auto last = number(to);
  return first && last && *first <= *last;
}

bool IsStep(std::string_view text, const Range& range) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return IsRange(text, range);
  const std::string_view step = text.substr(slash + 1);
  const auto number = ToNumber(step);
  return number && *number > 0 && IsRange(text.substr(0, slash), range) && IsSingle(step, range);
}

bool IsField(std::string_view text, const Range& range) {
  if (text.empty()) return false;
  for (const std::string_view part : SplitString(text, ','))
    if (!IsStep(part, range)) return false;
  return true;
}

}  // namespace

bool IsCron(std::string_view cron) {
  std::vector<std::string_view> fields;
  for (const std::string_view field : SplitString(cron, ' '))
    if (!field.empty() || fields.empty()) fields.push_back(field);
  if (cron.ends_with(' ') || fields.size() != std::size(kFields)) return false;
  for (size_t i = 0; i < fields.size(); ++i)
    if (!IsField(fields[i], kFields[i])) return false;
  return true;
}

}  // namespace sluice::types

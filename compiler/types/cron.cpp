#include "compiler/types/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <vector>

#include "compiler/base/text.h"

namespace sluice::types {
namespace {

struct Field {
  std::string_view name;
  int least, most;
  std::string_view names;  // words that stand for numbers, from `least` on
};
constexpr auto kFields = std::to_array<Field>({
    {"the minute", 0, 59, ""},
    {"the hour", 0, 23, ""},
    {"the day of the month", 1, 31, ""},
    {"the month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"},
    {"the day of the week", 0, 6, "sun mon tue wed thu fri sat"},
});

constexpr std::string_view kForm =
    "Minute, hour, day of the month, month, day of the week:   \"0 3 * * 1\" is every Monday at 3:00.";

std::optional<int> NumberOf(std::string_view text, const Field& field) {
  if (text.empty()) return std::nullopt;
  if (std::ranges::all_of(text, IsAsciiDigit)) {
    if (text.size() > 4) return std::nullopt;
    const int value = std::atoi(std::string(text).c_str());
    if (value < field.least || value > field.most) return std::nullopt;
    return value;
  }
  int value = field.least;
  for (std::string_view name : SplitString(field.names, ' ')) {
    if (!name.empty() && EqualsIgnoreCase(name, text)) return value;
    ++value;
  }
  return std::nullopt;
}

// The values that one element (`*`, `3`, `1-5`, `*/15`) stands for; nothing when it is malformed.
std::optional<std::set<int>> Values(std::string_view element, const Field& field) {
  int step = 1;
  if (const size_t slash = element.find('/'); slash != std::string_view::npos) {
    const std::string text(element.substr(slash + 1));
    if (text.empty() || text.size() > 3 || !std::ranges::all_of(text, IsAsciiDigit)) return std::nullopt;
    step = std::atoi(text.c_str());
    if (step < 1) return std::nullopt;
    element = element.substr(0, slash);
  }
  int first = field.least, last = field.most;
  if (element != "*") {
    const size_t dash = element.find('-');
    const auto begin = NumberOf(element.substr(0, dash), field);
    if (!begin) return std::nullopt;
    first = *begin;
    last = step > 1 ? field.most : first;
    if (dash != std::string_view::npos) {
      const auto end = NumberOf(element.substr(dash + 1), field);
      if (!end || *end < first) return std::nullopt;
      last = *end;
    }
  }
  std::set<int> values;
  for (int value = first; value <= last; value += step) values.insert(value);
  return values;
}

// The smallest distance between two runs of one day, or over midnight where the next day has its runs, too.
std::optional<LiteralMistake> TooOften(const std::set<int>& minutes, const std::set<int>& hours, bool every_day) {
  constexpr int kDay = 24 * 60;
  std::vector<int> times;
  for (int hour : hours)
    for (int minute : minutes) times.push_back(hour * 60 + minute);
  int least = every_day ? times.front() + kDay - times.back() : kDay;
  for (size_t i = 1; i < times.size(); ++i) least = std::min(least, times[i] - times[i - 1]);
  if (least >= 5) return std::nullopt;
  return LiteralMistake{"GitHub runs a schedule every 5 minutes at most",
                        least == 1 ? "every minute" : fmt::format("every {} minutes", least),
                        "Write `*/5` for the minute."};
}

}  // namespace

std::optional<LiteralMistake> CheckCron(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::string_view part : SplitString(text, ' '))
    if (!part.empty()) fields.push_back(part);
  const std::string message = "this is not a cron expression";
  if (fields.size() != kFields.size())
    return LiteralMistake{message, fmt::format("{} fields; cron has 5", fields.size()), std::string(kForm)};
  std::vector<std::set<int>> all(kFields.size());
  for (size_t i = 0; i < fields.size(); ++i)
    for (std::string_view element : SplitString(fields[i], ',')) {
      const auto values = Values(element, kFields[i]);
      if (!values)
        return LiteralMistake{message,
                              fmt::format("{} is {} to {}", kFields[i].name, kFields[i].least, kFields[i].most),
                              std::string(kForm)};
      all[i].insert(values->begin(), values->end());
    }
  if (!IsCron(text)) return LiteralMistake{message, "GitHub's reader does not take it", std::string(kForm)};
  return TooOften(all[0], all[1], fields[2] == "*" && fields[4] == "*");
}

}  // namespace sluice::types

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::types {

// What is wrong with a literal: a sentence, what the place says, and what to write instead (may be empty).
struct LiteralMistake {
  std::string message, label, note;
  bool moves = false;  // well formed, but another thing every day: P0705 instead of P0305
};

// Checks POSIX cron as GitHub takes it: five fields, names of months and days, at most every five minutes.
// Source: docs.github.com "Events that trigger workflows", schedule.
std::optional<LiteralMistake> CheckCron(std::string_view text);
// Is it five fields that GitHub's reader takes, as often as it may be?
bool IsCron(std::string_view cron);

}  // namespace sluice::types

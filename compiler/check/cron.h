#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::check {

// What is wrong with a cron expression of `schedule`.
struct CronMistake {
  std::string message, label, note;
};

// Checks POSIX cron as GitHub takes it: five fields, names of months and days, at most every five minutes.
// Source: docs.github.com "Events that trigger workflows", schedule.
std::optional<CronMistake> CheckCron(std::string_view text);

}  // namespace sluice::check

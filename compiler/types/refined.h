#pragma once

#include <optional>
#include <string_view>

#include "compiler/types/cron.h"
#include "compiler/types/type.h"

namespace sluice::types {

// What is wrong with `text` as a literal of that refined string, with the reason; nothing when it is one.
std::optional<LiteralMistake> CheckLiteral(Refined refined, std::string_view text);

// The order of two semantic versions (semver 2.0, rule 11): negative, zero or positive. Builds do not count.
int CompareSemver(std::string_view a, std::string_view b);

// How a script can test at run time what CheckLiteral tests at compile time: POSIX extended regular expressions for
// `grep -E` and for `[[ x =~ … ]]`, anchored, without back references. A text passes if `accept` matches it and
// `refuse`, unless empty, does not. All literals that CheckLiteral takes pass; the few rules that no regular expression
// says (how often a cron fires, balanced brackets of a regex) are not tested.
struct Guard {
  std::string_view accept;
  std::string_view refuse;
};
// Of Refined::None: everything passes, and both are empty.
Guard GuardOf(Refined refined);

}  // namespace sluice::types

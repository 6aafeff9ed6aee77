#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/value.h"
#include "compiler/model/program.h"

namespace sluice::steps {

// Does `name` match one of GitHub's filter patterns? `*` is anything but '/', `**` anything, `?` and `+` repeat what
// stands before them, `[…]` is a set, `\` takes the next character as it is. Case counts.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
bool MatchesFilter(std::string_view name, std::string_view pattern);

// A list of patterns in order; one with `!` before it takes names away again.
bool MatchesFilters(std::string_view name, const std::vector<std::string>& patterns);

// Why the event does not start a pipeline with this trigger: "its branches are main, release/**"; nothing when it does.
// `github` is the context of the event. A filter of paths counts only when the payload names the changed files.
std::optional<std::string> WhyNotStarted(const model::Trigger& trigger, const expr::Value& github);

}  // namespace sluice::steps

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/check/reporter.h"
#include "compiler/syntax/ast.h"

namespace sluice::check {

// Which entry of a call each parameter gets, null for one that is not given: by position first, then by name. Reports
// what is too many, unknown, given twice (P0302, P0205), and missing without a default (P0301); then nothing.
// `what`: "`postgres`"; `use`: the call.
std::optional<std::vector<const syntax::Entry*>> MatchArguments(const std::vector<syntax::Param>& params,
                                                                const std::vector<syntax::Entry>& entries,
                                                                source::Span use, std::string_view what,
                                                                Reporter& report);

}  // namespace sluice::check

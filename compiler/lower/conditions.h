#pragma once

#include <optional>
#include <vector>

#include "compiler/lower/expressions.h"
#include "compiler/model/program.h"

namespace sluice::lower {

// The `if` of a job or step that runs when all of `conditions` hold; nothing when they are always true.
std::optional<model::Condition> ConditionOf(const std::vector<check::TermPtr>& conditions, Expressions& expressions,
                                            bool of_step);

}  // namespace sluice::lower

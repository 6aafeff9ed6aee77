#pragma once

#include "compiler/expr/value.h"

// Comparison with GitHub's coercions: equal kinds compare directly, others as numbers; NaN compares with nothing.
namespace sluice::expr {

bool LooselyEqual(const Value& a, const Value& b);
bool LooselyLess(const Value& a, const Value& b);

}  // namespace sluice::expr

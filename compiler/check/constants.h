#pragma once

#include "compiler/check/term.h"
#include "compiler/expr/value.h"

// Values that are known while compiling, as GitHub's evaluator has them.
namespace sluice::check {

// The value of a term that is_known().
expr::Value ToValue(const TermPtr& term);

// The value as a term of type json: a constant, a list or a record. `at`: where it was read.
TermPtr JsonTerm(const expr::Value& value, Span at);

}  // namespace sluice::check

#pragma once

#include <string>

#include "compiler/check/term.h"
#include "compiler/expr/expr.h"
#include "compiler/types/type.h"

namespace sluice::lower {

// An expression that is true when the JSON value is of that type, as far as GitHub can tell: of lists and maps the
// items are not looked at. `type` is one that the checker lets through for `as`.
expr::Expr TypeTest(const expr::Expr& value, const types::Type& type);

// What a failed `as T` gives to fromJSON, whose error then shows it: no JSON, but a sentence.
std::string CastFailure(const check::Term& cast);

}  // namespace sluice::lower

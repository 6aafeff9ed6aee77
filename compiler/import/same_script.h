#pragma once

#include "compiler/import/canonical_expr.h"
#include "compiler/model/program.h"

namespace sluice::import {

// Is the lowered script the one of the YAML, with a reference in place of each placeholder that stands for the same
// expression (language reference, "Scripts")? Then `lowered` gets the script of the YAML back and its `env` loses the
// variables that were made for it, so that the two steps can be compared. Otherwise it stays as it is.
void RaiseScript(const model::Step& loaded, model::Step& lowered, const Names& names);

}  // namespace sluice::import

#pragma once

#include "compiler/check/checked.h"
#include "compiler/lower/expressions.h"
#include "compiler/model/program.h"

namespace sluice::lower {

// The axes of a job as GitHub's matrix: lists of constants with `exclude`, or one axis `row` of mappings, and run-time
// lists by fromJSON. `include` is never needed.
model::Matrix MatrixOf(const check::Job& job, const Expressions& expressions);

// An output of a matrix job: one job output for each row, which only that row sets. Last writer wins cannot happen.
void GatheredOutputs(const check::Job& job, const check::Output& output, const Expressions& expressions,
                     model::Job& result);

}  // namespace sluice::lower

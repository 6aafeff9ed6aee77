#pragma once

#include <vector>

#include "compiler/check/elaborate.h"

namespace sluice::check {

// Reads `for AXIS in LIST, … where PRED` of a job: the axes with their constant values or their run-time lists, the rows
// that `where` leaves, and what run-time lists add to the job's condition. Reports P0205, P0302, P0403, P0901.
void ReadMatrix(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator);

// The values that a term takes over the constant rows of the job: of an axis its values, of a property of a record axis
// that of each value. Empty when they are not known while compiling.
std::vector<TermPtr> ValuesOverRows(const TermPtr& term, const JobScope& scope);

// Is the value known while compiling, with everything in it?
bool IsWhollyConstant(const TermPtr& term);

}  // namespace sluice::check

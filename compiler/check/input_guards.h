#pragma once

#include "compiler/check/checked.h"

namespace sluice::check {

// A caller may pass any text as an input: GitHub compares it with nothing. So closed sets (enum, environment) are tested
// in the condition of each job whose head reads them, and other checked types in the first step of each job without
// needs from which a use can be reached. Fills `input_guards` and `checked_inputs` of the jobs.
void GuardInputs(Pipeline& pipeline);

}  // namespace sluice::check

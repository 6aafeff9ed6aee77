#pragma once

#include "cli/run_setup.h"

namespace sluice::cli {

// `run --dry-run`: says job by job what would run, as far as that is known before anything has run. Gives the exit
// code.
int PrintPlan(const Setup& setup);

}  // namespace sluice::cli

#pragma once

#include "compiler/check/elaborate.h"

namespace sluice::check {

// The settings of declared environments, and the environments that secrets and variables name.
void CheckEnvironments(Elaborator& elaborator);

// P0808: jobs of one run that ask for the approval of one environment more than once.
void CheckApprovals(const Pipeline& pipeline, Session& session);

}  // namespace sluice::check

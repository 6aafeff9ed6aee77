#pragma once

#include "compiler/check/elaborate.h"

namespace sluice::check {

// Finds what each job waits for (P0605), and what follows from it (P0611, P0624, P0508, P0613).
void ConnectJobs(PipelineScope& scope, Pipeline& pipeline, Session& session);

// The gates of a pipeline, with all ancestors of what they list. `all_required`: sluice.toml wants one on pull
// requests.
void ReadGates(const PipelineScope& scope, Pipeline& pipeline, bool all_required, Session& session);

}  // namespace sluice::check

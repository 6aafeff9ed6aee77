#pragma once

#include "compiler/check/elaborate.h"

namespace sluice::check {

// Reads `on EVENT(filters)` of a pipeline (P0204, P0305).
void ReadTriggers(const PipelineScope& scope, Pipeline& pipeline, Session& session);

// Reads the parameters (P0620, P0621 and types of their defaults). Triggers must have been read.
void ReadParameters(const PipelineScope& scope, Pipeline& pipeline, Elaborator& elaborator);

}  // namespace sluice::check

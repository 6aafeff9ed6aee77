#pragma once

#include <vector>

#include "compiler/check/elaborate.h"

namespace sluice::check {

// Finds what each `job x uses …` of the pipeline calls, and what that takes. P0202, P0602, P0701.
void DeclareCalls(PipelineScope& pipeline, Elaborator& elaborator);

// An order in which every pipeline comes after those that it calls; P0606 for circles, P0907 for GitHub's limits.
std::vector<size_t> CalleesFirst(const std::vector<PipelineScope*>& pipelines, Session& session);

// The arguments, secrets and permissions of a job that calls a pipeline.
void CheckCall(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator);

}  // namespace sluice::check

#pragma once

#include "runtime/engine/engine.h"

namespace sluice::engine {

// Containers by crun or runc, with no daemon: an overlay over the unpacked image, the agent as PID 1.
std::unique_ptr<Engine> MakeOciEngine(store::Store& store, store::RunFolder& run_folder);

// Ends what a killed run left of one job: called by SweepDeadRuns with the job's folder.
void SweepOciJob(const std::string& job_folder);

}  // namespace sluice::engine

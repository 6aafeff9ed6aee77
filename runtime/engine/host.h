#pragma once

#include "runtime/engine/engine.h"

namespace sluice::engine {

// Steps as processes of this machine, in a copy of the workspace: for machines where no container can be had. Nothing
// is kept apart: the steps see and can change everything the user can.
std::unique_ptr<Engine> MakeHostEngine(store::Store& store, store::RunFolder& run_folder);

}  // namespace sluice::engine

#pragma once

#include "compiler/check/elaborate.h"

namespace sluice::check {

// Enters the workflows that the files of the project carry by `verbatim`. P0207 for one that is not there or is none, P0205
// for one that is carried twice, P1004 for one that a pipeline would write.
void ReadVerbatims(Session& session);

}  // namespace sluice::check

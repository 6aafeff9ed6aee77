#pragma once

#include "compiler/catalogue/servers.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"

namespace sluice::lower {

// P0904 for each thing of a lowered pipeline that the server does not have and that has no other form. `case` has one
// and is never emitted for such a server.
void CheckServer(const model::Program& program, const model::Pipeline& pipeline, const catalogue::Server& server,
                 diagnostics::Sink& sink);

}  // namespace sluice::lower

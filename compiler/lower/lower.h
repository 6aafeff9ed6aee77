#pragma once

#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/check/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"

namespace sluice::lower {

// Turns checked pipelines into the model: expressions into GitHub's, conditions of blocks into conditions of steps,
// scripts into safe ones, files between jobs into transfers, gates into jobs. Reports what only shows here: scripts
// (P0511-P0518), `raw` over settings (P0623), missing pins of the compiler's own steps (P0701). Total; pipelines that
// are broken are read for their mistakes and left out.
model::Program Lower(const source::SourceMap& sources, const check::Program& program, const catalogue::Lock& lock,
                     const catalogue::Project& project, diagnostics::Sink& sink);

}  // namespace sluice::lower

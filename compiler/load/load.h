#pragma once

#include <optional>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"

namespace sluice::load {

// Reads a workflow file as GitHub does and adds it to `program`: it accepts and rejects what @actions/workflow-parser
// accepts and rejects, but for the exceptions in docs/decisions/0020. Every mistake gives one diagnostic (P11xx); with
// one there is no pipeline. Total: never throws, and bounded by GitHub's limits for any input.
std::optional<model::PipelineId> LoadWorkflow(const source::SourceMap& sources, source::FileId file,
                                              model::Program& program, diagnostics::Sink& sink);

}  // namespace sluice::load

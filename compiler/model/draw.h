#pragma once

#include <string>

#include "compiler/model/program.h"

// Pictures of a pipeline's graph of jobs. Deterministic; jobs stand in an order in which each follows what it needs.
namespace sluice::model {

// Lines for a terminal: each job with where it runs, what it waits for and why.
std::string DrawText(const Program& program, PipelineId pipeline);
// Graphviz.
std::string DrawDot(const Program& program, PipelineId pipeline);
// Mermaid, as GitHub shows it in Markdown.
std::string DrawMermaid(const Program& program, PipelineId pipeline);

}  // namespace sluice::model

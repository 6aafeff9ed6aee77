#pragma once

#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::diagnostics {

// The document of `check --format json` (cli.md, "Machine formats"), version 1: one line of JSON and a line end. Ends of
// ranges are exclusive. `label` is the text of the primary label; every label names its file.
std::string RenderJson(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources);

// One workflow command a diagnostic, as GitHub's runner reads them: `::error file=…,line=…,title=P0401::message`.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
std::string RenderGithub(std::span<const Diagnostic> diagnostics, const source::SourceMap& sources);

}  // namespace sluice::diagnostics

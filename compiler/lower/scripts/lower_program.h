#pragma once

#include "compiler/lower/scripts/lower_script.h"

namespace sluice::lower::scripts {

// LowerScript for PowerShell, Python and JavaScript.
LoweredScript LowerProgram(const Script& script, const source::SourceMap& sources, diagnostics::Sink& sink);

}  // namespace sluice::lower::scripts

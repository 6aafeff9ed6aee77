#pragma once

#include <string>
#include <vector>

#include "compiler/lower/scripts/scan.h"
#include "tests/unit/lower_scripts/shells.h"

namespace sluice::lower::scripts {

// Commands that read programs of the language: python3 and node with `{0}` for the file. Those that the machine lacks
// are left out.
std::vector<std::string> InterpretersFor(Shell language);

// Runs each case in a process of its own, many at a time; `show(…)` is a function of the programs. Gives one line for
// each case that printed something else, and one when a file called x appeared.
std::vector<std::string> RunPrograms(Shell language, const std::vector<Case>& cases);

// Which of the programs the language cannot parse: "3: SyntaxError …".
std::vector<std::string> Unparsable(Shell language, const std::vector<std::string>& programs);

}  // namespace sluice::lower::scripts

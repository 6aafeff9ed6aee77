#pragma once

#include <string>

#include "cli/lookup.h"
#include "cli/project.h"
#include "compiler/syntax/uses.h"

namespace sluice::cli {

// Says at its place why a reference cannot be pinned, with the nearest that can.
void ReportNoPin(Project& project, const syntax::ActionUse& use, const NoPin& none);

// The same in half a sentence: "the tag `v1` is gone".
std::string Describe(const NoPin& none, const std::string& ref);

}  // namespace sluice::cli

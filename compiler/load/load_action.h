#pragma once

#include <string>

#include "compiler/base/result.h"
#include "compiler/model/action.h"

namespace sluice::load {

// Reads the metadata file of an action (`action.yml`). The steps of a composite action are held to GitHub's rules for
// steps; the first mistake is the error, with its line. `path` is for messages.
Result<model::Action> LoadAction(const std::string& path, const std::string& text);

}  // namespace sluice::load

#pragma once

#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/action.h"
#include "compiler/source/source_map.h"

namespace sluice::load {

// Reads the metadata file of an action (`action.yml`). The steps of a composite action are held to GitHub's rules for
// steps; the first mistake is the error, with its line. `path` is for messages.
Result<model::Action> LoadAction(const std::string& path, const std::string& text);

// Reports everything that GitHub would refuse in the metadata file of an action (P11xx), as LoadWorkflow does for
// workflows. Source: action-v1.0.json of github.com/actions/languageservices.
void CheckAction(const source::SourceMap& sources, source::FileId file, diagnostics::Sink& sink);

// Is the file called as GitHub looks for the metadata of actions: `action.yml` or `action.yaml`?
bool IsActionFile(std::string_view path);

}  // namespace sluice::load

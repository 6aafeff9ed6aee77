#pragma once

#include <string>

#include "compiler/base/result.h"
#include "compiler/catalogue/lock.h"

// What sluice.lock keeps of a file in another repository. `path` is for messages; uses, ref, sha and version are the
// caller's to fill in.
namespace sluice::load {

// The signature of an `action.yml`. It says names, not types: every input is text (a token where the default is one),
// and which permissions the action needs is not established.
Result<catalogue::ActionPin> ReadActionSignature(const std::string& path, const std::string& text);

// The same of an action in the repository, `uses` being its path. A composite one whose steps are all scripts, and which
// does not read the token, needs no permissions.
Result<catalogue::ActionPin> ReadLocalAction(const std::string& path, const std::string& text);

// The signature of a reusable workflow, which is held to GitHub's rules. Its permissions are what its jobs ask for
// together; they are not established when a job leaves them to the repository's setting.
Result<catalogue::WorkflowPin> ReadWorkflowSignature(const std::string& path, const std::string& text);

}  // namespace sluice::load

#pragma once

#include <map>
#include <string>

#include "compiler/base/result.h"

// What a commit of the project's own repository holds, asked of the program git.
namespace sluice::cli {

// The workflow files of a folder (from the root) as a commit has them: path from the root -> text. A commit without the
// folder has none. Errors, one sentence each: no git, no repository, no such revision, a clone that is too shallow for it.
struct Revision {
  std::string commit;  // its whole name
  std::map<std::string, std::string> files;
};
Result<Revision> ReadRevision(const std::string& root, const std::string& revision, const std::string& folder);

}  // namespace sluice::cli

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/store/files.h"
#include "runtime/store/store.h"

// The files of a repository as a job sees them: tracked, and untracked but not ignored. The repository's folder itself
// is the lowest layer of an overlay, so nothing is copied; a thin layer of whiteouts above it hides the rest.
namespace sluice::engine {

// A layer of whiteouts in the store, kept from being removed while this lives.
struct HiddenLayer {
  std::string folder;  // empty: nothing has to be hidden
  store::Descriptor use = store::Descriptor();

  // The layers of a workspace, the highest first.
  std::vector<std::string> Above(const std::string& repository) const {
    return folder.empty() ? std::vector{repository} : std::vector{folder, repository};
  }
};

// Makes the layer for `repository` (absolute) or finds it: what is ignored is asked of git once and remembered until a
// folder, an ignore file, the index or git's configuration changes (checked by their times, without git). A folder
// outside of git has no ignored files.
Result<HiddenLayer> HideIgnored(const store::Store& store, const std::string& repository, bool hide_git);

// Copies what a job may see of `repository` into the existing folder `target`, for machines without overlays.
Status CopyWorkspace(const std::string& repository, const std::string& target, bool hide_git);

// The paths to be hidden, from the answer of `git status --porcelain=v1 -z --ignored` (entries end in NUL, ignored ones
// begin with `!! `, folders end in '/'): sorted, without the '/', nothing below another, nothing that leaves the folder.
std::vector<std::string> HiddenPaths(std::string_view status, bool hide_git);

}  // namespace sluice::engine

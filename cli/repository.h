#pragma once

#include <string>

#include "compiler/base/file_system.h"
#include "runtime/steps/event.h"

namespace sluice::cli {

// What git says about the folder (an absolute path) or the nearest one above it that has `.git`: branch, commit and the
// remote `origin`, read from git's own files. Without a repository the defaults stand, with the folder's name.
steps::Repository ReadRepository(const std::string& folder, const FileSystem& files);

}  // namespace sluice::cli

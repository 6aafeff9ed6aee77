#pragma once

#include <map>
#include <string>

namespace sluice::compile {

// A project in memory: paths and texts. `sluice.lock` and `sluice.toml` are read when they are there.
using Files = std::map<std::string, std::string>;

struct Compilation {
  std::string messages;                        // as `sluice check` prints them
  std::map<std::string, std::string> outputs;  // path -> bytes; empty with an error
  std::map<std::string, std::string> good;     // of the pipelines without a mistake, also beside an error
  size_t errors = 0;
};

// Compiles the named sources (all .pipe files of the root when none is named).
Compilation CompileText(const Files& files, const std::string& source = "");

// A lock with checkout, upload-artifact, download-artifact and setup-node.
std::string SmallLock();

}  // namespace sluice::compile

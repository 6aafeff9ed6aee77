#pragma once

#include <string>
#include <vector>

#include "cli/lookup.h"
#include "cli/project.h"

// What `sluice lock` puts into the file.
namespace sluice::cli {

struct LockFlags {
  bool update = false, check = false, offline = false;
  std::vector<std::string> names;      // to update; none: all
  std::vector<std::string> from_yaml;  // workflow files whose pins are taken over
  std::vector<std::string> images;     // NAME=sha256:…
  std::vector<std::string> mirrors;
  int64_t timeout = 0;  // seconds; 0: the project's
};

struct Locked {
  catalogue::Lock lock;
  std::vector<std::string> changes;  // a line each: what a pin was and what it is
  std::vector<std::string> notes;    // what the user should know: a tag that moved, an image without a digest
};

// The pins that the sources need. What the lock has stays, unless it is to be updated or a committed workflow has a newer
// version (language.md 2.15); the rest is looked up. What has no pin is an error in the project's sink.
Result<Locked> LockProject(Project& project, const LockFlags& flags, Lookup& lookup);

}  // namespace sluice::cli

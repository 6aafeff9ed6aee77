#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "cli/project.h"

namespace sluice::cli {

struct Mended {
  size_t fixes = 0;
  std::set<std::string> files;
};

// Carries out the fixes of what `inspect` finds, and of what it finds then, until nothing is left to do. Only files of
// the project are written, whole and at once. A round after which there are more errors than before is taken back and
// ends the work.
using Inspect = std::function<Result<std::unique_ptr<Project>>()>;
Result<Mended> Mend(const Inspect& inspect, bool unsafe);

}  // namespace sluice::cli

#pragma once

#include <string>
#include <vector>

#include "cli/locking.h"
#include "compiler/model/program.h"

namespace sluice::cli {

// The images that a program names in containers, services and `docker://` steps, as they are written and without
// repetition. A digest that `lock` gave is taken off again; an image with a digest of its own needs no pin.
std::vector<std::string> ImagesOf(const model::Program& program, const catalogue::Lock& lock);

// Adds the digests of the images that the sources use: what is given by `--image`, what the lock has, else what the
// registry says. An image that cannot be pinned is a note.
Status LockImages(Project& project, const LockFlags& flags, const Lookup& lookup, Locked& locked);

}  // namespace sluice::cli

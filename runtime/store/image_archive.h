#pragma once

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/store/store.h"

namespace sluice::store {

// What an image archive holds: its layers as files in a folder, not unpacked yet, and its configuration.
struct ArchiveLayer {
  std::string file;
  Digest digest;  // of the file's bytes
};
struct ArchiveContent {
  std::vector<ArchiveLayer> layers;  // lowest first
  Image config;                      // without layers and digest
};

// Reads a `docker save` or OCI archive, or the tarball of a root filesystem. What has to be taken out of it is put into
// `scratch`. Digests that the archive itself names are checked. Of several images in it the one tagged `name` is taken,
// or the only one.
Result<ArchiveContent> ReadImageArchive(const std::string& archive, const std::string& name,
                                        const std::string& scratch);

}  // namespace sluice::store

#pragma once

#include <string>

#include "compiler/base/result.h"

namespace sluice::store {

// Unpacks a tarball (compressed or not) of a layer below the existing folder `target` in overlayfs' own form:
// `.wh.NAME` becomes a whiteout device, `.wh..wh..opq` an opaque folder. Owners are kept when we are root. Gives the
// bytes of its files. An entry that would leave `target` (`..`, an absolute name, through a link) is an error that
// names it.
Result<uint64_t> UnpackLayer(const std::string& archive, const std::string& target);

}  // namespace sluice::store

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/catalogue/lock.h"

// A sluice.lock in which git left a conflict. Two branches that add neighbours in the sorted file meet there.
namespace sluice::catalogue {

// The file as the one side and as the other side has it (what `diff3` shows of the common ancestor belongs to neither).
// Nothing when the text has no conflict markers.
std::optional<std::pair<std::string, std::string>> ConflictSides(std::string_view text);

// Every entry of both. Of what both pin, the newer version stays; of images and tools, that of `ours`.
Lock MergeLocks(Lock ours, const Lock& theirs);

}  // namespace sluice::catalogue

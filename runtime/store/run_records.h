#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/store/store.h"

namespace sluice::store {

// How many records of a project are kept.
inline constexpr size_t kMostRecords = 50;

// Keeps `text` as the newest record of the project in the folder `project`, in a file that only its owner may read, and
// removes the oldest beyond kMostRecords. `name` sorts by time.
Status KeepRecord(const Store& store, const std::string& project, const std::string& name, std::string_view text);

// The records of a project, absolute paths, the newest first.
std::vector<std::string> Records(const Store& store, const std::string& project);

}  // namespace sluice::store

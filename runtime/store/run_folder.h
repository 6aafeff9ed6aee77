#pragma once

#include <functional>
#include <memory>
#include <string>

#include "compiler/base/result.h"
#include "runtime/store/files.h"
#include "runtime/store/store.h"

namespace sluice::store {

// The scratch folder of one run, ROOT/runs/ID, held by a lock as long as the object (or its process) lives. Removed by
// the destructor, in the background. After a kill -9 the lock is free, and the next run's SweepDeadRuns removes what is left.
class RunFolder {
 public:
  static Result<std::unique_ptr<RunFolder>> Create(const Store& store);

  const std::string& id() const { return folder_->id(); }
  const std::string& path() const { return folder_->path(); }
  // Removes a folder below it without waiting for the end.
  void Discard(const std::string& folder) { folder_->Discard(folder); }

 private:
  explicit RunFolder(std::unique_ptr<OwnedFolder> folder) : folder_(std::move(folder)) {}

  std::unique_ptr<OwnedFolder> folder_;
};

// Removes what dead processes left below `parent` (ROOT/runs or ROOT/tmp): folders whose lock is free. `before` is
// called with each such folder first, while its lock is held. Gives how many there were.
int SweepDeadFolders(const std::string& parent, const std::function<void(const std::string& folder)>& before = nullptr);

}  // namespace sluice::store

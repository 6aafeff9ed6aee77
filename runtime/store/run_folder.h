#pragma once

#include <memory>
#include <string>

#include "compiler/base/result.h"
#include "runtime/store/store.h"

namespace sluice::store {

// The scratch folder of one run, ROOT/runs/ID, held by a lock as long as the object (or its process) lives. Removed by
// the destructor. After a kill -9 the lock is free, and the next run's SweepDeadRuns removes what is left.
class RunFolder {
 public:
  static Result<std::unique_ptr<RunFolder>> Create(const Store& store);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::string& id() const { return id_; }
  const std::string& path() const { return path_; }

 private:
  RunFolder(std::string id, std::string path, int lock) : id_(std::move(id)), path_(std::move(path)), lock_(lock) {}

  std::string id_;
  std::string path_;
  int lock_;
};

}  // namespace sluice::store

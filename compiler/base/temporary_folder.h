#pragma once

#include <string>

namespace sluice {

// A new folder in the system's place for temporary files. It goes away with the object, and everything in it.
class TemporaryFolder {
 public:
  // Its name is "sluice-", `purpose` and letters that no other folder has.
  explicit TemporaryFolder(const std::string& purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // False: it could not be made; `error` says why.
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }
  // Absolute. Empty when there is none.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string error_;
};

}  // namespace sluice

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace sluice {

// Files as the compiler sees them: paths with '/', relative to a root (or absolute for the real one). All errors name
// the path and the operating system's reason.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The whole content of a regular file.
  virtual Result<std::string> Read(const std::string& path) const = 0;
  // Writes to a temporary name beside it, fsyncs and renames: readers see the old or the new content, never a mixture.
  // Makes missing folders.
  virtual Status Write(const std::string& path, std::string_view content) = 0;
  virtual Status Remove(const std::string& path) = 0;
  virtual bool IsFile(const std::string& path) const = 0;
  virtual bool IsFolder(const std::string& path) const = 0;
  // The names (not paths) of the entries of a folder, sorted by bytes.
  virtual Result<std::vector<std::string>> List(const std::string& folder) const = 0;
};

// The machine's files below `root` (empty: paths are used as they are).
std::unique_ptr<FileSystem> MakeRealFileSystem(std::string root);

// Files in memory, for tests and editors.
class MemoryFileSystem : public FileSystem {
 public:
  Result<std::string> Read(const std::string& path) const override;
  Status Write(const std::string& path, std::string_view content) override;
  Status Remove(const std::string& path) override;
  bool IsFile(const std::string& path) const override;
  bool IsFolder(const std::string& path) const override;
  Result<std::vector<std::string>> List(const std::string& folder) const override;

  const std::map<std::string, std::string>& files() const { return files_; }

 private:
  std::map<std::string, std::string> files_;
};

// Reads `upper` first and then `lower`; writes go to `upper` alone. Neither is owned.
class OverlayFileSystem : public FileSystem {
 public:
  OverlayFileSystem(FileSystem& upper, const FileSystem& lower) : upper_(upper), lower_(lower) {}
  Result<std::string> Read(const std::string& path) const override;
  Status Write(const std::string& path, std::string_view content) override;
  Status Remove(const std::string& path) override;
  bool IsFile(const std::string& path) const override;
  bool IsFolder(const std::string& path) const override;
  Result<std::vector<std::string>> List(const std::string& folder) const override;

 private:
  FileSystem& upper_;
  const FileSystem& lower_;
};

// "a/./b/../c" -> "a/c"; a path that leaves its root keeps its leading "..".
std::string NormalizePath(std::string_view path);
// Joins with one '/'; an absolute `path` stands alone.
std::string JoinPath(std::string_view folder, std::string_view path);
// Does `path` match `pattern`? `*` and `?` stay within a component, `**/` spans folders.
bool MatchesGlob(std::string_view path, std::string_view pattern);

}  // namespace sluice

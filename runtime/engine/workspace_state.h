#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::engine {

// What a list of ignored files depends on: the times of every folder that is not ignored and of git's files. It is
// valid as long as all of them are as they were.
class WorkspaceState {
 public:
  // Notes `path` as it is now (also when it does not exist).
  void Note(const std::string& path);
  // Notes `folder` and the folders below it, but not those in `hidden` (relative, sorted) or `.git`, and every
  // .gitignore in them.
  void NoteTree(const std::string& folder, const std::vector<std::string>& hidden);
  // Is everything that was noted still the same?
  bool Holds() const;
  // Was something noted that changed so recently that a further change could have the same time?
  bool Racy(int64_t now_ns) const;

  // One line an entry; Read gives false for any other text.
  std::string Write() const;
  bool Read(std::string_view text);

 private:
  struct Entry {
    std::string path;
    uint64_t inode = 0;  // 0: it did not exist
    int64_t size = 0;    // of files; folders are compared by time alone
    int64_t modified_ns = 0;
    int64_t changed_ns = 0;
    bool operator==(const Entry&) const = default;
  };
  static Entry Look(const std::string& path);

  std::vector<Entry> entries_;
};

}  // namespace sluice::engine

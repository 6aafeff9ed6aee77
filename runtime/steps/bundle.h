#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::engine {
class JobContainer;
}
namespace sluice::store {
class Store;
}

namespace sluice::steps {

// Files that go from a container through the store to another one: what a transfer or an artifact holds. Modes, links
// and empty folders survive.
struct BundleEntry {
  enum class Kind : uint8_t { File, Folder, Link } kind = Kind::File;
  std::string path;  // relative, '/'
  uint32_t mode = 0644;
  uint64_t size = 0;
  std::string content;  // File: digest in the store; Link: its target
};
struct Bundle {
  std::vector<BundleEntry> entries;
  uint64_t bytes() const;
};

// Adds the file, link or folder (with everything in it) at `path` of the container under the name `as` ("" for the
// folder's contents). An error when it does not exist.
Status Collect(engine::JobContainer& container, store::Store& store, const std::string& path, const std::string& as,
               Bundle& bundle);

// Writes the bundle below `folder` of the container.
Status Place(engine::JobContainer& container, store::Store& store, const Bundle& bundle, const std::string& folder);

// Patterns of files, one a line: `*`, `?`, `**`, `!` at the start takes matches away again, `#` starts a comment.
class GlobSet {
 public:
  // Absolute patterns below `root` are made relative to it.
  GlobSet(std::string_view lines, std::string_view root);
  // Does the last pattern that fits `path` (relative to the root) include it? A pattern that names a folder includes
  // what is below it.
  bool Matches(std::string_view path) const;
  // The folder from which names in an artifact count: of one plain file its folder, of one folder itself, otherwise the
  // deepest folder that holds everything the patterns can match. `is_folder` says so of the plain patterns.
  std::string Base(bool single_is_folder) const;
  // The only pattern, when there is just one and it has no wildcard; else "".
  std::string Single() const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string text;
    bool negative = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace sluice::steps

#include "compiler/base/find_files.h"

#include <vector>

#include "compiler/base/text.h"

namespace sluice {
namespace {

using Components = std::vector<std::string_view>;

bool IsHidden(const std::string& name) { return name.starts_with('.') || name == "node_modules"; }

// All files below `folder` that match the pattern's components from `at` on. Hidden folders are not looked into.
void Expand(const FileSystem& files, const std::string& folder, const Components& pattern, size_t at,
            std::set<std::string>& found) {
  const std::string_view part = pattern[at];
  const bool last = at + 1 == pattern.size();
  if (part.find_first_of("*?") == std::string_view::npos) {
    const std::string path = JoinPath(folder, part);
    if (last && files.IsFile(path)) found.insert(path);
    if (!last && files.IsFolder(path)) Expand(files, path, pattern, at + 1, found);
    return;
  }
  if (part == "**" && !last) Expand(files, folder, pattern, at + 1, found);
  const auto names = files.List(folder.empty() ? "." : folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::string path = JoinPath(folder, name);
    if (part == "**") {
      if (!IsHidden(name) && files.IsFolder(path)) Expand(files, path, pattern, at, found);
      if (last && files.IsFile(path)) found.insert(path);
    } else if (MatchesGlob(name, part)) {
      if (last && files.IsFile(path)) found.insert(path);
      if (!last && !IsHidden(name) && files.IsFolder(path)) Expand(files, path, pattern, at + 1, found);
    }
  }
}

}  // namespace

std::set<std::string> FindFiles(const FileSystem& files, const std::string& folder, std::string_view pattern) {
  std::set<std::string> found;
  Expand(files, folder, SplitString(pattern, '/'), 0, found);
  return found;
}

}  // namespace sluice

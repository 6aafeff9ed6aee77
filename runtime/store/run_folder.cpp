#include "runtime/store/run_folder.h"

#include <dirent.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "runtime/store/users.h"

namespace sluice::store {

Result<std::unique_ptr<RunFolder>> RunFolder::Create(const Store& store) {
  SLUICE_ASSIGN(auto folder, OwnedFolder::Create(store.root() + "/runs", true));
  return std::unique_ptr<RunFolder>(new RunFolder(std::move(folder)));
}

int SweepDeadFolders(const std::string& parent, const std::function<void(const std::string& folder)>& before) {
  constexpr std::string_view kSuffix = ".lock";
  std::vector<std::string> ids;
  DIR* folder = ::opendir(parent.c_str());
  while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name.ends_with(kSuffix)) ids.emplace_back(name.substr(0, name.size() - kSuffix.size()));
  }
  if (folder != nullptr) ::closedir(folder);
  int swept = 0;
  for (const std::string& id : ids) {
    const std::string path = parent + "/" + id;
    auto lock = LockFile(path + ".lock", Lock::Exclusive, false);
    if (!lock.ok() || !lock->valid()) continue;
    if (before && ::access(path.c_str(), F_OK) == 0) before(path);
    if (!RemoveTree(path).ok() && !RemoveOthersFiles(path)) continue;
    ::unlink((path + ".lock").c_str());
    ++swept;
  }
  return swept;
}

}  // namespace sluice::store

#include "runtime/store/run_records.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace sluice::store {
namespace {

constexpr std::string_view kSuffix = ".ndjson";

std::string FolderOf(const Store& store, const std::string& project) {
  return store.root() + "/records/" + Sha256(project).substr(7, 32);
}

}  // namespace

Status KeepRecord(const Store& store, const std::string& project, const std::string& name, std::string_view text) {
  const std::string folder = FolderOf(store, project);
  SLUICE_RETURN_IF_ERROR(MakeFolders(folder));
  if (::chmod(folder.c_str(), 0700) != 0) return SystemError("protect", folder);
  SLUICE_RETURN_IF_ERROR(WriteWhole(folder + "/" + name + std::string(kSuffix), text, false));
  const std::vector<std::string> all = Records(store, project);
  for (size_t i = kMostRecords; i < all.size(); ++i) ::unlink(all[i].c_str());
  return {};
}

std::vector<std::string> Records(const Store& store, const std::string& project) {
  const std::string place = FolderOf(store, project);
  std::vector<std::string> paths;
  DIR* folder = ::opendir(place.c_str());
  while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder))
    if (const std::string_view name = entry->d_name; name.ends_with(kSuffix))
      paths.push_back(place + "/" + std::string(name));
  if (folder != nullptr) ::closedir(folder);
  std::ranges::sort(paths, std::greater<>());
  return paths;
}

}  // namespace sluice::store

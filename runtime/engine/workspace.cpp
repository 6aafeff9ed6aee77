#include "runtime/engine/workspace.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "compiler/base/text.h"
#include "runtime/engine/launch.h"
#include "runtime/engine/workspace_state.h"

namespace sluice::engine {
namespace {

using store::Descriptor;
using store::Lock;
using store::LockFile;
using store::SystemError;

// git on a repository that another user may own (a sudo run), which must not run that repository's own programs.
std::vector<std::string> Git(const std::string& repository, std::vector<std::string> arguments) {
  std::vector<std::string> command{"git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", repository};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

// Does `repository` or a folder above it belong to git?
bool InGit(std::string folder) {
  for (;;) {
    if (::access((folder + "/.git").c_str(), F_OK) == 0) return true;
    const size_t slash = folder.rfind('/');
    if (slash == std::string::npos || folder.size() <= 1) return false;
    folder.resize(slash == 0 ? 1 : slash);
    if (folder == "/") return ::access("/.git", F_OK) == 0;
  }
}

Result<std::string> AskGit(const std::string& repository, std::vector<std::string> arguments) {
  if (FindProgram("git").empty()) return Error{"git is needed to know which files are ignored: apt-get install git"};
  auto text = RunProgram(Git(repository, std::move(arguments)));
  if (text.ok()) return text;
  return Error{fmt::format("cannot tell which files of `{}` are ignored: {}", repository, text.error().message)};
}

// Everything outside of the tree that git's answer depends on.
void NoteGit(const std::string& repository, WorkspaceState& state) {
  const auto paths =
      RunProgram(Git(repository, {"rev-parse", "--path-format=absolute", "--git-path", "index", "--git-path",
                                  "info/exclude", "--git-path", "config", "--show-toplevel"}));
  if (!paths.ok()) return;
  std::vector<std::string_view> lines = SplitString(*paths, '\n');
  for (size_t i = 0; i < 3 && i < lines.size(); ++i) state.Note(std::string(lines[i]));
  if (lines.size() > 3)
    for (std::string folder = repository; folder.size() > lines[3].size();) {
      folder.resize(folder.rfind('/'));
      state.Note(folder + "/.gitignore");
    }
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string home = variable("HOME");
  const std::string config = variable("XDG_CONFIG_HOME").empty() ? home + "/.config" : variable("XDG_CONFIG_HOME");
  for (const std::string& file :
       {home + "/.gitconfig", config + "/git/config", config + "/git/ignore", std::string("/etc/gitconfig")})
    state.Note(file);
  const auto excludes = RunProgram(Git(repository, {"config", "--type=path", "core.excludesFile"}));
  if (excludes.ok() && !excludes->empty()) state.Note(excludes->substr(0, excludes->size() - 1));
}

// Whiteouts for `paths` below `layer`. The folders above them look as in the repository: theirs is what a job sees.
Status MakeWhiteouts(const std::string& repository, const std::vector<std::string>& paths, const std::string& layer) {
  std::set<std::string> made;
  auto make_folder = [&](const std::string& below) -> Status {
    if (!made.insert(below).second) return {};
    const std::string path = below.empty() ? layer : layer + "/" + below;
    struct stat info;
    if (::stat((below.empty() ? repository : repository + "/" + below).c_str(), &info) != 0) return {};
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return SystemError("make the folder", path);
    if (::geteuid() == 0 && ::chown(path.c_str(), info.st_uid, info.st_gid) != 0) return SystemError("own", path);
    if (::chmod(path.c_str(), info.st_mode & 07777) != 0) return SystemError("set the mode of", path);
    return {};
  };
  SLUICE_RETURN_IF_ERROR(make_folder(""));
  for (const std::string& path : paths) {
    for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      SLUICE_RETURN_IF_ERROR(make_folder(path.substr(0, slash)));
    const std::string place = layer + "/" + path;
    if (::mknod(place.c_str(), S_IFCHR, 0) != 0 && errno != EEXIST && errno != ENOENT)
      return SystemError("hide", place);
  }
  return {};
}

// The name of a layer says all that is in it, so equal ones are shared.
std::string LayerName(const std::string& repository, const std::vector<std::string>& paths) {
  store::Hasher hasher;
  std::set<std::string> folders{""};
  for (const std::string& path : paths) {
    hasher.Add(path + '\0');
    for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      folders.insert(path.substr(0, slash));
  }
  for (const std::string& folder : folders) {
    struct stat info;
    if (::stat((repository + "/" + folder).c_str(), &info) == 0)
      hasher.Add(fmt::format("{} {:o} {} {}", folder, info.st_mode, info.st_uid, info.st_gid));
  }
  return hasher.Finish().substr(7, 32);
}

// Removes the layers of a repository that nobody uses, but for `keep`.
void RemoveOldLayers(const std::string& place, const std::string& keep) {
  std::vector<std::string> names;
  DIR* folder = ::opendir(place.c_str());
  while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder))
    if (std::string name = entry->d_name; name.ends_with(".use")) names.push_back(name.substr(0, name.size() - 4));
  if (folder != nullptr) ::closedir(folder);
  for (const std::string& name : names) {
    if (name == keep) continue;
    const std::string path = place + "/" + name;
    auto lock = LockFile(path + ".use", Lock::Exclusive, false);
    if (lock.ok() && lock->valid() && store::RemoveTree(path).ok()) ::unlink((path + ".use").c_str());
  }
}

Result<HiddenLayer> KeepLayer(const store::Store& store, const std::string& place, const std::string& repository,
                              const std::vector<std::string>& paths, std::string& name) {
  name = LayerName(repository, paths);
  const std::string layer = place + "/" + name;
  SLUICE_ASSIGN(Descriptor use, LockFile(layer + ".use", Lock::Shared, true));
  if (::access(layer.c_str(), F_OK) != 0) {
    SLUICE_ASSIGN(auto scratch, store.TemporaryFolder());
    const std::string fresh = scratch->path() + "/layer";
    SLUICE_RETURN_IF_ERROR(MakeWhiteouts(repository, paths, fresh));
    if (::rename(fresh.c_str(), layer.c_str()) != 0 && errno != EEXIST && errno != ENOTEMPTY)
      return SystemError("write", layer);
  }
  RemoveOldLayers(place, name);
  return HiddenLayer{layer, std::move(use)};
}

// The layer that was made when everything was as it is now, or nothing.
std::optional<HiddenLayer> Remembered(const std::string& place, const std::string& state_file) {
  const auto text = store::ReadWhole(state_file);
  if (!text.ok()) return std::nullopt;
  const size_t line = text->find('\n');
  WorkspaceState state;
  if (line == std::string::npos || !state.Read(std::string_view(*text).substr(line + 1)) || !state.Holds())
    return std::nullopt;
  if (line == 0) return HiddenLayer{};
  const std::string layer = place + "/" + text->substr(0, line);
  auto use = LockFile(layer + ".use", Lock::Shared, true);
  if (!use.ok() || ::access(layer.c_str(), F_OK) != 0) return std::nullopt;
  return HiddenLayer{layer, std::move(*use)};
}

int64_t NowNs() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

Status CopyFile(const std::string& from, const std::string& to, mode_t mode) {
  Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!source.valid()) return errno == ENOENT ? Status() : Status(SystemError("read", from));
  Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!target.valid()) return SystemError("write", to);
  char buffer[1 << 16];
  for (ssize_t count; (count = ::read(source.get(), buffer, sizeof buffer)) != 0;) {
    if (count < 0 && errno != EINTR) return SystemError("read", from);
    for (ssize_t done = 0; done < count;) {
      const ssize_t written = ::write(target.get(), buffer + done, static_cast<size_t>(count - done));
      if (written < 0 && errno != EINTR) return SystemError("write", to);
      if (written > 0) done += written;
    }
  }
  return ::fchmod(target.get(), mode & 07777) == 0 ? Status() : Status(SystemError("write", to));
}

// Copies one file, link or (with everything in it) folder. Sockets and devices are left out.
Status CopyEntry(const std::string& from, const std::string& to) {
  struct stat info;
  if (::lstat(from.c_str(), &info) != 0) return errno == ENOENT ? Status() : Status(SystemError("read", from));
  if (S_ISREG(info.st_mode)) return CopyFile(from, to, info.st_mode);
  if (S_ISLNK(info.st_mode)) {
    std::string target(4096, '\0');
    const ssize_t length = ::readlink(from.c_str(), target.data(), target.size());
    if (length < 0) return SystemError("read", from);
    target.resize(static_cast<size_t>(length));
    return ::symlink(target.c_str(), to.c_str()) == 0 ? Status() : Status(SystemError("write", to));
  }
  if (!S_ISDIR(info.st_mode)) return {};
  SLUICE_RETURN_IF_ERROR(store::MakeFolders(to));
  std::vector<std::string> names;
  DIR* folder = ::opendir(from.c_str());
  if (folder == nullptr) return SystemError("read", from);
  while (const dirent* entry = ::readdir(folder)) names.emplace_back(entry->d_name);
  ::closedir(folder);
  for (const std::string& name : names)
    if (name != "." && name != "..") SLUICE_RETURN_IF_ERROR(CopyEntry(from + "/" + name, to + "/" + name));
  return {};
}

}  // namespace

std::vector<std::string> HiddenPaths(std::string_view status, bool hide_git) {
  constexpr std::string_view kIgnored = "!! ";
  std::vector<std::string> paths;
  if (hide_git) paths.emplace_back(".git");
  for (std::string_view path : SplitString(status, '\0')) {
    if (!path.starts_with(kIgnored)) continue;
    path.remove_prefix(kIgnored.size());
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::vector<std::string_view> parts = SplitString(path, '/');
    const bool leaves =
        std::ranges::any_of(parts, [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
    if (!leaves) paths.emplace_back(path);
  }
  std::ranges::sort(paths);
  std::vector<std::string> top;
  std::set<std::string_view> hidden(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    bool below = false;
    for (size_t slash = path.find('/'); slash != std::string::npos && !below; slash = path.find('/', slash + 1))
      below = hidden.contains(std::string_view(path).substr(0, slash));
    if (!below && (top.empty() || top.back() != path)) top.push_back(path);
  }
  return top;
}

Result<HiddenLayer> HideIgnored(const store::Store& store, const std::string& repository, bool hide_git) {
  const bool git = InGit(repository);
  if (!git && !hide_git) return HiddenLayer{};
  const std::string place = store.root() + "/workspaces/" + store::Sha256(repository).substr(7, 32);
  const std::string state_file = place + (hide_git ? "/state-without-git" : "/state");
  if (auto known = Remembered(place, state_file)) return std::move(*known);
  SLUICE_RETURN_IF_ERROR(store::MakeFolders(place));
  const int64_t begin = NowNs();
  WorkspaceState state;
  std::string ignored;
  if (git) {
    NoteGit(repository, state);
    // Folders that match a pattern come as one entry; of others the ignored files, for new ones may appear beside them.
    SLUICE_ASSIGN(ignored,
                  AskGit(repository, {"--no-optional-locks", "status", "--porcelain=v1", "-z", "--ignored=matching",
                                      "--untracked-files=normal", "--no-renames", "--ignore-submodules=all", "."}));
  }
  const std::vector<std::string> paths = HiddenPaths(ignored, hide_git);
  state.NoteTree(repository, paths);
  HiddenLayer layer;
  std::string name;
  if (!paths.empty()) {
    SLUICE_ASSIGN(layer, KeepLayer(store, place, repository, paths, name));
  }
  if (!state.Racy(begin)) SLUICE_RETURN_IF_ERROR(store::WriteWhole(state_file, name + "\n" + state.Write(), false));
  return layer;
}

Status CopyWorkspace(const std::string& repository, const std::string& target, bool hide_git) {
  std::set<std::string> names;
  if (InGit(repository)) {
    SLUICE_ASSIGN(const std::string listed,
                  AskGit(repository, {"ls-files", "-z", "--cached", "--others", "--exclude-standard"}));
    for (const std::string_view name : SplitString(listed, '\0'))
      if (!name.empty()) names.emplace(name);
    if (!hide_git && ::access((repository + "/.git").c_str(), F_OK) == 0) names.emplace(".git");
  } else {
    return CopyEntry(repository, target);
  }
  for (std::string name : names) {
    while (name.ends_with('/')) name.pop_back();  // a repository inside of this one
    if (const size_t slash = name.rfind('/'); slash != std::string::npos)
      SLUICE_RETURN_IF_ERROR(store::MakeFolders(target + "/" + name.substr(0, slash)));
    SLUICE_RETURN_IF_ERROR(CopyEntry(repository + "/" + name, target + "/" + name));
  }
  return {};
}

}  // namespace sluice::engine

#include "runtime/store/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "runtime/store/users.h"

namespace sluice::store {
namespace {

std::string RandomId() {
  uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) number = static_cast<uint64_t>(::getpid());
  return fmt::format("{:016x}", number);
}

int RemoveEntry(int parent, const char* name);

int RemoveContent(int folder) {
  DIR* entries = ::fdopendir(folder);
  if (entries == nullptr) {
    ::close(folder);
    return errno;
  }
  int error = 0;
  while (const dirent* entry = ::readdir(entries)) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    if (const int failed = RemoveEntry(folder, entry->d_name); failed != 0 && error == 0) error = failed;
  }
  ::closedir(entries);
  return error;
}

int RemoveEntry(int parent, const char* name) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  constexpr int kHow = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int folder = ::openat(parent, name, kHow);
  if (folder < 0 && errno == EACCES && ::fchmodat(parent, name, 0700, 0) == 0) folder = ::openat(parent, name, kHow);
  if (folder < 0) return errno;
  if (::faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) != 0) ::fchmod(folder, 0700);
  if (const int error = RemoveContent(folder)) return error;
  return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

}  // namespace

Error SystemError(std::string_view what, const std::string& path) {
  const int error = errno;
  std::string message = fmt::format("cannot {} `{}`: {}", what, path, std::strerror(error));
  if (error == ENOSPC || error == EDQUOT)
    message = fmt::format(
        "the disk is full (cannot {} `{}`): free some space, or set SLUICE_CACHE to a folder on another disk", what,
        path);
  return Error{message};
}

Status MakeFolders(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    errno = ENOTDIR;
    return SystemError("make the folder", path);
  }
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) SLUICE_RETURN_IF_ERROR(MakeFolders(path.substr(0, slash)));
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return SystemError("make the folder", path);
  return {};
}

Status RemoveTree(const std::string& path) {
  errno = RemoveEntry(AT_FDCWD, path.c_str());
  return errno == 0 ? Status() : SystemError("remove", path);
}

void RemoveInBackground(const std::string& path, int lock) {
  static std::vector<pid_t> removers;
  std::erase_if(removers, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
  const pid_t pid = ::fork();
  if (pid > 0) removers.push_back(pid);
  if (pid < 0) static_cast<void>(RemoveTree(path));
  if (pid != 0) return;
  // Nothing else of ours may stay open: the ends of pipes tell containers that we live.
  const auto kept = static_cast<unsigned>(lock < 0 ? 2 : lock);
  if (kept > 3) ::close_range(3, kept - 1, 0);
  ::close_range(std::max(3u, kept + 1), ~0u, 0);
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
  if (RemoveTree(path).ok() || RemoveOthersFiles(path)) ::unlink((path + ".lock").c_str());
  ::_exit(0);
}

Status WriteWhole(const std::string& path, std::string_view bytes, bool durable) {
  const std::string temporary = path + "." + RandomId() + ".tmp";
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.valid()) return SystemError("write", path);
  auto fail = [&] {
    Error error = SystemError("write", path);
    ::unlink(temporary.c_str());
    return error;
  };
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return fail();
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (durable && ::fsync(file.get()) != 0) return fail();
  return ::rename(temporary.c_str(), path.c_str()) == 0 ? Status() : fail();
}

Result<std::string> ReadWhole(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return SystemError("read", path);
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("read", path);
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(count));
  }
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this == &other) return *this;
  Close();
  fd_ = other.Release();
  return *this;
}

int Descriptor::Release() { return std::exchange(fd_, -1); }

void Descriptor::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Descriptor> LockFile(const std::string& path, Lock lock, bool wait) {
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.valid()) return SystemError("open", path);
    const int how = (lock == Lock::Shared ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB);
    while (::flock(file.get(), how) != 0) {
      if (errno == EWOULDBLOCK) return Descriptor();
      if (errno != EINTR) return SystemError("lock", path);
    }
    // Whoever removes such a file holds its lock, so a lock counts only when its file is still the one of that name.
    struct stat ours;
    struct stat named;
    if (::fstat(file.get(), &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino)
      return file;
  }
}

Result<std::unique_ptr<OwnedFolder>> OwnedFolder::Create(const std::string& parent, bool background) {
  SLUICE_RETURN_IF_ERROR(MakeFolders(parent));
  for (;;) {
    std::string id = RandomId();
    std::string path = parent + "/" + id;
    SLUICE_ASSIGN(Descriptor lock, LockFile(path + ".lock", Lock::Exclusive, false));
    if (!lock.valid()) continue;
    if (::mkdir(path.c_str(), 0700) != 0) {
      Error error = SystemError("make the folder", path);
      ::unlink((path + ".lock").c_str());
      return error;
    }
    return std::unique_ptr<OwnedFolder>(new OwnedFolder(std::move(id), std::move(path), std::move(lock), background));
  }
}

OwnedFolder::~OwnedFolder() {
  if (background_)
    RemoveInBackground(path_, lock_.get());
  else if (RemoveTree(path_).ok())
    ::unlink((path_ + ".lock").c_str());
}

}  // namespace sluice::store

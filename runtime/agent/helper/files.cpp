#include "runtime/agent/helper/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace sluice::agent {
namespace {

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

int CheckRegular(int fd, struct stat& info) {
  if (::fstat(fd, &info) != 0) return errno;
  if (S_ISDIR(info.st_mode)) return EISDIR;
  return S_ISREG(info.st_mode) ? 0 : EINVAL;
}

int MakeParents(const std::string& path, Owner owner) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return 0;
  return MakeFolders(path.substr(0, slash), 0755, owner);
}

int WriteAll(int fd, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) done += static_cast<size_t>(written);
  }
  return 0;
}

// Removes the folder `name` of `parent` and everything in it, never following a link.
int RemoveTree(int parent, const char* name) {
  const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno;
  DIR* folder = ::fdopendir(fd);
  if (folder == nullptr) return errno;
  int error = 0;
  while (const dirent* entry = ::readdir(folder)) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    if (::unlinkat(fd, entry->d_name, 0) == 0) continue;
    if (errno == EISDIR || errno == EPERM) {
      if (const int inner = RemoveTree(fd, entry->d_name); inner != 0 && error == 0) error = inner;
    } else if (errno != ENOENT && error == 0) {
      error = errno;
    }
  }
  ::closedir(folder);
  if (error == 0 && ::unlinkat(parent, name, AT_REMOVEDIR) != 0) error = errno;
  return error;
}

EntryKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::File;
  if (S_ISDIR(mode)) return EntryKind::Folder;
  return S_ISLNK(mode) ? EntryKind::Link : EntryKind::Other;
}

int Describe(int folder, const char* name, std::string path, Entry& entry) {
  struct stat info;
  if (::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  entry = {std::move(path), KindOf(info.st_mode), static_cast<uint32_t>(info.st_mode & 07777), 0, ""};
  entry.size = entry.kind == EntryKind::File ? static_cast<uint64_t>(info.st_size) : 0;
  if (entry.kind == EntryKind::Link) {
    char target[PATH_MAX];
    const ssize_t length = ::readlinkat(folder, name, target, sizeof target);
    if (length > 0) entry.target.assign(target, static_cast<size_t>(length));
  }
  return 0;
}

}  // namespace

int MakeFolders(const std::string& path, uint32_t mode, Owner owner) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
  if (const int error = MakeParents(path, owner)) return error;
  if (::mkdir(path.c_str(), static_cast<mode_t>(mode & 07777)) != 0) return errno == EEXIST ? 0 : errno;
  if (::chmod(path.c_str(), static_cast<mode_t>(mode & 07777)) != 0) return errno;
  return ::lchown(path.c_str(), owner.user, owner.group) == 0 ? 0 : errno;
}

int Write(const WriteFile& request, Owner owner) {
  if (const int error = MakeParents(request.path, owner)) return error;
  const int how = O_WRONLY | O_NONBLOCK | O_CLOEXEC | (request.append ? O_APPEND : 0);
  bool created = false;
  int fd = ::open(request.path.c_str(), how);
  if (fd < 0 && errno == ENOENT) {
    fd = ::open(request.path.c_str(), how | O_CREAT, static_cast<mode_t>(request.mode & 07777));
    created = fd >= 0;
  }
  if (fd < 0) return errno;
  const Descriptor file(fd);
  struct stat info;
  if (const int error = CheckRegular(fd, info)) return error;
  if (!request.append && ::ftruncate(fd, 0) != 0) return errno;
  if (created && ::fchown(fd, owner.user, owner.group) != 0) return errno;
  if ((created || !request.append) && ::fchmod(fd, static_cast<mode_t>(request.mode & 07777)) != 0) return errno;
  return WriteAll(fd, request.bytes);
}

int Read(const ReadFile& request, FileData& data) {
  const Descriptor file(::open(request.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return errno;
  struct stat info;
  if (const int error = CheckRegular(file.get(), info)) return error;
  data = {request.request, static_cast<uint64_t>(info.st_size), ""};
  data.bytes.resize(request.limit < kMaxChunk ? request.limit : kMaxChunk);
  size_t done = 0;
  while (done < data.bytes.size()) {
    const auto offset = static_cast<off_t>(request.offset + done);
    const ssize_t count = ::pread(file.get(), data.bytes.data() + done, data.bytes.size() - done, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  data.bytes.resize(done);
  return 0;
}

int RemovePath(const std::string& path, bool recursive) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  const int error = recursive ? RemoveTree(AT_FDCWD, path.c_str()) : (::rmdir(path.c_str()) == 0 ? 0 : errno);
  return error == ENOENT ? 0 : error;
}

int Link(const MakeLink& request, Owner owner) {
  if (const int error = MakeParents(request.path, owner)) return error;
  if (::unlink(request.path.c_str()) != 0 && errno != ENOENT) return errno;
  if (::symlink(request.target.c_str(), request.path.c_str()) != 0) return errno;
  return ::lchown(request.path.c_str(), owner.user, owner.group) == 0 ? 0 : errno;
}

int Listing::Step(Entries& entries) {
  entries.request = request_.request;
  entries.last = true;
  if (request_.self) return Describe(AT_FDCWD, request_.path.c_str(), "", entries.entries.emplace_back());
  const bool first = !begun_;
  begun_ = true;
  std::string below;
  if (!first) {
    below = std::move(folders_.back());
    folders_.pop_back();
  }
  const std::string path = first ? request_.path : request_.path + "/" + below;
  const int how = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (first ? 0 : O_NOFOLLOW);
  const int fd = ::open(path.c_str(), how);
  DIR* folder = fd < 0 ? nullptr : ::fdopendir(fd);
  if (folder == nullptr && first) return errno;
  while (const dirent* found = folder == nullptr ? nullptr : ::readdir(folder)) {
    if (std::strcmp(found->d_name, ".") == 0 || std::strcmp(found->d_name, "..") == 0) continue;
    Entry entry;
    if (Describe(fd, found->d_name, below.empty() ? found->d_name : below + "/" + found->d_name, entry) != 0) continue;
    if (request_.recursive && entry.kind == EntryKind::Folder) folders_.push_back(entry.path);
    entries.entries.push_back(std::move(entry));
  }
  if (folder != nullptr) ::closedir(folder);
  entries.last = folders_.empty();
  return 0;
}

}  // namespace sluice::agent

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

// Small steps on the machine's files that the store is made of. Errors name the path and the reason; a full disk also
// says what to do.
namespace sluice::store {

// "cannot WHAT `PATH`: reason" from errno.
Error SystemError(std::string_view what, const std::string& path);

Status MakeFolders(const std::string& path);
// Removes a file or a folder with everything in it, also folders that their owner may not read. Never follows a link.
Status RemoveTree(const std::string& path);
// Removes `path` as RemoveTree, but in a process of its own, which nobody waits for: removing folders is slow on some
// file systems. It keeps `lock` (a descriptor, or -1), so that others see that the owner is still at work.
void RemoveInBackground(const std::string& path, int lock);
// Writes to a temporary name beside it and renames. Not flushed to the disk unless `durable`.
Status WriteWhole(const std::string& path, std::string_view bytes, bool durable = true);
Result<std::string> ReadWhole(const std::string& path);

// A descriptor that closes itself; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { Close(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release();
  void Close();

 private:
  int fd_;
};

enum class Lock : unsigned char { Shared, Exclusive };
// Opens (makes) the file and locks it with flock. Without `wait` an invalid descriptor means that another holds it.
Result<Descriptor> LockFile(const std::string& path, Lock lock, bool wait);

// A folder PARENT/ID that belongs to this process: PARENT/ID.lock is locked as long as the object lives. The folder is
// removed with it, or by the next SweepDeadFolders when the process was killed.
class OwnedFolder {
 public:
  // `background`: the destructor does not wait until the folder is removed.
  static Result<std::unique_ptr<OwnedFolder>> Create(const std::string& parent, bool background = false);
  ~OwnedFolder();
  OwnedFolder(const OwnedFolder&) = delete;
  OwnedFolder& operator=(const OwnedFolder&) = delete;

  const std::string& id() const { return id_; }
  const std::string& path() const { return path_; }
  // Removes a folder below it without waiting for the end.
  void Discard(const std::string& folder) { RemoveInBackground(folder, lock_.get()); }

 private:
  OwnedFolder(std::string id, std::string path, Descriptor lock, bool background)
      : id_(std::move(id)), path_(std::move(path)), lock_(std::move(lock)), background_(background) {}

  std::string id_;
  std::string path_;
  Descriptor lock_;
  bool background_;
};

}  // namespace sluice::store

#include "runtime/store/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sluice::store {
namespace {

constexpr size_t kPiece = 1u << 20;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return SystemError("write", path);
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> DefaultRoot() {
  if (std::string own = Variable("SLUICE_CACHE"); !own.empty()) return own;
  if (std::string cache = Variable("XDG_CACHE_HOME"); !cache.empty()) return cache + "/sluice";
  if (std::string home = Variable("HOME"); !home.empty()) return home + "/.cache/sluice";
  return Error{"there is no place for Sluice's store: set HOME, or SLUICE_CACHE to a folder"};
}

Result<std::unique_ptr<Store>> Store::Open(const std::string& root) {
  for (const char* folder : {"/blobs/sha256", "/images", "/manifests", "/layers", "/runs", "/tmp"})
    SLUICE_RETURN_IF_ERROR(MakeFolders(root + folder));
  char* real = ::realpath(root.c_str(), nullptr);
  if (real == nullptr) return SystemError("open", root);
  std::unique_ptr<Store> store(new Store(real));
  std::free(real);
  return store;
}

std::string Store::BlobPath(const Digest& digest) const {
  SLUICE_CHECK(IsDigest(digest), "not a digest");
  return root_ + "/blobs/sha256/" + digest.substr(7, 2) + "/" + digest.substr(9);
}

bool Store::Has(const Digest& digest) const {
  return IsDigest(digest) && ::access(BlobPath(digest).c_str(), R_OK) == 0;
}

Result<Digest> Store::PutBytes(std::string_view bytes) {
  const Digest digest = Sha256(bytes);
  if (Has(digest)) return digest;
  const std::string path = BlobPath(digest);
  SLUICE_RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
  SLUICE_RETURN_IF_ERROR(WriteWhole(path, bytes));
  return digest;
}

Result<Digest> Store::PutStream(const std::function<Result<std::string>()>& next) {
  SLUICE_ASSIGN(auto folder, TemporaryFolder());
  const std::string temporary = folder->path() + "/blob";
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.valid()) return SystemError("write", temporary);
  Hasher hasher;
  for (;;) {
    SLUICE_ASSIGN(const std::string piece, next());
    if (piece.empty()) break;
    hasher.Add(piece);
    SLUICE_RETURN_IF_ERROR(WriteAll(file.get(), piece, temporary));
  }
  if (::fsync(file.get()) != 0) return SystemError("write", temporary);
  const Digest digest = hasher.Finish();
  const std::string path = BlobPath(digest);
  SLUICE_RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return SystemError("write", path);
  return digest;
}

Status Store::ReadStream(const Digest& digest, const std::function<Status(std::string_view)>& sink) const {
  if (!IsDigest(digest)) return Error{"`" + digest + "` is not a digest"};
  const std::string path = BlobPath(digest);
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return SystemError("read", path);
  std::string piece(kPiece, '\0');
  Hasher hasher;
  for (;;) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("read", path);
    if (count == 0) break;
    const std::string_view bytes(piece.data(), static_cast<size_t>(count));
    hasher.Add(bytes);
    SLUICE_RETURN_IF_ERROR(sink(bytes));
  }
  if (hasher.Finish() != digest) return Error{"`" + path + "` in the store is damaged: remove it and run again"};
  return {};
}

Result<std::string> Store::ReadBytes(const Digest& digest) const {
  std::string bytes;
  SLUICE_RETURN_IF_ERROR(ReadStream(digest, [&](std::string_view piece) {
    bytes += piece;
    return Status();
  }));
  return bytes;
}

}  // namespace sluice::store

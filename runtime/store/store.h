#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/store/files.h"

// What Sluice keeps on this machine for all projects: blobs (artifacts, transfers) and images, both by SHA-256. Several
// processes may use one store at once: everything is written beside its place and renamed into it.
//
//   ROOT/blobs/sha256/ab/cdef…     a file's bytes
//   ROOT/images/NAME.json          a name and the digest it stands for
//   ROOT/manifests/HEX.json        an image: its layers, environment, user, folder
//   ROOT/layers/HEX/               an unpacked layer, in overlayfs' own form (whiteouts, opaque folders)
//   ROOT/runs/ID/                  scratch of a run that is going on: see run_folder.h
//   ROOT/records/PROJECT/        how the last runs of a project ended: see run_records.h
//   ROOT/tmp/                      half-written things, removed when their writer is gone
namespace sluice::store {

// "sha256:" and 64 hexadecimal digits.
using Digest = std::string;

Digest Sha256(std::string_view bytes);
// SHA-256 of bytes that come in pieces.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void Add(std::string_view bytes);
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// Is it "sha256:" with 64 lower-case hexadecimal digits?
bool IsDigest(std::string_view text);

// $SLUICE_CACHE, else $XDG_CACHE_HOME/sluice, else ~/.cache/sluice. An error when none of them is set.
Result<std::string> DefaultRoot();

// An image as a container needs it.
struct Image {
  Digest digest;                    // of its manifest here; the same archive always gives the same one
  std::vector<std::string> layers;  // absolute folders, lowest first
  std::vector<std::string> env;     // NAME=value
  std::string user;                 // as in its configuration: "", "name", "uid:gid" …
  std::string folder;               // its working folder, or empty
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
};

struct ImageName {
  std::string name;
  Digest digest;
  uint64_t bytes = 0;   // unpacked size of its layers
  int64_t created = 0;  // seconds since 1970 when it was imported
};

// Keeps an image from being removed while it lives (a shared lock).
class ImageUse {
 public:
  explicit ImageUse(Descriptor lock) : lock_(std::move(lock)) {}

 private:
  Descriptor lock_;
};

class Store {
 public:
  // Opens the store at `root`, making its folders when they are missing.
  static Result<std::unique_ptr<Store>> Open(const std::string& root);

  const std::string& root() const { return root_; }
  // A folder of its own below ROOT/tmp for things that are not whole yet.
  Result<std::unique_ptr<OwnedFolder>> TemporaryFolder() const { return OwnedFolder::Create(root_ + "/tmp"); }

  // ---- blobs ----

  // Keeps `bytes`; gives their digest. Doing it twice is no error and costs nothing.
  Result<Digest> PutBytes(std::string_view bytes);
  // Keeps what `next` gives piece by piece until it gives an empty piece. An error of `next` leaves nothing behind.
  Result<Digest> PutStream(const std::function<Result<std::string>()>& next);
  Result<std::string> ReadBytes(const Digest& digest) const;
  // Gives the blob to `sink` in pieces of at most 1 MiB. Checks the digest: a damaged blob is an error at its end.
  Status ReadStream(const Digest& digest, const std::function<Status(std::string_view)>& sink) const;
  bool Has(const Digest& digest) const;
  // Where the blob's bytes lie, to be read only. It need not exist.
  std::string BlobPath(const Digest& digest) const;

  // ---- images ----

  // Reads a `docker save` or OCI archive, or a tarball of a root filesystem (each may be compressed), under `name`. A
  // name that stands for another image moves to the new one. Hostile entries (outside the root) are an error that
  // leaves nothing behind.
  Result<ImageName> ImportImage(const std::string& name, const std::string& archive);
  // By name or by digest. An error that says how to import it when there is none.
  Result<Image> FindImage(const std::string& name_or_digest) const;
  // As FindImage, and keeps it from being removed as long as the returned use lives.
  Result<std::unique_ptr<ImageUse>> UseImage(const Digest& digest) const;
  // All names, sorted.
  Result<std::vector<ImageName>> Images() const;
  // Forgets a name, and removes layers no image needs any more. An error when the image is in use or unknown.
  Status RemoveImage(const std::string& name);

 private:
  explicit Store(std::string root) : root_(std::move(root)) {}

  std::string root_;
};

// Names are one or more of [a-z0-9._/:@-], at most 200, beginning with a letter or digit, without "..".
Status CheckImageName(std::string_view name);

}  // namespace sluice::store

#include "runtime/store/layer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"
#include "runtime/store/archive_library.h"
#include "runtime/store/files.h"

namespace sluice::store {
namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";

struct FreeRead {
  void operator()(archive* a) const { archive_read_free(a); }
};
struct FreeWrite {
  void operator()(archive* a) const { archive_write_free(a); }
};

std::string Reason(archive* a) {
  const char* text = archive_error_string(a);
  return text == nullptr ? "it is damaged" : text;
}

// "./a//b/" -> "a/b"; nothing for a name that leaves the layer.
std::optional<std::string> SafeName(std::string_view name) {
  if (name.starts_with('/')) return std::nullopt;
  std::string safe;
  for (const std::string_view part : SplitString(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    if (!safe.empty()) safe += '/';
    safe += part;
  }
  return safe;
}

class Unpacker {
 public:
  Unpacker(std::string archive_path, std::string target) : path_(std::move(archive_path)), target_(std::move(target)) {}

  Result<uint64_t> Run() {
    reader_.reset(archive_read_new());
    archive_read_support_filter_all(reader_.get());
    archive_read_support_format_tar(reader_.get());
    archive_read_support_format_empty(reader_.get());
    if (archive_read_open_filename(reader_.get(), path_.c_str(), 1 << 18) != ARCHIVE_OK) return Unreadable();
    writer_.reset(archive_write_disk_new());
    archive_write_disk_set_options(writer_.get(), Options());
    archive_entry* entry = nullptr;
    for (;;) {
      const int got = archive_read_next_header(reader_.get(), &entry);
      if (got == ARCHIVE_EOF) break;
      if (got < ARCHIVE_WARN) return Unreadable();
      SLUICE_RETURN_IF_ERROR(Unpack(entry));
    }
    // Folders get their final times and modes only here.
    if (archive_write_close(writer_.get()) < ARCHIVE_WARN) return Unwritable("its folders");
    SLUICE_RETURN_IF_ERROR(MarkOpaque());
    return bytes_;
  }

 private:
  static int Options() {
    int options = ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_UNLINK |
                  ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT;
    if (::geteuid() == 0) options |= ARCHIVE_EXTRACT_OWNER;
    return options;
  }

  Status Unpack(archive_entry* entry) {
    const char* raw = archive_entry_pathname(entry);
    if (raw == nullptr) return Error{fmt::format("`{}` has an entry without a name", path_)};
    const std::string name = raw;
    const auto safe = SafeName(name);
    if (!safe) return Hostile(name);
    const size_t slash = safe->rfind('/');
    const std::string folder = slash == std::string::npos ? "" : safe->substr(0, slash);
    const std::string base = slash == std::string::npos ? *safe : safe->substr(slash + 1);
    if (base == kOpaque) {
      opaque_.push_back(folder);
      return {};
    }
    if (base.starts_with(".wh..wh.")) return {};  // aufs' own book-keeping
    if (base.starts_with(kWhiteout)) return Whiteout(name, folder, base.substr(kWhiteout.size()));
    const mode_t type = archive_entry_filetype(entry);
    if ((type == AE_IFCHR || type == AE_IFBLK) && ::geteuid() != 0) return {};  // only root may make devices
    archive_entry_set_pathname(entry, Below(*safe).c_str());
    if (const char* link = archive_entry_hardlink(entry)) {
      const auto target = SafeName(link);
      if (!target) return Hostile(name);
      archive_entry_set_hardlink(entry, Below(*target).c_str());
    }
    DropOverlayAttributes(entry);
    return Write(entry, name);
  }

  Status Whiteout(const std::string& name, const std::string& folder, const std::string& base) {
    if (base.empty() || base == "." || base == "..") return Hostile(name);
    std::unique_ptr<archive_entry, decltype(archive_entry_free)> device(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname(device.get(), Below(folder.empty() ? base : folder + "/" + base).c_str());
    archive_entry_set_filetype(device.get(), AE_IFCHR);
    archive_entry_set_perm(device.get(), 0);
    archive_entry_set_rdev(device.get(), 0);
    if (archive_write_header(writer_.get(), device.get()) < ARCHIVE_WARN) return Unwritable(name);
    if (archive_write_finish_entry(writer_.get()) < ARCHIVE_WARN) return Unwritable(name);
    return {};
  }

  Status Write(archive_entry* entry, const std::string& name) {
    if (archive_write_header(writer_.get(), entry) < ARCHIVE_WARN) return Unwritable(name);
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    for (;;) {
      const int got = archive_read_data_block(reader_.get(), &data, &size, &offset);
      if (got == ARCHIVE_EOF) break;
      if (got < ARCHIVE_WARN) return Unreadable();
      if (archive_write_data_block(writer_.get(), data, size, offset) < ARCHIVE_WARN) return Unwritable(name);
      bytes_ += size;
    }
    if (archive_write_finish_entry(writer_.get()) < ARCHIVE_WARN) return Unwritable(name);
    return {};
  }

  // Overlayfs gives these attributes a meaning (another folder to look in), so an archive must not set them.
  static void DropOverlayAttributes(archive_entry* entry) {
    struct Kept {
      std::string name;
      std::string value;
    };
    std::vector<Kept> kept;
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    archive_entry_xattr_reset(entry);
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
      const std::string_view text = name;
      if (!text.starts_with("trusted.overlay.") && !text.starts_with("user.overlay."))
        kept.push_back({name, std::string(static_cast<const char*>(value), size)});
    }
    archive_entry_xattr_clear(entry);
    for (const Kept& attribute : kept)
      archive_entry_xattr_add_entry(entry, attribute.name.c_str(), attribute.value.data(), attribute.value.size());
  }

  Status MarkOpaque() {
    for (const std::string& folder : opaque_) {
      SLUICE_ASSIGN(Descriptor fd, OpenFolder(folder));
      const bool user = ::geteuid() != 0;
      if (::fsetxattr(fd.get(), user ? "user.overlay.opaque" : "trusted.overlay.opaque", "y", 1, 0) != 0)
        return SystemError("mark as opaque", Below(folder));
    }
    return {};
  }

  // Opens (and makes) a folder of the layer part by part, so that no link can lead out of it.
  Result<Descriptor> OpenFolder(const std::string& folder) {
    Descriptor at(::open(target_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!at.valid()) return SystemError("open", target_);
    for (const std::string_view part : SplitString(folder, '/')) {
      if (part.empty()) continue;
      const std::string name(part);
      if (::mkdirat(at.get(), name.c_str(), 0755) != 0 && errno != EEXIST) return SystemError("make", Below(folder));
      Descriptor next(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!next.valid()) return SystemError("open", Below(folder));
      at = std::move(next);
    }
    return at;
  }

  std::string Below(const std::string& name) const { return name.empty() ? target_ : target_ + "/" + name; }

  Error Unreadable() const {
    return Error{fmt::format("cannot read `{}` as a tar archive: {}", path_, Reason(reader_.get()))};
  }
  Error Unwritable(const std::string& name) const {
    if (archive_errno(writer_.get()) == ENOSPC || archive_errno(writer_.get()) == EDQUOT) {
      errno = ENOSPC;
      return SystemError("unpack", path_);
    }
    return Error{fmt::format("cannot unpack `{}` of `{}`: {}", name, path_,
                             ReplaceAll(Reason(writer_.get()), target_ + "/", ""))};
  }
  Status Hostile(const std::string& name) const {
    return Error{fmt::format("`{}` has the entry `{}`, which leads out of the image: it is not imported", path_, name)};
  }

  std::string path_;
  std::string target_;
  std::unique_ptr<archive, FreeRead> reader_;
  std::unique_ptr<archive, FreeWrite> writer_;
  std::vector<std::string> opaque_;
  uint64_t bytes_ = 0;
};

}  // namespace

Result<uint64_t> UnpackLayer(const std::string& archive, const std::string& target) {
  SLUICE_RETURN_IF_ERROR(LoadArchiveLibrary());
  return Unpacker(archive, target).Run();
}

}  // namespace sluice::store

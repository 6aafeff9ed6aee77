#include "runtime/store/image_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "compiler/base/text.h"
#include "runtime/store/archive_library.h"

namespace sluice::store {
namespace {

using nlohmann::json;

struct FreeRead {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Reader = std::unique_ptr<archive, FreeRead>;

Reader OpenArchive(const std::string& path) {
  Reader reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  return archive_read_open_filename(reader.get(), path.c_str(), 1 << 18) == ARCHIVE_OK ? std::move(reader) : nullptr;
}

Error NotAnArchive(const std::string& path, archive* reader = nullptr) {
  const char* reason = reader == nullptr ? nullptr : archive_error_string(reader);
  return Error{
      fmt::format("`{}` is not an image archive{}: give a file written by `docker save` or `podman save`, or a "
                  "tarball of a root filesystem",
                  path, reason == nullptr ? "" : fmt::format(" ({})", reason))};
}

std::string Plain(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

bool IsHex(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Could an entry of this name be part of a saved image, rather than of a root filesystem?
bool IsImagePart(const std::string& name) {
  static constexpr std::string_view kNames[] = {"manifest.json", "repositories", "index.json",   "oci-layout",
                                                "blobs",         "blobs/",       "blobs/sha256", "blobs/sha256/"};
  if (std::ranges::find(kNames, name) != std::end(kNames) || name.empty() || name == ".") return true;
  if (name.starts_with("blobs/sha256/")) return IsHex(std::string_view(name).substr(13));
  return IsHex(std::string_view(name).substr(0, std::min(name.find_first_of("./"), name.size())));
}

// The parts of a saved image by name: a file in `scratch`, or for a link the part it stands for.
class Parts {
 public:
  Parts(std::string archive, std::string scratch) : archive_(std::move(archive)), scratch_(std::move(scratch)) {}

  // Takes the parts out. False when it is something else: the first foreign entry decides.
  Result<bool> Load() {
    Reader reader = OpenArchive(archive_);
    if (!reader) return NotAnArchive(archive_);
    archive_entry* entry = nullptr;
    for (;;) {
      const int got = archive_read_next_header(reader.get(), &entry);
      if (got == ARCHIVE_EOF) break;
      if (got < ARCHIVE_WARN) return NotAnArchive(archive_, reader.get());
      const char* raw = archive_entry_pathname(entry);
      const std::string name = Plain(raw == nullptr ? "" : raw);
      if (!IsImagePart(name)) return false;
      SLUICE_RETURN_IF_ERROR(Take(reader.get(), entry, name));
    }
    return files_.contains("manifest.json") || files_.contains("index.json");
  }

  bool Has(const std::string& name) const { return files_.contains(name); }

  // The file of a part; links between parts are followed a few times.
  Result<std::string> File(std::string name) const {
    for (int hops = 0; hops < 8; ++hops) {
      if (auto file = files_.find(name); file != files_.end()) return file->second;
      auto link = links_.find(name);
      if (link == links_.end()) break;
      name = link->second;
    }
    return Error{fmt::format("`{}` lacks its part `{}`: save the image again", archive_, name)};
  }

  Result<json> Json(const std::string& name) const {
    SLUICE_ASSIGN(const std::string file, File(name));
    SLUICE_ASSIGN(const std::string text, ReadWhole(file));
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded())
      return Error{fmt::format("`{}` of `{}` is not JSON: save the image again", name, archive_)};
    return value;
  }

  Result<Digest> DigestOf(const std::string& file) const {
    Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return SystemError("read", file);
    std::string piece(1 << 20, '\0');
    Hasher hasher;
    for (ssize_t count; (count = ::read(fd.get(), piece.data(), piece.size())) != 0;) {
      if (count < 0 && errno != EINTR) return SystemError("read", file);
      if (count > 0) hasher.Add({piece.data(), static_cast<size_t>(count)});
    }
    return hasher.Finish();
  }

  // The file of an OCI blob, whose bytes must have the digest it is named by.
  Result<std::string> Blob(const Digest& digest) const {
    if (!IsDigest(digest))
      return Error{fmt::format("`{}` names a part by `{}`, which is not a digest", archive_, digest)};
    SLUICE_ASSIGN(std::string file, File("blobs/sha256/" + digest.substr(7)));
    SLUICE_ASSIGN(const Digest real, DigestOf(file));
    if (real != digest) return Error{fmt::format("`{}` is damaged: `{}` has another digest", archive_, digest)};
    return file;
  }

  const std::string& path() const { return archive_; }

 private:
  Status Take(archive* reader, archive_entry* entry, const std::string& name) {
    const char* link = archive_entry_hardlink(entry);
    if (link == nullptr && archive_entry_filetype(entry) == AE_IFLNK) link = archive_entry_symlink(entry);
    if (link != nullptr) {
      // Old `docker save` links one layer's file to another's: `../ID/layer.tar`.
      std::string target = link;
      while (target.starts_with("../")) target.erase(0, 3);
      links_[name] = Plain(target);
      return {};
    }
    if (archive_entry_filetype(entry) != AE_IFREG) return {};
    const std::string file = scratch_ + "/" + std::to_string(files_.size());
    Descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.valid()) return SystemError("write", file);
    const int got = archive_read_data_into_fd(reader, fd.get());
    if (got < ARCHIVE_WARN) {
      errno = archive_errno(reader);
      return errno == ENOSPC ? Status(SystemError("write", file)) : Status(NotAnArchive(archive_, reader));
    }
    files_[name] = file;
    return {};
  }

  std::string archive_;
  std::string scratch_;
  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> links_;
};

std::string Text(const json& object, const char* key) {
  if (!object.is_object()) return "";
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

std::vector<std::string> Texts(const json& object, const char* key) {
  std::vector<std::string> texts;
  if (!object.is_object() || !object.contains(key) || !object[key].is_array()) return texts;
  for (const json& item : object[key])
    if (item.is_string()) texts.push_back(item.get<std::string>());
  return texts;
}

Image ReadConfig(const json& config) {
  Image image;
  if (!config.is_object() || !config.contains("config")) return image;
  const json& inner = config["config"];
  image.env = Texts(inner, "Env");
  image.user = Text(inner, "User");
  image.folder = Text(inner, "WorkingDir");
  image.entrypoint = Texts(inner, "Entrypoint");
  image.command = Texts(inner, "Cmd");
  return image;
}

// Of the images of an archive, each with its tags: the one tagged as asked for, or the only one.
Result<size_t> Choose(const std::vector<std::vector<std::string>>& tags, const std::string& name,
                      const std::string& archive) {
  for (size_t i = 0; i < tags.size(); ++i)
    for (const std::string& tag : tags[i])
      if (tag == name || tag == name + ":latest" || tag.ends_with("/" + name) || tag.ends_with("/" + name + ":latest"))
        return i;
  if (tags.size() == 1) return size_t{0};
  if (tags.empty()) return Error{fmt::format("`{}` holds no image", archive)};
  return Error{
      fmt::format("`{}` holds {} images and none is tagged `{}`: import it under one of its tags, or save one image "
                  "alone",
                  archive, tags.size(), name)};
}

Result<ArchiveContent> ReadDocker(const Parts& parts, const std::string& name) {
  SLUICE_ASSIGN(const json manifest, parts.Json("manifest.json"));
  std::vector<std::vector<std::string>> tags;
  if (manifest.is_array())
    for (const json& image : manifest) tags.push_back(Texts(image, "RepoTags"));
  SLUICE_ASSIGN(const size_t chosen, Choose(tags, name, parts.path()));
  SLUICE_ASSIGN(const json config, parts.Json(Plain(Text(manifest[chosen], "Config"))));
  ArchiveContent content;
  content.config = ReadConfig(config);
  const std::vector<std::string> known =
      config.contains("rootfs") ? Texts(config["rootfs"], "diff_ids") : std::vector<std::string>();
  for (const std::string& layer : Texts(manifest[chosen], "Layers")) {
    SLUICE_ASSIGN(std::string file, parts.File(Plain(layer)));
    SLUICE_ASSIGN(Digest digest, parts.DigestOf(file));
    // The configuration lists the digests of the layers before compression; `save` writes them uncompressed.
    const bool compressed = layer.ends_with(".gz") || layer.starts_with("blobs/");
    if (!compressed && content.layers.size() < known.size() && known[content.layers.size()] != digest)
      return Error{fmt::format("`{}` is damaged: its layer `{}` has another digest", parts.path(), layer)};
    content.layers.push_back({std::move(file), std::move(digest)});
  }
  return content;
}

Result<ArchiveContent> ReadOci(const Parts& parts, const std::string& name) {
  SLUICE_ASSIGN(json index, parts.Json("index.json"));
  for (int depth = 0; depth < 4; ++depth) {
    std::vector<std::vector<std::string>> tags;
    if (index.is_object() && index.contains("manifests") && index["manifests"].is_array())
      for (const json& entry : index["manifests"])
        tags.push_back(
            {entry.contains("annotations") ? Text(entry["annotations"], "org.opencontainers.image.ref.name") : ""});
    SLUICE_ASSIGN(const size_t chosen, Choose(tags, name, parts.path()));
    SLUICE_ASSIGN(const std::string file, parts.Blob(Text(index["manifests"][chosen], "digest")));
    SLUICE_ASSIGN(const std::string text, ReadWhole(file));
    json manifest = json::parse(text, nullptr, false);
    if (!manifest.is_object()) break;
    if (manifest.contains("manifests")) {  // an index of an index: several platforms
      index = std::move(manifest);
      continue;
    }
    if (!manifest.contains("config") || !manifest.contains("layers") || !manifest["layers"].is_array()) break;
    SLUICE_ASSIGN(const std::string config_file, parts.Blob(Text(manifest["config"], "digest")));
    SLUICE_ASSIGN(const std::string config, ReadWhole(config_file));
    ArchiveContent content;
    content.config = ReadConfig(json::parse(config, nullptr, false));
    for (const json& layer : manifest["layers"]) {
      SLUICE_ASSIGN(std::string layer_file, parts.Blob(Text(layer, "digest")));
      content.layers.push_back({std::move(layer_file), Text(layer, "digest")});
    }
    return content;
  }
  return Error{fmt::format("`{}` has no image manifest that Sluice can read: save the image again", parts.path())};
}

}  // namespace

Result<ArchiveContent> ReadImageArchive(const std::string& archive, const std::string& name,
                                        const std::string& scratch) {
  if (::access(archive.c_str(), R_OK) != 0) return SystemError("read", archive);
  SLUICE_RETURN_IF_ERROR(LoadArchiveLibrary());
  Parts parts(archive, scratch);
  SLUICE_ASSIGN(const bool saved, parts.Load());
  if (saved) return parts.Has("manifest.json") ? ReadDocker(parts, name) : ReadOci(parts, name);
  ArchiveContent content;
  SLUICE_ASSIGN(Digest digest, parts.DigestOf(archive));
  content.layers.push_back({archive, std::move(digest)});
  return content;
}

}  // namespace sluice::store

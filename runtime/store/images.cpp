#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/base/text.h"
#include "runtime/store/image_archive.h"
#include "runtime/store/layer.h"
#include "runtime/store/run_folder.h"
#include "runtime/store/store.h"

namespace sluice::store {
namespace {

using nlohmann::json;

constexpr const char* kDefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Names hold '/' and ':', which file names should not: they are written as %2f and %3a.
std::string NameFile(const std::string& root, std::string_view name) {
  return root + "/images/" + ReplaceAll(ReplaceAll(name, "/", "%2f"), ":", "%3a") + ".json";
}

std::string ManifestFile(const std::string& root, const Digest& digest) {
  return root + "/manifests/" + digest.substr(7) + ".json";
}

std::vector<std::string> ListFiles(const std::string& folder, std::string_view suffix) {
  std::vector<std::string> names;
  DIR* entries = ::opendir(folder.c_str());
  while (const dirent* entry = entries == nullptr ? nullptr : ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name.ends_with(suffix) && !name.starts_with('.'))
      names.emplace_back(name.substr(0, name.size() - suffix.size()));
  }
  if (entries != nullptr) ::closedir(entries);
  std::ranges::sort(names);
  return names;
}

Result<json> ReadJson(const std::string& file) {
  SLUICE_ASSIGN(const std::string text, ReadWhole(file));
  json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return Error{fmt::format("`{}` in the store is damaged: import the image again", file)};
  return value;
}

std::string Text(const json& object, const char* key) {
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

struct Manifest {
  Image image;
  std::vector<Digest> layers;
  uint64_t bytes = 0;
};

std::string Write(const Manifest& manifest) {
  const Image& image = manifest.image;
  return json{
      {"version", 1},       {"layers", manifest.layers}, {"bytes", manifest.bytes},        {"env", image.env},
      {"user", image.user}, {"folder", image.folder},    {"entrypoint", image.entrypoint}, {"command", image.command}}
      .dump();
}

Result<Manifest> ReadManifest(const std::string& root, const Digest& digest) {
  const std::string file = ManifestFile(root, digest);
  SLUICE_ASSIGN(const json value, ReadJson(file));
  try {
    Manifest manifest;
    manifest.image.digest = digest;
    manifest.layers = value.at("layers").get<std::vector<Digest>>();
    manifest.bytes = value.at("bytes").get<uint64_t>();
    manifest.image.env = value.at("env").get<std::vector<std::string>>();
    manifest.image.user = value.at("user").get<std::string>();
    manifest.image.folder = value.at("folder").get<std::string>();
    manifest.image.entrypoint = value.at("entrypoint").get<std::vector<std::string>>();
    manifest.image.command = value.at("command").get<std::vector<std::string>>();
    if (!std::ranges::all_of(manifest.layers, IsDigest))
      return Error{fmt::format("`{}` in the store is damaged", file)};
    for (const Digest& layer : manifest.layers) manifest.image.layers.push_back(root + "/layers/" + layer.substr(7));
    return manifest;
  } catch (const json::exception&) {
    return Error{fmt::format("`{}` in the store is damaged: import the image again", file)};
  }
}

// Unpacks a layer unless the store has it. Gives the bytes of its files.
Result<uint64_t> KeepLayer(const std::string& root, const ArchiveLayer& layer, const std::string& scratch) {
  const std::string place = root + "/layers/" + layer.digest.substr(7);
  const std::string size_file = place + ".size";
  if (::access(place.c_str(), F_OK) == 0) {
    SLUICE_ASSIGN(const std::string text, ReadWhole(size_file));
    return std::strtoull(text.c_str(), nullptr, 10);
  }
  const std::string unpacked = scratch + "/unpacked";
  SLUICE_RETURN_IF_ERROR(MakeFolders(unpacked));
  SLUICE_ASSIGN(const uint64_t bytes, UnpackLayer(layer.file, unpacked));
  SLUICE_RETURN_IF_ERROR(WriteWhole(size_file, std::to_string(bytes)));
  Descriptor folder(::open(unpacked.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::syncfs(folder.get()) != 0) return SystemError("write", unpacked);
  if (::rename(unpacked.c_str(), place.c_str()) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) return SystemError("write", place);
    SLUICE_RETURN_IF_ERROR(RemoveTree(unpacked));  // another process was faster
  }
  return bytes;
}

// Removes manifests that no name stands for and nobody uses, then layers that no manifest needs. The caller holds the
// exclusive lock of the images.
void Collect(const Store& store, const std::string& root) {
  std::set<std::string> named;
  for (const std::string& name : ListFiles(root + "/images", ".json"))
    if (auto value = ReadJson(root + "/images/" + name + ".json"); value.ok()) named.insert(Text(*value, "digest"));
  std::set<std::string> needed;
  for (const std::string& hex : ListFiles(root + "/manifests", ".json")) {
    const Digest digest = "sha256:" + hex;
    const std::string file = ManifestFile(root, digest);
    auto manifest = ReadManifest(root, digest);
    auto lock = LockFile(file, Lock::Exclusive, false);
    const bool in_use = !lock.ok() || !lock->valid();
    if (!named.contains(digest) && !in_use)
      ::unlink(file.c_str());
    else if (manifest.ok())
      for (const Digest& layer : manifest->layers) needed.insert(layer.substr(7));
  }
  auto trash = store.TemporaryFolder();
  for (const std::string& hex : ListFiles(root + "/layers", "")) {
    if (hex.find('.') != std::string::npos || needed.contains(hex) || !trash.ok()) continue;
    if (::rename((root + "/layers/" + hex).c_str(), ((*trash)->path() + "/" + hex).c_str()) == 0)
      ::unlink((root + "/layers/" + hex + ".size").c_str());
  }
}

}  // namespace

Status CheckImageName(std::string_view name) {
  const bool good = !name.empty() && name.size() <= 200 && IsAsciiAlnum(name[0]) &&
                    name.find("..") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
                      return IsAsciiAlnum(c) || std::string_view("._/:@-").find(c) != std::string_view::npos;
                    });
  if (good) return {};
  return Error{
      fmt::format("`{}` cannot be an image's name: use letters, digits and `. _ - / : @`, beginning with a letter or "
                  "digit, as in `ubuntu-22.04` or `ghcr.io/me/tools:1`",
                  name)};
}

Result<ImageName> Store::ImportImage(const std::string& name, const std::string& archive) {
  SLUICE_RETURN_IF_ERROR(CheckImageName(name));
  SweepDeadFolders(root_ + "/tmp");
  SLUICE_ASSIGN(auto scratch, TemporaryFolder());
  SLUICE_ASSIGN(ArchiveContent content, ReadImageArchive(archive, name, scratch->path()));
  if (content.layers.empty()) return Error{fmt::format("`{}` holds an image without layers", archive)};
  // Shared with other imports; `rm` waits, so that no layer can go between its check and the manifest.
  SLUICE_ASSIGN(const Descriptor lock, LockFile(root_ + "/images.lock", Lock::Shared, true));
  Manifest manifest{std::move(content.config), {}, 0};
  if (std::ranges::none_of(manifest.image.env, [](const std::string& v) { return v.starts_with("PATH="); }))
    manifest.image.env.emplace_back(kDefaultPath);
  for (const ArchiveLayer& layer : content.layers) {
    SLUICE_ASSIGN(const uint64_t bytes, KeepLayer(root_, layer, scratch->path()));
    manifest.layers.push_back(layer.digest);
    manifest.bytes += bytes;
  }
  const std::string text = Write(manifest);
  ImageName result{name, Sha256(text), manifest.bytes, std::time(nullptr)};
  // An existing manifest stays the same file: its lock says that it is in use.
  const std::string file = ManifestFile(root_, result.digest);
  if (::access(file.c_str(), F_OK) != 0) SLUICE_RETURN_IF_ERROR(WriteWhole(file, text));
  const json record{{"version", 1}, {"name", name}, {"digest", result.digest}, {"created", result.created}};
  SLUICE_RETURN_IF_ERROR(WriteWhole(NameFile(root_, name), record.dump()));
  return result;
}

Result<Image> Store::FindImage(const std::string& name_or_digest) const {
  Digest digest = name_or_digest;
  if (!IsDigest(digest)) {
    SLUICE_RETURN_IF_ERROR(CheckImageName(name_or_digest));
    const std::string file = NameFile(root_, name_or_digest);
    if (::access(file.c_str(), F_OK) != 0)
      return Error{fmt::format(
          "there is no image `{0}` in the store: import one with `sluice image import {0} FILE.tar`", name_or_digest)};
    SLUICE_ASSIGN(const json value, ReadJson(file));
    digest = Text(value, "digest");
  }
  if (!IsDigest(digest) || ::access(ManifestFile(root_, digest).c_str(), F_OK) != 0)
    return Error{
        fmt::format("the image `{0}` is not in the store any more: import it with `sluice image import {0} FILE.tar`",
                    name_or_digest)};
  SLUICE_ASSIGN(Manifest manifest, ReadManifest(root_, digest));
  return std::move(manifest.image);
}

Result<std::unique_ptr<ImageUse>> Store::UseImage(const Digest& digest) const {
  const std::string file = ManifestFile(root_, digest);
  if (::access(file.c_str(), F_OK) != 0)
    return Error{fmt::format("the image `{}` is not in the store any more", digest)};
  SLUICE_ASSIGN(Descriptor lock, LockFile(file, Lock::Shared, true));
  return std::make_unique<ImageUse>(std::move(lock));
}

Result<std::vector<ImageName>> Store::Images() const {
  std::vector<ImageName> images;
  for (const std::string& base : ListFiles(root_ + "/images", ".json")) {
    SLUICE_ASSIGN(const json value, ReadJson(root_ + "/images/" + base + ".json"));
    ImageName image{Text(value, "name"), Text(value, "digest"), 0, 0};
    if (value.contains("created") && value["created"].is_number_integer()) image.created = value["created"];
    if (IsDigest(image.digest))
      if (auto manifest = ReadManifest(root_, image.digest); manifest.ok()) image.bytes = manifest->bytes;
    images.push_back(std::move(image));
  }
  std::ranges::sort(images, {}, &ImageName::name);
  return images;
}

Status Store::RemoveImage(const std::string& name) {
  SLUICE_RETURN_IF_ERROR(CheckImageName(name));
  const std::string file = NameFile(root_, name);
  if (::access(file.c_str(), F_OK) != 0)
    return Error{fmt::format("there is no image `{}` in the store: `sluice image ls` lists them", name)};
  SLUICE_ASSIGN(const Descriptor images, LockFile(root_ + "/images.lock", Lock::Exclusive, true));
  if (auto value = ReadJson(file); value.ok() && IsDigest(Text(*value, "digest"))) {
    const std::string manifest = ManifestFile(root_, Text(*value, "digest"));
    if (::access(manifest.c_str(), F_OK) == 0) {
      SLUICE_ASSIGN(const Descriptor use, LockFile(manifest, Lock::Exclusive, false));
      if (!use.valid())
        return Error{fmt::format("the image `{}` is in use by a run: stop the run first, or wait for its end", name)};
    }
  }
  if (::unlink(file.c_str()) != 0) return SystemError("remove", file);
  Collect(*this, root_);
  return {};
}

}  // namespace sluice::store

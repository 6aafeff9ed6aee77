#include "runtime/steps/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/engine/engine.h"
#include "runtime/store/store.h"

namespace sluice::steps {
namespace {

constexpr uint32_t kPiece = 1u << 20;

Result<std::string> StoreFile(engine::JobContainer& container, store::Store& store, const std::string& path) {
  uint64_t offset = 0;
  auto next = [&]() -> Result<std::string> {
    auto piece = container.ReadPiece(path, offset, kPiece);
    if (piece.ok()) offset += piece->size();
    return piece;
  };
  return store.PutStream(next);
}

Status AddEntry(engine::JobContainer& container, store::Store& store, const std::string& path, std::string as,
                const agent::Entry& found, Bundle& bundle) {
  BundleEntry entry;
  entry.path = std::move(as);
  entry.mode = found.mode;
  entry.size = found.size;
  switch (found.kind) {
    case agent::EntryKind::File: {
      auto digest = StoreFile(container, store, path);
      if (!digest.ok()) return digest.error();
      entry.content = *digest;
      break;
    }
    case agent::EntryKind::Folder:
      entry.kind = BundleEntry::Kind::Folder;
      break;
    case agent::EntryKind::Link:
      entry.kind = BundleEntry::Kind::Link;
      entry.content = found.target;
      break;
    case agent::EntryKind::Other:
      return {};  // sockets and devices mean nothing elsewhere
  }
  bundle.entries.push_back(std::move(entry));
  return {};
}

Status PlaceFile(engine::JobContainer& container, store::Store& store, const BundleEntry& entry,
                 const std::string& path) {
  bool first = true;
  auto write = [&](std::string_view piece) -> Status {
    if (!std::exchange(first, false)) return container.AppendFile(path, piece);
    return container.WriteFile(path, piece, entry.mode & 07777u);
  };
  SLUICE_RETURN_IF_ERROR(store.ReadStream(entry.content, write));
  return first ? container.WriteFile(path, "", entry.mode & 07777u) : Status();
}

bool HasWildcard(std::string_view pattern) { return pattern.find_first_of("*?[") != std::string_view::npos; }

// The folders of a pattern before its first component with a wildcard.
std::string FixedFolder(const std::string& pattern) {
  const size_t wild = pattern.find_first_of("*?[");
  const size_t slash = pattern.rfind('/', wild);
  return slash == std::string::npos ? "" : pattern.substr(0, slash);
}

std::string CommonFolder(const std::string& a, const std::string& b) {
  const auto first = SplitString(a, '/'), second = SplitString(b, '/');
  std::string common;
  for (size_t i = 0; i < std::min(first.size(), second.size()) && first[i] == second[i]; ++i)
    common = JoinPath(common, first[i]);
  return common;
}

}  // namespace

uint64_t Bundle::bytes() const {
  uint64_t sum = 0;
  for (const BundleEntry& entry : entries) sum += entry.kind == BundleEntry::Kind::File ? entry.size : 0;
  return sum;
}

Status Collect(engine::JobContainer& container, store::Store& store, const std::string& path, const std::string& as,
               Bundle& bundle) {
  auto found = container.Stat(path);
  if (!found.ok()) return found.error();
  if (!found->has_value()) return Error{fmt::format("there is no file or folder `{}`", path)};
  if ((*found)->kind != agent::EntryKind::Folder) return AddEntry(container, store, path, as, **found, bundle);
  auto below = container.List(path, true);
  if (!below.ok()) return below.error();
  for (const agent::Entry& entry : *below) {
    const std::string name = as.empty() ? entry.path : JoinPath(as, entry.path);
    SLUICE_RETURN_IF_ERROR(AddEntry(container, store, JoinPath(path, entry.path), name, entry, bundle));
  }
  return {};
}

Status Place(engine::JobContainer& container, store::Store& store, const Bundle& bundle, const std::string& folder) {
  SLUICE_RETURN_IF_ERROR(container.MakeFolder(folder));
  for (const BundleEntry& entry : bundle.entries) {
    const std::string path = JoinPath(folder, entry.path);
    switch (entry.kind) {
      case BundleEntry::Kind::Folder:
        SLUICE_RETURN_IF_ERROR(container.MakeFolder(path, entry.mode & 07777u));
        break;
      case BundleEntry::Kind::Link:
        SLUICE_RETURN_IF_ERROR(container.MakeLink(path, entry.content));
        break;
      case BundleEntry::Kind::File:
        SLUICE_RETURN_IF_ERROR(PlaceFile(container, store, entry, path));
        break;
    }
  }
  return {};
}

GlobSet::GlobSet(std::string_view lines, std::string_view root) {
  for (std::string_view line : SplitString(lines, '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty() || line.front() == '#') continue;
    Pattern pattern;
    while (line.starts_with('!')) {
      pattern.negative = !pattern.negative;
      line.remove_prefix(1);
    }
    if (line.starts_with(root)) line.remove_prefix(root.size());
    while (line.starts_with('/')) line.remove_prefix(1);
    pattern.text = NormalizePath(line);
    while (pattern.text.ends_with('/')) pattern.text.pop_back();
    if (pattern.text == ".") pattern.text.clear();
    patterns_.push_back(std::move(pattern));
  }
}

bool GlobSet::Matches(std::string_view path) const {
  bool matches = false;
  for (const Pattern& pattern : patterns_) {
    bool fits = pattern.text.empty() || MatchesGlob(path, pattern.text) || MatchesGlob(path, pattern.text + "/**/*");
    if (pattern.text.ends_with("**")) fits = fits || MatchesGlob(path, pattern.text + "/*");
    if (fits) matches = !pattern.negative;
  }
  return matches;
}

std::string GlobSet::Single() const {
  return patterns_.size() == 1 && !HasWildcard(patterns_[0].text) ? patterns_[0].text : "";
}

std::string GlobSet::Base(bool single_is_folder) const {
  if (single_is_folder) return Single();
  std::string base;
  bool first = true;
  for (const Pattern& pattern : patterns_) {
    if (pattern.negative) continue;
    // A plain path counts with all its components, as upload-artifact does for several paths.
    const bool plain = !HasWildcard(pattern.text) && patterns_.size() > 1;
    const std::string folder = plain ? pattern.text : FixedFolder(pattern.text);
    base = first ? folder : CommonFolder(base, folder);
    first = false;
  }
  return base;
}

}  // namespace sluice::steps

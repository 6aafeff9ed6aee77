#include "runtime/engine/workspace_state.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "compiler/base/text.h"

namespace sluice::engine {

WorkspaceState::Entry WorkspaceState::Look(const std::string& path) {
  struct stat info;
  Entry entry{.path = path};
  if (::lstat(path.c_str(), &info) != 0) return entry;
  entry.inode = info.st_ino;
  entry.size = S_ISDIR(info.st_mode) ? 0 : info.st_size;
  entry.modified_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  entry.changed_ns = info.st_ctim.tv_sec * 1'000'000'000 + info.st_ctim.tv_nsec;
  return entry;
}

void WorkspaceState::Note(const std::string& path) { entries_.push_back(Look(path)); }

void WorkspaceState::NoteTree(const std::string& folder, const std::vector<std::string>& hidden) {
  std::vector<std::string> left{""};
  while (!left.empty()) {
    const std::string below = std::move(left.back());
    left.pop_back();
    const std::string path = below.empty() ? folder : folder + "/" + below;
    Note(path);
    DIR* entries = ::opendir(path.c_str());
    while (const dirent* entry = entries == nullptr ? nullptr : ::readdir(entries)) {
      const std::string_view name = entry->d_name;
      if (name == ".gitignore") Note(path + "/.gitignore");
      if (entry->d_type != DT_DIR || name == "." || name == ".." || name == ".git") continue;
      std::string inner = below.empty() ? std::string(name) : below + "/" + std::string(name);
      if (!std::ranges::binary_search(hidden, inner)) left.push_back(std::move(inner));
    }
    if (entries != nullptr) ::closedir(entries);
  }
}

bool WorkspaceState::Holds() const {
  return std::ranges::all_of(entries_, [](const Entry& entry) { return Look(entry.path) == entry; });
}

bool WorkspaceState::Racy(int64_t now_ns) const {
  constexpr int64_t kTick = 20'000'000;  // file times move in steps of the kernel's tick, at most 10 ms
  return std::ranges::any_of(
      entries_, [&](const Entry& entry) { return std::max(entry.modified_ns, entry.changed_ns) > now_ns - kTick; });
}

std::string WorkspaceState::Write() const {
  std::string text;
  for (const Entry& entry : entries_) {
    fmt::format_to(std::back_inserter(text), "{} {} {} {} ", entry.inode, entry.size, entry.modified_ns,
                   entry.changed_ns);
    text += entry.path;
    text += '\0';
  }
  return text;
}

bool WorkspaceState::Read(std::string_view text) {
  entries_.clear();
  auto number = [&](auto& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
    text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
    return true;
  };
  while (!text.empty()) {
    Entry entry;
    if (!number(entry.inode) || !number(entry.size) || !number(entry.modified_ns) || !number(entry.changed_ns))
      return false;
    const size_t end = text.find('\0');
    if (end == std::string_view::npos) return false;
    entry.path = text.substr(0, end);
    text.remove_prefix(end + 1);
    entries_.push_back(std::move(entry));
  }
  return true;
}

}  // namespace sluice::engine

#include "compiler/base/file_system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "compiler/base/text.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

Error SystemError(std::string_view doing, const std::string& path, int code) {
  return {fmt::format("cannot {} `{}`: {}", doing, path, std::strerror(code))};
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError("write", path, errno);
    content.remove_prefix(static_cast<size_t>(n));
  }
  if (::fsync(fd) != 0) return SystemError("write", path, errno);
  return {};
}

class RealFileSystem : public FileSystem {
 public:
  explicit RealFileSystem(std::string root) : root_(std::move(root)) {}

  Result<std::string> Read(const std::string& path) const override {
    Descriptor fd(::open(Full(path).c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) return SystemError("read", path, errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return SystemError("read", path, errno);
    if (S_ISDIR(info.st_mode)) return SystemError("read", path, EISDIR);
    std::string content;
    content.reserve(static_cast<size_t>(info.st_size));
    char buffer[65536];
    for (;;) {
      const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return SystemError("read", path, errno);
      if (n == 0) return content;
      content.append(buffer, static_cast<size_t>(n));
    }
  }

  Status Write(const std::string& path, std::string_view content) override {
    const fs::path full = Full(path);
    std::error_code code;
    if (full.has_parent_path()) fs::create_directories(full.parent_path(), code);
    if (code) return SystemError("make the folder of", path, code.value());
    std::string temporary = full.string() + ".sluice-XXXXXX";
    const int raw = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (raw < 0) return SystemError("write", path, errno);
    Status written = Fill(raw, full, content, path);
    if (written.ok() && ::rename(temporary.c_str(), full.c_str()) != 0) written = SystemError("write", path, errno);
    if (!written.ok()) ::unlink(temporary.c_str());
    return written;
  }

  Status Remove(const std::string& path) override {
    if (::unlink(Full(path).c_str()) != 0) return SystemError("remove", path, errno);
    return {};
  }

  bool IsFile(const std::string& path) const override {
    std::error_code code;
    return fs::is_regular_file(Full(path), code);
  }

  bool IsFolder(const std::string& path) const override {
    std::error_code code;
    return fs::is_directory(Full(path), code);
  }

  Result<std::vector<std::string>> List(const std::string& folder) const override {
    std::error_code code;
    std::vector<std::string> names;
    for (fs::directory_iterator it(Full(folder), code), end; !code && it != end; it.increment(code))
      names.push_back(it->path().filename().string());
    if (code) return SystemError("list", folder, code.value());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string Full(const std::string& path) const {
    const std::string joined = root_.empty() ? path : JoinPath(root_, path);
    return joined.empty() ? "." : joined;
  }

  // Keeps the mode of a file that is replaced; a new one gets 0666 less the umask.
  static Status Fill(int raw, const fs::path& full, std::string_view content, const std::string& path) {
    Descriptor fd(raw);
    struct stat old {};
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const mode_t mode = ::stat(full.c_str(), &old) == 0 ? (old.st_mode & 07777) : (0666 & ~mask);
    if (::fchmod(raw, mode) != 0) return SystemError("write", path, errno);
    return WriteAll(raw, content, path);
  }

  std::string root_;
};

bool MatchParts(const std::vector<std::string_view>& path, size_t i, const std::vector<std::string_view>& pattern,
                size_t j);

bool MatchComponent(std::string_view name, std::string_view pattern) {
  size_t n = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n]) && pattern[p] != '*') {
      ++n, ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool MatchParts(const std::vector<std::string_view>& path, size_t i, const std::vector<std::string_view>& pattern,
                size_t j) {
  if (j == pattern.size()) return i == path.size();
  if (pattern[j] == "**") {
    for (size_t k = i; k <= path.size(); ++k)
      if (MatchParts(path, k, pattern, j + 1)) return true;
    return false;
  }
  return i < path.size() && MatchComponent(path[i], pattern[j]) && MatchParts(path, i + 1, pattern, j + 1);
}

}  // namespace

std::unique_ptr<FileSystem> MakeRealFileSystem(std::string root) {
  return std::make_unique<RealFileSystem>(std::move(root));
}

Result<std::string> MemoryFileSystem::Read(const std::string& path) const {
  auto it = files_.find(NormalizePath(path));
  if (it == files_.end()) return SystemError("read", path, IsFolder(path) ? EISDIR : ENOENT);
  return it->second;
}

Status MemoryFileSystem::Write(const std::string& path, std::string_view content) {
  files_[NormalizePath(path)] = std::string(content);
  return {};
}

Status MemoryFileSystem::Remove(const std::string& path) {
  if (files_.erase(NormalizePath(path)) == 0) return SystemError("remove", path, ENOENT);
  return {};
}

bool MemoryFileSystem::IsFile(const std::string& path) const { return files_.count(NormalizePath(path)) > 0; }

bool MemoryFileSystem::IsFolder(const std::string& path) const {
  const std::string normal = NormalizePath(path);
  if (normal.empty() || normal == ".") return true;
  auto it = files_.lower_bound(normal + "/");
  return it != files_.end() && it->first.starts_with(normal + "/");
}

Result<std::vector<std::string>> MemoryFileSystem::List(const std::string& folder) const {
  if (!IsFolder(folder)) return SystemError("list", folder, ENOENT);
  const std::string normal = NormalizePath(folder);
  const std::string prefix = normal.empty() || normal == "." ? "" : normal + "/";
  std::set<std::string> names;
  for (const auto& [path, content] : files_)
    if (path.starts_with(prefix))
      names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::string> OverlayFileSystem::Read(const std::string& path) const {
  return upper_.IsFile(path) ? upper_.Read(path) : lower_.Read(path);
}
Status OverlayFileSystem::Write(const std::string& path, std::string_view content) {
  return upper_.Write(path, content);
}
Status OverlayFileSystem::Remove(const std::string& path) { return upper_.Remove(path); }
bool OverlayFileSystem::IsFile(const std::string& path) const { return upper_.IsFile(path) || lower_.IsFile(path); }
bool OverlayFileSystem::IsFolder(const std::string& path) const {
  return upper_.IsFolder(path) || lower_.IsFolder(path);
}
Result<std::vector<std::string>> OverlayFileSystem::List(const std::string& folder) const {
  auto above = upper_.List(folder);
  auto below = lower_.List(folder);
  if (!above.ok()) return below;
  std::set<std::string> names(above->begin(), above->end());
  if (below.ok()) names.insert(below->begin(), below->end());
  return std::vector<std::string>(names.begin(), names.end());
}

std::string NormalizePath(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::string_view part : SplitString(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".." || !path.starts_with('/'))
      parts.push_back(part);
  }
  std::string out = path.starts_with('/') ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

std::string JoinPath(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || folder.empty()) return std::string(path);
  if (path.empty()) return std::string(folder);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", path);
}

bool MatchesGlob(std::string_view path, std::string_view pattern) {
  return MatchParts(SplitString(path, '/'), 0, SplitString(pattern, '/'), 0);
}

}  // namespace sluice

#include "cli/repository.h"

#include <optional>

#include "compiler/base/text.h"

namespace sluice::cli {
namespace {

std::string Trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return std::string(text);
}

std::string Parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "" : path.substr(0, slash);
}

// Git's folders: its own of a worktree, and the one that all worktrees share.
struct GitFolders {
  std::string own, common;
};

class Git {
 public:
  Git(const FileSystem& files, GitFolders folders) : files_(files), folders_(std::move(folders)) {}

  std::string Text(const std::string& path) const {
    auto text = files_.Read(path);
    return text.ok() ? Trimmed(*text) : "";
  }
  std::string Head() const { return Text(folders_.own + "/HEAD"); }

  // The commit of a ref, loose or packed; "" when there is none.
  std::string Resolve(const std::string& ref) const {
    if (std::string loose = Text(JoinPath(folders_.common, ref)); !loose.empty()) return loose;
    const std::string packed = Text(folders_.common + "/packed-refs");
    for (std::string_view line : SplitString(packed, '\n'))
      if (line.size() > 41 && line[40] == ' ' && line.substr(41) == ref) return std::string(line.substr(0, 40));
    return "";
  }

  std::string RemoteUrl() const {
    const std::string config = Text(folders_.common + "/config");
    bool origin = false;
    for (std::string_view line : SplitString(config, '\n')) {
      const std::string text = Trimmed(line);
      if (text.starts_with('[')) origin = text == "[remote \"origin\"]";
      if (!origin || !text.starts_with("url")) continue;
      const size_t equals = text.find('=');
      if (equals != std::string::npos) return Trimmed(std::string_view(text).substr(equals + 1));
    }
    return "";
  }

  std::string DefaultBranch() const {
    constexpr std::string_view kRemote = "ref: refs/remotes/origin/";
    const std::string head = Text(folders_.common + "/refs/remotes/origin/HEAD");
    if (head.starts_with(kRemote)) return head.substr(kRemote.size());
    if (Resolve("refs/heads/main").empty() && !Resolve("refs/heads/master").empty()) return "master";
    return "main";
  }

 private:
  const FileSystem& files_;
  GitFolders folders_;
};

std::optional<GitFolders> FindGit(std::string folder, const FileSystem& files) {
  for (; !folder.empty(); folder = Parent(folder)) {
    const std::string git = folder + "/.git";
    if (files.IsFolder(git)) return GitFolders{git, git};
    if (!files.IsFile(git)) continue;
    auto text = files.Read(git);
    if (!text.ok() || !text->starts_with("gitdir:")) return std::nullopt;
    const std::string own = JoinPath(folder, Trimmed(std::string_view(*text).substr(7)));
    auto common = files.Read(own + "/commondir");
    return GitFolders{own, common.ok() ? NormalizePath(JoinPath(own, Trimmed(*common))) : own};
  }
  return std::nullopt;
}

// git@host:owner/name.git, https://host/owner/name, /a/path/owner/name
void ReadUrl(std::string url, steps::Repository& repository) {
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  const size_t name = url.find_last_of("/:");
  if (name == std::string::npos || name == 0) return;
  const size_t owner = url.find_last_of("/:", name - 1);
  const std::string found = url.substr(owner == std::string::npos ? 0 : owner + 1, name - (owner + 1));
  if (found.empty() || name + 1 >= url.size()) return;
  repository.owner = found;
  repository.name = url.substr(name + 1);
}

}  // namespace

steps::Repository ReadRepository(const std::string& folder, const FileSystem& files) {
  steps::Repository repository;
  repository.folder = folder;
  repository.name = folder.substr(folder.rfind('/') + 1);
  if (repository.name.empty()) repository.name = "repo";
  const auto folders = FindGit(folder, files);
  if (!folders) return repository;
  const Git git(files, *folders);
  repository.default_branch = git.DefaultBranch();
  ReadUrl(git.RemoteUrl(), repository);
  const std::string head = git.Head();
  constexpr std::string_view kBranch = "ref: refs/heads/";
  repository.branch.clear();
  std::string sha = head;
  if (head.starts_with("ref: ")) {
    sha = git.Resolve(head.substr(5));
    if (head.starts_with(kBranch)) repository.branch = head.substr(kBranch.size());
  }
  if (sha.size() == 40) repository.sha = sha;
  return repository;
}

}  // namespace sluice::cli

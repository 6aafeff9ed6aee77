#include "cli/project.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/syntax/parse.h"

namespace sluice::cli {
namespace {

std::string CurrentFolder() {
  std::string folder(4096, '\0');
  return ::getcwd(folder.data(), folder.size()) == nullptr ? "." : std::string(folder.c_str());
}

using Components = std::vector<std::string_view>;

bool IsHidden(const std::string& name) { return name.starts_with('.') || name == "node_modules"; }

// All files below `folder` that match the pattern's components from `at` on. Hidden folders are not looked into.
void Expand(const FileSystem& files, const std::string& folder, const Components& pattern, size_t at,
            std::set<std::string>& found) {
  const std::string_view part = pattern[at];
  const bool last = at + 1 == pattern.size();
  if (part.find_first_of("*?") == std::string_view::npos) {
    const std::string path = JoinPath(folder, part);
    if (last && files.IsFile(path)) found.insert(path);
    if (!last && files.IsFolder(path)) Expand(files, path, pattern, at + 1, found);
    return;
  }
  if (part == "**" && !last) Expand(files, folder, pattern, at + 1, found);
  const auto names = files.List(folder.empty() ? "." : folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::string path = JoinPath(folder, name);
    if (part == "**") {
      if (!IsHidden(name) && files.IsFolder(path)) Expand(files, path, pattern, at, found);
      if (last && files.IsFile(path)) found.insert(path);
    } else if (MatchesGlob(name, part)) {
      if (last && files.IsFile(path)) found.insert(path);
      if (!last && !IsHidden(name) && files.IsFolder(path)) Expand(files, path, pattern, at + 1, found);
    }
  }
}

Status Parse(Project& project, const std::string& path, bool root) {
  SLUICE_ASSIGN(std::string text, project.files->Read(path));
  const source::FileId file = project.sources.Add(path, std::move(text));
  project.parsed.push_back({path, syntax::Parse(project.sources, file, project.sink), root});
  return {};
}

}  // namespace

std::string PathFromRoot(const Project& project, const std::string& path) {
  const std::string whole = NormalizePath(JoinPath(CurrentFolder(), path));
  return whole.starts_with(project.root + "/") ? whole.substr(project.root.size() + 1) : whole;
}

std::string FindProjectRoot() {
  const std::string here = CurrentFolder();
  const auto files = MakeRealFileSystem("");
  for (const std::string mark : {"/sluice.toml", "/.git"})
    for (std::string folder = here; !folder.empty(); folder.resize(folder.rfind('/')))
      if (files->IsFile(folder + mark) || files->IsFolder(folder + mark)) return folder;
  return here;
}

Result<std::unique_ptr<Project>> OpenProject() {
  auto project = std::make_unique<Project>();
  project->root = FindProjectRoot();
  project->files = MakeRealFileSystem(project->root);
  if (project->files->IsFile("sluice.toml")) {
    SLUICE_ASSIGN(std::string text, project->files->Read("sluice.toml"));
    const source::FileId file = project->sources.Add("sluice.toml", std::move(text));
    project->settings = catalogue::ReadProject(project->sources, file, project->sink);
  }
  project->lock.path = "sluice.lock";
  if (project->files->IsFile("sluice.lock")) {
    SLUICE_ASSIGN(std::string text, project->files->Read("sluice.lock"));
    const source::FileId file = project->sources.Add("sluice.lock", std::move(text));
    project->lock = catalogue::ReadLock(project->sources, file, project->sink);
  }
  return project;
}

Result<std::vector<std::string>> FindSources(const Project& project, const std::vector<std::string>& paths) {
  std::set<std::string> found;
  for (const std::string& path : paths) {
    const std::string from_root = PathFromRoot(project, path);
    if (project.files->IsFolder(from_root)) {
      Expand(*project.files, from_root, {"**", "*.pipe"}, 0, found);
    } else if (project.files->IsFile(from_root)) {
      found.insert(from_root);
    } else {
      return Error{fmt::format("there is no file or folder `{}`", path)};
    }
  }
  if (paths.empty())
    for (const std::string& pattern : project.settings.sources)
      Expand(*project.files, "", SplitString(pattern, '/'), 0, found);
  if (found.empty())
    return Error{paths.empty() ? fmt::format("there is no .pipe file in {}: give one, or set `sources` in sluice.toml",
                                             project.root)
                               : "there is no .pipe file in the folders given"};
  return std::vector<std::string>(found.begin(), found.end());
}

Status ReadSources(Project& project, const std::vector<std::string>& paths) {
  SLUICE_ASSIGN(const std::vector<std::string> found, FindSources(project, paths));
  for (const std::string& path : found) SLUICE_RETURN_IF_ERROR(Parse(project, path, true));
  return {};
}

bool AddImported(Project& project, const std::string& path) {
  if (std::ranges::any_of(project.parsed, [&](const ProjectSource& source) { return source.path == path; }))
    return true;
  return project.files->IsFile(path) && Parse(project, path, false).ok();
}

bool PrintProblems(Project& project, bool color) {
  diagnostics::Sort(project.sink.all(), project.sources);
  fmt::print(stderr, "{}", diagnostics::RenderText(project.sink.all(), project.sources, color));
  const std::string count = diagnostics::RenderCount(project.sink.all());
  if (!count.empty()) fmt::print(stderr, "{}\n", count);
  return project.sink.has_errors();
}

}  // namespace sluice::cli

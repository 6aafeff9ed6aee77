#include "cli/project.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "compiler/base/find_files.h"
#include "compiler/base/text.h"
#include "compiler/check/check.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/standard/standard.h"
#include "compiler/syntax/parse.h"

namespace sluice::cli {
namespace {

std::string CurrentFolder() {
  std::string folder(4096, '\0');
  return ::getcwd(folder.data(), folder.size()) == nullptr ? "." : std::string(folder.c_str());
}

// A module of the standard library, whose text the program carries.
bool AddModule(Project& project, const std::string& name) {
  const auto text = standard::FindModule(name);
  if (!text) return false;
  const source::FileId file = project.sources.Add(name, std::string(*text));
  project.parsed.push_back({name, syntax::Parse(project.sources, file, project.sink), false});
  return true;
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
      found.merge(FindFiles(*project.files, from_root, "**/*.pipe"));
    } else if (project.files->IsFile(from_root)) {
      found.insert(from_root);
    } else {
      return Error{fmt::format("there is no file or folder `{}`", path)};
    }
  }
  if (paths.empty())
    for (const std::string& pattern : project.settings.sources) found.merge(FindFiles(*project.files, "", pattern));
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
  if (standard::IsModuleName(path)) return AddModule(project, path);
  return project.files->IsFile(path) && Parse(project, path, false).ok();
}

void ReadImports(Project& project) {
  for (size_t i = 0; i < project.parsed.size(); ++i)  // grows meanwhile
    for (syntax::ItemId id : std::vector(project.parsed[i].ast.items))
      if (const auto* decl = project.parsed[i].ast.As<syntax::ImportDecl>(id))
        if (const auto path = check::ImportedFile(project.parsed[i].path, project.parsed[i].ast, *decl))
          AddImported(project, *path);
}

bool PrintProblems(Project& project, bool color) {
  diagnostics::Sort(project.sink.all(), project.sources);
  fmt::print(stderr, "{}", diagnostics::RenderText(project.sink.all(), project.sources, color));
  const std::string count = diagnostics::RenderCount(project.sink.all());
  if (!count.empty()) fmt::print(stderr, "{}\n", count);
  return project.sink.has_errors();
}

}  // namespace sluice::cli

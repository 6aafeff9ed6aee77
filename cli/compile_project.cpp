#include "cli/compile_project.h"

#include <algorithm>
#include <utility>

namespace sluice::cli {

compile::Compiled CompileProject(Project& project, bool deny_warnings) {
  std::vector<compile::Source> files;
  for (ProjectSource& source : project.parsed) files.push_back({source.path, &source.ast, source.root});
  auto import = [&](const std::string& path, std::vector<compile::Source>& into) {
    if (std::ranges::any_of(into, [&](const compile::Source& file) { return file.path == path; })) return true;
    if (!AddImported(project, path)) return false;
    into.push_back({path, &project.parsed.back().ast, false});
    return true;
  };
  compile::Input input{project.sources, project.settings, project.lock, std::move(files), import, project.files.get()};
  return compile::Compile(std::move(input), deny_warnings, project.sink);
}

}  // namespace sluice::cli

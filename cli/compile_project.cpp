#include "cli/compile_project.h"

#include <algorithm>
#include <utility>

#include "cli/committed.h"

namespace sluice::cli {

compile::Compiled CompileProject(Project& project, bool deny_warnings, Want want) {
  std::vector<compile::Source> files;
  for (ProjectSource& source : project.parsed) files.push_back({source.path, &source.ast, source.root});
  auto import = [&](const std::string& path, std::vector<compile::Source>& into) {
    if (std::ranges::any_of(into, [&](const compile::Source& file) { return file.path == path; })) return true;
    if (!AddImported(project, path)) return false;
    into.push_back({path, &project.parsed.back().ast, false});
    return true;
  };
  project.committed = ReadCommittedPins(project);
  compile::Input input{project.sources,  project.settings, project.committed.lock,
                       std::move(files), import,           project.files.get()};
  input.emit = want == Want::Outputs;
  compile::Compiled compiled = compile::Compile(std::move(input), deny_warnings, project.sink);
  ReportCommittedPins(project, project.committed);
  diagnostics::Sort(project.sink.all(), project.sources);
  return compiled;
}

}  // namespace sluice::cli

#include "cli/workflow_set.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/base/file_system.h"
#include "compiler/load/load.h"
#include "runtime/steps/check_names.h"

namespace sluice::cli {

WorkflowSet::WorkflowSet(const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    source::SourceMap sources;
    diagnostics::Sink sink;
    model::Program program;
    if (load::LoadWorkflow(sources, sources.Add(path, text), program, sink)) {
      read_.emplace(path, std::move(program));
      continue;
    }
    diagnostics::Sort(sink.all(), sources);
    const diagnostics::Diagnostic& first = sink.all().front();
    broken_[path] = fmt::format("line {}: {}", sources.Begin(first.primary.at).line, first.message);
  }
}

std::vector<std::string> WorkflowSet::CheckNamesOf(const std::string& path) const {
  const auto found = read_.find(path);
  if (found == read_.end()) return {};
  const auto called = [&](const std::string& target) {
    const auto file = target.starts_with("./") ? read_.find(NormalizePath(target.substr(2))) : read_.end();
    return file == read_.end() ? steps::Called{} : steps::Called{&file->second, &*file->second.pipelines.begin()};
  };
  return steps::CheckNames(found->second, *found->second.pipelines.begin(), called);
}

std::vector<model::Fact> WorkflowSet::FactsOf(const std::string& path) const {
  const auto found = read_.find(path);
  if (found == read_.end()) return {};
  std::vector<model::Fact> facts = model::FactsOf(found->second, *found->second.pipelines.begin());
  for (std::string& name : CheckNamesOf(path)) facts.push_back({model::Topic::CheckNames, std::move(name), "", ""});
  return facts;
}

}  // namespace sluice::cli

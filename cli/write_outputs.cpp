#include "cli/write_outputs.h"

#include <fmt/format.h>

#include "compiler/emit/github/workflow.h"

namespace sluice::cli {
namespace {

using diagnostics::Build;
using diagnostics::Code;

bool HasHeader(const std::string& text) { return text.starts_with(emit::kHeaderStart); }

// A diagnostic about a whole file shows its name and none of its lines.
source::Span FileSpan(const std::string& path, source::SourceMap& sources) {
  source::FileId file = sources.Find(path);
  if (!file.valid()) file = sources.Add(path, "");
  return sources.WholeFile(file);
}

bool IsInside(const std::string& path) {
  const std::string normal = NormalizePath(path);
  return !normal.starts_with("/") && normal != ".." && !normal.starts_with("../");
}

}  // namespace

OutputPlan PlanOutputs(const FileSystem& files, const std::map<std::string, std::string>& outputs,
                       const std::string& folder, bool whole_project, bool force, source::SourceMap& sources,
                       diagnostics::Sink& sink) {
  OutputPlan plan;
  for (const auto& [path, text] : outputs) {
    if (!IsInside(path)) {
      sink.Add(
          Build(Code::P1002, FileSpan("sluice.toml", sources), fmt::format("`{}` lies outside of the project", path))
              .WholeFile()
              .Say("Set `out` of [project] in sluice.toml to a folder of the project."));
      continue;
    }
    const auto old = files.IsFile(path) ? files.Read(path) : Result<std::string>(Error{""});
    const bool foreign = files.IsFolder(path) || (old.ok() && !HasHeader(*old));
    if (foreign && (!force || files.IsFolder(path))) {
      sink.Add(Build(Code::P1003, FileSpan(path, sources), fmt::format("Sluice did not write `{}`", path))
                   .WholeFile()
                   .Say(files.IsFolder(path) ? "It is a folder: move it away."
                                             : "Move it away, or overwrite it:   sluice build --force"));
      continue;
    }
    if (!old.ok() || *old != text) plan.changed[path] = text;
  }
  if (!whole_project || !files.IsFolder(folder)) return plan;
  const auto names = files.List(folder);
  if (!names.ok()) return plan;
  for (const std::string& name : *names) {
    const std::string path = JoinPath(folder, name);
    if (outputs.contains(path) || !(name.ends_with(".yml") || name.ends_with(".yaml")) || !files.IsFile(path)) continue;
    const auto old = files.Read(path);
    if (old.ok() && HasHeader(*old)) plan.removed.push_back(path);
  }
  return plan;
}

Status WriteOutputs(FileSystem& files, const OutputPlan& plan) {
  for (const auto& [path, text] : plan.changed) SLUICE_RETURN_IF_ERROR(files.Write(path, text));
  for (const std::string& path : plan.removed) SLUICE_RETURN_IF_ERROR(files.Remove(path));
  return {};
}

}  // namespace sluice::cli

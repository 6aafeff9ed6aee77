#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/compile_project.h"
#include "cli/run_setup.h"
#include "compiler/base/text.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/load/load.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace sluice::cli {
namespace {

bool IsYaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

Status LoadYaml(const std::string& path, Target& target, bool color, int& code) {
  auto text = MakeRealFileSystem("")->Read(path);
  if (!text.ok()) return text.error();
  Project& project = *target.project;
  const source::FileId file = project.sources.Add(PathFromRoot(project, path), std::move(*text));
  const auto pipeline = load::LoadWorkflow(project.sources, file, target.program, project.sink);
  if (PrintProblems(project, color) || !pipeline) {
    code = kNo;
    return Error{fmt::format("`{}` is no workflow that can run: mend the errors above", path)};
  }
  target.pipeline = *pipeline;
  return {};
}

std::string PipelineNames(const model::Program& program) {
  std::string names;
  for (const model::Pipeline& pipeline : program.pipelines) names += (names.empty() ? "" : ", ") + pipeline.id;
  return names;
}

Status PickPipeline(const std::string& name, Target& target) {
  const auto& pipelines = target.program.pipelines;
  if (name.empty() && pipelines.size() == 1) {
    target.pipeline = model::PipelineId{0};
    return {};
  }
  if (name.empty()) return Error{fmt::format("say which pipeline to run: {}", PipelineNames(target.program))};
  std::vector<std::string> known;
  for (size_t i = 0; i < pipelines.size(); ++i) {
    const model::PipelineId id{static_cast<int32_t>(i)};
    if (pipelines[id].id == name || pipelines[id].path == name) {
      target.pipeline = id;
      return {};
    }
    known.push_back(pipelines[id].id);
  }
  const auto near = DidYouMean(name, known);
  return Error{
      fmt::format("there is no pipeline `{}`: {}", name,
                  near ? fmt::format("did you mean `{}`?", *near) : "there are " + PipelineNames(target.program))};
}

Status LoadGraph(const std::string& path, const std::string& name, Target& target) {
  auto text = MakeRealFileSystem("")->Read(path == "-" ? "/dev/stdin" : path);
  if (!text.ok()) return text.error();
  auto program = model::FromJson(*text);
  if (!program.ok()) return Error{fmt::format("`{}` is no graph: {}", path, program.error().message)};
  target.program = std::move(*program);
  if (const auto wrong = model::Verify(target.program); !wrong.empty())
    return Error{fmt::format("`{}` is no graph that can run: {}", path, wrong[0].message)};
  return PickPipeline(name, target);
}

std::vector<std::string> WorkflowFiles(const Project& project) {
  const std::string folder = ".github/workflows";
  std::vector<std::string> paths;
  const auto names = project.files->List(folder);
  if (!names.ok()) return paths;
  for (const std::string& name : *names)
    if (IsYaml(name)) paths.push_back(JoinPath(folder, name));
  return paths;
}

// Compiles the project; `name` is a pipeline of it, a source file, or empty.
Status LoadSources(const std::string& name, Target& target, bool color, int& code) {
  Project& project = *target.project;
  const bool file = name.ends_with(".pipe");
  if (const Status read = ReadSources(project, file ? std::vector{name} : std::vector<std::string>{}); !read.ok()) {
    const std::vector<std::string> workflows = WorkflowFiles(project);
    if (file || workflows.empty()) return read;
    // A project without sources of its own: the workflows that people wrote.
    if (name.empty() && workflows.size() == 1)
      return LoadYaml(JoinPath(project.root, workflows[0]), target, color, code);
    return Error{fmt::format("say which workflow to run: {}", fmt::join(workflows, ", "))};
  }
  target.program = CompileProject(project, false, Want::Program).program;
  if (PrintProblems(project, color)) {
    code = kNo;
    return Error{"nothing is run: mend the errors above"};
  }
  return PickPipeline(file ? "" : name, target);
}

Status CheckJobs(const Target& target) {
  const model::Pipeline& pipeline = target.program.pipelines[target.pipeline];
  std::vector<std::string> known;
  for (model::JobId job : pipeline.jobs) known.push_back(target.program.jobs[job].id);
  for (const std::string& name : target.jobs) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto near = DidYouMean(name, known);
    return Error{fmt::format(
        "`{}` has no job `{}`: {}", pipeline.id, name,
        near ? fmt::format("did you mean `{}`?", *near) : fmt::format("its jobs are {}", fmt::join(known, ", ")))};
  }
  return {};
}

}  // namespace

std::pair<std::string, std::vector<std::string>> SplitTarget(const std::string& target) {
  size_t head = target.find('.');
  for (const char* ending : {".yml", ".yaml", ".pipe"}) {
    const std::string end = ending;
    for (size_t at = target.find(end); at != std::string::npos; at = target.find(end, at + 1)) {
      const size_t after = at + end.size();
      if (after == target.size() || target[after] == '.') head = after;
    }
  }
  std::vector<std::string> jobs;
  if (head >= target.size()) return {target, jobs};
  for (std::string_view job : SplitString(std::string_view(target).substr(head + 1), '.')) jobs.emplace_back(job);
  return {target.substr(0, head), jobs};
}

Result<std::unique_ptr<Target>> LoadTarget(const RunFlags& flags, bool color, int& code) {
  code = kCannot;
  auto target = std::make_unique<Target>();
  SLUICE_ASSIGN(target->project, OpenProject());
  auto [name, jobs] = SplitTarget(flags.target);
  target->jobs = std::move(jobs);
  if (!flags.from_graph.empty()) {
    SLUICE_RETURN_IF_ERROR(LoadGraph(flags.from_graph, name, *target));
  } else if (IsYaml(name)) {
    SLUICE_RETURN_IF_ERROR(LoadYaml(name, *target, color, code));
  } else {
    SLUICE_RETURN_IF_ERROR(LoadSources(name, *target, color, code));
  }
  SLUICE_RETURN_IF_ERROR(CheckJobs(*target));
  return target;
}

}  // namespace sluice::cli

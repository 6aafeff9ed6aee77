#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/run_setup.h"
#include "compiler/base/text.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/load/load.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace sluice::cli {
namespace {

std::string Here() {
  std::string folder(4096, '\0');
  return ::getcwd(folder.data(), folder.size()) == nullptr ? "." : std::string(folder.c_str());
}

std::string FindRoot(const std::string& here, const FileSystem& files) {
  for (const char* mark : {"sluice.toml", ".git"}) {
    for (std::string folder = here; !folder.empty(); folder = folder.substr(0, folder.rfind('/')))
      if (files.IsFile(folder + "/" + mark) || files.IsFolder(folder + "/" + mark)) return folder;
  }
  return here;
}

bool IsYaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// Prints what was found; true when an error is among it.
bool Print(diagnostics::Sink& sink, const source::SourceMap& sources, bool color) {
  diagnostics::Sort(sink.all(), sources);
  fmt::print(stderr, "{}", diagnostics::RenderText(sink.all(), sources, color));
  return sink.has_errors();
}

Status LoadYaml(const std::string& path, Target& target, bool color, int& code) {
  auto text = MakeRealFileSystem("")->Read(path);
  if (!text.ok()) return text.error();
  std::string shown = NormalizePath(JoinPath(Here(), path));
  if (shown.starts_with(target.root + "/")) shown = shown.substr(target.root.size() + 1);
  diagnostics::Sink sink;
  const auto pipeline =
      load::LoadWorkflow(target.sources, target.sources.Add(shown, std::move(*text)), target.program, sink);
  if (Print(sink, target.sources, color) || !pipeline) {
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

Status ReadProjectFile(Target& target, bool color) {
  const auto text = MakeRealFileSystem("")->Read(target.root + "/sluice.toml");
  if (!text.ok()) return {};
  diagnostics::Sink sink;
  target.project = catalogue::ReadProject(target.sources, target.sources.Add("sluice.toml", *text), sink);
  if (Print(sink, target.sources, color)) return Error{"`sluice.toml` has errors: mend them first"};
  return {};
}

}  // namespace

std::pair<std::string, std::vector<std::string>> SplitTarget(const std::string& target) {
  size_t head = target.find('.');
  for (const char* ending : {".yml", ".yaml"}) {
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
  const auto files = MakeRealFileSystem("");
  target->root = FindRoot(Here(), *files);
  SLUICE_RETURN_IF_ERROR(ReadProjectFile(*target, color));
  auto [name, jobs] = SplitTarget(flags.target);
  target->jobs = std::move(jobs);
  if (!flags.from_graph.empty()) {
    SLUICE_RETURN_IF_ERROR(LoadGraph(flags.from_graph, name, *target));
  } else if (IsYaml(name)) {
    SLUICE_RETURN_IF_ERROR(LoadYaml(name, *target, color, code));
  } else {
    SLUICE_RETURN_IF_ERROR(PickPipeline(name, *target));
  }
  SLUICE_RETURN_IF_ERROR(CheckJobs(*target));
  return target;
}

}  // namespace sluice::cli

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/committed.h"
#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "cli/text_diff.h"
#include "cli/workflow_set.h"
#include "cli/write_outputs.h"
#include "compiler/emit/github/workflow.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace sluice::cli {
namespace {

struct BuildFlags {
  std::vector<std::string> paths;
  std::string target = "all";
  std::string out;
  std::string graph;
  bool check = false, print = false, force = false;
};

// The files of a graph that `sluice graph --format json` printed.
Status OutputsOfGraph(const std::string& path, std::map<std::string, std::string>& outputs) {
  std::string text;
  SLUICE_ASSIGN(text, MakeRealFileSystem("")->Read(path == "-" ? "/dev/stdin" : path));
  auto program = model::FromJson(text);
  if (!program.ok()) return program.error();
  if (const std::vector<Error> wrong = model::Verify(*program); !wrong.empty())
    return Error{fmt::format("`{}` holds no sound graph: {}", path, wrong.front().message)};
  for (size_t i = 0; i < program->pipelines.size(); ++i) {
    const model::PipelineId id{static_cast<int32_t>(i)};
    outputs[program->pipelines[id].path] = emit::EmitWorkflow(*program, id);
  }
  return {};
}

int Compare(const OutputPlan& plan, const FileSystem& files) {
  bool differs = false;
  for (const auto& [path, text] : plan.changed) {
    differs = true;
    const auto old = files.Read(path);
    fmt::print("{}", UnifiedDiff(path, old.ok() ? *old : "", text));
  }
  for (const std::string& path : plan.removed) {
    differs = true;
    fmt::print("{}: no pipeline produces it any more\n", path);
  }
  if (!differs) return kOk;
  std::fflush(stdout);
  fmt::print(stderr, "the written files differ: run `sluice build`\n");
  return kNo;
}

// A check compares with what may be there: pins that a newer committed one will replace.
std::map<std::string, std::string> Expected(const Project& project, const FileSystem& files,
                                            std::map<std::string, std::string> outputs) {
  for (auto& [path, text] : outputs)
    if (const auto old = files.Read(path); old.ok()) text = AllowOlderPins(text, *old, project.committed);
  return outputs;
}

// The sources follow the committed versions, never the other way round.
Status WriteSources(Project& project, bool quiet) {
  for (const auto& [path, text] : BumpSources(project, project.committed)) {
    SLUICE_RETURN_IF_ERROR(project.files->Write(path, text));
    if (!quiet) fmt::print("wrote {}: the versions that are committed\n", path);
  }
  return {};
}

// The names of checks that come and go, whichever file reports them: rulesets require them by name.
std::string CheckNameChanges(const OutputPlan& plan, const FileSystem& files,
                             const std::map<std::string, std::string>& outputs) {
  std::map<std::string, std::string> before;
  for (const auto& [path, text] : outputs)
    if (auto old = files.Read(path); old.ok()) before[path] = std::move(*old);
  for (const std::string& path : plan.removed)
    if (auto old = files.Read(path); old.ok()) before[path] = std::move(*old);
  const WorkflowSet then(before), now(outputs);
  std::set<std::string> old_names, names;
  for (const auto& [path, text] : before)
    for (std::string& name : then.CheckNamesOf(path)) old_names.insert(std::move(name));
  for (const auto& [path, text] : outputs)
    for (std::string& name : now.CheckNamesOf(path)) names.insert(std::move(name));
  std::string added, removed;
  for (const std::string& name : names)
    if (!old_names.contains(name)) added += "  + " + name;
  for (const std::string& name : old_names)
    if (!names.contains(name)) removed += "  - " + name;
  if (before.empty()) return "";  // nobody can require what never reported
  return added + removed;
}

int Carry(const BuildFlags& flags, const Globals& globals, Project& project,
          const std::map<std::string, std::string>& written) {
  const auto outputs = flags.check ? Expected(project, *project.files, written) : written;
  if (flags.print) {
    for (const auto& [path, text] : outputs) fmt::print("{}", text);
    return kOk;
  }
  const std::unique_ptr<FileSystem> elsewhere = flags.out.empty() ? nullptr : MakeRealFileSystem(flags.out);
  FileSystem& files = elsewhere != nullptr ? *elsewhere : *project.files;
  const bool whole_project = flags.paths.empty() && flags.graph.empty();
  const OutputPlan plan =
      PlanOutputs(files, outputs, project.settings.out, whole_project, flags.force, project.sources, project.sink);
  if (!flags.check)
    if (auto version = catalogue::CheckVersion(project.settings, SLUICE_VERSION)) project.sink.Add(std::move(*version));
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) return kNo;
  if (flags.check) return Compare(plan, files);
  if (elsewhere == nullptr)
    if (const Status bumped = WriteSources(project, globals.quiet); !bumped.ok()) return Fail(bumped.error().message);
  const std::string checks = plan.changed.empty() && plan.removed.empty() ? "" : CheckNameChanges(plan, files, outputs);
  if (const Status done = WriteOutputs(files, plan); !done.ok()) return Fail(done.error().message);
  if (globals.quiet) return kOk;
  for (const auto& [path, text] : plan.changed) fmt::print("wrote {}\n", path);
  for (const std::string& path : plan.removed) fmt::print("removed {}\n", path);
  if (!checks.empty()) fmt::print("check names:{}\n", checks);
  if (plan.changed.empty() && plan.removed.empty())
    fmt::print("{} up to date\n", outputs.size() == 1 ? "1 file" : fmt::format("{} files", outputs.size()));
  return kOk;
}

int RunBuild(const BuildFlags& flags, const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  if (flags.target != "all" && flags.target != "github")
    return Fail(fmt::format("the target `{}` is not supported yet: there is `github`", flags.target));
  std::map<std::string, std::string> outputs;
  if (!flags.graph.empty()) {
    if (!flags.paths.empty()) return Fail("give sources or `--from-graph`, not both");
    if (const Status read = OutputsOfGraph(flags.graph, outputs); !read.ok()) return Fail(read.error().message);
  } else {
    if (const Status read = ReadSources(project, flags.paths); !read.ok()) return Fail(read.error().message);
    outputs = CompileProject(project, false).outputs;
  }
  if (project.sink.has_errors()) {
    PrintProblems(project, UseColor(globals, STDERR_FILENO));
    return kNo;
  }
  return Carry(flags, globals, project, outputs);
}

}  // namespace

void AddBuild(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("build", "Write the workflows of the pipelines");
  auto flags = std::make_shared<BuildFlags>();
  command->add_option("PATH", flags->paths, "Files or folders (default: the sources of the project)");
  command->add_option("--target", flags->target, "github or all")
      ->check(CLI::IsMember({"github", "kubernetes", "codebuild", "all"}))
      ->type_name("TARGET");
  command->add_option("--out", flags->out, "Write the whole tree below DIR instead of the root")->type_name("DIR");
  command->add_flag("--check", flags->check, "Only compare with the written files, and show the difference");
  command->add_flag("--stdout", flags->print, "Print the files instead of writing them");
  command->add_option("--from-graph", flags->graph, "Take the JSON of `sluice graph` instead of sources")
      ->type_name("FILE");
  command->add_flag("--force", flags->force, "Overwrite files that Sluice did not write");
  command->footer("Example: sluice build --check");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunBuild(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli

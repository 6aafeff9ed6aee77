#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "compiler/diagnostics/render_machine.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/load/load.h"

namespace sluice::cli {
namespace {

struct CheckFlags {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string deny;
};

bool IsYaml(const std::string& path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// Reads workflows as GitHub does; what it would refuse is in the sink.
Status CheckYaml(Project& project, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    SLUICE_ASSIGN(std::string text, MakeRealFileSystem("")->Read(path));
    model::Program program;
    load::LoadWorkflow(project.sources, project.sources.Add(NormalizePath(path), std::move(text)), program,
                       project.sink);
  }
  return {};
}

void Print(Project& project, const CheckFlags& flags, const Globals& globals) {
  const auto& found = project.sink.all();
  if (flags.format == "json") {
    fmt::print("{}", diagnostics::RenderJson(found, project.sources));
    return;
  }
  if (flags.format == "github")
    fmt::print("{}", diagnostics::RenderGithub(found, project.sources));
  else
    fmt::print("{}", diagnostics::RenderText(found, project.sources, UseColor(globals, STDOUT_FILENO)));
  const std::string count = diagnostics::RenderCount(found);
  if (count.empty() || globals.quiet) return;
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", count);
}

int RunCheck(const CheckFlags& flags, const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  std::vector<std::string> yaml, pipes;
  for (const std::string& path : flags.paths) (IsYaml(path) ? yaml : pipes).push_back(path);
  if (const Status read = CheckYaml(project, yaml); !read.ok()) return Fail(read.error().message);
  if (!pipes.empty() || yaml.empty()) {
    if (const Status read = ReadSources(project, pipes); !read.ok()) return Fail(read.error().message);
    CompileProject(project, flags.deny == "warnings");
  }
  diagnostics::Sort(project.sink.all(), project.sources);
  Print(project, flags, globals);
  return project.sink.has_errors() ? kNo : kOk;
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("check", "Say what is wrong with pipelines or workflow files; write nothing");
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("PATH", flags->paths, "Files or folders (default: the sources of the project)");
  command->add_option("--format", flags->format, "text, json or github")
      ->check(CLI::IsMember({"text", "json", "github"}))
      ->type_name("FORMAT");
  command->add_option("--deny", flags->deny, "warnings: they count as errors")
      ->check(CLI::IsMember({"warnings"}))
      ->type_name("WHAT");
  command->footer("Example: sluice check ci.pipe --format github");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCheck(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli

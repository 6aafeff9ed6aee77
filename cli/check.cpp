#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/mend.h"
#include "cli/shellcheck.h"
#include "cli/subcommands.h"
#include "compiler/diagnostics/render_machine.h"
#include "compiler/diagnostics/render_sarif.h"
#include "compiler/diagnostics/render_text.h"
#include "compiler/load/load.h"
#include "compiler/load/load_action.h"

namespace sluice::cli {
namespace {

struct CheckFlags {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string deny;
  bool fix = false, unsafe_fixes = false, no_shellcheck = false;
};

bool IsYaml(const std::string& path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// Reads workflows and the metadata of actions as GitHub does; what it would refuse is in the sink.
Status CheckYaml(Project& project, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    SLUICE_ASSIGN(std::string text, MakeRealFileSystem("")->Read(path));
    const source::FileId file = project.sources.Add(NormalizePath(path), std::move(text));
    model::Program program;
    if (load::IsActionFile(path))
      load::CheckAction(project.sources, file, project.sink);
    else
      load::LoadWorkflow(project.sources, file, program, project.sink);
  }
  return {};
}

void Print(Project& project, const CheckFlags& flags, const Globals& globals) {
  const auto& found = project.sink.all();
  if (flags.format == "json") {
    fmt::print("{}", diagnostics::RenderJson(found, project.sources));
    return;
  }
  if (flags.format == "sarif") {
    fmt::print("{}", diagnostics::RenderSarif(found, project.sources, SLUICE_VERSION));
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

// Scripts are read by shellcheck once the compiler has nothing to say against them.
Status Shellcheck(Project& project, const model::Program& program, const CheckFlags& flags) {
  const auto& allowed = project.settings.allow;
  const bool wanted = std::ranges::find(allowed, diagnostics::Code::P0520) == allowed.end();
  if (flags.no_shellcheck || !wanted || project.sink.has_errors()) return {};
  const std::string shellcheck = FindShellcheck();
  if (shellcheck.empty()) return {};
  const size_t before = project.sink.all().size();
  SLUICE_RETURN_IF_ERROR(CheckScripts(project, program, shellcheck));
  // Those of the compiler were judged already.
  std::vector<diagnostics::Diagnostic> found(project.sink.all().begin() + static_cast<std::ptrdiff_t>(before),
                                             project.sink.all().end());
  catalogue::ApplyLint(project.settings, flags.deny == "warnings", found);
  project.sink.all().resize(before);
  for (diagnostics::Diagnostic& one : found) project.sink.Add(std::move(one));
  return {};
}

// The project with everything the compiler finds in it.
Result<std::unique_ptr<Project>> Inspected(const CheckFlags& flags) {
  SLUICE_ASSIGN(std::unique_ptr<Project> project, OpenProject());
  std::vector<std::string> yaml, pipes;
  for (const std::string& path : flags.paths) (IsYaml(path) ? yaml : pipes).push_back(path);
  SLUICE_RETURN_IF_ERROR(CheckYaml(*project, yaml));
  if (!pipes.empty() || yaml.empty()) {
    SLUICE_RETURN_IF_ERROR(ReadSources(*project, pipes));
    const compile::Compiled compiled = CompileProject(*project, flags.deny == "warnings", Want::Program);
    SLUICE_RETURN_IF_ERROR(Shellcheck(*project, compiled.program, flags));
  } else {
    catalogue::ApplyLint(project->settings, flags.deny == "warnings", project->sink.all());
  }
  return project;
}

// Says what was mended; what is left is said as always.
Status Fix(const CheckFlags& flags, const Globals& globals) {
  CheckFlags each_round = flags;
  each_round.no_shellcheck = true;  // it offers no fixes
  SLUICE_ASSIGN(const Mended mended, Mend([&] { return Inspected(each_round); }, flags.unsafe_fixes));
  if (globals.quiet || mended.fixes == 0) return {};
  fmt::print(stderr, "carried out {} {} in {} {}\n", mended.fixes, mended.fixes == 1 ? "fix" : "fixes",
             mended.files.size(), mended.files.size() == 1 ? "file" : "files");
  return {};
}

int RunCheck(const CheckFlags& flags, const Globals& globals) {
  if (flags.fix || flags.unsafe_fixes)
    if (const Status fixed = Fix(flags, globals); !fixed.ok()) return Fail(fixed.error().message);
  auto inspected = Inspected(flags);
  if (!inspected.ok()) return Fail(inspected.error().message);
  Project& project = **inspected;
  diagnostics::Sort(project.sink.all(), project.sources);
  Print(project, flags, globals);
  return project.sink.has_errors() ? kNo : kOk;
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("check", "Say what is wrong with pipelines or workflow files; write nothing");
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("PATH", flags->paths, "Files or folders (default: the sources of the project)");
  command->add_option("--format", flags->format, "text, json, sarif or github")
      ->check(CLI::IsMember({"text", "json", "sarif", "github"}))
      ->type_name("FORMAT");
  command->add_option("--deny", flags->deny, "warnings: they count as errors")
      ->check(CLI::IsMember({"warnings"}))
      ->type_name("WHAT");
  command->add_flag("--fix", flags->fix, "Carry out the fixes that surely keep what was meant, then check again");
  command->add_flag("--unsafe-fixes", flags->unsafe_fixes,
                    "Carry out the first fix of every mistake; read the difference");
  command->add_flag("--no-shellcheck", flags->no_shellcheck, "Do not have shellcheck read the scripts, if it is there");
  command->footer("Example: sluice check ci.pipe --format github");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCheck(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli

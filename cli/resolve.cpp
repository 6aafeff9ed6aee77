#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/subcommands.h"
#include "cli/write_outputs.h"
#include "compiler/base/text.h"
#include "compiler/emit/github/workflow.h"

// After a merge conflict (language.md 2.15): the sources are the truth, so generated files are not merged but made again.
namespace sluice::cli {
namespace {

// The line (from 1) of git's first conflict marker, or 0.
size_t ConflictLine(const std::string& text) {
  size_t number = 0;
  for (const std::string_view line : SplitString(text, '\n')) {
    ++number;
    if (line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) return number;
  }
  return 0;
}

// A conflicted file is ours when one of its sides has the header: git may have put a marker above it.
bool IsOurs(const std::string& text) {
  for (const std::string_view line : SplitString(text, '\n')) {
    if (line.starts_with(emit::kHeaderStart)) return true;
    if (!line.starts_with("<<<<<<< ") && !line.starts_with("#")) return false;
  }
  return false;
}

std::vector<std::string> ConflictedOutputs(const Project& project) {
  std::vector<std::string> found;
  const auto names = project.files->List(project.settings.out);
  if (!names.ok()) return found;
  for (const std::string& name : *names) {
    const std::string path = JoinPath(project.settings.out, name);
    const auto text = project.files->IsFile(path) ? project.files->Read(path) : Result<std::string>(Error{""});
    if (text.ok() && ConflictLine(*text) != 0 && IsOurs(*text)) found.push_back(path);
  }
  return found;
}

// The first source (or sluice.toml) that git could not merge, as `FILE:LINE`.
std::string ConflictedSource(const Project& project, const std::vector<std::string>& sources) {
  std::vector<std::string> paths = sources;
  paths.emplace_back("sluice.toml");
  for (const std::string& path : paths) {
    const auto text = project.files->IsFile(path) ? project.files->Read(path) : Result<std::string>(Error{""});
    if (!text.ok()) continue;
    if (const size_t line = ConflictLine(*text)) return fmt::format("{}:{}", path, line);
  }
  return "";
}

// The files that were conflicted are written or removed; the others are left as `sluice build` would find them.
int Rebuild(Project& project, const std::vector<std::string>& conflicted, const Globals& globals) {
  const auto outputs = CompileProject(project, false).outputs;
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) return kNo;
  OutputPlan plan;
  for (const std::string& path : conflicted) {
    if (const auto output = outputs.find(path); output != outputs.end())
      plan.changed.insert(*output);
    else
      plan.removed.push_back(path);
  }
  if (const Status written = WriteOutputs(*project.files, plan); !written.ok()) return Fail(written.error().message);
  if (globals.quiet) return kOk;
  for (const auto& [path, text] : plan.changed) fmt::print("rebuilt {}\n", path);
  for (const std::string& path : plan.removed) fmt::print("removed {}: no pipeline produces it any more\n", path);
  fmt::print(stderr, "look at the difference, then say that the conflict is resolved:   git add");
  for (const std::string& path : conflicted) fmt::print(stderr, " {}", path);
  fmt::print(stderr, "\n");
  return kOk;
}

int RunResolve(const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  const auto sources = FindSources(project, {});
  if (!sources.ok()) return Fail(sources.error().message);
  if (const std::string place = ConflictedSource(project, *sources); !place.empty()) {
    fmt::print(stderr, "{} has a conflict: merge the sources by hand, then run `sluice resolve` again\n", place);
    return kNo;
  }
  const std::vector<std::string> conflicted = ConflictedOutputs(project);
  if (conflicted.empty()) {
    if (!globals.quiet) fmt::print("no generated file has a conflict\n");
    return kOk;
  }
  if (const Status read = ReadSources(project, {}); !read.ok()) return Fail(read.error().message);
  return Rebuild(project, conflicted, globals);
}

}  // namespace

void AddResolve(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("resolve", "After a merge conflict, make the generated files again");
  command->footer("Example: git merge main || sluice resolve");
  command->callback([&invocation] { invocation.action = [&invocation] { return RunResolve(invocation.globals); }; });
}

}  // namespace sluice::cli

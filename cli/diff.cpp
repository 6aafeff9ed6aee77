#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/compile_project.h"
#include "cli/diff_text.h"
#include "cli/git_revision.h"
#include "cli/subcommands.h"
#include "cli/workflow_set.h"
#include "compiler/emit/github/workflow.h"

// What a change of the sources means, in GitHub's words (language.md 2.15): the workflows that `sluice build` would write,
// beside those of a commit. Both are read as GitHub reads them, so that only what counts is told.
namespace sluice::cli {
namespace {

struct DiffFlags {
  std::string revision = "HEAD";
  std::string format = "text";
};

using Files = std::map<std::string, std::string>;

// Of the commit's files those that are ours: what is written now, or was written by Sluice then.
Files OursOf(const Files& committed, const Files& outputs) {
  Files ours;
  for (const auto& [path, text] : committed)
    if (outputs.contains(path) || text.starts_with(emit::kHeaderStart)) ours.emplace(path, text);
  return ours;
}

std::vector<FileDifference> Compare(const Files& committed, const Files& outputs) {
  const WorkflowSet old(committed), now(outputs);
  std::set<std::string> paths;
  for (const auto* files : {&committed, &outputs})
    for (const auto& [path, text] : *files) paths.insert(path);
  std::vector<FileDifference> differences;
  for (const std::string& path : paths) {
    FileDifference difference;
    difference.path = path;
    difference.added = !committed.contains(path);
    difference.removed = !outputs.contains(path);
    if (const auto broken = old.broken().find(path); broken != old.broken().end()) difference.unread = broken->second;
    difference.changes = model::Differences(old.FactsOf(path), now.FactsOf(path));
    if (difference.added || difference.removed || !difference.unread.empty() || !difference.changes.empty())
      differences.push_back(std::move(difference));
  }
  return differences;
}

int RunDiff(const DiffFlags& flags, const Globals& globals) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  if (const Status read = ReadSources(project, {}); !read.ok()) return Fail(read.error().message);
  const Files outputs = CompileProject(project, false).outputs;
  if (project.sink.has_errors()) {
    PrintProblems(project, UseColor(globals, STDERR_FILENO));
    return kNo;
  }
  const auto revision = ReadRevision(project.root, flags.revision, project.settings.out);
  if (!revision.ok()) return Fail(revision.error().message);
  const auto differences = Compare(OursOf(revision->files, outputs), outputs);
  fmt::print("{}", flags.format == "markdown" ? DiffMarkdown(differences, flags.revision)
                                              : DiffText(differences, flags.revision));
  return kOk;
}

}  // namespace

void AddDiff(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("diff", "Say in words what changes in the workflows since a commit");
  auto flags = std::make_shared<DiffFlags>();
  command->add_option("REF", flags->revision, "A branch, a tag or a commit (default: HEAD)");
  command->add_option("--format", flags->format, "text or markdown")
      ->check(CLI::IsMember({"text", "markdown"}))
      ->type_name("FORMAT");
  command->footer("Example: sluice diff origin/main --format markdown");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunDiff(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli

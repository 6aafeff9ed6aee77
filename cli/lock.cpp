#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/project.h"
#include "cli/subcommands.h"
#include "compiler/base/text.h"
#include "compiler/catalogue/shipped_actions.h"
#include "compiler/syntax/uses.h"

namespace sluice::cli {
namespace {

using catalogue::ActionPin;
using catalogue::Resolution;
using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Replace;

struct LockFlags {
  bool update = false;
  std::vector<std::string> names;  // actions to update; none: all
};

// Says why an action cannot be pinned, with the nearest that can.
void Report(Project& project, const syntax::ActionUse& use, const Resolution& found) {
  const auto [uses, ref] = *catalogue::SplitActionRef(use.target);
  std::string better;
  switch (found.problem) {
    case Resolution::Problem::UnknownAction: {
      Build problem(Code::P0701, use.span, fmt::format("I do not know the action `{}`", uses),
                    "not in the catalogue that comes with sluice");
      if (!found.nearest.empty()) {
        better = fmt::format("{}@{}", found.nearest, ref);
        problem.Say(fmt::format("Did you mean `{}`?", better), Replace(use.span, better, "use " + better, false));
      }
      project.sink.Add(problem);
      break;
    }
    case Resolution::Problem::UnknownRef:
      better = fmt::format("{}@{}", uses, found.nearest);
      project.sink.Add(
          Build(Code::P0701, use.span, fmt::format("`{}` has no tag `{}`", uses, ref),
                "not among the tags that this sluice knows")
              .Say(fmt::format("Did you mean `{}`?", better), Replace(use.span, better, "use " + better, false)));
      break;
    default:
      better = fmt::format("{}@{}", uses, found.nearest);
      project.sink.Add(
          Build(Code::P0705, use.span, fmt::format("`{}` is a branch of `{}`", ref, uses),
                "its commit is lost after the next force-push")
              .Say(fmt::format("Use a tag:   {}", better), Replace(use.span, better, "use " + better, false)));
  }
}

bool WantsUpdate(const LockFlags& flags, std::string_view uses) {
  return flags.update && (flags.names.empty() || std::ranges::any_of(flags.names, [&](const std::string& name) {
                            return EqualsIgnoreCase(name.substr(0, name.find('@')), uses);
                          }));
}

// Collects the pins that the sources need. A pin that the lock has stays, unless it is to be updated.
class Locking {
 public:
  Locking(Project& project, const LockFlags& flags) : project_(project), flags_(flags) {}

  catalogue::Lock Run() {
    bool file_outputs = false;
    for (const ProjectSource& source : project_.parsed) {
      const syntax::ActionUses found = syntax::CollectActionUses(source.ast);
      for (const syntax::ActionUse& use : found.uses) Add(use);
      file_outputs = file_outputs || found.file_outputs;
    }
    // File outputs travel as artifacts (language.md 2.9).
    if (file_outputs)
      for (const std::string uses : {"actions/upload-artifact", "actions/download-artifact"})
        Add({fmt::format("{}@{}", uses, catalogue::NewestMajor(uses)), {}});
    return std::move(lock_);
  }

 private:
  void Add(const syntax::ActionUse& use) {
    const auto split = catalogue::SplitActionRef(use.target);
    if (!split || lock_.Find(split->first, split->second) != nullptr || !seen_.insert(AsciiLower(use.target)).second)
      return;
    const ActionPin* pinned = project_.lock.Find(split->first, split->second);
    if (pinned != nullptr && !WantsUpdate(flags_, split->first)) {
      lock_.actions.push_back(*pinned);
      return;
    }
    Resolution found = catalogue::ResolveAction(split->first, split->second);
    if (found.problem == Resolution::Problem::None) {
      lock_.actions.push_back(std::move(found.pin));
    } else if (pinned != nullptr) {
      lock_.actions.push_back(*pinned);  // another sluice knew it
    } else {
      Report(project_, use, found);
    }
  }

  Project& project_;
  const LockFlags& flags_;
  catalogue::Lock lock_;
  std::set<std::string> seen_;
};

int RunLock(const Globals& globals, const LockFlags& flags) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  // A lock that cannot be read, after a merge for example, is what this command mends.
  std::erase_if(project.sink.all(), [&](const diagnostics::Diagnostic& d) {
    return project.sources.file(project.sources.FileOf(d.primary.at)).path == project.lock.path;
  });
  if (const Status read = ReadSources(project, {}); !read.ok()) return Fail(read.error().message);
  const catalogue::Lock lock = Locking(project, flags).Run();
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) {
    fmt::print(stderr, "sluice: sluice.lock is left as it is\n");
    return kNo;
  }
  const std::string text = catalogue::PrintLock(lock);
  const auto before = project.files->Read("sluice.lock");
  const bool changed = !before.ok() || *before != text;
  if (changed)
    if (const Status written = project.files->Write("sluice.lock", text); !written.ok())
      return Fail(written.error().message);
  if (!globals.quiet)
    fmt::print("sluice.lock: {} action{}{}\n", lock.actions.size(), lock.actions.size() == 1 ? "" : "s",
               changed ? "" : ", unchanged");
  return kOk;
}

}  // namespace

void AddLock(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<LockFlags>();
  CLI::App* command = app.add_subcommand("lock", "Pin the actions that the sources use to commits in sluice.lock");
  command->add_flag("--update", flags->update, "Look up again what is pinned already (the actions named, or all)");
  command->add_option("NAME", flags->names, "Actions to update, as in `uses`: actions/checkout");
  command->footer("Example:\n  sluice lock --update actions/checkout");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] {
      if (!flags->names.empty() && !flags->update)
        return Fail("`sluice lock` takes names only with --update: `sluice lock --update actions/checkout`");
      return RunLock(invocation.globals, *flags);
    };
  });
}

}  // namespace sluice::cli

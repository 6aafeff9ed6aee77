#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/locking.h"
#include "cli/project.h"
#include "cli/subcommands.h"
#include "cli/text_diff.h"
#include "compiler/catalogue/lock_merge.h"

namespace sluice::cli {
namespace {

constexpr std::string_view kFile = "sluice.lock";

// What the old lock says is only a help here. One that a merge has damaged gives both its sides, and its mistakes are
// mended by writing it.
void ForgiveLock(Project& project) {
  std::erase_if(project.sink.all(), [&](const diagnostics::Diagnostic& d) {
    return project.sources.file(project.sources.FileOf(d.primary.at)).path == project.lock.path;
  });
  const source::FileId file = project.sources.Find(kFile);
  const auto sides = file.valid() ? catalogue::ConflictSides(project.sources.file(file).text) : std::nullopt;
  if (!sides) return;
  source::SourceMap sources;
  diagnostics::Sink ignored;
  project.lock =
      catalogue::MergeLocks(catalogue::ReadLock(sources, sources.Add(std::string(kFile), sides->first), ignored),
                            catalogue::ReadLock(sources, sources.Add(std::string(kFile), sides->second), ignored));
}

std::string Absolute(const Project& project, const std::string& mirror) {
  const size_t equals = mirror.find('=');
  const std::string name = equals == std::string::npos ? "" : mirror.substr(0, equals + 1);
  const std::string place = mirror.substr(name.size());
  if (place.find(':') != std::string::npos) return mirror;
  return name + NormalizePath(JoinPath(project.root, place));
}

LookupOptions OptionsOf(const Project& project, const LockFlags& flags) {
  LookupOptions options;
  // Given on the command line: from the current folder. In sluice.toml: from the root.
  for (const std::string& mirror : flags.mirrors) {
    const size_t equals = mirror.find('=');
    const std::string name = equals == std::string::npos ? "" : mirror.substr(0, equals + 1);
    const std::string place = mirror.substr(name.size());
    options.mirrors.push_back(
        place.find(':') != std::string::npos ? mirror : Absolute(project, name + PathFromRoot(project, place)));
  }
  for (const std::string& mirror : project.settings.mirrors) options.mirrors.push_back(Absolute(project, mirror));
  options.network = project.settings.lock_network && !flags.offline && !flags.check;
  options.patience.time = std::chrono::seconds(flags.timeout > 0 ? flags.timeout : project.settings.lock_timeout);
  if (flags.check) options.mirrors.clear();
  return options;
}

std::string Counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string Summary(const catalogue::Lock& lock) {
  std::string out = Counted(lock.actions.size(), "action");
  if (!lock.images.empty()) out += ", " + Counted(lock.images.size(), "image");
  if (!lock.tools.empty()) out += ", " + Counted(lock.tools.size(), "tool");
  if (!lock.workflows.empty()) out += ", " + Counted(lock.workflows.size(), "workflow");
  return out;
}

int Differs(const std::string& before, const std::string& after) {
  fmt::print("{}", UnifiedDiff(std::string(kFile), before, after));
  std::fflush(stdout);
  fmt::print(stderr, "sluice.lock is not what the sources need: run `sluice lock`\n");
  return kNo;
}

int RunLock(const Globals& globals, const LockFlags& flags) {
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  ForgiveLock(project);
  if (const Status read = ReadSources(project, {}); !read.ok()) return Fail(read.error().message);
  ReadImports(project);
  Lookup lookup(OptionsOf(project, flags));
  const Result<Locked> locked = LockProject(project, flags, lookup);
  if (!locked.ok()) return Fail(locked.error().message);
  for (const std::string& note : locked->notes) fmt::print(stderr, "sluice: {}\n", note);
  if (PrintProblems(project, UseColor(globals, STDERR_FILENO))) {
    fmt::print(stderr, "sluice: sluice.lock is left as it is\n");
    return kNo;
  }
  const std::string text = catalogue::PrintLock(locked->lock);
  const auto before = project.files->Read(std::string(kFile));
  const bool changed = !before.ok() || *before != text;
  if (changed && flags.check) return Differs(before.ok() ? *before : "", text);
  if (changed)
    if (const Status written = project.files->Write(std::string(kFile), text); !written.ok())
      return Fail(written.error().message);
  if (globals.quiet) return kOk;
  for (const std::string& change : locked->changes) fmt::print("{}\n", change);
  fmt::print("sluice.lock: {}{}\n", Summary(locked->lock), changed ? "" : ", unchanged");
  return kOk;
}

void AddFlags(CLI::App& command, LockFlags& flags) {
  command.add_flag("--update", flags.update, "Look up again what is pinned already (the actions named, or all)");
  command.add_option("NAME", flags.names, "Actions or images to update, as in `uses`: actions/checkout");
  command.add_flag("--check", flags.check, "Only say whether the lock has what the sources need; look nothing up");
  command.add_option("--from-yaml", flags.from_yaml, "Take over the pins of workflow files: uses: A@SHA # VERSION")
      ->type_name("FILE");
  command
      .add_option("--mirror", flags.mirrors, "Look here first: a folder or URL with owner/repo, or owner/repo=PLACE")
      ->type_name("PLACE");
  command.add_option("--image", flags.images, "The digest of an image that no registry can be asked for")
      ->type_name("NAME=DIGEST");
  command.add_flag("--offline", flags.offline, "Do not ask github.com or registries");
  command.add_option("--timeout", flags.timeout, "Seconds that a server may take to answer (default: 20)")
      ->check(CLI::Range(1, 600))
      ->type_name("SECONDS");
}

}  // namespace

void AddLock(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<LockFlags>();
  CLI::App* command = app.add_subcommand("lock", "Pin the actions and images that the sources use in sluice.lock");
  AddFlags(*command, *flags);
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

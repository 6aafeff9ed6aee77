#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/project.h"
#include "cli/subcommands.h"
#include "compiler/base/text.h"
#include "compiler/syntax/parse.h"

// The files that a project begins with (language.md 2.15). What is there stays as it is.
namespace sluice::cli {
namespace {

struct InitFlags {
  bool ci = false;
  std::string install;
};

struct NewFile {
  std::string path, text;
};

constexpr std::string_view kFirstPipeline = R"(## Test every push and pull request.
pipeline ci {
  on push(branches: [main])
  on pull_request
  concurrency: cancel-previous

  job test {
    timeout: 15m
    uses actions/checkout@v7
    step "Tests": run `echo "write here how this project is tested" && exit 1`
  }
}
)";

constexpr std::string_view kDependabot = R"(# Bumps what the workflows pin. `sluice build` makes the sources follow.
version: 2
updates:
  - package-ecosystem: github-actions
    directories: ["/", "/.github/actions/*"]
    schedule:
      interval: weekly
)";

// Renovate knows workflows by itself; this makes it look into sources and tool pins, too.
constexpr std::string_view kRenovate = R"json({
  "$schema": "https://docs.renovatebot.com/renovate-schema.json",
  "description": "Actions in .pipe sources, images and tools in sluice.lock",
  "customManagers": [
    {
      "customType": "regex",
      "managerFilePatterns": ["/\\.pipe$/"],
      "matchStrings": ["uses (?<depName>[A-Za-z0-9_-]+/[A-Za-z0-9_.-]+)(?:/[A-Za-z0-9_./-]+)?@(?<currentValue>v?[0-9][A-Za-z0-9._-]*)"],
      "datasourceTemplate": "github-tags"
},
    {
      "customType": "regex",
      "managerFilePatterns": ["/(^|/)sluice\\.lock$/"],
      "matchStrings": ["\\[\\[image\\]\\]\\nuses = \"(?<depName>[^\":]+):(?<currentValue>[^\"]+)\"\\ndigest = \"(?<currentDigest>sha256:[0-9a-f]{64})\""],
      "datasourceTemplate": "docker"
    }
  ]
}
)json";

std::string ProjectFile(const Project& project) {
  std::string name = project.root.substr(project.root.rfind('/') + 1);
  name = ReplaceAll(ReplaceAll(name, "\\", "\\\\"), "\"", "\\\"");
  return fmt::format(
      "[project]\n"
      "version = \"{}\"  # of sluice; another one checks and does not write\n"
      "name = \"{}\"\n"
      "\n"
      "[github]\n"
      "required = true  # every pipeline on pull_request ends in one job that branch protection can require\n",
      SLUICE_VERSION, name);
}

// The drift check: one workflow for the whole project, which reads and has no secrets.
std::string DriftPipeline(const std::string& install) {
  std::string body;
  for (const std::string_view line : SplitString(install, '\n')) body += fmt::format("      {}\n", line);
  return fmt::format(R"(## The workflows are what the sources say.
pipeline sluice {{
  on pull_request
  on merge_group

  job drift {{
    timeout: 10m
    permissions: {{ contents: read }}
    uses actions/checkout@v7
    step "Install sluice {}": run |
{}    run `sluice build --check`
  }}
}}
)",
                     SLUICE_VERSION, body);
}

bool HasSources(const Project& project) { return FindSources(project, {}).ok(); }

std::vector<NewFile> FilesOf(const Project& project, const InitFlags& flags) {
  std::vector<NewFile> files = {{"sluice.toml", ProjectFile(project)}};
  if (!HasSources(project)) files.push_back({"ci.pipe", std::string(kFirstPipeline)});
  if (flags.ci) files.push_back({"pipelines/sluice.pipe", DriftPipeline(flags.install)});
  if (!project.files->IsFile(".github/dependabot.yaml"))
    files.push_back({".github/dependabot.yml", std::string(kDependabot)});
  files.push_back({".github/renovate-sluice.json", std::string(kRenovate)});
  return files;
}

// The command line is somebody's text: what it makes must be a sound source.
Status CheckPipeline(const std::string& text) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  syntax::Parse(sources, sources.Add("pipelines/sluice.pipe", text), sink);
  if (!sink.has_errors()) return {};
  return Error{fmt::format("`--install` gives no sound script: {}", sink.all().front().message)};
}

// Secrets of local runs are never committed.
Status IgnoreEnvFile(Project& project) {
  const std::string& name = project.settings.env_file;
  std::string text;
  if (project.files->IsFile(".gitignore")) {
    SLUICE_ASSIGN(text, project.files->Read(".gitignore"));
  }
  for (const std::string_view line : SplitString(text, '\n'))
    if (line == name || line == "/" + name) return {};
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  SLUICE_RETURN_IF_ERROR(project.files->Write(".gitignore", text + "/" + name + "\n"));
  fmt::print("wrote .gitignore: /{} is never committed\n", name);
  return {};
}

int RunInit(const InitFlags& flags, const Globals& globals) {
  if (flags.ci && flags.install.empty())
    return Fail(
        fmt::format("say how a runner gets sluice {}:   sluice init --ci --install 'COMMANDS'", SLUICE_VERSION));
  if (!flags.ci && !flags.install.empty()) return Fail("`--install` belongs to `--ci`");
  auto opened = OpenProject();
  if (!opened.ok()) return Fail(opened.error().message);
  Project& project = **opened;
  if (PrintProblems(project, false)) return kNo;
  if (flags.ci)
    if (const Status sound = CheckPipeline(DriftPipeline(flags.install)); !sound.ok())
      return Fail(sound.error().message);
  for (const NewFile& file : FilesOf(project, flags)) {
    if (project.files->IsFile(file.path) || project.files->IsFolder(file.path)) {
      if (!globals.quiet) fmt::print("kept {}\n", file.path);
      continue;
    }
    if (const Status written = project.files->Write(file.path, file.text); !written.ok())
      return Fail(written.error().message);
    if (!globals.quiet) fmt::print("wrote {}\n", file.path);
  }
  if (const Status ignored = IgnoreEnvFile(project); !ignored.ok()) return Fail(ignored.error().message);
  if (!globals.quiet) fmt::print(stderr, "next:   sluice lock && sluice build\n");
  return kOk;
}

}  // namespace

void AddInit(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("init", "Write the files that a project begins with; keep those that are there");
  auto flags = std::make_shared<InitFlags>();
  command->add_flag("--ci", flags->ci, "Also a pipeline that fails when the workflows are not what the sources say");
  command->add_option("--install", flags->install, "With --ci: the commands that put sluice on a runner's PATH")
      ->type_name("COMMANDS");
  command->footer("Example: sluice init");
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunInit(*flags, invocation.globals); };
  });
}

}  // namespace sluice::cli

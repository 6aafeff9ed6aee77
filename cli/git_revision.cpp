#include "cli/git_revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/fetch/process.h"

namespace sluice::cli {
namespace {

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

class Git {
 public:
  explicit Git(std::string root) : root_(std::move(root)) {}

  Result<fetch::Finished> Run(std::vector<std::string> arguments) const {
    fetch::Program program;
    program.arguments = {"git", "-C", root_, "--no-pager"};
    program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
    // A partial clone would ask a server for what it lacks; nobody is there to give a password.
    program.environment = {"GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C"};
    auto finished = fetch::Run(program);
    if (!finished.ok())
      return Error{"this needs the program git, which cannot be started: " + finished.error().message};
    if (finished->timed_out) return Error{fmt::format("git did not answer: git {}", arguments[0])};
    return finished;
  }

  // The standard output, without the line end behind it; the error is what git says.
  Result<std::string> Ask(std::vector<std::string> arguments) const {
    SLUICE_ASSIGN(fetch::Finished finished, Run(std::move(arguments)));
    if (finished.too_much) return Error{"git printed too much"};
    if (finished.status != 0) return Error{FirstLine(finished.errors)};
    return std::move(finished.out);
  }

 private:
  std::string root_;
};

Status CheckRepository(const Git& git, const std::string& root) {
  SLUICE_ASSIGN(const fetch::Finished inside, git.Run({"rev-parse", "--is-inside-work-tree"}));
  if (inside.status == 0 && inside.out == "true\n") return {};
  if (inside.errors.find("not a git repository") != std::string::npos || inside.errors.empty())
    return Error{fmt::format("{} is no git repository: there is no commit to compare with", root)};
  return Error{FirstLine(inside.errors)};
}

Result<std::string> Resolve(const Git& git, const std::string& revision) {
  SLUICE_ASSIGN(fetch::Finished found,
                git.Run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}));
  if (found.status == 0) return FirstLine(found.out);
  const auto head = git.Run({"rev-parse", "--verify", "--quiet", "HEAD"});
  if (head.ok() && head->status != 0) return Error{"the repository has no commit yet"};
  const auto shallow = git.Run({"rev-parse", "--is-shallow-repository"});
  if (shallow.ok() && shallow->out == "true\n")
    return Error{
        fmt::format("git does not know `{0}`: this clone has a part of the history only. Fetch it:   "
                    "git fetch --unshallow   (in a workflow: actions/checkout with fetch-depth: 0)",
                    revision)};
  return Error{fmt::format("git knows no commit `{}`: give a branch, a tag or a commit", revision)};
}

bool IsWorkflow(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

}  // namespace

Result<Revision> ReadRevision(const std::string& root, const std::string& revision, const std::string& folder) {
  const Git git(root);
  SLUICE_RETURN_IF_ERROR(CheckRepository(git, root));
  Revision result;
  SLUICE_ASSIGN(result.commit, Resolve(git, revision));
  SLUICE_ASSIGN(const std::string listed, git.Ask({"ls-tree", "-z", result.commit, "--", folder + "/"}));
  for (const std::string_view entry : SplitString(listed, '\0')) {
    const size_t tab = entry.find('\t');
    if (tab == std::string_view::npos || entry.find(" blob ") == std::string_view::npos) continue;
    const std::string path(entry.substr(tab + 1));
    if (!IsWorkflow(path) || entry.starts_with("120000")) continue;  // GitHub follows no links either
    SLUICE_ASSIGN(result.files[path], git.Ask({"cat-file", "blob", fmt::format("{}:./{}", result.commit, path)}));
  }
  return result;
}

}  // namespace sluice::cli

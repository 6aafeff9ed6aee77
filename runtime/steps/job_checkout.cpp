#include <fmt/format.h>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/steps/job_run.h"

// `actions/checkout`, answered by Sluice: https://github.com/actions/checkout#usage
namespace sluice::steps {
namespace {

// git's packed-refs without the tags; the line `^COMMIT` behind a tag belongs to it.
std::string WithoutTags(const std::string& packed) {
  std::string rest;
  bool tag = false;
  for (const std::string_view line : SplitString(packed, '\n')) {
    if (line.empty()) continue;
    if (line[0] != '^') tag = line.find(" refs/tags/") != std::string_view::npos;
    if (!tag) rest += fmt::format("{}\n", line);
  }
  return rest;
}

}  // namespace

// The repository lies in the workspace already. Whatever asks for other content cannot be answered here.
void JobRun::Checkout(Active& active, const TextMap& with) {
  const auto github = [&](std::string_view key) { return TextAt(facts_.github, key); };
  const std::string repository = With(with, "repository"), ref = With(with, "ref"), path = With(with, "path");
  if (!repository.empty() && !EqualsIgnoreCase(repository, github("repository")))
    return FinishStep(Outcome::NotRun,
                      fmt::format("another repository, `{}`, cannot be checked out locally", repository));
  const std::string folder = NormalizePath(path);
  if (!path.empty() && folder != "." && !folder.empty() && folder != container_->paths().workspace)
    return FinishStep(
        Outcome::NotRun,
        fmt::format("a checkout to the folder `{}` is not done locally: the repository is the workspace", path));
  const std::string head = github("head_ref");
  if (!ref.empty() && ref != github("ref") && ref != github("sha") && ref != github("ref_name") && ref != head &&
      ref != TextAt(facts_.github, "event.pull_request.head.sha"))
    return FinishStep(Outcome::NotRun, fmt::format("the ref `{}` is not what lies in the working tree", ref));
  if (Status limited = LimitHistory(with); !limited.ok()) return FinishStep(Outcome::Failure, limited.error().message);
  checked_out_ = true;
  active.outputs = {{"ref", github("ref")}, {"commit", github("sha")}};
  FinishStep(Outcome::Success, "");
}

// What git shows after a checkout with this `fetch-depth` and `fetch-tags`. With the default depth of 1 that is one
// commit and no tags, so that `git describe` or `git diff HEAD~1` fails here as it does there. The history is only
// hidden, in the job's own layer: a file `shallow` makes git take HEAD for a commit without parents.
Status JobRun::LimitHistory(const TextMap& with) {
  const std::string git = container_->paths().workspace + "/.git";
  const std::string depth = With(with, "fetch-depth", "1");
  if (depth == "0" || facts_.head.empty()) return {};
  SLUICE_ASSIGN(const auto folder, container_->Stat(git));
  if (!folder || folder->kind != agent::EntryKind::Folder) return {};
  SLUICE_ASSIGN(const auto shallow, container_->Stat(git + "/shallow"));
  if (!shallow && depth == "1") SLUICE_RETURN_IF_ERROR(container_->WriteFile(git + "/shallow", facts_.head + "\n"));
  const bool of_tag = TextAt(facts_.github, "ref").starts_with("refs/tags/");
  if (of_tag || EqualsIgnoreCase(With(with, "fetch-tags"), "true")) return {};
  SLUICE_RETURN_IF_ERROR(container_->Remove(git + "/refs/tags", true));
  SLUICE_RETURN_IF_ERROR(container_->MakeFolder(git + "/refs/tags"));
  auto packed = container_->ReadFile(git + "/packed-refs");
  if (!packed.ok() || packed->find(" refs/tags/") == std::string::npos) return {};
  return container_->WriteFile(git + "/packed-refs", WithoutTags(*packed));
}

}  // namespace sluice::steps

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/steps/job_run.h"

namespace sluice::steps {
namespace {

constexpr size_t kDeepest = 9;  // composite actions within each other: actions/runner, Constants.cs

bool IsTrue(const std::string& text) { return EqualsIgnoreCase(text, "true"); }

// "actions/checkout@v4" is `actions/checkout`, whatever its spelling.
bool IsAction(const std::string& target, std::string_view action) {
  return AsciiLower(target).starts_with(std::string(action) + "@");
}

expr::Value InputsOf(const model::Action& action, const TextMap& with, const Contexts& contexts, std::string& problem) {
  expr::Object inputs;
  for (const model::ActionInput& input : action.inputs) {
    std::string value;
    if (input.default_value) {
      auto text = RenderText(*input.default_value, contexts);
      if (text.ok())
        value = *text;
      else
        problem = fmt::format("the default of input `{}`: {}", input.name, text.error().message);
    }
    inputs.Set(input.name, expr::Value(With(with, input.name, value)));
  }
  for (const auto& [name, value] : with)
    if (inputs.Find(name) == nullptr) inputs.Set(name, expr::Value(value));
  return expr::Value(std::make_shared<const expr::Object>(std::move(inputs)));
}

}  // namespace

void JobRun::CarryUses(Frame& frame, Active& active, const model::Uses& uses) {
  const Contexts contexts = MakeContexts(&frame);
  auto target = RenderText(uses.target, contexts);
  auto with = RenderMap(uses.with, contexts, "with");
  if (!target.ok()) return FinishStep(Outcome::Failure, target.error().message);
  if (!with.ok()) return FinishStep(Outcome::Failure, with.error().message);
  if (target->starts_with("./") || target->starts_with("../") || *target == "." || target->starts_with("$/"))
    return EnterAction(frame, active, target->starts_with("$/") ? target->substr(2) : *target, *with);
  if (IsAction(*target, "actions/checkout")) return Checkout(active, *with);
  if (IsAction(*target, "actions/upload-artifact")) return UploadArtifact(active, *with);
  if (IsAction(*target, "actions/download-artifact")) return DownloadArtifact(active, *with);
  const char* kind = target->starts_with("docker://") ? "container images as steps" : "actions from elsewhere";
  FinishStep(Outcome::NotRun, fmt::format("`{}` is not run locally: {} are not supported yet", *target, kind));
}

void JobRun::EnterAction(Frame& frame, Active& active, const std::string& path, const TextMap& with) {
  const std::string folder = NormalizePath(JoinPath(container_->paths().workspace, path));
  std::string file;
  Result<std::string> text = Error{""};
  for (const char* name : {"action.yml", "action.yaml"}) {
    file = JoinPath(folder, name);
    text = container_->ReadFile(file);
    if (text.ok()) break;
  }
  if (!text.ok()) {
    if (auto docker = container_->Stat(JoinPath(folder, "Dockerfile")); docker.ok() && docker->has_value())
      return FinishStep(Outcome::NotRun, fmt::format("`{}` is a Docker action, which is not run locally yet", path));
    return FinishStep(Outcome::Failure,
                      fmt::format("Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{}'. Did you forget "
                                  "to run actions/checkout before running your local action?",
                                  folder));
  }
  if (!facts_.load_action) return FinishStep(Outcome::NotRun, "actions cannot be read here");
  auto action = facts_.load_action(JoinPath(NormalizePath(path), file.substr(folder.size() + 1)), *text);
  if (!action.ok()) return FinishStep(Outcome::Failure, action.error().message);
  if (!EqualsIgnoreCase(action->runtime, "composite"))
    return FinishStep(Outcome::NotRun, fmt::format("`{}` is a {} action: only composite actions of the repository are "
                                                   "run locally yet",
                                                   path, action->runtime));
  if (frames_.size() > kDeepest)
    return FinishStep(Outcome::Failure, fmt::format("composite actions are nested deeper than {}", kDeepest));
  std::string problem;
  Frame inner;
  inner.inputs = InputsOf(*action, with, MakeContexts(&frame), problem);
  if (!problem.empty()) return FinishStep(Outcome::Failure, problem);
  inner.action = std::make_shared<const model::Action>(std::move(*action));
  inner.action_path = folder;
  inner.env = active.env;
  for (const model::Step& step : inner.action->steps) inner.steps.push_back(&step);
  frames_.push_back(std::move(inner));
}

void JobRun::UploadArtifact(Active& active, const TextMap& with) {
  const std::string& workspace = container_->paths().workspace;
  const std::string name = With(with, "name", "artifact");
  if (With(with, "path").empty()) return FinishStep(Outcome::Failure, "Input required and not supplied: path");
  if (masker_.Finds(name)) return FinishStep(Outcome::Failure, "the artifact's name contains a secret");
  if (shared_.artifacts.contains(name) && !IsTrue(With(with, "overwrite")))
    return FinishStep(Outcome::Failure, fmt::format("an artifact with the name `{}` already exists in this run", name));
  const GlobSet globs(With(with, "path"), workspace);
  const std::string single = globs.Single();
  bool folder = false;
  if (!single.empty())
    if (auto entry = container_->Stat(JoinPath(workspace, single)); entry.ok() && entry->has_value())
      folder = (*entry)->kind == agent::EntryKind::Folder;
  const std::string base = globs.Base(folder);
  const bool hidden = IsTrue(With(with, "include-hidden-files"));
  auto files = container_->List(workspace, true);
  if (!files.ok()) return FinishStep(Outcome::Failure, files.error().message);
  Bundle bundle;
  for (const agent::Entry& entry : *files) {
    if (entry.kind != agent::EntryKind::File || !globs.Matches(entry.path)) continue;
    const std::string below =
        base.empty() ? entry.path : entry.path.substr(std::min(base.size() + 1, entry.path.size()));
    if (!hidden && (entry.path.starts_with('.') || entry.path.find("/.") != std::string::npos)) continue;
    const std::string as = below.empty() ? entry.path.substr(entry.path.rfind('/') + 1) : below;
    if (Status added = Collect(*container_, *facts_.store, JoinPath(workspace, entry.path), as, bundle); !added.ok())
      return FinishStep(Outcome::Failure, added.error().message);
  }
  if (bundle.entries.empty()) {
    const std::string message = fmt::format(
        "No files were found with the provided path: {}. No artifacts will be uploaded.", With(with, "path"));
    const std::string mode = AsciiLower(With(with, "if-no-files-found", "warn"));
    if (mode == "error") return FinishStep(Outcome::Failure, message);
    if (mode == "warn") Warn(message);
    return FinishStep(Outcome::Success, "");
  }
  report::Event event = MakeEvent(report::Kind::Artifact);
  event.name = name;
  event.bytes = bundle.bytes();
  Emit(std::move(event));
  active.outputs = {{"artifact-id", std::to_string(shared_.artifacts.size() + 1)}};
  shared_.artifacts[name] = std::move(bundle);
  FinishStep(Outcome::Success, "");
}

Status JobRun::PlaceArtifact(const std::string& name, const std::string& folder) {
  auto found = shared_.artifacts.find(name);
  if (found == shared_.artifacts.end())
    return Error{fmt::format("Unable to download artifact(s): Artifact not found for name: {}", name)};
  return Place(*container_, *facts_.store, found->second, folder);
}

void JobRun::DownloadArtifact(Active& active, const TextMap& with) {
  const std::string name = With(with, "name"), pattern = With(with, "pattern");
  if (!With(with, "github-token").empty() || !With(with, "run-id").empty())
    return FinishStep(Outcome::NotRun, "artifacts of other runs cannot be had locally");
  const std::string folder = JoinPath(container_->paths().workspace, With(with, "path", "."));
  Status placed;
  if (!name.empty()) {
    placed = PlaceArtifact(name, folder);
  } else {
    std::vector<std::string> names;
    for (const auto& [each, bundle] : shared_.artifacts)
      if (pattern.empty() || MatchesGlob(each, pattern)) names.push_back(each);
    const bool merge = IsTrue(With(with, "merge-multiple"));
    for (const std::string& each : names)
      if (placed.ok()) placed = PlaceArtifact(each, merge ? folder : JoinPath(folder, each));
  }
  if (!placed.ok()) return FinishStep(Outcome::Failure, placed.error().message);
  active.outputs = {{"download-path", NormalizePath(folder)}};
  FinishStep(Outcome::Success, "");
}

// The path is relative to the job's working directory; a file keeps its last component.
void JobRun::CarryPut(Active& active, const model::Put& put) {
  const Contexts contexts = MakeContexts(&top());
  auto path = RenderText(put.path, contexts);
  auto base = WorkingFolder(top(), model::Run(), contexts);
  if (!path.ok()) return FinishStep(Outcome::Failure, path.error().message);
  if (!base.ok()) return FinishStep(Outcome::Failure, base.error().message);
  const model::Transfer& transfer = facts_.program->transfers[put.transfer];
  const std::string from = JoinPath(*base, *path);
  const bool file = transfer.shape != model::Transfer::Shape::Folder;
  Bundle bundle;
  if (Status got = Collect(*container_, *facts_.store, from, file ? from.substr(from.rfind('/') + 1) : "", bundle);
      !got.ok())
    return FinishStep(Outcome::Failure, fmt::format("output `{}`: {}", transfer.output, got.error().message));
  report::Event event = MakeEvent(report::Kind::Artifact);
  event.name = fmt::format("{}.{}", row_.id, transfer.output);
  event.bytes = bundle.bytes();
  Emit(std::move(event));
  shared_.transfers[{put.transfer.index, transfer.per_row ? row_.row : 0}] = std::move(bundle);
  active.outputs.clear();
  FinishStep(Outcome::Success, "");
}

void JobRun::CarryGet(const model::Get& get) {
  const model::Transfer& transfer = facts_.program->transfers[get.transfer];
  const std::string name = fmt::format("{}.{}", facts_.program->jobs[transfer.from].id, transfer.output);
  const std::string root = container_->paths().workspace + "/.sluice";
  bool any = false;
  Status placed = container_->WriteFile(root + "/.gitignore", "*\n");
  for (const auto& [key, bundle] : shared_.transfers) {
    if (key.first != get.transfer.index || !placed.ok()) continue;
    any = true;
    placed = Place(*container_, *facts_.store, bundle, fmt::format("{}/in/{}", root, name));
  }
  if (!placed.ok()) return FinishStep(Outcome::Failure, placed.error().message);
  if (!any && !transfer.optional)
    return FinishStep(Outcome::Failure, fmt::format("`{}` was not handed over by its job", name));
  FinishStep(Outcome::Success, "");
}

}  // namespace sluice::steps

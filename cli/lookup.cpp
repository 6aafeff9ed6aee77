#include "cli/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "compiler/catalogue/shipped_actions.h"
#include "compiler/load/signatures.h"

namespace sluice::cli {
namespace {

using catalogue::ActionInput;
using catalogue::ActionPin;
using catalogue::InputKind;
using catalogue::Resolution;
using catalogue::WorkflowPin;
using fetch::Trouble;

// `owner/repo` and the path inside of it.
std::pair<std::string, std::string> SplitPath(const std::string& uses) {
  const size_t slash = uses.find('/', uses.find('/') + 1);
  if (slash == std::string::npos) return {uses, ""};
  return {uses.substr(0, slash), uses.substr(slash + 1)};
}

// The tag to name instead of a branch or of what does not exist: the newest major, else the newest version.
std::string NearestTag(const fetch::RemoteRefs& refs, const std::string& ref) {
  std::vector<std::string> tags;
  for (const auto& [tag, commit] : refs.tags) tags.push_back(tag);
  if (const auto similar = DidYouMean(ref, tags)) return *similar;
  std::string newest;
  for (const std::string& tag : tags)
    if (catalogue::IsVersion(tag) && (newest.empty() || catalogue::VersionLess(newest, tag))) newest = tag;
  const std::string major = catalogue::MajorOf(newest);
  return refs.tags.contains(major) ? major : newest;
}

bool IsUrl(const std::string& place) {
  return place.find("://") != std::string::npos || (place.find(':') != std::string::npos && !place.starts_with('/'));
}

}  // namespace

void AddKnownFacts(ActionPin& pin) {
  const std::string newest = catalogue::NewestMajor(pin.uses);
  if (newest.empty()) return;
  const Resolution known = catalogue::ResolveAction(pin.uses, newest);
  if (known.problem != Resolution::Problem::None) return;
  const bool same_major = catalogue::MajorOf(known.pin.version) == catalogue::MajorOf(pin.version);
  for (ActionInput& input : pin.inputs) {
    const ActionInput* fact = known.pin.FindInput(input.name);
    if (fact == nullptr) continue;
    // A new major may know members that the old one did not.
    if (fact->kind == InputKind::Enum && !same_major) continue;
    input.kind = fact->kind;
    input.members = fact->members;
  }
  pin.permissions = known.pin.permissions;
  for (const catalogue::ConditionalPermissions& each : known.pin.permissions_if)
    if (pin.FindInput(each.input) != nullptr) pin.permissions_if.push_back(each);
}

std::string VersionOf(const fetch::RemoteRefs& refs, const std::string& commit, const std::string& ref) {
  std::string best;
  for (const auto& [tag, sha] : refs.tags) {
    if (sha != commit || !catalogue::IsVersion(tag)) continue;
    const size_t length = catalogue::VersionLength(tag), longest = catalogue::VersionLength(best);
    if (best.empty() || length > longest || (length == longest && catalogue::VersionLess(best, tag))) best = tag;
  }
  return best.empty() && refs.tags.contains(ref) ? ref : best;
}

std::vector<Lookup::Candidate> Lookup::MirrorsOf(const std::string& repository) const {
  std::vector<Candidate> found;
  for (const std::string& mirror : options_.mirrors) {
    const size_t equals = mirror.find('=');
    if (equals != std::string::npos && EqualsIgnoreCase(mirror.substr(0, equals), repository))
      found.push_back({mirror, mirror.substr(equals + 1)});
    if (equals != std::string::npos) continue;
    std::string base = mirror;
    while (base.ends_with('/')) base.pop_back();
    for (const std::string end : {".git", ""}) found.push_back({mirror, fmt::format("{}/{}{}", base, repository, end)});
  }
  std::erase_if(found, [](const Candidate& each) {
    return !IsUrl(each.url) && !MakeRealFileSystem("")->IsFolder(each.url);  // git's sentence about it helps nobody
  });
  return found;
}

const Lookup::Place* Lookup::Find(const std::string& repository, const std::vector<Candidate>& candidates,
                                  std::map<std::string, std::optional<Place>>& known) {
  const auto [it, fresh] = known.try_emplace(AsciiLower(repository));
  for (const Candidate& candidate : candidates) {
    if (it->second) break;
    if (const auto down = down_.find(candidate.server); down != down_.end()) {
      trouble_ = down->second;
      unreachable_ = true;
      continue;
    }
    if (!fresh) continue;
    auto refs = fetch::ListRefs(candidate.url, options_.patience);
    if (refs.ok()) {
      it->second = Place{candidate.url, std::move(*refs)};
      break;
    }
    trouble_ = refs.trouble().message;
    unreachable_ = refs.trouble().kind == Trouble::Kind::Unreachable;
    if (unreachable_) down_[candidate.server] = trouble_;
  }
  return it->second ? &*it->second : nullptr;
}

const Lookup::Place* Lookup::Mirror(const std::string& repository) {
  return Find(repository, MirrorsOf(repository), mirrored_);
}

const Lookup::Place* Lookup::Network(const std::string& repository) {
  if (!options_.network) return nullptr;
  return Find(repository, {{options_.server, fmt::format("{}/{}", options_.server, repository)}}, online_);
}

std::variant<Lookup::Commit, NoPin> Lookup::CommitOf(const Place& place, const std::string& ref) const {
  const auto tag = place.refs.tags.find(ref);
  if (tag != place.refs.tags.end())
    return Commit{tag->second, VersionOf(place.refs, tag->second, ref), "refs/tags/" + ref};
  const auto branch = place.refs.branches.find(ref);
  if (branch != place.refs.branches.end()) {
    const std::string version = VersionOf(place.refs, branch->second, "");
    if (version.empty()) return NoPin{NoPin::Why::Branch, NearestTag(place.refs, ref), ""};
    return Commit{branch->second, version, "refs/tags/" + version};
  }
  if (!catalogue::IsCommit(ref)) return NoPin{NoPin::Why::UnknownRef, NearestTag(place.refs, ref), ""};
  const std::string version = VersionOf(place.refs, ref, "");
  return Commit{ref, version, version.empty() ? "" : "refs/tags/" + version};
}

std::variant<fetch::RemoteFile, NoPin> Lookup::FileOf(const Place& place, const Commit& commit,
                                                      const std::vector<std::string>& paths) {
  auto file = fetch::FetchFile(place.url, commit.sha, commit.ref, paths, options_.patience);
  if (file.ok()) return std::move(*file);
  return NoPin{NoPin::Why::Failed, "", file.trouble().message};
}

Looked<ActionPin> Lookup::ActionAt(const Place& place, const std::string& uses, const std::string& ref) {
  const auto commit = CommitOf(place, ref);
  if (const auto* none = std::get_if<NoPin>(&commit)) return *none;
  const auto& at = std::get<Commit>(commit);
  const std::string path = SplitPath(uses).second;
  const auto file = FileOf(place, at, {JoinPath(path, "action.yml"), JoinPath(path, "action.yaml")});
  if (const auto* none = std::get_if<NoPin>(&file)) return *none;
  const auto& found = std::get<fetch::RemoteFile>(file);
  auto pin = load::ReadActionSignature(fmt::format("{}@{}: {}", uses, ref, found.path), found.text);
  if (!pin.ok()) return NoPin{NoPin::Why::Failed, "", pin.error().message};
  pin->uses = uses;
  pin->ref = ref;
  pin->sha = at.sha;
  pin->version = at.version;
  AddKnownFacts(*pin);
  return std::move(*pin);
}

Looked<ActionPin> Lookup::Shipped(const std::string& uses, const std::string& ref) {
  Resolution found = catalogue::ResolveAction(uses, ref);
  switch (found.problem) {
    case Resolution::Problem::None:
      if (unreachable_ && std::ranges::find(notes_, trouble_) == notes_.end()) notes_.push_back(trouble_);
      return std::move(found.pin);
    case Resolution::Problem::UnknownAction:
      return NoPin{NoPin::Why::UnknownAction, found.nearest, trouble_};
    case Resolution::Problem::UnknownRef:
      return NoPin{NoPin::Why::UnknownRef, found.nearest, trouble_};
    default:
      return NoPin{NoPin::Why::Branch, found.nearest, ""};
  }
}

Looked<ActionPin> Lookup::Action(const std::string& uses, const std::string& ref, bool fresh) {
  const std::string repository = SplitPath(uses).first;
  trouble_.clear();
  unreachable_ = false;
  if (const Place* mirror = Mirror(repository)) return ActionAt(*mirror, uses, ref);
  const Resolution::Problem shipped = catalogue::ResolveAction(uses, ref).problem;
  // What the catalogue knows to be a branch is one.
  const bool enough = !fresh && (shipped == Resolution::Problem::None || shipped == Resolution::Problem::Branch);
  if (!enough)
    if (const Place* online = Network(repository)) return ActionAt(*online, uses, ref);
  return Shipped(uses, ref);
}

Looked<WorkflowPin> Lookup::Workflow(const std::string& uses, const std::string& ref) {
  const auto [repository, path] = SplitPath(uses);
  trouble_.clear();
  unreachable_ = false;
  const Place* place = Mirror(repository);
  if (place == nullptr) place = Network(repository);
  if (place == nullptr) return NoPin{NoPin::Why::UnknownAction, "", trouble_};
  const auto commit = CommitOf(*place, ref);
  if (const auto* none = std::get_if<NoPin>(&commit)) return *none;
  const auto& at = std::get<Commit>(commit);
  const auto file = FileOf(*place, at, {path});
  if (const auto* none = std::get_if<NoPin>(&file)) return *none;
  auto pin = load::ReadWorkflowSignature(fmt::format("{}@{}", uses, ref), std::get<fetch::RemoteFile>(file).text);
  if (!pin.ok()) return NoPin{NoPin::Why::Failed, "", pin.error().message};
  pin->uses = uses;
  pin->ref = ref;
  pin->sha = at.sha;
  pin->version = at.version;
  return std::move(*pin);
}

}  // namespace sluice::cli

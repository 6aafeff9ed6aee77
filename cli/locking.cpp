#include "cli/locking.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cli/committed.h"
#include "cli/lock_images.h"
#include "cli/lock_report.h"
#include "compiler/base/text.h"
#include "compiler/catalogue/servers.h"
#include "compiler/load/pins.h"
#include "compiler/syntax/uses.h"

namespace sluice::cli {
namespace {

using catalogue::ActionPin;
using catalogue::WorkflowPin;

std::string Shown(const auto& pin) {
  return fmt::format("{} ({})", pin.version.empty() ? pin.ref : pin.version, pin.sha.substr(0, 7));
}

// Pins of workflow files that people wrote: `--from-yaml`.
Result<std::vector<load::YamlUse>> ReadYamlPins(Project& project, const std::vector<std::string>& paths) {
  std::vector<load::YamlUse> pins;
  for (const std::string& path : paths) {
    SLUICE_ASSIGN(std::string text, MakeRealFileSystem("")->Read(path));
    const auto uses =
        load::ReadUses(project.sources, project.sources.Add(PathFromRoot(project, path), std::move(text)));
    if (!uses) return Error{fmt::format("`{}` is no YAML: `sluice check {}` says where", path, path)};
    for (const load::YamlUse& use : *uses)
      if (catalogue::IsCommit(use.ref)) pins.push_back(use);
  }
  return pins;
}

class Locking {
 public:
  Locking(Project& project, const LockFlags& flags, Lookup& lookup, std::vector<load::YamlUse> yaml)
      : project_(project), flags_(flags), lookup_(lookup), yaml_(std::move(yaml)), truth_(ReadCommittedPins(project)) {}

  Locked Run() {
    bool file_outputs = false, path_filters = false, caches = false, gates = project_.settings.required;
    for (const ProjectSource& source : project_.parsed) {
      const syntax::ActionUses found = syntax::CollectActionUses(source.ast);
      for (const syntax::ActionUse& use : found.uses) Add(use, false);
      for (const syntax::ActionUse& use : found.calls) Add(use, true);
      file_outputs = file_outputs || found.file_outputs;
      path_filters = path_filters || found.path_filters;
      caches = caches || found.caches;
      for (const syntax::Item& item : source.ast.item_store)
        gates = gates || std::holds_alternative<syntax::GateDecl>(item.node);
    }
    // File outputs travel as artifacts (language.md 2.9).
    if (file_outputs)
      for (const std::string uses : {"actions/upload-artifact", "actions/download-artifact"}) AddOwn(uses);
    // The job that compares paths reads the history.
    if (path_filters && gates) AddOwn("actions/checkout");
    if (caches) AddOwn("actions/cache");
    locked_.lock.tools = project_.lock.tools;
    return std::move(locked_);
  }

 private:
  // An action that the compiler writes: what the lock or a committed workflow has of it stays, of whatever major.
  void AddOwn(const std::string& uses) {
    const catalogue::Server server = catalogue::ServerOf(project_.settings.server);
    const ActionPin* pinned = truth_.lock.Newest(uses);
    if (pinned != nullptr && pinned->open) pinned = project_.lock.Newest(uses);
    if (pinned != nullptr && !catalogue::Allows(server, uses, pinned->version)) pinned = nullptr;
    const std::string ref = pinned != nullptr && !flags_.update ? pinned->ref : catalogue::NewestMajorOn(server, uses);
    Add({fmt::format("{}@{}", uses, ref), {}}, false);
  }

  void Add(const syntax::ActionUse& use, bool call) {
    const auto split = catalogue::SplitActionRef(use.target);
    if (!split || !seen_.insert(fmt::format("{}@{}", AsciiLower(split->first), split->second)).second) return;
    const std::string uses(split->first), ref(split->second);
    if (call)
      AddPin(use, uses, ref, project_.lock.FindWorkflow(uses, ref), truth_.lock.FindWorkflow(uses, ref),
             locked_.lock.workflows);
    else
      AddPin(use, uses, ref, project_.lock.Find(uses, ref), truth_.lock.Find(uses, ref), locked_.lock.actions);
  }

  template <class Pin>
  void AddPin(const syntax::ActionUse& use, const std::string& uses, const std::string& ref, const Pin* pinned,
              const Pin* truth, std::vector<Pin>& pins) {
    const bool committed = IsCommitted(ref, pinned, truth);
    if (auto wanted = committed ? FromCommitted(uses, ref, pinned, *truth) : std::nullopt) {
      Take(pinned, std::move(*wanted), pins);
    } else if (committed) {
      ReportNoPin(project_, use, {NoPin::Why::Failed, "", fmt::format("Committed is {}: {}.", Shown(*truth), reason_)});
    } else if (auto taken = FromYaml<Pin>(uses, ref, pinned)) {
      Take(pinned, std::move(*taken), pins);
    } else if (pinned != nullptr && !WantsUpdate(uses)) {
      pins.push_back(*pinned);
    } else {
      LookUp(use, uses, ref, pinned, pins);
    }
  }

  template <class Pin>
  void LookUp(const syntax::ActionUse& use, const std::string& uses, const std::string& ref, const Pin* pinned,
              std::vector<Pin>& pins) {
    Looked<Pin> found = Ask<Pin>(uses, ref, pinned != nullptr);
    if (const auto* none = std::get_if<NoPin>(&found)) {
      if (pinned == nullptr) return ReportNoPin(project_, use, *none);
      Note(fmt::format("{}@{}: {}; the pin stays at {}", uses, ref, Describe(*none, ref), Shown(*pinned)));
      pins.push_back(*pinned);
      return;
    }
    Pin& pin = std::get<Pin>(found);
    if (pinned != nullptr && !flags_.names.empty()) return Take(pinned, std::move(pin), pins);
    if (pinned != nullptr && IsSuspect(*pinned, pin)) {
      Note(
          fmt::format("{0}@{1}: the tag was moved from {2} to {3}; the pin stays. If that is right:   "
                      "sluice lock --update {0}",
                      uses, ref, Shown(*pinned), Shown(pin)));
      pins.push_back(*pinned);
      return;
    }
    Take(pinned, std::move(pin), pins);
  }

  // A version names one commit for ever, and a major moves forward only. Anything else somebody has to want.
  template <class Pin>
  static bool IsSuspect(const Pin& pinned, const Pin& found) {
    if (pinned.sha == found.sha) return false;
    return pinned.version == found.version || catalogue::VersionLess(found.version, pinned.version);
  }

  template <class Pin>
  Looked<Pin> Ask(const std::string& uses, const std::string& ref, bool fresh) {
    if constexpr (std::is_same_v<Pin, ActionPin>)
      return lookup_.Action(uses, ref, fresh);
    else
      return lookup_.Workflow(uses, ref);
  }

  template <class Pin>
  void Take(const Pin* pinned, Pin pin, std::vector<Pin>& pins) {
    if (pinned != nullptr && pinned->sha != pin.sha)
      locked_.changes.push_back(fmt::format("{}@{}: {} -> {}", pin.uses, pin.ref, Shown(*pinned), Shown(pin)));
    pins.push_back(std::move(pin));
  }

  // The pin of a commit that somebody else chose: its signature is looked up, its version is what they say.
  template <class Pin>
  std::optional<Pin> AtCommit(const std::string& uses, const std::string& ref, const std::string& sha,
                              const std::string& version, const Pin* pinned) {
    Looked<Pin> found = Ask<Pin>(uses, sha, false);
    if (const auto* none = std::get_if<NoPin>(&found)) {
      reason_ = Describe(*none, sha);
      if (pinned == nullptr) return std::nullopt;
      Note(fmt::format("{}: {} ({}) is not taken over: {}", uses, version, sha.substr(0, 7), reason_));
      return *pinned;
    }
    Pin pin = std::move(std::get<Pin>(found));
    pin.ref = ref;
    if (pin.version.empty()) pin.version = version;
    return pin;
  }

  // Does a committed workflow say what the ref is? Of a newer major the sources have to speak first: `sluice build`
  // writes it there.
  template <class Pin>
  static bool IsCommitted(const std::string& ref, const Pin* pinned, const Pin* truth) {
    if (truth == nullptr || (pinned != nullptr && truth->sha == pinned->sha)) return false;
    return catalogue::IsCommit(ref) || catalogue::Covers(ref, truth->version);
  }

  template <class Pin>
  std::optional<Pin> FromCommitted(const std::string& uses, const std::string& ref, const Pin* pinned,
                                   const Pin& truth) {
    if constexpr (std::is_same_v<Pin, ActionPin>)
      if (!truth.open) return truth;
    return AtCommit(uses, ref, truth.sha, truth.version, pinned);
  }

  template <class Pin>
  std::optional<Pin> FromYaml(const std::string& uses, const std::string& ref, const Pin* pinned) {
    const load::YamlUse* best = nullptr;
    for (const load::YamlUse& use : yaml_) {
      if (!EqualsIgnoreCase(use.uses, uses)) continue;
      const bool fits = use.ref == ref || (!use.version.empty() && catalogue::Covers(ref, use.version));
      if (fits && (best == nullptr || catalogue::VersionLess(best->version, use.version))) best = &use;
    }
    if (best == nullptr || (pinned != nullptr && !catalogue::VersionLess(pinned->version, best->version)))
      return std::nullopt;
    auto pin = AtCommit<Pin>(uses, ref, best->ref, best->version, pinned);
    if (!pin) Note(fmt::format("{}@{} of the YAML is not taken over: {}", uses, best->ref.substr(0, 7), reason_));
    return pin;
  }

  bool WantsUpdate(std::string_view uses) const {
    return flags_.update && (flags_.names.empty() || std::ranges::any_of(flags_.names, [&](const std::string& name) {
                               return EqualsIgnoreCase(name.substr(0, name.find('@')), uses);
                             }));
  }

  void Note(std::string note) { locked_.notes.push_back(std::move(note)); }

  Project& project_;
  const LockFlags& flags_;
  Lookup& lookup_;
  std::vector<load::YamlUse> yaml_;
  catalogue::CommittedTruth truth_;
  Locked locked_;
  std::set<std::string> seen_;
  std::string reason_;  // why AtCommit gave nothing
};

}  // namespace

Result<Locked> LockProject(Project& project, const LockFlags& flags, Lookup& lookup) {
  SLUICE_ASSIGN(auto yaml, ReadYamlPins(project, flags.from_yaml));
  Locked locked = Locking(project, flags, lookup, std::move(yaml)).Run();
  SLUICE_RETURN_IF_ERROR(LockImages(project, flags, lookup, locked));
  for (const std::string& trouble : lookup.notes()) locked.notes.push_back(trouble);
  return locked;
}

}  // namespace sluice::cli

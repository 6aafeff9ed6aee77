#include "runtime/engine/oci.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "compiler/base/text.h"
#include "runtime/engine/agent_binary.h"
#include "runtime/engine/agent_container.h"
#include "runtime/engine/launch.h"
#include "runtime/engine/oci_config.h"
#include "runtime/engine/workspace.h"
#include "runtime/store/users.h"

namespace sluice::engine {
namespace {

using store::MakeFolders;
using store::ReadWhole;
using store::SystemError;
using store::WriteWhole;

constexpr const char* kRuntimes[] = {"crun", "runc"};

// One thing to try: a runtime, with or without what not every machine allows.
struct Attempt {
  std::string runtime;  // absolute path
  bool limits = false;
};

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Which runtime worked last, so that a machine where crun fails does not pay for it at every job.
std::string PreferenceFile(const store::Store& store) { return store.root() + "/oci-runtime"; }

std::vector<std::string> InstalledRuntimes(const store::Store& store) {
  std::vector<std::string> found;
  for (const char* name : kRuntimes)
    if (std::string path = FindProgram(name); !path.empty()) found.push_back(std::move(path));
  if (const auto preferred = ReadWhole(PreferenceFile(store));
      preferred.ok() && found.size() == 2 && *preferred == found[1])
    std::swap(found[0], found[1]);
  return found;
}

bool IsRoot() { return ::geteuid() == 0; }

class OciLauncher : public Launcher {
 public:
  OciLauncher(store::Store& store, store::RunFolder& run_folder, JobSpec job, std::string folder, std::string id,
              store::Image image, std::unique_ptr<store::ImageUse> use)
      : store_(store),
        run_folder_(run_folder),
        job_(std::move(job)),
        folder_(std::move(folder)),
        id_(std::move(id)),
        image_(std::move(image)),
        use_(std::move(use)) {}

  // Everything that can fail on our side, before any process is started.
  Status Prepare() {
    SLUICE_ASSIGN(agent_layer_, PlaceAgent(store_));
    const bool limits = job_.limits.memory_bytes || job_.limits.processes;
    for (const std::string& runtime : InstalledRuntimes(store_)) {
      if (limits && IsRoot()) attempts_.push_back({runtime, true});
      attempts_.push_back({runtime, false});
    }
    if (attempts_.empty()) return Error{"neither crun nor runc is installed: apt-get install crun"};
    if (!job_.workspace.repository.empty()) {
      SLUICE_ASSIGN(hidden_, HideIgnored(store_, job_.workspace.repository, job_.workspace.hide_git));
    }
    return MakeFolders(folder_);
  }

  Result<pid_t> Launch(int in, int out, int errors, const std::string& failure) override {
    if (!failure.empty()) {
      if (!complaints_.empty()) complaints_ += "; ";
      complaints_ += BaseName(attempts_[next_ - 1].runtime) + ": " + failure;
      SLUICE_RETURN_IF_ERROR(AfterFailure(failure));
    }
    if (next_ == attempts_.size()) return Error{complaints_};
    // What a failed attempt mounted is gone, but its marks (overlayfs' own in `work`) are not.
    if (!failure.empty()) SLUICE_RETURN_IF_ERROR(store::RemoveTree(folder_ + "/scratch"));
    SLUICE_RETURN_IF_ERROR(MakeScratch());
    const Attempt attempt = attempts_[next_++];
    SLUICE_RETURN_IF_ERROR(WriteBundle(attempt));
    return LaunchChild(Plan(attempt), in, out, errors);
  }

  void Ready() override {
    if (next_ > 1) static_cast<void>(WriteWhole(PreferenceFile(store_), attempts_[next_ - 1].runtime, false));
  }

  void Kill(pid_t child) override { KillWithChildren(child); }

  void CleanUp() override { run_folder_.Discard(folder_); }

 private:
  Status MakeScratch() {
    for (const char* folder : {"/bundle", "/state", "/workspace"})
      SLUICE_RETURN_IF_ERROR(MakeFolders(folder_ + folder));
    // Highest first: the agent, then the image's layers from the last one down.
    std::vector<std::string> layers{agent_layer_};
    layers.insert(layers.end(), image_.layers.rbegin(), image_.layers.rend());
    const std::string root = folder_ + "/scratch/root", workspace = folder_ + "/scratch/workspace";
    SLUICE_ASSIGN(root_, PrepareOverlay(root, root + "/merged", layers));
    workspace_ = OverlayMount();
    if (!WorkspaceIsOverlay()) return {};
    SLUICE_ASSIGN(workspace_,
                  PrepareOverlay(workspace, workspace + "/merged", hidden_.Above(job_.workspace.repository)));
    return {};
  }

  // An overlay over the repository may be impossible (its file system cannot be a lower layer): then it is copied, and
  // the same runtime is tried again.
  Status AfterFailure(const std::string& failure) {
    if (!WorkspaceIsOverlay() || failure.find(workspace_.target) == std::string::npos) return {};
    SLUICE_RETURN_IF_ERROR(CopyWorkspace(job_.workspace.repository, folder_ + "/workspace", job_.workspace.hide_git));
    copied_ = true;
    --next_;
    return {};
  }

  bool WorkspaceIsOverlay() const { return !job_.workspace.repository.empty() && !copied_; }

  Status WriteBundle(const Attempt& attempt) {
    OciSetting setting;
    setting.root = root_.target;
    setting.workspace = WorkspaceIsOverlay() ? workspace_.target : folder_ + "/workspace";
    setting.arguments = {kAgentPath};
    const std::string user = job_.user.empty() ? image_.user : job_.user;
    if (!user.empty() && user != "root" && user != "0")
      setting.arguments.insert(setting.arguments.end(), {"--user", user});
    setting.in_user_namespace = !IsRoot();
    SLUICE_RETURN_IF_ERROR(
        WriteWhole(folder_ + "/bundle/config.json", OciConfig(job_, setting, attempt.limits), false));
    return WriteWhole(folder_ + "/runtime", attempt.runtime + "\n" + id_, false);
  }

  LaunchPlan Plan(const Attempt& attempt) const {
    LaunchPlan plan;
    plan.user_namespace = !IsRoot();
    plan.mount_namespace = true;
    plan.network_namespace = !job_.network;
    plan.overlays = {root_};
    if (WorkspaceIsOverlay()) plan.overlays.push_back(workspace_);
    plan.scratch = folder_ + "/scratch";
    const bool crun = BaseName(attempt.runtime) == "crun";
    plan.hide_unified_cgroup = crun;
    plan.arguments = {attempt.runtime, "--root", folder_ + "/state"};
    if (crun && !attempt.limits) plan.arguments.insert(plan.arguments.end(), "--cgroup-manager=disabled");
    plan.arguments.insert(plan.arguments.end(), {"run", "--bundle", folder_ + "/bundle", id_});
    plan.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "XDG_RUNTIME_DIR=" + folder_};
    plan.folder = folder_ + "/bundle";
    return plan;
  }

  store::Store& store_;
  store::RunFolder& run_folder_;
  JobSpec job_;
  std::string folder_;
  std::string id_;
  store::Image image_;
  std::unique_ptr<store::ImageUse> use_;
  std::string agent_layer_;
  HiddenLayer hidden_;
  OverlayMount root_;
  OverlayMount workspace_;
  bool copied_ = false;
  std::vector<Attempt> attempts_;
  size_t next_ = 0;
  std::string complaints_;
};

// The home of a user by the image's own /etc/passwd, in whichever layer it lies.
std::string HomeOf(const store::Image& image, const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  for (auto layer = image.layers.rbegin(); layer != image.layers.rend(); ++layer) {
    struct stat info;
    const std::string file = *layer + "/etc/passwd";
    if (::lstat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    const auto text = ReadWhole(file);
    if (!text.ok()) break;
    for (const std::string_view line : SplitString(*text, '\n')) {
      const std::vector<std::string_view> fields = SplitString(line, ':');
      if (fields.size() >= 6 && (fields[0] == name || fields[2] == name) && fields[5].starts_with('/'))
        return std::string(fields[5]);
    }
    break;
  }
  return name.empty() || name == "root" || name == "0" ? "/root" : "/";
}

std::map<std::string, std::string> EnvironmentOf(const store::Image& image, const std::string& home) {
  std::map<std::string, std::string> environment{{"HOME", home}};
  for (const std::string& variable : image.env)
    if (const size_t equals = variable.find('='); equals != std::string::npos)
      environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  return environment;
}

std::map<std::string, std::string> NetworkFiles(const JobSpec& job) {
  std::map<std::string, std::string> files{
      {"/etc/hostname", job.hostname + "\n"},
      {"/etc/hosts", fmt::format("127.0.0.1 localhost {0}\n::1 localhost ip6-localhost {0}\n", job.hostname)},
      {"/etc/resolv.conf", ""}};
  if (job.network)
    for (const char* file : {"/etc/hosts", "/etc/resolv.conf"})
      if (auto text = ReadWhole(file); text.ok())
        files[file] = file == std::string_view("/etc/hosts") ? *text + "127.0.0.1 " + job.hostname + "\n" : *text;
  return files;
}

// What no setting of the kernel shows: a container or chroot around us, or a security module, may refuse namespaces.
void FindForbidden(Probe& probe) {
  const std::string why = WhyNoNamespaces(!IsRoot());
  if (why.empty()) return;
  probe.missing.push_back(
      IsRoot() ? Missing{fmt::format("namespaces cannot be made here ({})", why),
                         "in a container, start that one with `--privileged`"}
               : Missing{fmt::format("user namespaces cannot be made here ({})", why),
                         "run as root, or outside of the chroot or container that forbids it; with AppArmor: sysctl -w "
                         "kernel.apparmor_restrict_unprivileged_userns=0"});
}

class OciEngine : public Engine {
 public:
  OciEngine(store::Store& store, store::RunFolder& run_folder) : store_(store), run_folder_(run_folder) {}

  std::string_view name() const override { return "oci"; }

  Probe Describe() override {
    Probe probe;
    const std::vector<std::string> runtimes = InstalledRuntimes(store_);
    if (runtimes.empty()) probe.missing.push_back({"neither crun nor runc is installed", "apt-get install crun"});
    const auto systems = ReadWhole("/proc/filesystems");
    if (systems.ok() && systems->find("\toverlay\n") == std::string::npos)
      probe.missing.push_back({"the kernel has no overlay file system", "modprobe overlay"});
    if (!IsRoot()) {
      const auto most = ReadWhole("/proc/sys/user/max_user_namespaces");
      const auto allowed = ReadWhole("/proc/sys/kernel/unprivileged_userns_clone");
      if ((most.ok() && *most == "0\n") || (allowed.ok() && *allowed == "0\n"))
        probe.missing.push_back({"this kernel refuses user namespaces to ordinary users",
                                 "sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1"});
    }
    if (probe.missing.empty()) FindForbidden(probe);
    probe.usable = probe.missing.empty();
    const store::OneUserOnly one = store::WhyOneUserOnly();
    if (probe.usable && !one.why.empty())
      probe.missing.push_back({"jobs see a single user, so what changes owners fails in them: " + one.why, one.remedy});
    if (probe.usable)
      probe.description =
          fmt::format("oci: {}, overlay, {}", BaseName(runtimes[0]), IsRoot() ? "as root" : "in a user namespace");
    return probe;
  }

  Result<std::unique_ptr<JobContainer>> StartJob(const JobSpec& job) override {
    SLUICE_ASSIGN(store::Image image, store_.FindImage(job.image));
    SLUICE_ASSIGN(auto use, store_.UseImage(image.digest));
    const std::string folder = fmt::format("{}/jobs/oci-{}", run_folder_.path(), next_);
    const std::string id = fmt::format("sluice-{}-{}", run_folder_.id(), next_++);
    AgentContainer::Setting setting;
    setting.job = job.name;
    const std::string home = HomeOf(image, job.user.empty() ? image.user : job.user);
    setting.paths = {job.workspace.path, "/home/runner/work/_temp", "/opt/hostedtoolcache", "/home/runner/work/_sluice",
                     home};
    setting.environment = EnvironmentOf(image, home);
    setting.files = NetworkFiles(job);
    auto launcher =
        std::make_unique<OciLauncher>(store_, run_folder_, job, folder, id, std::move(image), std::move(use));
    const Status prepared = launcher->Prepare();
    return AgentContainer::Start(std::move(setting), std::move(launcher), prepared);
  }

 private:
  store::Store& store_;
  store::RunFolder& run_folder_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<Engine> MakeOciEngine(store::Store& store, store::RunFolder& run_folder) {
  return std::make_unique<OciEngine>(store, run_folder);
}

void SweepOciJob(const std::string& job_folder) {
  const auto text = ReadWhole(job_folder + "/runtime");
  const size_t line = text.ok() ? text->find('\n') : std::string::npos;
  if (line == std::string::npos) return;
  const std::string id = text->substr(line + 1);
  // The runtime forgets a container when it ends; only one that was killed itself leaves this behind.
  if (::access(fmt::format("{}/state/{}", job_folder, id).c_str(), F_OK) != 0) return;
  static_cast<void>(RunProgram({text->substr(0, line), "--root", job_folder + "/state", "delete", "--force", id}));
}

}  // namespace sluice::engine

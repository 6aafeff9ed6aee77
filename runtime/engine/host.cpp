#include "runtime/engine/host.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "runtime/engine/agent_binary.h"
#include "runtime/engine/agent_container.h"
#include "runtime/engine/launch.h"
#include "runtime/engine/workspace.h"

extern char** environ;

namespace sluice::engine {
namespace {

bool IsRoot() { return ::geteuid() == 0; }

// As root the workspace is an overlay and the processes are in a PID namespace, so that they all end with the first
// one; other users get a copy, and the agent finds its descendants.
class HostLauncher : public Launcher {
 public:
  HostLauncher(store::Store& store, store::RunFolder& run_folder, WorkspaceSpec workspace, std::string folder,
               std::string target)
      : store_(store),
        run_folder_(run_folder),
        workspace_(std::move(workspace)),
        folder_(std::move(folder)),
        target_(std::move(target)) {}

  Status Prepare() {
    SLUICE_ASSIGN(agent_, PlaceAgent(store_));
    SLUICE_RETURN_IF_ERROR(store::MakeFolders(target_));
    apart_ = IsRoot();
    if (workspace_.repository.empty()) return {};
    return apart_ ? MountWorkspace() : CopyWorkspace(workspace_.repository, target_, workspace_.hide_git);
  }

  Result<pid_t> Launch(int in, int out, int errors, const std::string& failure) override {
    if (!failure.empty()) {
      if (!apart_) return Error{failure};
      apart_ = false;  // without any namespace, then
      if (!workspace_.repository.empty())
        SLUICE_RETURN_IF_ERROR(CopyWorkspace(workspace_.repository, target_, workspace_.hide_git));
    }
    LaunchPlan plan;
    plan.mount_namespace = apart_;
    plan.process_namespace = apart_;
    if (apart_ && !overlay_.target.empty()) plan.overlays.push_back(overlay_);
    plan.arguments = {agent_ + kAgentPath};
    plan.folder = "/";
    return LaunchChild(plan, in, out, errors);
  }

  void Kill(pid_t child) override { KillWithChildren(child); }
  void CleanUp() override { run_folder_.Discard(folder_); }

 private:
  Status MountWorkspace() {
    SLUICE_ASSIGN(hidden_, HideIgnored(store_, workspace_.repository, workspace_.hide_git));
    SLUICE_ASSIGN(overlay_, PrepareOverlay(folder_ + "/overlay", target_, hidden_.Above(workspace_.repository)));
    return {};
  }

  store::Store& store_;
  store::RunFolder& run_folder_;
  WorkspaceSpec workspace_;
  std::string folder_;
  std::string target_;
  std::string agent_;
  bool apart_ = false;
  HiddenLayer hidden_;
  OverlayMount overlay_;
};

class HostEngine : public Engine {
 public:
  HostEngine(store::Store& store, store::RunFolder& run_folder) : store_(store), run_folder_(run_folder) {}

  std::string_view name() const override { return "host"; }

  Probe Describe() override {
    return {.usable = true, .missing = {}, .description = "host: processes of this machine, nothing kept apart"};
  }

  Result<std::unique_ptr<JobContainer>> StartJob(const JobSpec& job) override {
    const std::string folder = fmt::format("{}/jobs/host-{}", run_folder_.path(), next_++);
    AgentContainer::Setting setting;
    setting.job = job.name;
    const std::string name = job.workspace.path.substr(job.workspace.path.rfind('/') + 1);
    const char* home = std::getenv("HOME");
    setting.paths = {folder + "/work/" + name + "/" + name, folder + "/work/_temp", folder + "/tools",
                     folder + "/work/_sluice", home == nullptr ? folder + "/home" : home};
    for (char** variable = environ; *variable != nullptr; ++variable)
      if (const char* equals = std::strchr(*variable, '='))
        setting.environment[std::string(*variable, static_cast<size_t>(equals - *variable))] = equals + 1;
    auto launcher = std::make_unique<HostLauncher>(store_, run_folder_, job.workspace, folder, setting.paths.workspace);
    const Status prepared = launcher->Prepare();
    return AgentContainer::Start(std::move(setting), std::move(launcher), prepared);
  }

 private:
  store::Store& store_;
  store::RunFolder& run_folder_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<Engine> MakeHostEngine(store::Store& store, store::RunFolder& run_folder) {
  return std::make_unique<HostEngine>(store, run_folder);
}

}  // namespace sluice::engine

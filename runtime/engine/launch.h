#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::engine {

// An overlay to be mounted by a child process. The mount option of lower layers cannot hold long lists or odd names, so
// they are given as short names of links below `folder`, as are `upper` and `work`.
struct OverlayMount {
  std::string folder;              // the mount is made from here
  std::vector<std::string> lower;  // highest first
  std::string upper = "upper";
  std::string work = "work";
  std::string target;  // absolute
};

// Makes the folders of an overlay below `folder`, and its target, and links its layers (absolute; the highest first).
Result<OverlayMount> PrepareOverlay(const std::string& folder, const std::string& target,
                                    const std::vector<std::string>& layers);

// What a child process does before it becomes the runtime (or the agent): everything is mounted in a mount namespace
// of its own, so the host never sees it, and it is gone with the last process in it.
struct LaunchPlan {
  bool user_namespace = false;  // become root of a user namespace (when we are not root)
  bool mount_namespace = false;
  bool network_namespace = false;  // with only its loopback interface, which is brought up
  bool process_namespace = false;  // the program becomes PID 1; /proc is mounted anew
  std::vector<OverlayMount> overlays;
  std::string scratch;               // holds every upper and work; gets a tmpfs when its file system cannot hold them
  bool hide_unified_cgroup = false;  // crun refuses a cgroup2 beside cgroup1 with controllers; hide it from it
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string folder;  // where the program starts
};

// What the child exits with when an overlay cannot be mounted: this and its place in `overlays`.
inline constexpr int kOverlayFailed = 80;
// What it exits with when anything else fails. The reason is on its stderr then.
inline constexpr int kLaunchFailed = 79;

// Tries in a child whether this process may make the namespaces of a job; empty, or the reason. Takes well below a
// millisecond. Settings of the kernel do not tell all: a container, a chroot or a security module may forbid it, too.
std::string WhyNoNamespaces(bool user_namespace);

// Forks a child that carries out `plan` with the given standard descriptors. Gives its pid.
Result<pid_t> LaunchChild(const LaunchPlan& plan, int in, int out, int errors);

// Runs a program and gives its standard output, when it exits with 0. Its stderr goes to `errors` when not null.
// For short programs of the machine (git, crun --version) only.
Result<std::string> RunProgram(const std::vector<std::string>& arguments, std::string* errors = nullptr);

// The absolute path of a program in PATH (and the sbin folders), or nothing.
std::string FindProgram(const std::string& name);

// Kills the children of a process (its container's first process), then the process itself.
void KillWithChildren(pid_t process);

}  // namespace sluice::engine

#include "runtime/engine/launch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/base/text.h"
#include "runtime/store/files.h"
#include "runtime/store/users.h"

extern char** environ;

namespace sluice::engine {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void Fail(const std::string& what, int status = kLaunchFailed) {
  const std::string message = fmt::format("{}: {}\n", what, std::strerror(errno));
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(status);
}

void EnterNamespaces(const LaunchPlan& plan) {
  const int flags = (plan.mount_namespace ? CLONE_NEWNS : 0) | (plan.network_namespace ? CLONE_NEWNET : 0) |
                    (plan.process_namespace ? CLONE_NEWPID : 0);
  if (plan.user_namespace) {
    if (const Status entered = store::EnterUserNamespace(flags); !entered.ok()) Fail(entered.error().message);
  } else if (flags != 0 && ::unshare(flags) != 0) {
    Fail("cannot make namespaces");
  }
  if (plan.mount_namespace && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    Fail("cannot separate the mounts");
}

void BringUpLoopback() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  if (socket < 0 || ::ioctl(socket, SIOCGIFFLAGS, &request) != 0) return;
  request.ifr_flags |= IFF_UP;
  ::ioctl(socket, SIOCSIFFLAGS, &request);
  ::close(socket);
}

// Tries the options an older kernel may lack one after the other. `volatile`: nothing of a job's scratch has to survive
// a crash of the machine, so the kernel need not write it to the disk when it is unmounted.
bool Mount(const OverlayMount& overlay, bool user_namespace) {
  if (::chdir(overlay.folder.c_str()) != 0) return false;
  std::string options = "lowerdir=";
  for (const std::string& layer : overlay.lower) options += (&layer == &overlay.lower[0] ? "" : ":") + layer;
  options += ",upperdir=" + overlay.upper + ",workdir=" + overlay.work;
  if (user_namespace) options += ",userxattr";
  for (const char* extra : {",volatile", ""})
    if (::mount("overlay", overlay.target.c_str(), "overlay", 0, (options + extra).c_str()) == 0) return true;
  return false;
}

// Gives the overlays' upper folders a file system that can hold them. Only used when the store's cannot: it lies on an
// overlay itself, or on a network file system.
bool MoveScratchToMemory(const LaunchPlan& plan) {
  if (plan.scratch.empty()) return false;
  std::vector<std::string> folders;
  std::vector<std::pair<std::string, std::string>> links;
  for (const OverlayMount& overlay : plan.overlays) {
    folders.insert(folders.end(),
                   {overlay.folder + "/" + overlay.upper, overlay.folder + "/" + overlay.work, overlay.target});
    for (const std::string& name : overlay.lower) {
      char target[4096];
      const ssize_t length = ::readlink((overlay.folder + "/" + name).c_str(), target, sizeof target);
      if (length > 0) links.emplace_back(overlay.folder + "/" + name, std::string(target, static_cast<size_t>(length)));
    }
  }
  if (::mount("tmpfs", plan.scratch.c_str(), "tmpfs", 0, "mode=700") != 0) return false;
  for (const std::string& folder : folders)
    if (!store::MakeFolders(folder).ok()) return false;
  for (const auto& [link, target] : links)
    if (::symlink(target.c_str(), link.c_str()) != 0) return false;
  return true;
}

void MountOverlays(const LaunchPlan& plan) {
  bool moved = false;
  for (size_t i = 0; i < plan.overlays.size(); ++i) {
    const OverlayMount& overlay = plan.overlays[i];
    if (Mount(overlay, plan.user_namespace)) continue;
    const int error = errno;
    if (i == 0 && !moved && (error == EINVAL || error == EOPNOTSUPP) && MoveScratchToMemory(plan) &&
        Mount(overlay, plan.user_namespace)) {
      moved = true;
      continue;
    }
    errno = error;
    Fail(fmt::format("cannot mount an overlay file system at `{}`", overlay.target),
         kOverlayFailed + static_cast<int>(i));
  }
}

void HideUnifiedCgroup() {
  constexpr long kCgroup2 = 0x63677270;
  struct statfs info;
  if (::statfs("/sys/fs/cgroup", &info) == 0 && info.f_type == kCgroup2) return;
  if (::statfs("/sys/fs/cgroup/unified", &info) == 0 && info.f_type == kCgroup2)
    ::umount2("/sys/fs/cgroup/unified", MNT_DETACH);
}

// The first process of a new PID namespace has to be a child of the one that made it; its parent waits for it and ends
// as it does. It dies with its parent.
void BecomeFirst() {
  const pid_t child = ::fork();
  if (child < 0) Fail("cannot make a process");
  if (child > 0) {
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
}

[[noreturn]] void RunChild(const LaunchPlan& plan, int in, int out, int errors) {
  const int wanted[3] = {in, out, errors};
  for (int i = 0; i < 3; ++i) ::dup2(wanted[i], i);
  // Not only at the exec: the first process of a PID namespace has a parent that never becomes another program, and the
  // ends of other containers' pipes and our locks must not live on in it.
  ::close_range(3, ~0u, 0);
  ::setsid();  // a Ctrl-C in the terminal is for sluice alone
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  EnterNamespaces(plan);
  if (plan.network_namespace) BringUpLoopback();
  MountOverlays(plan);
  if (plan.hide_unified_cgroup) HideUnifiedCgroup();
  if (plan.process_namespace) BecomeFirst();
  if (::chdir(plan.folder.c_str()) != 0) Fail(fmt::format("cannot enter `{}`", plan.folder));
  ::execve(plan.arguments[0].c_str(), Pointers(plan.arguments).data(), Pointers(plan.environment).data());
  Fail(fmt::format("cannot run `{}`", plan.arguments[0]));
}

}  // namespace

Result<OverlayMount> PrepareOverlay(const std::string& folder, const std::string& target,
                                    const std::vector<std::string>& layers) {
  OverlayMount overlay;
  overlay.folder = folder;
  overlay.target = target;
  for (const std::string& path : {folder + "/" + overlay.upper, folder + "/" + overlay.work, target})
    SLUICE_RETURN_IF_ERROR(store::MakeFolders(path));
  for (const std::string& layer : layers) {
    overlay.lower.push_back(std::to_string(overlay.lower.size()));
    const std::string link = folder + "/" + overlay.lower.back();
    if (::symlink(layer.c_str(), link.c_str()) != 0) return store::SystemError("write", link);
  }
  return overlay;
}

std::string WhyNoNamespaces(bool user_namespace) {
  const pid_t child = ::fork();
  if (child < 0) return std::strerror(errno);
  if (child == 0)
    ::_exit(::unshare((user_namespace ? CLONE_NEWUSER : 0) | CLONE_NEWNS | CLONE_NEWNET) == 0 ? 0 : errno);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) return "the trial was killed";
  return WEXITSTATUS(status) == 0 ? "" : std::strerror(WEXITSTATUS(status));
}

Result<pid_t> LaunchChild(const LaunchPlan& plan, int in, int out, int errors) {
  SLUICE_CHECK(in > 2 && out > 2 && errors > 2, "standard descriptors would be overwritten");
  const pid_t child = ::fork();
  if (child < 0) return store::SystemError("start", plan.arguments[0]);
  if (child == 0) RunChild(plan, in, out, errors);
  return child;
}

std::string FindProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  const std::string all =
      std::string(path == nullptr ? "" : path) + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
  for (const std::string_view folder : SplitString(all, ':')) {
    if (folder.empty() || folder[0] != '/') continue;
    std::string candidate = std::string(folder) + "/" + name;
    struct stat info;
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return "";
}

Result<std::string> RunProgram(const std::vector<std::string>& arguments, std::string* errors) {
  int out[2];
  int err[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return store::SystemError("start", arguments[0]);
  if (::pipe2(err, O_CLOEXEC) != 0) {
    ::close(out[0]);
    ::close(out[1]);
    return store::SystemError("start", arguments[0]);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  pid_t child = -1;
  errno = ::posix_spawnp(&child, arguments[0].c_str(), &actions, nullptr, Pointers(arguments).data(), environ);
  const bool started = errno == 0;
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  auto drain = [](int fd) {
    std::string text;
    char buffer[1 << 16];
    for (ssize_t count; (count = ::read(fd, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR);)
      if (count > 0) text.append(buffer, static_cast<size_t>(count));
    ::close(fd);
    return text;
  };
  // A program that writes more than a pipe holds of complaints before its output is not among those we run.
  std::string text = drain(out[0]);
  std::string complaint = drain(err[0]);
  if (!started) return store::SystemError("run", arguments[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (errors != nullptr) *errors = complaint;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
  return Error{fmt::format("`{}` failed: {}", fmt::join(arguments, " "), complaint)};
}

void KillWithChildren(pid_t process) {
  std::vector<pid_t> children;
  DIR* folder = ::opendir("/proc");
  while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    auto text = store::ReadWhole(fmt::format("/proc/{}/stat", pid));
    if (!text.ok()) continue;
    const size_t name_end = text->rfind(')');
    int parent = 0;
    if (name_end != std::string::npos && std::sscanf(text->c_str() + name_end + 1, " %*c %d", &parent) == 1 &&
        parent == process)
      children.push_back(pid);
  }
  if (folder != nullptr) ::closedir(folder);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  ::kill(process, SIGKILL);
}

}  // namespace sluice::engine

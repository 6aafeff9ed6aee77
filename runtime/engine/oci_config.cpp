#include "runtime/engine/oci_config.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "runtime/engine/refused_calls.h"

namespace sluice::engine {
namespace {

using nlohmann::json;

// What Docker and podman grant by default: enough to be root in an image, not to harm the host.
constexpr const char* kCapabilities[] = {"CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FSETID",           "CAP_FOWNER",
                                         "CAP_MKNOD",   "CAP_NET_RAW",      "CAP_SETGID",           "CAP_SETUID",
                                         "CAP_SETFCAP", "CAP_SETPCAP",      "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
                                         "CAP_KILL",    "CAP_AUDIT_WRITE"};

// Parts of /proc and /sys that tell about the host or change it; the list of runc's own default configuration.
constexpr const char* kMasked[] = {"/proc/acpi",          "/proc/asound",     "/proc/kcore",       "/proc/keys",
                                   "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                                   "/proc/scsi",          "/sys/firmware"};
constexpr const char* kReadOnly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};

// The architectures whose calls a process here can make: another one would pass the filter by.
#if defined(__x86_64__)
constexpr const char* kArchitectures[] = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"};
#elif defined(__aarch64__)
constexpr const char* kArchitectures[] = {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"};
#else
#error "which architectures' system calls can a process of this machine make?"
#endif

json Mounts(const JobSpec& job, const OciSetting& setting) {
  auto mount = [](const char* at, const char* type, std::vector<std::string> options) {
    return json{{"destination", at}, {"type", type}, {"source", type}, {"options", std::move(options)}};
  };
  auto bind = [](const std::string& from, const std::string& at, bool read_only) {
    return json{{"destination", at},
                {"type", "bind"},
                {"source", from},
                {"options", {"rbind", "rprivate", read_only ? "ro" : "rw"}}};
  };
  json mounts = json::array();
  mounts.push_back(mount("/proc", "proc", {"nosuid", "noexec", "nodev"}));
  mounts.push_back(mount("/dev", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  mounts.push_back(mount("/dev/pts", "devpts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}));
  mounts.push_back(mount("/dev/shm", "tmpfs", {"nosuid", "nodev", "mode=1777", "size=65536k"}));
  mounts.push_back(mount("/dev/mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  // Only who owns the network namespace may mount /sys anew.
  mounts.push_back(setting.in_user_namespace && job.network
                       ? bind("/sys", "/sys", true)
                       : mount("/sys", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
  mounts.push_back(bind(setting.workspace, job.workspace.path, false));
  for (const Mount& extra : job.mounts) mounts.push_back(bind(extra.host_path, extra.path, extra.read_only));
  return mounts;
}

// Everything is allowed but what the lists refuse, so that programs of newer kernels work. New user namespaces are
// refused too, for they give a process the rights that the container was denied.
json Seccomp() {
  // CLONE_NEWUSER as an argument of clone; clone3 hides its flags from filters, so libraries are sent back to clone.
  constexpr uint64_t kNewUser = 0x10000000;
  constexpr uint64_t kVsock = 40;  // AF_VSOCK reaches past every namespace, to a virtual machine's host
  const auto refuse = [](json names, int error) {
    return json{{"names", std::move(names)}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", error}};
  };
  const auto refuse_if = [&](const char* name, json argument) {
    json rule = refuse({name}, EPERM);
    rule["args"] = json::array({std::move(argument)});
    return rule;
  };
  return {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"architectures", kArchitectures},
      {"syscalls",
       {refuse(kRefusedByPodman, EPERM), refuse(kRefusedByDocker, EPERM), refuse({"clone3"}, ENOSYS),
        refuse_if("clone", {{"index", 0}, {"value", kNewUser}, {"valueTwo", kNewUser}, {"op", "SCMP_CMP_MASKED_EQ"}}),
        refuse_if("socket", {{"index", 0}, {"value", kVsock}, {"op", "SCMP_CMP_EQ"}})}}};
}

json Resources(const Limits& limits) {
  json resources = json::object();
  if (limits.memory_bytes) resources["memory"] = {{"limit", *limits.memory_bytes}};
  if (limits.processes) resources["pids"] = {{"limit", *limits.processes}};
  return resources;
}

}  // namespace

std::string OciConfig(const JobSpec& job, const OciSetting& setting, bool limits) {
  json namespaces = json::array();
  for (const char* kind : {"pid", "ipc", "uts", "mount"}) namespaces.push_back({{"type", kind}});
  json linux_part{{"namespaces", std::move(namespaces)},
                  {"maskedPaths", kMasked},
                  {"readonlyPaths", kReadOnly},
                  {"seccomp", Seccomp()}};
  if (limits) linux_part["resources"] = Resources(job.limits);
  const json config{
      {"ociVersion", "1.0.0"},
      {"process",
       {{"terminal", false},
        {"user", {{"uid", 0}, {"gid", 0}}},
        {"args", setting.arguments},
        {"env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
        {"cwd", "/"},
        {"capabilities", {{"bounding", kCapabilities}, {"effective", kCapabilities}, {"permitted", kCapabilities}}},
        {"noNewPrivileges", false}}},
      {"root", {{"path", setting.root}, {"readonly", false}}},
      {"hostname", job.hostname},
      {"mounts", Mounts(job, setting)},
      {"linux", std::move(linux_part)}};
  return config.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sluice::engine

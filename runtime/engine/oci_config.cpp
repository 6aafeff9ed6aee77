#include "runtime/engine/oci_config.h"

#include <nlohmann/json.hpp>

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

// System calls that reach beyond a container or that no build needs; refused with EPERM. New user namespaces are among
// them, for they give a process the rights that the container was denied.
constexpr const char* kRefused[] = {
    "add_key",         "bpf",         "delete_module", "finit_module",   "init_module",
    "kexec_file_load", "kexec_load",  "keyctl",        "lookup_dcookie", "open_by_handle_at",
    "perf_event_open", "request_key", "swapon",        "swapoff",        "userfaultfd",
    "fsopen",          "fsmount",     "move_mount",    "open_tree",      "mount",
    "umount2",         "pivot_root",  "setns",         "unshare",        "reboot"};

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

json Seccomp() {
  // CLONE_NEWUSER as an argument of clone; clone3 hides its flags from filters, so libraries are sent back to clone.
  constexpr uint64_t kNewUser = 0x10000000;
  return {{"defaultAction", "SCMP_ACT_ALLOW"},
          {"architectures", {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"}},
          {"syscalls",
           {{{"names", kRefused}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 1}},
            {{"names", {"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 38}},
            {{"names", {"clone"}},
             {"action", "SCMP_ACT_ERRNO"},
             {"errnoRet", 1},
             {"args", {{{"index", 0}, {"value", kNewUser}, {"valueTwo", kNewUser}, {"op", "SCMP_CMP_MASKED_EQ"}}}}}}}};
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

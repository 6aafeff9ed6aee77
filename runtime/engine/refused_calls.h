#pragma once

// System calls that a container is refused (EPERM), on every architecture; names that one lacks are passed over.
namespace sluice::engine {

// Refused by the default profile of podman (containers/common, pkg/seccomp/default_linux.go, v0.50) to a container with
// the capabilities of oci_config.cpp: obsolete ones, and those that only CAP_SYS_ADMIN, _MODULE, _PACCT, _PTRACE,
// _RAWIO, _TIME, _TTY_CONFIG or CAP_DAC_READ_SEARCH would allow.
inline constexpr const char* kRefusedByPodman[] = {"acct",
                                                   "add_key",
                                                   "bdflush",
                                                   "bpf",
                                                   "clock_settime",
                                                   "clock_settime64",
                                                   "create_module",
                                                   "delete_module",
                                                   "fanotify_init",
                                                   "finit_module",
                                                   "get_kernel_syms",
                                                   "init_module",
                                                   "ioperm",
                                                   "iopl",
                                                   "kcmp",
                                                   "kexec_load",
                                                   "kexec_file_load",
                                                   "lookup_dcookie",
                                                   "migrate_pages",
                                                   "move_pages",
                                                   "nfsservctl",
                                                   "nice",
                                                   "oldfstat",
                                                   "oldlstat",
                                                   "oldolduname",
                                                   "oldstat",
                                                   "olduname",
                                                   "pciconfig_iobase",
                                                   "pciconfig_read",
                                                   "pciconfig_write",
                                                   "process_madvise",
                                                   "query_module",
                                                   "quotactl",
                                                   "quotactl_fd",
                                                   "request_key",
                                                   "setdomainname",
                                                   "sethostname",
                                                   "setns",
                                                   "settimeofday",
                                                   "sgetmask",
                                                   "ssetmask",
                                                   "stime",
                                                   "swapcontext",
                                                   "swapoff",
                                                   "swapon",
                                                   "sysfs",
                                                   "_sysctl",
                                                   "uselib",
                                                   "userfaultfd",
                                                   "ustat",
                                                   "vhangup",
                                                   "vm86",
                                                   "vm86old",
                                                   "vmsplice",
                                                   "open_by_handle_at",
                                                   "perf_event_open"};

// Refused by Docker's default profile too (moby, profiles/seccomp/default.json, v25), where podman trusts in the missing
// capability alone: mounts and namespaces, the log and power of the machine, keyrings, and io_uring, whose operations no
// filter sees.
inline constexpr const char* kRefusedByDocker[] = {
    "fsconfig",       "fsmount", "fsopen", "fspick",        "io_uring_enter", "io_uring_register",
    "io_uring_setup", "keyctl",  "mount",  "mount_setattr", "move_mount",     "open_tree",
    "pivot_root",     "reboot",  "syslog", "umount",        "umount2",        "unshare"};

}  // namespace sluice::engine

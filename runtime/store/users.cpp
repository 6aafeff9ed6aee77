#include "runtime/store/users.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>

#include "compiler/base/text.h"
#include "runtime/store/files.h"

namespace sluice::store {
namespace {

constexpr const char* kUserTool = "/usr/bin/newuidmap";
constexpr const char* kGroupTool = "/usr/bin/newgidmap";

std::string UserName() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "" : entry->pw_name;
}

IdRange RangeIn(const char* file) {
  const auto text = ReadWhole(file);
  return text.ok() ? FindRange(*text, UserName(), ::geteuid()) : IdRange{};
}

bool WriteText(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool done = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  return done;
}

// `newuidmap PID 0 OWN 1 1 FIRST COUNT`, silently.
bool RunTool(const char* tool, pid_t process, unsigned own, const IdRange& range) {
  if (range.count == 0) return false;
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
    const std::string words[] = {std::to_string(process), std::to_string(own), std::to_string(range.first),
                                 std::to_string(range.count)};
    ::execl(tool, tool, words[0].c_str(), "0", words[1].c_str(), "1", "1", words[2].c_str(), words[3].c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What the helper could map, as its exit status.
constexpr int kUsersMapped = 1;
constexpr int kGroupsMapped = 2;

// A process that stays outside, for only there the tools have their rights. It maps the ids of `process` once a byte
// comes over `begin`.
[[noreturn]] void MapFromOutside(int begin, pid_t process, unsigned user, unsigned group) {
  char byte = 0;
  int mapped = 0;
  if (::read(begin, &byte, 1) == 1) {
    if (RunTool(kUserTool, process, user, RangeIn("/etc/subuid"))) mapped |= kUsersMapped;
    if (RunTool(kGroupTool, process, group, RangeIn("/etc/subgid"))) mapped |= kGroupsMapped;
  }
  ::_exit(mapped);
}

}  // namespace

IdRange FindRange(std::string_view text, std::string_view name, uid_t id) {
  const auto number = [](std::string_view field, uint32_t& value) {
    const auto end = std::from_chars(field.data(), field.data() + field.size(), value);
    return end.ec == std::errc() && end.ptr == field.data() + field.size();
  };
  const std::string by_id = std::to_string(id);
  IdRange best;
  for (const std::string_view line : SplitString(text, '\n')) {
    const std::vector<std::string_view> fields = SplitString(line, ':');
    if (fields.size() != 3 || (fields[0] != by_id && (name.empty() || fields[0] != name))) continue;
    IdRange range;
    if (number(fields[1], range.first) && number(fields[2], range.count) && range.count > best.count) best = range;
  }
  return best;
}

OneUserOnly WhyOneUserOnly() {
  if (::geteuid() == 0) return {};
  if (::access(kUserTool, X_OK) != 0 || ::access(kGroupTool, X_OK) != 0)
    return {"newuidmap and newgidmap are not installed", "apt-get install uidmap"};
  if (RangeIn("/etc/subuid").count != 0 && RangeIn("/etc/subgid").count != 0) return {};
  const std::string name = UserName();
  return {"/etc/subuid and /etc/subgid give this user no ids",
          fmt::format("usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}",
                      name.empty() ? std::to_string(::geteuid()) : name)};
}

Status EnterUserNamespace(int more) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  const pid_t self = ::getpid();
  int begin[2];
  if (::pipe2(begin, O_CLOEXEC) != 0) return SystemError("open", "a pipe");
  const pid_t helper = WhyOneUserOnly().why.empty() ? ::fork() : -1;
  if (helper == 0) {
    ::close(begin[1]);
    MapFromOutside(begin[0], self, user, group);
  }
  ::close(begin[0]);
  const bool entered = ::unshare(CLONE_NEWUSER | more) == 0;
  const int error = errno;
  if (entered && helper > 0 && ::write(begin[1], "x", 1) != 1) errno = 0;
  ::close(begin[1]);
  int status = 0;
  while (helper > 0 && ::waitpid(helper, &status, 0) < 0 && errno == EINTR) {
  }
  errno = error;
  if (!entered) return SystemError("make", "a user namespace");
  const int mapped = helper > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  if ((mapped & kUsersMapped) == 0 && !WriteText("/proc/self/uid_map", fmt::format("0 {} 1", user)))
    return SystemError("write", "/proc/self/uid_map");
  if ((mapped & kGroupsMapped) != 0) return {};
  if (!WriteText("/proc/self/setgroups", "deny")) return SystemError("write", "/proc/self/setgroups");
  if (!WriteText("/proc/self/gid_map", fmt::format("0 {} 1", group))) return SystemError("write", "/proc/self/gid_map");
  return {};
}

bool RemoveOthersFiles(const std::string& path) {
  if (::geteuid() == 0) return false;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(EnterUserNamespace(0).ok() && RemoveTree(path).ok() ? 0 : 1);
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace sluice::store

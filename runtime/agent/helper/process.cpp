#include "runtime/agent/helper/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

namespace sluice::agent {
namespace {

// Which part of the start failed, sent with errno from the child to the parent.
enum class Stage : int { Session, User, Folder, Exec };
struct ChildError {
  Stage stage;
  int error;
};

struct Pipes {
  int child[3] = {-1, -1, -1};
  int ours[3] = {-1, -1, -1};
  int report[2] = {-1, -1};

  void CloseAll() {
    for (int* fd : {child, child + 1, child + 2, ours, ours + 1, ours + 2, report, report + 1}) Close(*fd);
  }
  static void Close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

bool OpenPipes(Pipes& pipes) {
  for (int i = 0; i < 3; ++i) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    pipes.child[i] = ends[i == 0 ? 0 : 1];
    pipes.ours[i] = ends[i == 0 ? 1 : 0];
    ::fcntl(pipes.ours[i], F_SETFL, O_NONBLOCK);
  }
  return ::pipe2(pipes.report, O_CLOEXEC) == 0;
}

// Where the program may lie, in the order of PATH, as execvp does it, but with the new process's own PATH.
std::vector<std::string> Candidates(const StartProcess& request) {
  const std::string& name = request.arguments[0];
  if (name.find('/') != std::string::npos) return {name};
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (const std::string& variable : request.environment)
    if (variable.compare(0, 5, "PATH=") == 0) path = variable.substr(5);
  std::vector<std::string> found;
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find(':', start), path.size());
    const std::string folder = path.substr(start, end - start);
    found.push_back((folder.empty() ? "." : folder) + "/" + name);
    start = end + 1;
  }
  return found;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void Give(int report, Stage stage, int error) {
  const ChildError message{stage, error};
  [[maybe_unused]] const ssize_t written = ::write(report, &message, sizeof message);
  ::_exit(127);
}

void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool Become(const User& user) {
  return ::setgroups(user.groups.size(), user.groups.data()) == 0 && ::setgid(user.group) == 0 &&
         ::setuid(user.id) == 0;
}

[[noreturn]] void RunChild(const StartProcess& request, const User* user, const std::vector<std::string>& programs,
                           const Pipes& pipes) {
  ResetSignals();
  if (::setsid() < 0) Give(pipes.report[1], Stage::Session, errno);
  for (int i = 0; i < 3; ++i) ::dup2(pipes.child[i], i);
  if (user != nullptr && !Become(*user)) Give(pipes.report[1], Stage::User, errno);
  if (!request.folder.empty() && ::chdir(request.folder.c_str()) != 0) Give(pipes.report[1], Stage::Folder, errno);
  const std::vector<char*> arguments = Pointers(request.arguments);
  const std::vector<char*> environment = Pointers(request.environment);
  int error = ENOENT;
  for (const std::string& program : programs) {
    ::execve(program.c_str(), arguments.data(), environment.data());
    if (errno == EACCES || error == EACCES)
      error = EACCES;
    else if (errno != ENOENT && errno != ENOTDIR)
      Give(pipes.report[1], Stage::Exec, errno);
  }
  Give(pipes.report[1], Stage::Exec, error);
}

// The kernel limits one text (128 KiB on most machines) and all of them together: the longest one is the likely culprit.
std::string TooLarge(const StartProcess& request) {
  const auto longest = [](const std::vector<std::string>& texts) {
    std::string_view found;
    for (const std::string& text : texts)
      if (text.size() > found.size()) found = text;
    return found;
  };
  const std::string_view argument = longest(request.arguments), variable = longest(request.environment);
  const bool is_variable = variable.size() > argument.size();
  const std::string what =
      is_variable ? "the variable `" + std::string(variable.substr(0, variable.find('='))) + "`" : "an argument";
  return what + " has " + std::to_string(is_variable ? variable.size() : argument.size()) +
         " bytes, more than the kernel gives a process";
}

std::string Explain(const StartProcess& request, const ChildError& failure) {
  const std::string reason = std::strerror(failure.error);
  switch (failure.stage) {
    case Stage::Folder:
      return "cannot enter the folder `" + request.folder + "`: " + reason;
    case Stage::User:
      return "cannot become the user `" + request.user + "`: " + reason;
    case Stage::Session:
      return "cannot begin a session: " + reason;
    case Stage::Exec:
      break;
  }
  if (failure.error == ENOENT && request.arguments[0].find('/') == std::string::npos)
    return "there is no program `" + request.arguments[0] + "` in the PATH";
  if (failure.error == E2BIG) return "cannot run `" + request.arguments[0] + "`: " + TooLarge(request);
  return "cannot run `" + request.arguments[0] + "`: " + reason;
}

bool Fail(const StartProcess& request, const ChildError& error, Exited& failure) {
  failure.process = request.process;
  failure.code = error.stage == Stage::Exec && error.error == ENOENT ? 127 : 126;
  failure.error = Explain(request, error);
  return false;
}

// Calls `visit` with the parent and session of each process there is.
void EachProcess(const std::function<void(pid_t pid, pid_t parent, pid_t session)>& visit) {
  DIR* folder = ::opendir("/proc");
  while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    char text[512];
    const int fd = ::open(("/proc/" + std::string(entry->d_name) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t length = fd < 0 ? -1 : ::read(fd, text, sizeof text - 1);
    if (fd >= 0) ::close(fd);
    if (length <= 0) continue;
    text[length] = '\0';
    // The second field is the name in parentheses and may hold anything, so the rest begins after the last one.
    const char* rest = std::strrchr(text, ')');
    int parent = 0;
    int session = 0;
    if (rest != nullptr && std::sscanf(rest + 1, " %*c %d %*d %d", &parent, &session) == 2) visit(pid, parent, session);
  }
  if (folder != nullptr) ::closedir(folder);
}

}  // namespace

bool StartChild(const StartProcess& request, const User* user, Process& process, Exited& failure) {
  if (request.arguments.empty() || request.arguments[0].empty()) {
    failure.process = request.process;
    failure.code = 126;
    failure.error = "no program is named";
    return false;
  }
  Pipes pipes;
  const std::vector<std::string> programs = Candidates(request);
  const pid_t pid = OpenPipes(pipes) ? ::fork() : -1;
  if (pid < 0) {
    const int error = errno;
    pipes.CloseAll();
    return Fail(request, {Stage::Session, error}, failure);
  }
  if (pid == 0) RunChild(request, user, programs, pipes);
  for (int& fd : pipes.child) Pipes::Close(fd);
  Pipes::Close(pipes.report[1]);
  ChildError error{};
  ssize_t count = 0;
  while ((count = ::read(pipes.report[0], &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count > 0) {
    pipes.CloseAll();
    ::waitpid(pid, nullptr, 0);
    return Fail(request, error, failure);
  }
  Pipes::Close(pipes.report[0]);
  process = {request.process, pid,           pipes.ours[0],      pipes.ours[1],
             pipes.ours[2],   request.input, request.keep_input, request.drain_ms};
  FeedInput(process);
  return true;
}

void FeedInput(Process& process) {
  size_t done = 0;
  while (process.in >= 0 && done < process.input.size()) {
    const ssize_t written = ::write(process.in, process.input.data() + done, process.input.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) break;
    if (written < 0) {
      Pipes::Close(process.in);
      done = process.input.size();
      break;
    }
    done += static_cast<size_t>(written);
  }
  process.input.erase(0, done);
  if (process.input.empty() && !process.keep_input) Pipes::Close(process.in);
}

void SignalChild(const Process& process, int signal) {
  ::kill(-process.pid, signal);
  if (signal != SIGKILL) return;
  EachProcess([&](pid_t pid, pid_t, pid_t session) {
    if (session == process.pid) ::kill(pid, SIGKILL);
  });
}

void KillAll() {
  const pid_t self = ::getpid();
  // Orphans become the agent's children (PID 1, or a subreaper), so killing children until there are none ends all.
  for (int round = 0; round < 1000; ++round) {
    if (self == 1)
      ::kill(-1, SIGKILL);
    else
      EachProcess([&](pid_t pid, pid_t parent, pid_t) {
        if (parent == self) ::kill(pid, SIGKILL);
      });
    const pid_t ended = ::waitpid(-1, nullptr, 0);
    if (ended < 0 && errno == ECHILD) return;
  }
}

Exited Describe(const Process& process) {
  Exited exited;
  exited.process = process.id;
  exited.code = WIFEXITED(process.status) ? static_cast<uint32_t>(WEXITSTATUS(process.status)) : 0;
  exited.signal = WIFSIGNALED(process.status) ? static_cast<uint32_t>(WTERMSIG(process.status)) : 0;
  exited.core_dumped = WIFSIGNALED(process.status) && WCOREDUMP(process.status);
  auto micros = [](const timeval& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1000000 + static_cast<uint64_t>(time.tv_usec);
  };
  exited.user_us = micros(process.usage.ru_utime);
  exited.system_us = micros(process.usage.ru_stime);
  exited.max_rss_kib = static_cast<uint64_t>(process.usage.ru_maxrss);
  return exited;
}

}  // namespace sluice::agent

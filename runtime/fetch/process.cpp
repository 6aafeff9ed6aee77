#include "runtime/fetch/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

extern char** environ;

namespace sluice::fetch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotStarted = 127;
constexpr std::chrono::milliseconds kSlice{50};

class Pipe {
 public:
  Pipe() { open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    Close(0);
    Close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool ok() const { return open_; }
  int end(size_t i) const { return ends_[i]; }
  void Close(size_t i) {
    if (ends_[i] >= 0) ::close(ends_[i]);
    ends_[i] = -1;
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
  bool open_ = false;
};

// A repository's hook runs us with GIT_DIR and the like, which would send git to that repository.
bool IsOfAnotherRepository(std::string_view entry) {
  return entry.starts_with("GIT_") && !entry.starts_with("GIT_CONFIG") && !entry.starts_with("GIT_SSL_") &&
         !entry.starts_with("GIT_PROXY_") && !entry.starts_with("GIT_SSH") && !entry.starts_with("GIT_EXEC_PATH");
}

std::vector<std::string> EnvironmentOf(const Program& program) {
  std::vector<std::string> all = program.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const bool replaced =
        std::ranges::any_of(program.environment, [&](const std::string& own) { return own.starts_with(name); });
    if (!replaced && !IsOfAnotherRepository(text)) all.emplace_back(text);
  }
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads what is there; false at the end.
bool Drain(int fd, std::string& text) {
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count > 0)
      text.append(buffer, static_cast<size_t>(count));
    else if (count < 0 && errno == EINTR)
      continue;
    else
      return count < 0 && errno == EAGAIN;
  }
}

class Child {
 public:
  explicit Child(const Program& program)
      : program_(program), arguments_(program.arguments), environment_(EnvironmentOf(program)) {}

  Status Start() {
    if (!in_.ok() || !out_.ok() || !errors_.ok()) return Failed(errno);
    std::vector<char*> arguments = Pointers(arguments_), environment = Pointers(environment_);
    pid_ = ::fork();
    if (pid_ < 0) return Failed(errno);
    if (pid_ == 0) Become(arguments, environment);
    ::setpgid(pid_, pid_);
    in_.Close(0);
    out_.Close(1);
    errors_.Close(1);
    for (const int fd : {out_.end(0), errors_.end(0)}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
    Feed();
    return {};
  }

  Finished Wait() {
    const auto end = Clock::now() + program_.time;
    Finished finished;
    bool open = true;
    int status = 0;
    for (;;) {
      if (open) open = ReadSome(finished);
      const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
      if (ended == pid_) break;
      finished.timed_out = Clock::now() >= end;
      finished.too_much = finished.out.size() + finished.errors.size() > program_.most_output;
      if (finished.timed_out || finished.too_much) {
        ::kill(-pid_, SIGKILL);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        break;
      }
      if (!open) ::poll(nullptr, 0, 5);
    }
    Drain(out_.end(0), finished.out);
    Drain(errors_.end(0), finished.errors);
    ::kill(-pid_, SIGKILL);  // helpers that outlive it
    finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return finished;
  }

 private:
  Status Failed(int error) const {
    return Error{fmt::format("cannot run `{}`: {}", program_.arguments[0], std::strerror(error))};
  }

  [[noreturn]] void Become(std::vector<char*>& arguments, std::vector<char*>& environment) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // our own end, also by kill -9, is its end
    ::dup2(in_.end(0), STDIN_FILENO);
    ::dup2(out_.end(1), STDOUT_FILENO);
    ::dup2(errors_.end(1), STDERR_FILENO);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    ::_exit(kNotStarted);
  }

  // What we hand over is a few lines and fits into a pipe.
  void Feed() {
    void (*before)(int) = ::signal(SIGPIPE, SIG_IGN);
    std::string_view rest = program_.input;
    while (!rest.empty()) {
      const ssize_t count = ::write(in_.end(1), rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      rest.remove_prefix(static_cast<size_t>(count));
    }
    in_.Close(1);
    ::signal(SIGPIPE, before);
  }

  bool ReadSome(Finished& finished) {
    // poll() passes over what is closed already.
    pollfd fds[] = {{out_open_ ? out_.end(0) : -1, POLLIN, 0}, {errors_open_ ? errors_.end(0) : -1, POLLIN, 0}};
    ::poll(fds, 2, static_cast<int>(kSlice.count()));
    out_open_ = out_open_ && Drain(out_.end(0), finished.out);
    errors_open_ = errors_open_ && Drain(errors_.end(0), finished.errors);
    return out_open_ || errors_open_;
  }

  const Program& program_;
  std::vector<std::string> arguments_, environment_;
  Pipe in_, out_, errors_;
  bool out_open_ = true, errors_open_ = true;
  pid_t pid_ = -1;
};

}  // namespace

Result<Finished> Run(const Program& program) {
  Child child(program);
  SLUICE_RETURN_IF_ERROR(child.Start());
  Finished finished = child.Wait();
  if (finished.status == kNotStarted && finished.out.empty() && finished.errors.empty())
    return Error{fmt::format("`{0}` is missing: apt-get install {0}", program.arguments[0])};
  return finished;
}

}  // namespace sluice::fetch

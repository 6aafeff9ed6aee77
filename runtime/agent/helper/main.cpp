// sluice-agent: the first process of a job container. It is linked statically, so that it runs in any image.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "runtime/agent/helper/supervisor.h"
#include "runtime/agent/helper/user.h"

namespace sluice::agent {
namespace {

// Takes the channel off the standard descriptors, so that nothing else can write into it.
int TakeOver(int fd, int flags) {
  const int channel = ::fcntl(fd, F_DUPFD_CLOEXEC, 10);
  const int null = ::open("/dev/null", flags | O_CLOEXEC);
  if (null >= 0) ::dup2(null, fd);
  if (null > 2) ::close(null);
  ::fcntl(channel, F_SETFL, ::fcntl(channel, F_GETFL) | O_NONBLOCK);
  return channel;
}

int WatchChildren() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  for (const int ignored : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTTIN, SIGTTOU, SIGTSTP})
    ::signal(ignored, SIG_IGN);
  return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int Main(int argc, char** argv) {
  const char* name = nullptr;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--user") == 0 && i + 1 < argc) {
      name = argv[++i];
    } else {
      std::fprintf(stderr, "sluice-agent: it is started by sluice inside a job's container, not by hand\n");
      return 2;
    }
  }
  const int in = TakeOver(STDIN_FILENO, O_RDONLY);
  const int out = TakeOver(STDOUT_FILENO, O_WRONLY);
  ::umask(022);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  User user;
  std::string error;
  if (name != nullptr && !FindUser(name, user, error)) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  return Supervisor(in, out, WatchChildren(), name == nullptr ? nullptr : &user).Run();
}

}  // namespace
}  // namespace sluice::agent

int main(int argc, char** argv) { return sluice::agent::Main(argc, argv); }

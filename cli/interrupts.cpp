#include "cli/interrupts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sluice::cli {
namespace {

volatile int write_end = -1;
volatile sig_atomic_t signals = 0;

// The run loop obeys the first two. Where even the second is not obeyed (the machine hangs, a file of gigabytes is being
// handed over) the third ends sluice itself; its containers end with it, and the next run removes their scratch.
void OnSignal(int number) {
  const int kept = errno;
  signals = signals + 1;
  if (signals > 2) {
    ::signal(number, SIG_DFL);
    ::raise(number);
  }
  const auto byte = static_cast<unsigned char>(number);
  if (::write(write_end, &byte, 1) < 0) errno = kept;
  errno = kept;
}

void Handle(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  if (::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) return;
  write_end = pipe_[1];
  Handle(SIGINT, OnSignal);
  Handle(SIGTERM, OnSignal);
  Handle(SIGPIPE, SIG_IGN);
}

Interrupts::~Interrupts() {
  Handle(SIGINT, SIG_DFL);
  Handle(SIGTERM, SIG_DFL);
  write_end = -1;
  for (int end : pipe_)
    if (end >= 0) ::close(end);
}

}  // namespace sluice::cli

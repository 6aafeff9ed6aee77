#pragma once

namespace sluice::cli {

// Turns SIGINT and SIGTERM into bytes on a descriptor as long as it lives, so that a loop with poll() sees them. Each
// byte is the signal's number. One at a time in a process.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // -1 when the machine refused a pipe.
  int descriptor() const { return pipe_[0]; }

 private:
  int pipe_[2] = {-1, -1};
};

}  // namespace sluice::cli

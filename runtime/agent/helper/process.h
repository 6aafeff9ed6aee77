#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "runtime/agent/helper/user.h"
#include "runtime/agent/protocol.h"

namespace sluice::agent {

// A process that was started, with our ends of its pipes (-1: closed). All of them are non-blocking.
struct Process {
  uint32_t id = 0;
  pid_t pid = -1;
  int in = -1;
  int out = -1;
  int err = -1;
  std::string input;  // what `in` still has to take
  bool keep_input = false;
  uint32_t drain_ms = 0;
  bool ended = false;
  int64_t deadline_ms = 0;  // once ended: when to stop waiting for its output (monotonic clock)
  int status = 0;           // as wait() gives it
  rusage usage{};
};

// Starts `request` as `user` (nothing: the agent's own). False with the Exited message to send when it cannot start.
bool StartChild(const StartProcess& request, const User* user, Process& process, Exited& failure);

// Sends as much of its input as the pipe takes; closes it at its end.
void FeedInput(Process& process);

// Signals its process group; SIGKILL also everything else in its session.
void SignalChild(const Process& process, int signal);

// Kills every process that descends from the agent and waits for them. As PID 1: the whole container.
void KillAll();

Exited Describe(const Process& process);

}  // namespace sluice::agent

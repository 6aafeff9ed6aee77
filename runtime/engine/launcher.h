#pragma once

#include <sys/types.h>

#include <string>

#include "compiler/base/result.h"

namespace sluice::engine {

// How an engine brings a job's agent to life, and what it does when that fails. One object a job; AgentContainer owns
// it and calls it in this order: Launch, again Launch while the attempts fail, Ready, perhaps Kill, CleanUp.
class Launcher {
 public:
  virtual ~Launcher() = default;

  // Starts the next way of reaching an agent that speaks on `in` and `out`; what it and its runtime complain about goes
  // to `errors`. Gives the process whose end means the container's end. `failure` is what the attempt before complained
  // of, or empty. An error when no way is left: one sentence for the user.
  virtual Result<pid_t> Launch(int in, int out, int errors, const std::string& failure) = 0;
  // The agent is there: the attempt was good.
  virtual void Ready() {}
  // The agent does not stop by itself: end it by force.
  virtual void Kill(pid_t child) = 0;
  // The container is gone: remove its scratch.
  virtual void CleanUp() = 0;
};

}  // namespace sluice::engine

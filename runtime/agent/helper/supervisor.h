#pragma once

#include <poll.h>

#include <deque>
#include <list>
#include <vector>

#include "runtime/agent/helper/files.h"
#include "runtime/agent/helper/process.h"
#include "runtime/agent/helper/user.h"
#include "runtime/agent/helper/wire.h"

namespace sluice::agent {

// The agent's one loop: obeys the host, passes output on, reaps whatever ends. It waits only in poll().
class Supervisor {
 public:
  // `signals` is a signalfd of SIGCHLD. `user`: who processes run as when they do not say, and who owns new files.
  Supervisor(int in, int out, int signals, const User* user);
  // Returns when the host is gone or says so; everything it started is dead then.
  int Run();

 private:
  bool WaitAndServe();  // false: the host is gone
  int Timeout() const;
  void AddDescriptors();
  void Reap();
  void ReadOutput();
  void Drain(Process& process, int& fd, Stream stream);
  void Report();
  void Discard();
  bool Obey();

  void Do(const StartProcess& request);
  void Do(const Input& request);
  void Do(const SignalProcess& request);
  void Do(const WriteFile& request) { Answer(request.request, Write(request, owner_)); }
  void Do(const ReadFile& request);
  void Do(const Remove& request) { Answer(request.request, RemovePath(request.path, request.recursive)); }
  void Do(const MakeFolder& request);
  void Do(const MakeLink& request) { Answer(request.request, Link(request, owner_)); }
  void Do(const List& request) { listings_.emplace_back(request); }
  void Do(const Shutdown&) { stop_ = true; }
  // The agent's own kinds of messages: a host that sends one is not one.
  template <class T>
  void Do(const T&) {
    stop_ = true;
  }

  void Answer(uint32_t request, int error) { wire_.Send(Done{request, static_cast<uint32_t>(error)}); }
  void ContinueListings();
  void SendEntries(Entries& entries);
  Process* Find(uint32_t id);

  Wire wire_;
  int signals_;
  const User* user_;
  Owner owner_;
  std::list<Process> processes_;
  std::vector<int> unread_;  // output that nobody wants any more, but whose writers must not be stopped
  std::deque<Listing> listings_;
  std::vector<pollfd> polled_;
  bool stop_ = false;
};

}  // namespace sluice::agent

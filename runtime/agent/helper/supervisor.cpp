#include "runtime/agent/helper/supervisor.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sluice::agent {
namespace {

int64_t NowMs() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

void Close(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace

Supervisor::Supervisor(int in, int out, int signals, const User* user)
    : wire_(in, out), signals_(signals), user_(user) {
  if (user != nullptr) owner_ = {user->id, user->group};
}

int Supervisor::Run() {
  wire_.Send(Hello{kProtocolVersion, static_cast<uint32_t>(::getpid())});
  while (!stop_ && WaitAndServe()) {
  }
  KillAll();
  return wire_.damaged() ? 70 : 0;
}

bool Supervisor::WaitAndServe() {
  polled_.clear();
  AddDescriptors();
  if (::poll(polled_.data(), polled_.size(), Timeout()) < 0 && errno != EINTR) return false;
  if (polled_[1].revents & (POLLERR | POLLNVAL)) return false;
  const bool hung_up = (polled_[2].revents & (POLLIN | POLLHUP)) == POLLHUP;
  if (polled_[0].revents & POLLIN) Reap();
  ReadOutput();
  Discard();
  Report();
  if (hung_up || ((polled_[2].revents & POLLIN) && !Obey())) return false;
  for (Process& process : processes_)
    if (process.in >= 0 && !process.input.empty()) FeedInput(process);
  ContinueListings();
  return wire_.Flush();
}

int Supervisor::Timeout() const {
  if (!listings_.empty() && !wire_.full()) return 0;
  int64_t soonest = -1;
  for (const Process& process : processes_)
    if (process.ended && (soonest < 0 || process.deadline_ms < soonest)) soonest = process.deadline_ms;
  return soonest < 0 ? -1 : static_cast<int>(std::clamp<int64_t>(soonest - NowMs() + 1, 0, 60000));
}

// The first three are always: signals, the way out, the way in. While a slow reader lets too much pile up, nothing that
// would add to it is waited for; the end of the host is still seen, for it is reported without being asked for.
void Supervisor::AddDescriptors() {
  const bool full = wire_.full();
  polled_.push_back({signals_, POLLIN, 0});
  polled_.push_back({wire_.out(), static_cast<short>(wire_.has_pending() ? POLLOUT : 0), 0});
  polled_.push_back({wire_.in(), static_cast<short>(full ? 0 : POLLIN), 0});
  for (const Process& process : processes_) {
    if (process.in >= 0 && !process.input.empty()) polled_.push_back({process.in, POLLOUT, 0});
    if (full) continue;
    if (process.out >= 0) polled_.push_back({process.out, POLLIN, 0});
    if (process.err >= 0) polled_.push_back({process.err, POLLIN, 0});
  }
  for (const int fd : unread_) polled_.push_back({fd, POLLIN, 0});
}

void Supervisor::Reap() {
  signalfd_siginfo info;
  while (::read(signals_, &info, sizeof info) > 0) {
  }
  int status = 0;
  rusage usage{};
  for (pid_t pid; (pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0;) {
    for (Process& process : processes_) {
      if (process.pid != pid || process.ended) continue;
      process.ended = true;
      process.status = status;
      process.usage = usage;
      process.deadline_ms = NowMs() + process.drain_ms;
      Close(process.in);
    }
  }
}

void Supervisor::ReadOutput() {
  for (Process& process : processes_) {
    Drain(process, process.out, Stream::Out);
    Drain(process, process.err, Stream::Err);
  }
}

// Reads what is there, but no more than the way out can hold.
void Supervisor::Drain(Process& process, int& fd, Stream stream) {
  static char buffer[1 << 16];
  for (int round = 0; fd >= 0 && round < 16 && !wire_.full(); ++round) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count > 0)
      wire_.Send(Output{process.id, stream, std::string(buffer, static_cast<size_t>(count))});
    else if (count == 0)
      Close(fd);
    else if (errno == EAGAIN)
      return;
    else if (errno != EINTR)
      Close(fd);
  }
}

// Sends the end of each process whose output is complete or has been waited for long enough.
void Supervisor::Report() {
  for (auto it = processes_.begin(); it != processes_.end();) {
    const bool complete = it->out < 0 && it->err < 0;
    if (!it->ended || (!complete && NowMs() < it->deadline_ms) || (!complete && wire_.full())) {
      ++it;
      continue;
    }
    Exited exited = Describe(*it);
    exited.output_cut = !complete;
    for (const int fd : {it->out, it->err})
      if (fd >= 0) unread_.push_back(fd);
    wire_.Send(exited);
    it = processes_.erase(it);
  }
}

void Supervisor::Discard() {
  static char buffer[1 << 16];
  std::erase_if(unread_, [](int fd) {
    ssize_t count = 0;
    for (int round = 0; round < 16 && (count = ::read(fd, buffer, sizeof buffer)) > 0; ++round) {
    }
    const bool over = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    if (over) ::close(fd);
    return over;
  });
}

bool Supervisor::Obey() {
  if (!wire_.Fill()) return false;
  while (auto message = wire_.Next()) std::visit([this](const auto& request) { Do(request); }, *message);
  return !wire_.damaged();
}

void Supervisor::Do(const StartProcess& request) {
  Exited failure;
  failure.process = request.process;
  failure.code = 126;
  User other;
  const User* user = user_;
  if (!request.user.empty()) {
    if (!FindUser(request.user, other, failure.error)) return wire_.Send(failure);
    user = &other;
  }
  Process process;
  if (!StartChild(request, user, process, failure)) return wire_.Send(failure);
  wire_.Send(Started{process.id, static_cast<uint32_t>(process.pid)});
  processes_.push_back(std::move(process));
}

void Supervisor::Do(const Input& request) {
  Process* process = Find(request.process);
  if (process == nullptr || process->in < 0) return;
  process->input += request.bytes;
  if (request.last) process->keep_input = false;
  FeedInput(*process);
}

void Supervisor::Do(const SignalProcess& request) {
  if (const Process* process = Find(request.process)) SignalChild(*process, request.signal);
}

void Supervisor::Do(const ReadFile& request) {
  FileData data;
  if (const int error = Read(request, data))
    Answer(request.request, error);
  else
    wire_.Send(data);
}

void Supervisor::Do(const MakeFolder& request) {
  int error = MakeFolders(request.path, request.mode, owner_);
  if (error == 0 && request.give && ::chown(request.path.c_str(), owner_.user, owner_.group) != 0) error = errno;
  Answer(request.request, error);
}

void Supervisor::ContinueListings() {
  while (!listings_.empty() && !wire_.full()) {
    Entries entries;
    const int error = listings_.front().Step(entries);
    if (error != 0)
      Answer(listings_.front().request(), error);
    else
      SendEntries(entries);
    if (error != 0 || entries.last) listings_.pop_front();
    if (!processes_.empty()) return;  // let output through between two folders
  }
}

// A folder may hold more entries than fit in one message.
void Supervisor::SendEntries(Entries& entries) {
  Entries part{entries.request, false, {}};
  size_t bytes = 0;
  for (Entry& entry : entries.entries) {
    bytes += entry.path.size() + entry.target.size() + 32;
    part.entries.push_back(std::move(entry));
    if (bytes < kMaxChunk) continue;
    wire_.Send(part);
    part.entries.clear();
    bytes = 0;
  }
  part.last = entries.last;
  wire_.Send(part);
}

Process* Supervisor::Find(uint32_t id) {
  auto it = std::ranges::find(processes_, id, &Process::id);
  return it == processes_.end() ? nullptr : &*it;
}

}  // namespace sluice::agent

#include "runtime/engine/agent_container.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "compiler/base/text.h"

namespace sluice::engine {
namespace {

using store::Descriptor;
using store::SystemError;

constexpr size_t kMostComplaints = 4096;
constexpr auto kAnswerTime = std::chrono::seconds(60);
// So much is taken from one container before others get their turn.
constexpr size_t kMostAtOnce = 4u << 20;

Status MakePipe(Descriptor& read_end, Descriptor& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemError("open", "a pipe");
  read_end = Descriptor(ends[0]);
  write_end = Descriptor(ends[1]);
  return {};
}

void MakeNonBlocking(const Descriptor& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

// Our writes to an agent that has just died must fail with EPIPE, not kill us.
void IgnoreBrokenPipes() {
  static const bool done = ::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
  static_cast<void>(done);
}

}  // namespace

Result<std::unique_ptr<JobContainer>> AgentContainer::Start(Setting setting, std::unique_ptr<Launcher> launcher,
                                                            const Status& prepared) {
  if (!prepared.ok()) {
    launcher->CleanUp();
    return prepared.error();
  }
  IgnoreBrokenPipes();
  std::unique_ptr<AgentContainer> container(new AgentContainer(std::move(setting), std::move(launcher)));
  SLUICE_RETURN_IF_ERROR(container->Open());
  SLUICE_RETURN_IF_ERROR(container->Launch(""));
  container->Prepare();
  return std::unique_ptr<JobContainer>(std::move(container));
}

AgentContainer::~AgentContainer() {
  Stop();
  for (const auto limit = Clock::now() + std::chrono::seconds(3); !ended_ && Clock::now() < limit;) {
    pollfd waiting{epoll_.get(), POLLIN, 0};
    ::poll(&waiting, 1, 100);
    Take();
  }
  launcher_->CleanUp();
}

Status AgentContainer::Open() {
  epoll_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  kept_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  timer_ = Descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!epoll_.valid() || !kept_.valid() || !timer_.valid()) return SystemError("open", "an event queue");
  SLUICE_RETURN_IF_ERROR(MakePipe(agent_in_, to_agent_));
  MakeNonBlocking(to_agent_);
  Watch(kept_.get(), EPOLLIN);
  Watch(timer_.get(), EPOLLIN);
  return {};
}

Status AgentContainer::Launch(const std::string& failure) {
  Descriptor out;
  Descriptor error_end;
  SLUICE_RETURN_IF_ERROR(MakePipe(from_agent_, out));
  SLUICE_RETURN_IF_ERROR(MakePipe(errors_, error_end));
  MakeNonBlocking(from_agent_);
  MakeNonBlocking(errors_);
  decoder_ = {};
  complaints_.clear();
  SLUICE_ASSIGN(child_pid_, launcher_->Launch(agent_in_.get(), out.get(), error_end.get(), failure));
  child_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child_pid_, 0)));
  if (!child_.valid()) return SystemError("watch", "the container's runtime");
  for (const Descriptor* fd : {&from_agent_, &errors_, &child_}) Watch(fd->get(), EPOLLIN);
  return {};
}

// The first messages: the folders and files every job has. Nothing waits for their answers.
void AgentContainer::Prepare() {
  for (const auto& [path, bytes] : setting_.files) {
    Send(agent::Remove{next_request_++, path, false});
    Send(agent::WriteFile{next_request_++, path, 0644, false, bytes});
  }
  const Paths& paths = setting_.paths;
  if (setting_.make_folders)
    for (const std::string* folder : {&paths.workspace, &paths.temp, &paths.tool_cache, &paths.files, &paths.home})
      Send(agent::MakeFolder{next_request_++, *folder, 0755, true});
  Flush();
}

void AgentContainer::Watch(int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0 && errno == EEXIST)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

// Closing alone would not do while a child still has a copy of the descriptor.
void AgentContainer::Forget(Descriptor& fd) {
  if (fd.valid()) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr);
  fd.Close();
}

bool AgentContainer::Send(const agent::Message& message) {
  return !ended_ && !stopping_ && agent::Encode(message, outgoing_);
}

void AgentContainer::Flush() {
  while (to_agent_.valid() && sent_ < outgoing_.size()) {
    const ssize_t written = ::write(to_agent_.get(), outgoing_.data() + sent_, outgoing_.size() - sent_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) break;
    if (written < 0) {
      Forget(to_agent_);
      waits_to_send_ = false;
      break;
    }
    sent_ += static_cast<size_t>(written);
  }
  if (sent_ == outgoing_.size() || !to_agent_.valid()) {
    outgoing_.clear();
    sent_ = 0;
  }
  const bool wait = sent_ < outgoing_.size();
  if (wait == waits_to_send_ || !to_agent_.valid()) return;
  waits_to_send_ = wait;
  if (wait)
    Watch(to_agent_.get(), EPOLLOUT);
  else
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, to_agent_.get(), nullptr);
}

std::vector<Event> AgentContainer::Take() {
  Pump();
  uint64_t count = 0;
  while (::read(kept_.get(), &count, sizeof count) > 0) {
  }
  return std::exchange(events_, {});
}

void AgentContainer::Keep(Event event) {
  events_.push_back(std::move(event));
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(kept_.get(), &one, sizeof one);
}

void AgentContainer::Pump() {
  if (ended_) return;
  Flush();
  ReadErrors();
  ReadAgent();
  uint64_t ticks = 0;
  if (stopping_ && ::read(timer_.get(), &ticks, sizeof ticks) > 0 && child_.valid()) launcher_->Kill(child_pid_);
  if (child_.valid() && ::waitpid(child_pid_, &child_status_, WNOHANG) == child_pid_) {
    ReadErrors();
    Forget(child_);
    Forget(errors_);
  }
  if (!child_.valid() && !from_agent_.valid()) ChildEnded();
}

void AgentContainer::ReadAgent() {
  static char buffer[1 << 16];
  for (size_t taken = 0; from_agent_.valid() && taken < kMostAtOnce;) {
    const ssize_t count = ::read(from_agent_.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return Forget(from_agent_);
    taken += static_cast<size_t>(count);
    decoder_.Feed({buffer, static_cast<size_t>(count)});
    while (auto message = decoder_.Next()) Handle(std::move(*message));
    if (!decoder_.damaged()) continue;
    complaints_ = "it does not speak the agent's protocol";
    Forget(from_agent_);
    launcher_->Kill(child_pid_);
  }
}

void AgentContainer::ReadErrors() {
  char buffer[1024];
  for (ssize_t count; errors_.valid() && (count = ::read(errors_.get(), buffer, sizeof buffer)) >= 0;) {
    if (count == 0) return Forget(errors_);
    complaints_.append(buffer, static_cast<size_t>(count));
    if (complaints_.size() > kMostComplaints) complaints_.erase(0, complaints_.size() - kMostComplaints);
  }
}

void AgentContainer::Handle(agent::Message message) {
  if (const auto* hello = std::get_if<agent::Hello>(&message)) {
    ready_ = hello->version == agent::kProtocolVersion;
    if (!ready_) return launcher_->Kill(child_pid_);
    agent_in_.Close();
    launcher_->Ready();
    Keep(Ready{});
  } else if (auto* output = std::get_if<agent::Output>(&message)) {
    Keep(Output{{static_cast<int32_t>(output->process)}, output->stream, std::move(output->bytes)});
  } else if (auto* exited = std::get_if<agent::Exited>(&message)) {
    const int code = exited->signal != 0 ? 128 + static_cast<int>(exited->signal) : static_cast<int>(exited->code);
    Keep(Exited{{static_cast<int32_t>(exited->process)},
                code,
                static_cast<int>(exited->signal),
                std::move(exited->error),
                exited->output_cut,
                std::chrono::microseconds(exited->user_us + exited->system_us),
                exited->max_rss_kib});
  } else if (const auto* done = std::get_if<agent::Done>(&message)) {
    if (auto it = replies_.find(done->request); it != replies_.end()) {
      it->second.error = done->error;
      it->second.whole = true;
    }
  } else if (auto* data = std::get_if<agent::FileData>(&message)) {
    if (auto it = replies_.find(data->request); it != replies_.end()) {
      it->second.size = data->size;
      it->second.bytes = std::move(data->bytes);
      it->second.whole = true;
    }
  } else if (auto* entries = std::get_if<agent::Entries>(&message)) {
    if (auto it = replies_.find(entries->request); it != replies_.end()) {
      for (agent::Entry& entry : entries->entries) it->second.entries.push_back(std::move(entry));
      it->second.whole = entries->last;
    }
  }
}

// The runtime has ended. Before the agent was there that only means that another way has to be tried.
void AgentContainer::ChildEnded() {
  if (stopping_) return End("");
  if (ready_) {
    const bool killed = WIFSIGNALED(child_status_) || (WIFEXITED(child_status_) && WEXITSTATUS(child_status_) == 137);
    const std::string complaint = Complaint();
    return End(fmt::format("the container of `{}` was ended from outside{}", setting_.job,
                           !complaint.empty() ? ": " + complaint
                           : killed           ? ": its first process was killed (perhaps memory ran out)"
                                              : ""));
  }
  std::string failure = Complaint();
  if (failure.empty()) failure = fmt::format("it ended with status {}", WEXITSTATUS(child_status_));
  if (const Status again = Launch(failure); !again.ok())
    End(fmt::format("cannot start the container of `{}`: {}", setting_.job, again.error().message));
}

void AgentContainer::End(std::string error) {
  if (ended_) return;
  for (Descriptor* fd : {&to_agent_, &from_agent_, &errors_, &child_, &timer_}) Forget(*fd);
  agent_in_.Close();
  ended_ = true;
  Keep(Ended{std::move(error)});
}

// What the runtime wrote, on one line.
std::string AgentContainer::Complaint() const {
  std::string text = complaints_;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return ReplaceAll(text, "\n", "; ");
}

void AgentContainer::Stop() {
  if (ended_ || stopping_) return;
  Send(agent::Shutdown{});
  Flush();
  stopping_ = true;
  itimerspec second{};
  second.it_value.tv_sec = 1;
  ::timerfd_settime(timer_.get(), 0, &second, nullptr);
  // The end of its input tells the agent the same, and reaches it even before its first message is read.
  Forget(to_agent_);
  outgoing_.clear();
  sent_ = 0;
}

ProcessId AgentContainer::Start(const ProcessSpec& spec) {
  const ProcessId id{next_process_++};
  agent::StartProcess start;
  start.process = static_cast<uint32_t>(id.index);
  start.arguments = spec.arguments;
  for (const auto& [name, value] : spec.environment) start.environment.push_back(name + "=" + value);
  start.folder = spec.folder;
  start.user = spec.user;
  start.drain_ms = static_cast<uint32_t>(spec.drain.count());
  start.input = spec.input.substr(0, agent::kMaxChunk);
  start.keep_input = start.input.size() < spec.input.size();
  if (ended_ || stopping_) return id;
  if (!Send(start)) {
    Keep(Exited{.process = id, .code = 126, .error = "its arguments and environment are larger than 7 MiB together"});
    return id;
  }
  for (size_t at = start.input.size(); at < spec.input.size(); at += agent::kMaxChunk)
    Send(agent::Input{start.process, at + agent::kMaxChunk >= spec.input.size(),
                      spec.input.substr(at, agent::kMaxChunk)});
  Flush();
  return id;
}

void AgentContainer::Signal(ProcessId process, int signal) {
  Send(agent::SignalProcess{static_cast<uint32_t>(process.index), static_cast<uint8_t>(signal)});
  Flush();
}

// Waits for the answer to a request; what else comes meanwhile is kept for Take().
Result<AgentContainer::Reply> AgentContainer::Await(uint32_t request, std::string_view what, const std::string& path) {
  SLUICE_ASSIGN(Reply reply, AwaitAnswer(request, what, path));
  if (reply.error == 0) return reply;
  return Error{fmt::format("cannot {} `{}`: {}", what, path, std::strerror(static_cast<int>(reply.error)))};
}

Result<AgentContainer::Reply> AgentContainer::AwaitAnswer(uint32_t request, std::string_view what,
                                                          const std::string& path) {
  replies_[request];
  const auto limit = Clock::now() + kAnswerTime;
  Flush();
  for (;;) {
    Pump();
    Reply& reply = replies_[request];
    if (reply.whole) break;
    if (ended_ || stopping_ || Clock::now() > limit) {
      replies_.erase(request);
      return Error{fmt::format("cannot {} `{}`: the container of `{}` {}", what, path, setting_.job,
                               ended_ || stopping_ ? "has ended" : "does not answer")};
    }
    pollfd waiting[3] = {{from_agent_.get(), POLLIN, 0}, {child_.get(), POLLIN, 0}, {to_agent_.get(), 0, 0}};
    if (waits_to_send_) waiting[2].events = POLLOUT;
    ::poll(waiting, 3, 1000);
  }
  Reply reply = std::move(replies_[request]);
  replies_.erase(request);
  return reply;
}

Status AgentContainer::WritePieces(const std::string& path, std::string_view bytes, uint32_t mode, bool append) {
  do {
    const std::string_view piece = bytes.substr(0, agent::kMaxChunk);
    bytes.remove_prefix(piece.size());
    const uint32_t request = next_request_++;
    Send(agent::WriteFile{request, path, mode, append, std::string(piece)});
    append = true;
    if (auto reply = Await(request, "write", path); !reply.ok()) return reply.error();
  } while (!bytes.empty());
  return {};
}

Status AgentContainer::WriteFile(const std::string& path, std::string_view bytes, uint32_t mode) {
  return WritePieces(path, bytes, mode, false);
}

Status AgentContainer::AppendFile(const std::string& path, std::string_view bytes) {
  return WritePieces(path, bytes, 0644, true);
}

Result<AgentContainer::Reply> AgentContainer::ReadReply(const std::string& path, uint64_t offset, uint32_t limit) {
  const uint32_t request = next_request_++;
  Send(agent::ReadFile{request, path, offset, limit});
  return Await(request, "read", path);
}

Result<std::string> AgentContainer::ReadPiece(const std::string& path, uint64_t offset, uint32_t limit) {
  SLUICE_ASSIGN(Reply reply, ReadReply(path, offset, limit));
  return std::move(reply.bytes);
}

Result<std::string> AgentContainer::ReadFile(const std::string& path, uint64_t limit) {
  std::string bytes;
  for (;;) {
    SLUICE_ASSIGN(const Reply reply, ReadReply(path, bytes.size(), agent::kMaxChunk));
    bytes += reply.bytes;
    if (bytes.size() > limit || reply.size > limit)
      return Error{fmt::format("cannot read `{}`: it is larger than {} bytes", path, limit)};
    if (reply.bytes.size() < agent::kMaxChunk) return bytes;
  }
}

Result<std::optional<agent::Entry>> AgentContainer::Stat(const std::string& path) {
  const uint32_t request = next_request_++;
  Send(agent::List{request, path, false, true});
  SLUICE_ASSIGN(Reply reply, AwaitAnswer(request, "look at", path));
  if (reply.error == ENOENT || reply.error == ENOTDIR) return std::optional<agent::Entry>();
  if (reply.error == 0 && reply.entries.size() == 1) return std::optional(std::move(reply.entries[0]));
  return Error{fmt::format("cannot look at `{}`: {}", path, std::strerror(static_cast<int>(reply.error)))};
}

Result<std::vector<agent::Entry>> AgentContainer::List(const std::string& folder, bool recursive) {
  const uint32_t request = next_request_++;
  Send(agent::List{request, folder, recursive, false});
  SLUICE_ASSIGN(Reply reply, Await(request, "list", folder));
  std::ranges::sort(reply.entries, {}, &agent::Entry::path);
  return std::move(reply.entries);
}

Status AgentContainer::MakeFolder(const std::string& path, uint32_t mode) {
  const uint32_t request = next_request_++;
  Send(agent::MakeFolder{request, path, mode, false});
  auto reply = Await(request, "make the folder", path);
  return reply.ok() ? Status() : Status(reply.error());
}

Status AgentContainer::MakeLink(const std::string& path, const std::string& target) {
  const uint32_t request = next_request_++;
  Send(agent::MakeLink{request, path, target});
  auto reply = Await(request, "make the link", path);
  return reply.ok() ? Status() : Status(reply.error());
}

Status AgentContainer::Remove(const std::string& path, bool recursive) {
  const uint32_t request = next_request_++;
  Send(agent::Remove{request, path, recursive});
  auto reply = Await(request, "remove", path);
  return reply.ok() ? Status() : Status(reply.error());
}

}  // namespace sluice::engine

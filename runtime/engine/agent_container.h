#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/engine/launcher.h"
#include "runtime/store/files.h"

namespace sluice::engine {

// A JobContainer over the agent's protocol; the same for every engine that has an agent.
class AgentContainer : public JobContainer {
 public:
  struct Setting {
    std::string job;  // for messages
    Paths paths;
    std::map<std::string, std::string> environment;
    bool make_folders = true;                  // let the agent make the folders of `paths`
    std::map<std::string, std::string> files;  // written before anything else (/etc/hosts …), in place of links
  };
  // `prepared`: how the launcher's own preparations went; after an error its scratch is removed and nothing starts.
  static Result<std::unique_ptr<JobContainer>> Start(Setting setting, std::unique_ptr<Launcher> launcher,
                                                     const Status& prepared);
  ~AgentContainer() override;

  int descriptor() const override { return epoll_.get(); }
  std::vector<Event> Take() override;
  const Paths& paths() const override { return setting_.paths; }
  const std::map<std::string, std::string>& base_environment() const override { return setting_.environment; }

  ProcessId Start(const ProcessSpec& spec) override;
  void Signal(ProcessId process, int signal) override;
  Status WriteFile(const std::string& path, std::string_view bytes, uint32_t mode) override;
  Status AppendFile(const std::string& path, std::string_view bytes) override;
  Result<std::string> ReadFile(const std::string& path, uint64_t limit) override;
  Result<std::string> ReadPiece(const std::string& path, uint64_t offset, uint32_t limit) override;
  Result<std::optional<agent::Entry>> Stat(const std::string& path) override;
  Result<std::vector<agent::Entry>> List(const std::string& folder, bool recursive) override;
  Status MakeFolder(const std::string& path, uint32_t mode) override;
  Status MakeLink(const std::string& path, const std::string& target) override;
  Status Remove(const std::string& path, bool recursive) override;
  void Stop() override;

 private:
  using Clock = std::chrono::steady_clock;

  AgentContainer(Setting setting, std::unique_ptr<Launcher> launcher)
      : setting_(std::move(setting)), launcher_(std::move(launcher)) {}

  // Starting and ending.
  Status Open();
  Status Launch(const std::string& failure);
  void Prepare();
  void End(std::string error);
  void ChildEnded();
  std::string Complaint() const;

  // Moving data.
  void Pump();
  void Flush();
  void ReadAgent();
  void ReadErrors();
  void Handle(agent::Message message);
  void Keep(Event event);
  bool Send(const agent::Message& message);
  void Watch(int fd, uint32_t events);
  void Forget(store::Descriptor& fd);

  // Asking.
  struct Reply {
    bool whole = false;
    uint32_t error = 0;
    uint64_t size = 0;
    std::string bytes;
    std::vector<agent::Entry> entries;
  };
  Result<Reply> AwaitAnswer(uint32_t request, std::string_view what, const std::string& path);  // of any errno
  Result<Reply> Await(uint32_t request, std::string_view what, const std::string& path);
  Status WritePieces(const std::string& path, std::string_view bytes, uint32_t mode, bool append);
  Result<Reply> ReadReply(const std::string& path, uint64_t offset, uint32_t limit);

  Setting setting_;
  std::unique_ptr<Launcher> launcher_;
  store::Descriptor epoll_;
  store::Descriptor kept_;   // an eventfd: readable while events_ has some
  store::Descriptor timer_;  // armed by Stop
  store::Descriptor to_agent_;
  store::Descriptor agent_in_;  // the other end, until the agent is there: a second attempt reads the same messages
  store::Descriptor from_agent_;
  store::Descriptor errors_;
  store::Descriptor child_;  // a pidfd
  pid_t child_pid_ = -1;
  int child_status_ = 0;
  std::string outgoing_;
  size_t sent_ = 0;
  bool waits_to_send_ = false;
  agent::Decoder decoder_;
  std::vector<Event> events_;
  std::string complaints_;  // the last of what came over errors_
  std::map<uint32_t, Reply> replies_;
  uint32_t next_request_ = 1;
  int32_t next_process_ = 0;
  bool ready_ = false;
  bool stopping_ = false;
  bool ended_ = false;
};

}  // namespace sluice::engine

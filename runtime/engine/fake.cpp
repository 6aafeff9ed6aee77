#include "runtime/engine/fake.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>

namespace sluice::engine {
namespace {

class FakeContainer : public JobContainer {
 public:
  FakeContainer(JobSpec spec, FakeScript script, int* alive)
      : spec_(std::move(spec)), script_(std::move(script)), alive_(alive), descriptor_(::eventfd(0, EFD_CLOEXEC)) {
    paths_ = {spec_.workspace.path, "/home/runner/work/_temp", "/opt/hostedtoolcache", "/home/runner/work/_sluice",
              "/root"};
    base_ = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
    folders_ = {paths_.workspace, paths_.temp, paths_.tool_cache, paths_.files, paths_.home};
    Push(Ready{});
  }
  ~FakeContainer() override {
    End();
    ::close(descriptor_);
  }

  int descriptor() const override { return descriptor_; }

  std::vector<Event> Take() override {
    uint64_t count = 0;
    if (!events_.empty() && ::read(descriptor_, &count, sizeof count) < 0) return {};
    return std::exchange(events_, {});
  }

  const Paths& paths() const override { return paths_; }
  const std::map<std::string, std::string>& base_environment() const override { return base_; }

  ProcessId Start(const ProcessSpec& process) override {
    const ProcessId id{next_++};
    if (ended_) return id;
    const FakeOutcome outcome = script_(spec_, process, files_);
    for (const auto& [stream, bytes] : outcome.output) Push(Output{id, stream, bytes});
    if (outcome.hangs)
      hanging_[id.index] = outcome.ignores;
    else
      Push(Exited{.process = id, .code = outcome.code, .error = outcome.error});
    return id;
  }

  void Signal(ProcessId process, int signal) override {
    auto it = hanging_.find(process.index);
    if (it == hanging_.end()) return;
    if (signal != SIGKILL && std::ranges::find(it->second, signal) != it->second.end()) return;
    hanging_.erase(it);
    Push(Exited{.process = process, .code = 128 + signal, .signal = signal});
  }

  Status WriteFile(const std::string& path, std::string_view bytes, uint32_t) override {
    files_[path] = bytes;
    return {};
  }
  Status AppendFile(const std::string& path, std::string_view bytes) override {
    files_[path] += bytes;
    return {};
  }
  Result<std::string> ReadFile(const std::string& path, uint64_t limit) override {
    auto it = files_.find(path);
    if (it == files_.end()) return Error{"cannot read `" + path + "`: No such file or directory"};
    if (it->second.size() > limit) return Error{"cannot read `" + path + "`: it is too large"};
    return it->second;
  }
  Result<std::string> ReadPiece(const std::string& path, uint64_t offset, uint32_t limit) override {
    SLUICE_ASSIGN(std::string all, ReadFile(path, UINT64_MAX));
    return offset >= all.size() ? std::string() : all.substr(offset, limit);
  }
  Result<std::optional<agent::Entry>> Stat(const std::string& path) override {
    if (auto it = files_.find(path); it != files_.end())
      return std::optional(agent::Entry{"", agent::EntryKind::File, 0644, it->second.size(), ""});
    if (IsFolder(path)) return std::optional(agent::Entry{"", agent::EntryKind::Folder, 0755, 0, ""});
    return std::optional<agent::Entry>();
  }
  Result<std::vector<agent::Entry>> List(const std::string& folder, bool recursive) override {
    if (!IsFolder(folder)) return Error{"cannot list `" + folder + "`: No such file or directory"};
    std::map<std::string, agent::Entry> found;
    const std::string prefix = folder + "/";
    auto add_folder = [&](std::string_view path) {
      found.try_emplace(std::string(path), agent::Entry{std::string(path), agent::EntryKind::Folder, 0755, 0, ""});
    };
    auto visit = [&](const std::string& path, const std::string* bytes) {
      if (!path.starts_with(prefix)) return;
      const std::string below = path.substr(prefix.size());
      for (size_t at = below.find('/'); at != std::string::npos; at = below.find('/', at + 1)) {
        add_folder(std::string_view(below).substr(0, at));
        if (!recursive) return;
      }
      if (bytes == nullptr) return add_folder(below);
      found[below] = agent::Entry{below, agent::EntryKind::File, 0644, bytes->size(), ""};
    };
    for (const auto& [path, bytes] : files_) visit(path, &bytes);
    for (const std::string& path : folders_) visit(path, nullptr);
    std::vector<agent::Entry> entries;
    for (auto& [path, entry] : found) entries.push_back(std::move(entry));
    return entries;
  }
  Status MakeFolder(const std::string& path, uint32_t) override {
    folders_.insert(path);
    return {};
  }
  Status MakeLink(const std::string& path, const std::string& target) override {
    files_[path] = target;
    return {};
  }
  Status Remove(const std::string& path, bool recursive) override {
    files_.erase(path);
    folders_.erase(path);
    if (!recursive) return {};
    std::erase_if(files_, [&](const auto& file) { return file.first.starts_with(path + "/"); });
    std::erase_if(folders_, [&](const auto& folder) { return folder.starts_with(path + "/"); });
    return {};
  }

  void Stop() override {
    if (ended_) return;
    End();
    Push(Ended{});
  }

 private:
  bool IsFolder(const std::string& path) const {
    if (folders_.contains(path)) return true;
    const std::string prefix = path + "/";
    auto below = [&](const auto& entry) { return entry.starts_with(prefix); };
    return std::ranges::any_of(folders_, below) ||
           std::ranges::any_of(files_, [&](const auto& file) { return below(file.first); });
  }
  void End() {
    if (!ended_) --*alive_;
    ended_ = true;
    hanging_.clear();
  }
  void Push(Event event) {
    events_.push_back(std::move(event));
    const uint64_t one = 1;
    if (::write(descriptor_, &one, sizeof one) < 0) return;  // an eventfd takes 2^64 - 2 before it is full
  }

  JobSpec spec_;
  FakeScript script_;
  int* alive_;
  int descriptor_;
  Paths paths_;
  std::map<std::string, std::string> base_;
  std::vector<Event> events_;
  FakeFiles files_;
  std::set<std::string> folders_;
  std::map<int32_t, std::vector<int>> hanging_;
  int32_t next_ = 0;
  bool ended_ = false;
};

}  // namespace

Probe FakeEngine::Describe() { return {.usable = true, .missing = {}, .description = "fake: in memory"}; }

Result<std::unique_ptr<JobContainer>> FakeEngine::StartJob(const JobSpec& spec) {
  if (!refuse_jobs.empty()) return Error{refuse_jobs};
  most_alive = std::max(most_alive, ++alive);
  return std::unique_ptr<JobContainer>(std::make_unique<FakeContainer>(spec, script_, &alive));
}

}  // namespace sluice::engine

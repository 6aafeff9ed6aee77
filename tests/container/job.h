#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "tests/support/skip.h"

// What the tests in real containers share.
namespace sluice::engine {

// A container of a test, with its events sorted by process.
class TestJob {
 public:
  struct Run {
    std::string out;
    std::string err;
    std::optional<Exited> exited;
  };

  explicit TestJob(std::unique_ptr<JobContainer> job) : job_(std::move(job)) {}
  JobContainer& operator*() { return *job_; }
  JobContainer* operator->() { return job_.get(); }

  // Starts `bash -c script` in the workspace; Sh also waits for its end.
  ProcessId Begin(const std::string& script, std::map<std::string, std::string> extra = {});
  Run Sh(const std::string& script, std::map<std::string, std::string> extra = {});
  // Handles events until `done` or the time is over; false for the latter.
  bool Until(const std::function<bool()>& done, std::chrono::milliseconds limit = std::chrono::seconds(20));
  Run& of(ProcessId id) { return runs_[id.index]; }
  const std::optional<Ended>& ended() const { return ended_; }
  bool ready() const { return ready_; }
  void Destroy() { job_.reset(); }

 private:
  std::unique_ptr<JobContainer> job_;
  std::map<int32_t, Run> runs_;
  std::optional<Ended> ended_;
  bool ready_ = false;
};

// A store of its own in a temporary folder, with the test image (busybox with bash's name, made from the machine's own
// static or dynamic busybox) imported as `test`.
class TestStore {
 public:
  explicit TestStore(const std::string& root = "");  // empty: a new temporary folder
  ~TestStore();
  const std::string& root() const { return root_; }
  store::Store& store() { return *store_; }
  store::RunFolder& run() { return *run_; }
  Engine& engine(const std::string& name = "oci");
  TestJob Start(JobSpec job = {}, const std::string& engine_name = "oci");

 private:
  std::string root_;
  bool own_ = false;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::RunFolder> run_;
  std::map<std::string, std::unique_ptr<Engine>> engines_;
};

// Why real containers cannot be run here, or empty. On CI they must be: the caller fails instead of skipping.
std::string WhyNoContainers();

// Output of a command of the host's shell.
std::string HostShell(const std::string& command);

// A `sleep` of nearly a day that no other test has on its command line: tests run side by side.
std::string LongSleep();

// Waits up to five seconds until `done`.
bool Eventually(const std::function<bool()>& done);

// How many mounts and processes of the host have `text` in them.
int HostMounts(const std::string& text);
int HostProcesses(const std::string& text);
std::vector<int> HostProcessIds(const std::string& text);
// Kills (-9) the children of a process.
void KillWithParent(int parent);

}  // namespace sluice::engine

#define NEEDS_CONTAINERS() \
  if (const std::string why = ::sluice::engine::WhyNoContainers(); !why.empty()) SKIP_BUT_IN_CI(why)

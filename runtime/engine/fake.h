#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"

namespace sluice::engine {

// What a scripted process does. Files named by the environment (GITHUB_OUTPUT …) can be written through `files`.
struct FakeOutcome {
  std::vector<std::pair<Stream, std::string>> output;
  int code = 0;
  std::string error;         // as Exited::error
  bool hangs = false;        // runs until it is signalled
  std::vector<int> ignores;  // signals a hanging process survives (SIGKILL always ends it)
};
using FakeFiles = std::map<std::string, std::string>;  // a container's files by path
using FakeScript = std::function<FakeOutcome(const JobSpec& job, const ProcessSpec& process, FakeFiles& files)>;

// An engine in memory: `script` decides what each process does, in the order of starting. Containers really have a
// descriptor, so a run loop works on them unchanged.
class FakeEngine : public Engine {
 public:
  explicit FakeEngine(FakeScript script) : script_(std::move(script)) {}
  std::string_view name() const override { return "fake"; }
  Probe Describe() override;
  Result<std::unique_ptr<JobContainer>> StartJob(const JobSpec& spec) override;

  // When not empty, StartJob fails with it.
  std::string refuse_jobs;
  // How many containers are alive, and the most there ever were.
  int alive = 0;
  int most_alive = 0;

 private:
  FakeScript script_;
};

}  // namespace sluice::engine

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/report/event.h"
#include "runtime/scheduler/scheduler.h"
#include "runtime/steps/commands.h"
#include "runtime/steps/contexts.h"
#include "runtime/steps/env_files.h"
#include "runtime/steps/facts.h"
#include "runtime/steps/frame.h"
#include "runtime/steps/render.h"

namespace sluice::steps {

using Outcome = scheduler::Outcome;

// Runs the steps of one job in one container. It never waits: the run loop calls it when the container's descriptor is
// readable or when its time has come, and it goes on as far as it can. It knows no clock; `now` is handed in.
class JobRun {
 public:
  JobRun(const RunFacts& facts, RunShared& shared, JobRow row, report::Reporter& reporter);

  // Starts the container and the first step.
  void Begin(engine::Engine& engine, Time now);
  // Poll for POLLIN; -1 when there is none (any more).
  int descriptor() const;
  void OnEvents(Time now);
  // When OnTime wants to be called; nothing when there is nothing to wait for.
  std::optional<Time> wake() const;
  void OnTime(Time now);
  // The run is cancelled: the running step gets SIGINT, then SIGTERM, then SIGKILL as on a runner, unless its condition
  // holds also now; later steps run if they say `always()` or `cancelled()`.
  void Cancel(Time now);
  // Ends everything at once.
  void Kill(Time now);

  bool done() const { return done_; }
  // After done: is the container gone too? Until then this object keeps its scratch. Never waits.
  bool Drained();
  // Valid once done.
  Outcome result() const { return result_; }
  const std::string& reason() const { return reason_; }
  const TextMap& outputs() const { return outputs_; }
  const JobRow& row() const { return row_; }
  // Where the step that failed the job stands, down to the line of its script; unknown when no step failed.
  const report::Place& failed_place() const { return failed_place_; }
  // What steps asked to hide (`::add-mask::`), beside the run's secrets.
  const Masker& masker() const { return masker_; }

 private:
  // ---- the job (job_run.cpp) ----
  bool Prepare(engine::JobSpec& spec);
  Status PrepareEnvironment();
  Status WriteJobFiles();
  void Advance();
  void FinishJob();
  void End(Outcome result, std::string reason);
  Status GatherOutputs();
  bool HasCheckout() const;

  // ---- contexts (job_contexts.cpp) ----
  Contexts MakeContexts(const Frame* frame) const;
  expr::Value GithubContext(const Frame* frame) const;
  expr::Value RunnerContext() const;
  expr::Value EnvContext(const Frame* frame) const;
  void Refresh() {
    if (facts_.clock) now_ = facts_.clock();
  }
  void AddStatusFunctions(Contexts& contexts, const Frame* frame) const;
  Result<expr::Value> HashFiles(const std::vector<expr::Value>& patterns) const;
  std::map<std::string, std::string> ProcessEnvironment(const Frame& frame) const;
  std::vector<std::string> MissingSecrets(const model::Step& step) const;

  // ---- steps (job_steps.cpp) ----
  void AddStep(Frame& frame, const model::Step& step) const;
  void BeginStep(Frame& frame);
  bool ReadSettings(Frame& frame, Active& active);
  void Carry(Frame& frame, Active& active);
  void FinishStep(Outcome outcome, std::string reason);
  void PopFrame();
  std::string StepTitle(const model::Step& step, const Contexts& contexts) const;
  Frame& top() { return frames_.back(); }

  // ---- what steps do (job_actions.cpp) ----
  void CarryUses(Frame& frame, Active& active, const model::Uses& uses);
  void EnterAction(Frame& frame, Active& active, const std::string& path, const TextMap& with);
  void Checkout(Active& active, const TextMap& with);  // job_checkout.cpp
  Status LimitHistory(const TextMap& with);
  void UploadArtifact(Active& active, const TextMap& with);
  void DownloadArtifact(Active& active, const TextMap& with);
  Status PlaceArtifact(const std::string& name, const std::string& folder);
  void CarryPut(Active& active, const model::Put& put);
  void CarryGet(const model::Get& get);

  // ---- processes (job_process.cpp) ----
  void CarryRun(Frame& frame, Active& active, const model::Run& run);
  Result<std::string> WorkingFolder(const Frame& frame, const model::Run& run, const Contexts& contexts) const;
  Status ResetCommandFiles();
  void OnOutput(const engine::Output& output);
  void OnLine(report::Stream stream, std::string line);
  void OnCommand(const Command& command, const std::string& line);
  void OnAnnotation(const Command& command);
  void OnExited(const engine::Exited& exited);
  Status ReadCommandFiles();
  Status ApplyEnvironment(const Pairs& pairs);
  void FindFailedLine();
  bool AllowsUnsecureCommands() const;
  void StopStep(StopReason reason);
  void EscalateStop();

  // ---- reports ----
  void TellOutputs(const TextMap& outputs);
  report::Event MakeEvent(report::Kind kind) const;
  void Emit(report::Event event);
  void Log(report::Stream stream, std::string text, std::string level = "");
  void Warn(std::string message);

  const RunFacts& facts_;
  RunShared& shared_;
  JobRow row_;
  report::Reporter& reporter_;
  Masker masker_;

  std::unique_ptr<engine::JobContainer> container_;
  bool stopping_container_ = false;
  std::string user_;  // of the container job
  bool container_job_ = false;

  Time now_{};
  Time started_{};
  std::optional<Time> deadline_;      // timeout-minutes of the job
  std::optional<Time> cancel_limit_;  // when a cancelled job is killed
  bool cancelled_ = false;
  bool timed_out_ = false;
  bool done_ = false;
  Outcome result_ = Outcome::Success;
  std::string reason_;
  TextMap outputs_;

  std::deque<Frame> frames_;
  size_t scripts_ = 0;
  bool checked_out_ = false;
  std::map<std::string, std::string> environment_;  // workflow, job and GITHUB_ENV
  std::vector<std::string> paths_added_;            // the newest first
  std::string failed_step_;                         // reason of the first failure
  report::Place failed_place_;
  std::vector<std::string> warned_;  // deprecated commands that were mentioned
};

}  // namespace sluice::steps

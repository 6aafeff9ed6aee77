#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/check/changes.h"
#include "compiler/check/checked.h"
#include "compiler/lower/expressions.h"
#include "compiler/lower/server.h"
#include "compiler/lower/steps.h"
#include "compiler/model/program.h"

namespace sluice::lower {

// Turns one checked pipeline into one of the model: lower.cpp, and made_jobs.cpp for the jobs that nobody wrote.
class PipelineLowering {
 public:
  PipelineLowering(const source::SourceMap& sources, const check::Pipeline& pipeline, const catalogue::Lock& lock,
                   const catalogue::Project& project, model::Program& program, diagnostics::Sink& sink)
      : pipeline_(pipeline),
        project_(project),
        sink_(sink),
        server_(catalogue::ServerOf(project.server)),
        expressions_(pipeline, server_.has_case),
        shared_{sources, lock, sink, server_, pipeline, program, {}, {}} {}

  void Lower();

 private:
  void Head();
  void Triggers();
  std::vector<model::Input> Inputs(bool call) const;
  std::vector<model::CallOutput> CallOutputs() const;
  void Transfers();
  model::Pin PinOf(std::string_view action, source::Span at, std::string_view why);
  void Job(size_t index);
  model::Call CallOf(const check::CallBody& body) const;
  void JobSettings(const check::Job& job, model::Job& result);
  void Defaults(const check::Job& job, model::Job& result);
  void Outputs(const check::Job& job, model::Job& result);
  void Gate(const check::Gate& gate);
  void ChangesJob(const check::Changes& changes);
  void WaitForChanges(model::Job& job) const;
  model::Concurrency ConcurrencyOf(const check::Concurrency& concurrency) const;
  std::optional<model::Concurrency> CancelledPullRequests() const;
  model::Value EnvOf(const std::vector<check::EnvEntry>& entries) const;

  const check::Pipeline& pipeline_;
  const catalogue::Project& project_;
  diagnostics::Sink& sink_;
  const catalogue::Server server_;
  Expressions expressions_;
  Shared shared_;
  model::Pipeline result_;
  std::vector<model::JobId> ids_;
  std::optional<model::JobId> changes_;  // the job that says whether the others have to run
};

}  // namespace sluice::lower

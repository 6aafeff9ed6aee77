#include "compiler/lower/server.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/catalogue/lock.h"

namespace sluice::lower {
namespace {

using diagnostics::Code;

class ServerCheck {
 public:
  ServerCheck(const model::Program& program, const catalogue::Server& server, diagnostics::Sink& sink)
      : program_(program), server_(server), sink_(sink) {}

  void Pipeline(const model::Pipeline& pipeline) {
    if (pipeline.concurrency) Concurrency(*pipeline.concurrency);
    for (const model::JobId id : pipeline.jobs) {
      const model::Job& job = program_.jobs[id];
      if (job.concurrency) Concurrency(*job.concurrency);
      if (job.call && job.call->target.text.starts_with("$/"))
        Missing(job.origin.at, "references that begin with `$/`");
      for (const model::StepId step : job.steps) Step(program_.steps[step]);
    }
  }

 private:
  void Missing(source::Span at, std::string_view what, std::string label = "sluice.toml names the server") {
    sink_.Add(diagnostics::Build(Code::P0904, at, fmt::format("{} has no {}", server_.name, what), std::move(label))
                  .Say("If yours has it:   # sluice: allow[P0904] reason"));
  }

  void Concurrency(const model::Concurrency& concurrency) {
    if (concurrency.queue && !server_.has_queue) Missing(concurrency.origin.at, "`queue` in `concurrency`");
  }

  void Step(const model::Step& step) {
    const bool waits = std::holds_alternative<model::Wait>(step.body) ||
                       std::holds_alternative<model::Cancel>(step.body) ||
                       std::holds_alternative<model::Parallel>(step.body);
    if ((waits || step.background) && !server_.has_parallel_steps)
      return Missing(step.origin.at, "steps that run beside each other");
    if (const auto* uses = std::get_if<model::Uses>(&step.body)) Uses(*uses, step.origin.at);
    if (const auto* put = std::get_if<model::Put>(&step.body)) Transfer(program_.transfers[put->transfer]);
  }

  void Uses(const model::Uses& uses, source::Span at) {
    if (!server_.has_own_references && uses.target.text.starts_with("$/"))
      return Missing(at, "references that begin with `$/`");
    if (const auto ref = catalogue::SplitActionRef(uses.target.text))
      if (!catalogue::Allows(server_, ref->first, uses.version))
        Missing(at, fmt::format("`{}` {}", ref->first, uses.version), "it has v3");
  }

  // Its steps stand in several jobs and are one declaration.
  void Transfer(const model::Transfer& transfer) {
    if (server_.has_newest_artifacts || !seen_.insert(&transfer).second) return;
    for (const model::Pin& pin : {transfer.upload, transfer.download})
      if (const auto ref = catalogue::SplitActionRef(pin.target);
          ref && !catalogue::Allows(server_, ref->first, pin.version))
        return Missing(transfer.origin.at, fmt::format("`{}` {}", ref->first, pin.version),
                       "this travels by it; `sluice lock` pins v3");
    if (transfer.per_row)
      Missing(transfer.origin.at, "artifacts of a whole matrix", "its download-artifact v3 fetches one by its name");
  }

  const model::Program& program_;
  const catalogue::Server& server_;
  diagnostics::Sink& sink_;
  std::set<const model::Transfer*> seen_;
};

}  // namespace

void CheckServer(const model::Program& program, const model::Pipeline& pipeline, const catalogue::Server& server,
                 diagnostics::Sink& sink) {
  ServerCheck(program, server, sink).Pipeline(pipeline);
}

}  // namespace sluice::lower

#include "runtime/steps/walk.h"

#include <optional>
#include <variant>

namespace sluice::steps {
namespace {

class Walk {
 public:
  Walk(const model::Program& program, const std::function<void(const model::Value&)>& visit)
      : program_(program), visit_(visit) {}

  void Pipeline(const model::Pipeline& pipeline) {
    See(pipeline.env);
    See(pipeline.run_name);
    if (pipeline.defaults) Defaults(*pipeline.defaults);
    for (model::JobId job : pipeline.jobs)
      if (program_.jobs.Has(job)) Job(program_.jobs[job]);
  }

 private:
  void See(const std::optional<model::Value>& value) {
    if (value) visit_(*value);
  }
  void Defaults(const model::Defaults& defaults) {
    See(defaults.shell);
    See(defaults.working_directory);
  }
  void Container(const model::Container& box) {
    for (const auto* value : {&box.image, &box.credentials, &box.env, &box.ports, &box.volumes, &box.options,
                              &box.entrypoint, &box.command, &box.whole})
      See(*value);
  }

  void Job(const model::Job& job) {
    if (job.condition) visit_(job.condition->user);
    for (const auto* value : {&job.name, &job.timeout_minutes, &job.cancel_timeout_minutes, &job.continue_on_error,
                              &job.services_whole, &job.env, &job.snapshot})
      See(*value);
    if (job.runner) See(job.runner->labels);
    if (job.defaults) Defaults(*job.defaults);
    if (job.container) Container(*job.container);
    for (const auto& [name, service] : job.services) Container(service);
    if (job.environment) {
      visit_(job.environment->name);
      See(job.environment->url);
    }
    if (job.call) {
      See(job.call->with);
      See(job.call->secrets);
    }
    for (const auto& [name, value] : job.outputs) visit_(value);
    for (model::StepId step : job.steps)
      if (program_.steps.Has(step)) Step(program_.steps[step]);
  }

  void Step(const model::Step& step) {
    if (step.condition) visit_(step.condition->user);
    for (const auto* value : {&step.name, &step.env, &step.continue_on_error, &step.timeout_minutes}) See(*value);
    if (const auto* run = std::get_if<model::Run>(&step.body)) {
      visit_(run->script);
      See(run->shell);
      See(run->working_directory);
    } else if (const auto* uses = std::get_if<model::Uses>(&step.body)) {
      visit_(uses->target);
      See(uses->with);
    } else if (const auto* put = std::get_if<model::Put>(&step.body)) {
      visit_(put->path);
    } else if (const auto* parallel = std::get_if<model::Parallel>(&step.body)) {
      for (model::StepId inner : parallel->steps)
        if (program_.steps.Has(inner)) Step(program_.steps[inner]);
    }
  }

  const model::Program& program_;
  const std::function<void(const model::Value&)>& visit_;
};

}  // namespace

void EachValue(const model::Program& program, const model::Pipeline& pipeline,
               const std::function<void(const model::Value&)>& visit) {
  Walk(program, visit).Pipeline(pipeline);
}

}  // namespace sluice::steps

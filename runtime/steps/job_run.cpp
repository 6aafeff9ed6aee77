#include "runtime/steps/job_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "runtime/steps/runner.h"
#include "runtime/store/store.h"

namespace sluice::steps {
namespace {

using expr::Value;

constexpr double kDefaultJobMinutes = 360;  // docs.github.com: jobs.<job_id>.timeout-minutes
constexpr double kDefaultCancelMinutes = 5;

Time After(Time now, double minutes) { return now + std::chrono::milliseconds(static_cast<int64_t>(minutes * 60000)); }

void Earlier(std::optional<Time>& best, const std::optional<Time>& other) {
  if (other && (!best || *other < *best)) best = other;
}

// `runs-on` as a list of labels, whichever of its forms is written.
std::vector<std::string> Labels(const Value& value) {
  std::vector<std::string> labels;
  if (value.kind() == expr::Kind::Array) {
    for (const Value& item : value.array()->items) labels.push_back(expr::ToText(item));
  } else if (value.kind() == expr::Kind::Object) {
    if (const Value* inner = value.object()->Find("labels")) return Labels(*inner);
  } else if (value.kind() != expr::Kind::Null) {
    labels.push_back(expr::ToText(value));
  }
  return labels;
}

}  // namespace

JobRun::JobRun(const RunFacts& facts, RunShared& shared, JobRow row, report::Reporter& reporter)
    : facts_(facts), shared_(shared), row_(std::move(row)), reporter_(reporter), masker_(facts.masker) {}

void JobRun::Begin(engine::Engine& engine, Time now) {
  now_ = started_ = now;
  Emit(MakeEvent(report::Kind::JobStart));
  engine::JobSpec spec;
  if (!Prepare(spec)) return;
  auto container = engine.StartJob(spec);
  if (!container.ok()) return End(Outcome::Failure, container.error().message);
  container_ = std::move(*container);
  if (Status ready = PrepareEnvironment(); !ready.ok()) return End(Outcome::Failure, ready.error().message);
  if (done_) return;
  if (Status files = WriteJobFiles(); !files.ok()) return End(Outcome::Failure, files.error().message);
  Frame& frame = frames_.emplace_back();
  for (model::StepId id : row_.job->steps)
    if (facts_.program->steps.Has(id)) AddStep(frame, facts_.program->steps[id]);
  Advance();
}

// Decides image and workspace. False when the job has ended right here.
bool JobRun::Prepare(engine::JobSpec& spec) {
  const model::Job& job = *row_.job;
  const Contexts contexts = MakeContexts(nullptr);
  const auto stop = [&](Outcome outcome, std::string reason) {
    End(outcome, std::move(reason));
    return false;
  };
  if (!job.services.empty() || job.services_whole)
    return stop(Outcome::NotRun, "it needs services, which are not run locally yet");
  auto labels = job.runner && job.runner->labels ? Render(*job.runner->labels, contexts) : Result<Value>(Value());
  if (!labels.ok()) return stop(Outcome::Failure, fmt::format("runs-on: {}", labels.error().message));
  const RunnerChoice runner = ChooseRunner(Labels(*labels), facts_.images);
  if (!runner.not_run.empty()) return stop(Outcome::NotRun, runner.not_run);
  spec.image = runner.image;
  if (job.container) {
    const model::Container& box = *job.container;
    auto image = RenderText(box.whole ? box.whole : box.image, contexts);
    auto login = RenderMap(box.credentials, contexts, "credentials");
    if (!image.ok()) return stop(Outcome::Failure, fmt::format("container: {}", image.error().message));
    if (!login.ok()) return stop(Outcome::Failure, login.error().message);
    for (const auto& [name, value] : *login)
      if (value.empty())
        return stop(Outcome::Failure, fmt::format("the container's credentials have an empty {}", name));
    if (!image->empty()) {
      spec.image = *image;
      container_job_ = true;
    }
  }
  if (!facts_.host_engine && facts_.store != nullptr)
    if (auto image = facts_.store->FindImage(spec.image); !image.ok())
      return stop(Outcome::NotRun, image.error().message);
  spec.name = row_.shown;
  spec.network = facts_.network;
  const size_t slash = facts_.repository.rfind('/');
  const std::string folder = slash == std::string::npos ? "repo" : facts_.repository.substr(slash + 1);
  spec.workspace.path = fmt::format("/home/runner/work/{0}/{0}", folder.empty() ? "repo" : folder);
  if (HasCheckout()) spec.workspace.repository = facts_.repository;
  return true;
}

// On GitHub the workspace is empty until a checkout; here it is there from the start, if the job has one.
bool JobRun::HasCheckout() const {
  return std::ranges::any_of(row_.job->steps, [&](model::StepId id) {
    if (!facts_.program->steps.Has(id)) return false;
    const auto* uses = std::get_if<model::Uses>(&facts_.program->steps[id].body);
    return uses != nullptr && uses->target.is(model::Value::Kind::String) &&
           AsciiLower(uses->target.text).starts_with("actions/checkout@");
  });
}

Status JobRun::PrepareEnvironment() {
  const model::Job& job = *row_.job;
  const Contexts contexts = MakeContexts(nullptr);
  for (const auto* env : {&facts_.pipeline->env, &job.env}) {
    if (!*env) continue;
    for (const std::string& name : NeededSecrets(**env)) {
      if (facts_.secrets.contains(name)) continue;
      End(Outcome::NotRun, fmt::format("its `env` needs the secret `{0}`: add `--secret {0}=…`", name));
      return {};
    }
    auto values = RenderMap(*env, contexts, "env");
    if (!values.ok()) return values.error();
    for (auto& [name, value] : *values) environment_[name] = std::move(value);
  }
  if (job.container) {
    auto values = RenderMap(job.container->env, contexts, "container.env");
    if (!values.ok()) return values.error();
    for (auto& [name, value] : *values) environment_.try_emplace(name, std::move(value));
    if (job.container->options || job.container->volumes || job.container->ports)
      Warn("the container's options, volumes and ports are not applied locally");
  }
  auto minutes = RenderNumber(job.timeout_minutes, kDefaultJobMinutes, contexts, "timeout-minutes");
  if (!minutes.ok()) return minutes.error();
  deadline_ = After(now_, *minutes);
  return {};
}

Status JobRun::WriteJobFiles() {
  const std::string& files = container_->paths().files;
  SLUICE_RETURN_IF_ERROR(container_->WriteFile(files + "/event.json", facts_.event_json));
  // Bash tells us here which line failed; it is gone from the environment before the script starts.
  SLUICE_RETURN_IF_ERROR(container_->WriteFile(
      files + "/trace.sh", fmt::format("unset BASH_ENV\ntrap 'printf %s \"$LINENO\" > {}/failed_line' ERR\n", files)));
  for (const char* name : {"env", "output", "path", "state", "summary"})
    SLUICE_RETURN_IF_ERROR(container_->WriteFile(fmt::format("{}/commands/{}", files, name), "", 0666));
  return {};
}

int JobRun::descriptor() const { return container_ == nullptr || done_ ? -1 : container_->descriptor(); }

void JobRun::OnEvents(Time now) {
  now_ = now;
  for (engine::Event& event : container_->Take()) {
    if (done_) return;
    if (const auto* output = std::get_if<engine::Output>(&event)) {
      OnOutput(*output);
    } else if (const auto* exited = std::get_if<engine::Exited>(&event)) {
      OnExited(*exited);
    } else if (const auto* ended = std::get_if<engine::Ended>(&event)) {
      if (cancelled_ || ended->error.empty())
        End(Outcome::Cancelled, timed_out_ ? reason_ : "");
      else
        End(Outcome::Failure, fmt::format("the container ended: {}", ended->error));
    }
  }
  if (!done_) Advance();
}

bool JobRun::Drained() {
  if (container_ == nullptr) return true;
  for (const engine::Event& event : container_->Take())
    if (std::holds_alternative<engine::Ended>(event)) {
      container_.reset();
      return true;
    }
  return false;
}

std::optional<Time> JobRun::wake() const {
  if (done_) return std::nullopt;
  std::optional<Time> next = cancelled_ ? cancel_limit_ : deadline_;
  for (const Frame& frame : frames_) {
    if (!frame.active) continue;
    if (frame.active->stopping == StopReason::None) Earlier(next, frame.active->deadline);
    Earlier(next, frame.active->stop_next);
  }
  return next;
}

void JobRun::OnTime(Time now) {
  now_ = now;
  if (done_ || frames_.empty()) return;
  if (cancelled_ && cancel_limit_ && now >= *cancel_limit_) return Kill(now);
  if (!cancelled_ && deadline_ && now >= *deadline_) {
    timed_out_ = true;
    reason_ = fmt::format("it has exceeded its maximum execution time of {} minutes",
                          std::chrono::duration<double, std::ratio<60>>(*deadline_ - started_).count());
    Cancel(now);
    return;
  }
  for (Frame& frame : frames_) {
    if (!frame.active || frame.active->stopping != StopReason::None || !frame.active->deadline) continue;
    if (now < *frame.active->deadline) continue;
    // Everything the step does ends with it, also the steps of an action it uses.
    frame.active->stopping = StopReason::StepTimeout;
    for (Frame& inner : frames_)
      if (&inner != &frame && inner.active) inner.active->stopping = StopReason::StepTimeout;
    if (frames_.size() > 1 && &frame != &top()) top().next = top().steps.size() - 1;
    StopStep(StopReason::StepTimeout);
    return;
  }
  if (top().active && top().active->stop_next && now >= *top().active->stop_next) EscalateStop();
}

void JobRun::Cancel(Time now) {
  now_ = now;
  if (done_ || cancelled_) return;
  cancelled_ = true;
  const auto minutes = RenderNumber(row_.job->cancel_timeout_minutes, kDefaultCancelMinutes, MakeContexts(nullptr),
                                    "cancel-timeout-minutes");
  cancel_limit_ = After(now, minutes.ok() ? *minutes : kDefaultCancelMinutes);
  if (frames_.empty()) return End(Outcome::Cancelled, reason_);
  // A step whose condition also holds now (`always()`) goes on.
  Frame& outer = frames_.front();
  if (!outer.active) return Advance();
  auto holds = Holds(outer.active->step->condition, MakeContexts(&outer));
  if (holds.ok() && *holds) return;
  for (Frame& frame : frames_)
    if (frame.active) frame.active->stopping = timed_out_ ? StopReason::JobTimeout : StopReason::Cancelled;
  if (frames_.size() > 1) top().next = top().steps.size() - 1;
  StopStep(timed_out_ ? StopReason::JobTimeout : StopReason::Cancelled);
}

void JobRun::Kill(Time now) {
  now_ = now;
  if (done_) return;
  cancelled_ = true;
  End(Outcome::Cancelled, reason_);
}

void JobRun::Advance() {
  while (!done_ && !frames_.empty()) {
    Frame& frame = top();
    if (frame.active) return;  // its process runs
    if (frame.next < frame.steps.size())
      BeginStep(frame);
    else if (frames_.size() > 1)
      PopFrame();
    else
      return FinishJob();
  }
}

void JobRun::FinishJob() {
  if (Status gathered = GatherOutputs(); !gathered.ok()) return End(Outcome::Failure, gathered.error().message);
  const Frame& frame = frames_.front();
  if (cancelled_) return End(Outcome::Cancelled, reason_);
  if (frame.failed) {
    // Often the cause: the step that would have prepared this one could not run here.
    std::string reason = failed_step_;
    if (!frame.not_run.empty()) reason += fmt::format(" (and before it was not run: {})", frame.not_run);
    return End(Outcome::Failure, std::move(reason));
  }
  if (!frame.not_run.empty()) return End(Outcome::NotRun, fmt::format("a step was not run: {}", frame.not_run));
  End(Outcome::Success, "");
}

Status JobRun::GatherOutputs() {
  const Contexts contexts = MakeContexts(&frames_.front());
  for (const auto& [key, value] : row_.job->outputs) {
    SLUICE_ASSIGN(std::string name, RenderText(key, contexts));
    auto text = RenderText(value, contexts);
    if (!text.ok()) return Error{fmt::format("output `{}`: {}", name, text.error().message)};
    if (masker_.Finds(*text)) {
      Warn(fmt::format("Skip output '{}' since it may contain secret.", name));
      continue;
    }
    report::Event event = MakeEvent(report::Kind::Output);
    event.step = 0;
    event.name = name;
    event.text = *text;
    if (!text->empty()) Emit(std::move(event));
    outputs_.emplace_back(std::move(name), std::move(*text));
  }
  return {};
}

void JobRun::End(Outcome result, std::string reason) {
  if (done_) return;
  done_ = true;
  result_ = result;
  reason_ = std::move(reason);
  if (container_ != nullptr) container_->Stop();
}

}  // namespace sluice::steps

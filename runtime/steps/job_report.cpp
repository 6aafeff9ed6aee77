#include <string_view>
#include <unordered_map>
#include <utility>

#include "runtime/steps/job_run.h"

namespace sluice::steps {

report::Event JobRun::MakeEvent(report::Kind kind) const {
  report::Event event;
  event.kind = kind;
  event.job = row_.id;
  event.shown = row_.shown;
  event.matrix = row_.matrix;
  event.row = row_.row;
  source::Span span = row_.job->origin.at;
  if (!frames_.empty() && frames_.front().active) {
    const Frame& frame = frames_.front();
    event.step = frame.next + 1;
    event.step_name = frame.active->name;
    event.step_id = frame.active->step->id;
    span = frame.active->step->origin.at;
  }
  // Lines of output come in thousands, and nobody shows their place.
  if (kind != report::Kind::Log && facts_.locate && span.valid()) event.place = facts_.locate(span);
  return event;
}

// Everything that a job tells leaves through here, masked.
void JobRun::Emit(report::Event event) {
  if (!masker_.empty()) {
    for (std::string* text : {&event.shown, &event.step_name, &event.reason, &event.text, &event.name, &event.file,
                              &event.place.source_line})
      if (!text->empty()) *text = masker_.Apply(*text);
  }
  reporter_.On(event);
}

void JobRun::Log(report::Stream stream, std::string text, std::string level) {
  report::Event event = MakeEvent(report::Kind::Log);
  event.stream = stream;
  event.text = std::move(text);
  event.level = std::move(level);
  Emit(std::move(event));
}

// The outputs of the active step; of several values of one name the last one counts.
void JobRun::TellOutputs(const TextMap& outputs) {
  std::unordered_map<std::string_view, size_t> last;  // a step may write one name many times, or ten thousand names
  for (size_t i = 0; i < outputs.size(); ++i) last[outputs[i].first] = i;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (last[outputs[i].first] != i) continue;
    report::Event event = MakeEvent(report::Kind::Output);
    event.name = outputs[i].first;
    event.text = outputs[i].second;
    Emit(std::move(event));
  }
}

void JobRun::Warn(std::string message) { OnAnnotation({"warning", {}, std::move(message)}); }

}  // namespace sluice::steps

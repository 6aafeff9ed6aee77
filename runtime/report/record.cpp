#include "runtime/report/record.h"

#include <fmt/format.h>

namespace sluice::report {

Record::Record(const RecordHead& head) : lines_([this](std::string_view line) { text_ += line; }, head.pipeline) {
  std::string jobs;
  for (const std::string& job : head.jobs) jobs += (jobs.empty() ? "" : ",") + JsonString(job);
  text_ = fmt::format(
      "{{\"version\":1,\"sluice\":{},\"project\":{},\"pipeline\":{},\"event\":{},\"ref\":{},\"commit\":{},\"jobs\":[{}]"
      "}}\n",
      JsonString(head.sluice), JsonString(head.project), JsonString(head.pipeline), JsonString(head.event),
      JsonString(head.ref), JsonString(head.commit), jobs);
}

void Record::On(const Event& event) {
  switch (event.kind) {
    case Kind::RunStart:
    case Kind::RunEnd:
    case Kind::JobSkip:
    case Kind::JobEnd:
    case Kind::StepEnd:
    case Kind::Artifact:
      return lines_.On(event);
    case Kind::Output:
      if (event.step == 0) lines_.On(event);
      return;
    case Kind::JobQueued:
    case Kind::JobStart:
    case Kind::StepStart:
    case Kind::Log:
    case Kind::Annotation:
    case Kind::Summary:
      return;
  }
}

}  // namespace sluice::report

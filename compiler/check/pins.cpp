#include "compiler/check/pins.h"

#include <fmt/format.h>

#include "compiler/catalogue/action_runtimes.h"
#include "compiler/catalogue/shipped_actions.h"

namespace sluice::check {
namespace {

using catalogue::ActionPin;

// What to write instead: the newest major that the catalogue knows, when that one runs on a runtime without an end.
void SuggestNewer(Build& report, const ActionPin& pin, const std::string& name, diagnostics::Span at) {
  const std::string newest = catalogue::NewestMajor(pin.uses);
  if (newest.empty() || newest == pin.ref) return;
  const catalogue::Resolution found = catalogue::ResolveAction(pin.uses, newest);
  if (found.problem != catalogue::Resolution::Problem::None || catalogue::FindRuntimeEnd(found.pin.runtime) != nullptr)
    return;
  const std::string better = fmt::format("{}@{}", name, newest);
  report.Say(fmt::format("Newer:   {}   ({}); then run `sluice lock`.", better, found.pin.runtime),
             Replace(at, better, "use " + better, false));
}

}  // namespace

std::string DescribePin(const ActionPin& pin, const std::string& name) {
  return fmt::format("{} {} ({})", name, pin.version.empty() ? pin.ref : pin.version, pin.sha.substr(0, 7));
}

void CheckPin(const ActionPin& pin, const std::string& name, diagnostics::Span at, const std::string& lock,
              Reporter& report) {
  // A commit that no tag names is a pin all the same; it only says nothing to people.
  if (pin.version.empty() && pin.ref != pin.sha)
    report.Add(Build(Code::P0705, at, fmt::format("`{}` is a branch of `{}`", pin.ref, name),
                     "its commit is lost after the next force-push")
                   .Say("Name a tag of it, then run `sluice lock`."));
  if (const catalogue::RuntimeEnd* end = catalogue::FindRuntimeEnd(pin.runtime)) {
    Build ended(Code::P0704, at,
                fmt::format("`{}` is written for {}, which GitHub's runners {}", name, end->title,
                            end->day.empty() ? "no longer have" : fmt::format("have until {}", end->day)),
                "from that day on it runs on something newer, or fails");
    SuggestNewer(ended, pin, name, at);
    report.Add(ended.Say(fmt::format("Runtime as in {}: {}.", lock, DescribePin(pin, name))));
  }
}

}  // namespace sluice::check

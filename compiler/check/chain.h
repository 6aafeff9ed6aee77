#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/reporter.h"
#include "compiler/source/source_map.h"

// Bodies of functions, actions and `for` blocks are checked once, with unknown values for what they bind. Where they are
// used they are elaborated again with real values; what is found only then is the user's mistake, and shown there.
namespace sluice::check {

// One use of a body.
struct Instance {
  struct Argument {
    std::string name;
    source::Span at;  // nowhere: not written, a default
  };
  std::string what;   // "`postgres`", for the label in the body
  source::Span body;  // what was checked once
  source::Span use;   // the call
  std::vector<Argument> arguments;
  // What checking the body alone had found: it is not said again.
  const std::vector<Diagnostic>* known = nullptr;
};

// While it lives, findings are kept. At its end those that only this instance has are reported at the argument that
// they are about, else at the use, with a second label at the place in the body. Instances nest: each adds its link.
class InstanceFindings {
 public:
  InstanceFindings(Reporter& report, const source::SourceMap& sources, Instance instance)
      : report_(report), sources_(sources), instance_(std::move(instance)), trial_(std::in_place, report) {}
  ~InstanceFindings();
  InstanceFindings(const InstanceFindings&) = delete;
  InstanceFindings& operator=(const InstanceFindings&) = delete;
  bool empty() const { return trial_->found().empty(); }

 private:
  Reporter& report_;
  const source::SourceMap& sources_;
  Instance instance_;
  std::optional<Reporter::Trial> trial_;
};

// The finding as its instance shows it. `place`: what was being read when it was found.
Diagnostic AtInstance(Diagnostic found, source::Span place, const Instance& instance, const source::SourceMap& sources);

}  // namespace sluice::check

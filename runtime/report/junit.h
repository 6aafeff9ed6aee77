#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/report/event.h"

namespace sluice::report {

// Collects a run as JUnit XML: a test suite a job, a test case a step.
class Junit : public Reporter {
 public:
  explicit Junit(std::string pipeline) : pipeline_(std::move(pipeline)) {}
  void On(const Event& event) override;
  // The whole document, once the run has ended.
  std::string Document() const;

 private:
  struct Suite {
    std::vector<Event> steps;
    Event end;
    std::map<size_t, std::string> output;  // the last lines of a step
  };
  std::string pipeline_;
  std::vector<std::pair<std::string, Suite>> suites_;
  Suite& Of(const Event& event);
};

}  // namespace sluice::report

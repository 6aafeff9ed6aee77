#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/expr/value.h"

// What happens in a run, as its reports see it. Texts are masked before they come here.
namespace sluice::report {

// A place in a source file; line 0 means unknown. Lines and columns count from 1.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string source_line;  // the text of the line
  uint32_t width = 1;       // how many columns to mark
  bool known() const { return line != 0; }
};

enum class Kind : uint8_t {
  RunStart,
  RunEnd,
  JobQueued,
  JobStart,
  JobSkip,
  JobEnd,
  StepStart,
  StepEnd,
  Log,
  Annotation,
  Output,
  Artifact,
  Summary
};

enum class Stream : uint8_t { Out, Err };

// One event. Which fields count depends on its kind; the others are empty.
struct Event {
  Kind kind = Kind::Log;
  std::chrono::system_clock::time_point time{};
  std::string job{};     // "ci.test"; of the run: "ci"
  std::string shown{};   // the display name: "test (ubuntu-latest, 22)"
  expr::Value matrix{};  // of a row, else null
  size_t row = 0;

  size_t step = 0;  // number in the job, from 1; 0: the job itself
  std::string step_name{};
  std::string step_id{};

  std::string result{};   // *End, JobSkip: success, failure, cancelled, skipped, not-run
  std::string outcome{};  // JobEnd, StepEnd: before continue-on-error
  std::string reason{};   // why it failed, was skipped or not run; one sentence
  std::optional<int> exit_code{};
  std::chrono::microseconds duration{0};
  Place place{};  // of the step, the job, or the annotation

  Stream stream = Stream::Out;
  std::string text{};   // Log: one line; Annotation: message; Summary: Markdown; Output: value
  std::string level{};  // Annotation: error, warning, notice; Log: "", group, endgroup, debug
  std::string name{};   // Output, Artifact: name; Annotation: title
  uint64_t bytes = 0;   // Artifact
  // Annotation: the place that the step named, when it is no place of the sources
  std::string file{};
  uint32_t line = 0;
  uint32_t column = 0;
};

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void On(const Event& event) = 0;
  // Called some ten times a second while a run waits; for live displays.
  virtual void Tick(std::chrono::system_clock::time_point) {}
};

// Gives every event to several reporters.
class Broadcast : public Reporter {
 public:
  void Add(Reporter& reporter) { reporters_.push_back(&reporter); }
  void On(const Event& event) override {
    for (Reporter* reporter : reporters_) reporter->On(event);
  }
  void Tick(std::chrono::system_clock::time_point now) override {
    for (Reporter* reporter : reporters_) reporter->Tick(now);
  }

 private:
  std::vector<Reporter*> reporters_;
};

}  // namespace sluice::report

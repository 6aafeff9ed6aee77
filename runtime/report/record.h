#pragma once

#include <string>
#include <vector>

#include "runtime/report/ndjson.h"

namespace sluice::report {

// What was asked for, for the first line of a record.
struct RecordHead {
  std::string sluice;  // version
  std::string project;
  std::string pipeline;
  std::string event;
  std::string ref;
  std::string commit;
  std::vector<std::string> jobs;  // asked for by name
};

// The record of a run that is kept: its head, then the events of `run --json` that say how everything ended. Logs,
// summaries, annotations and the outputs of steps are left out: they are large, and may hold what nobody masked.
class Record : public Reporter {
 public:
  explicit Record(const RecordHead& head);
  void On(const Event& event) override;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  Ndjson lines_;
};

}  // namespace sluice::report

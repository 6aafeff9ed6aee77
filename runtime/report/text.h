#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "runtime/report/event.h"
#include "runtime/report/ndjson.h"

namespace sluice::report {

struct TextOptions {
  bool color = false;
  bool live = false;    // a terminal: the last line shows what is running now
  bool quiet = false;   // only what went wrong, and the summary
  size_t columns = 80;  // of the terminal
};

// What people read: a line for each thing that happens, each failed step at its line of the source, and a summary.
class Text : public Reporter {
 public:
  Text(Sink sink, std::string pipeline, TextOptions options)
      : sink_(std::move(sink)), pipeline_(std::move(pipeline)), options_(options) {}
  void On(const Event& event) override;
  void Tick(std::chrono::system_clock::time_point now) override;

 private:
  struct Current {
    std::string step;
    std::chrono::system_clock::time_point since;
  };
  struct Ended {
    std::string shown, result, reason;
    std::chrono::microseconds duration{0};
  };

  void Print(const std::string& text);
  void JobLine(const Event& event, const std::string& text);
  void OnStepEnd(const Event& event);
  void OnJobEnd(const Event& event);
  void OnAnnotation(const Event& event);
  void OnRunEnd(const Event& event);
  std::string Excerpt(const Place& place, const std::string& label) const;
  std::string Paint(const char* code, const std::string& text) const;
  std::string PaintResult(const std::string& result, const std::string& text) const;
  void ClearStatus();

  Sink sink_;
  std::string pipeline_;
  TextOptions options_;
  std::map<std::string, Current> running_;  // by display name
  std::vector<Ended> ended_;
  size_t widest_ = 0;
  bool status_shown_ = false;
};

// "1.2 s", "340 ms", "2 min 5 s"
std::string ShowDuration(std::chrono::microseconds duration);

}  // namespace sluice::report

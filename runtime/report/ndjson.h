#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/report/event.h"

namespace sluice::report {

// Where a report goes; called with whole lines.
using Sink = std::function<void(std::string_view)>;

// `run --json`: one JSON object a line (cli.md, "Machine formats").
class Ndjson : public Reporter {
 public:
  explicit Ndjson(Sink sink, std::string pipeline) : sink_(std::move(sink)), pipeline_(std::move(pipeline)) {}
  void On(const Event& event) override;

 private:
  Sink sink_;
  std::string pipeline_;
};

// "2026-11-21T09:00:00.123Z"
std::string IsoTime(std::chrono::system_clock::time_point time);

// `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace sluice::report

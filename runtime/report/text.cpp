#include "runtime/report/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::report {
namespace {

constexpr const char* kRed = "31";
constexpr const char* kGreen = "32";
constexpr const char* kYellow = "33";
constexpr const char* kDim = "2";
constexpr const char* kBold = "1";
constexpr std::chrono::milliseconds kShown(1);  // a shorter time says nothing

// The words that people read.
std::string Word(const std::string& result) {
  if (result == "success") return "passed";
  if (result == "failure") return "failed";
  if (result == "not-run") return "not run";
  return result;
}

std::string Cut(std::string_view text, size_t columns) {
  size_t end = 0;
  for (size_t shown = 0; end < text.size(); ++shown) {
    if (shown + 1 >= columns) return std::string(text.substr(0, end)) + "…";
    end += Utf8Length(text, end);
  }
  return std::string(text);
}

// Terminal control characters of a step's output must not move our own lines about; colours may pass.
std::string Harmless(const std::string& line) {
  std::string clean;
  for (size_t i = 0; i < line.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(line[i]);
    if (c == 0x1b && i + 1 < line.size() && line[i + 1] == '[') {
      size_t end = i + 2;
      while (end < line.size() && (IsAsciiDigit(line[end]) || line[end] == ';')) ++end;
      if (end < line.size() && line[end] == 'm') clean += line.substr(i, end - i + 1);
      i = end;
    } else if (c == '\t' || (c >= 0x20 && c != 0x7f)) {
      clean += line[i];
    }
  }
  return clean;
}

}  // namespace

std::string ShowDuration(std::chrono::microseconds duration) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(duration).count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 60000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  return fmt::format("{} min {} s", ms / 60000, ms % 60000 / 1000);
}

void Text::On(const Event& event) {
  switch (event.kind) {
    case Kind::RunStart:
      if (!options_.quiet) Print(Paint(kDim, fmt::format("{} runs on engine {}", pipeline_, event.text)));
      return;
    case Kind::JobQueued:
      widest_ = std::max(widest_, CountCodePoints(event.shown));
      return;
    case Kind::JobStart:
      running_[event.shown] = {"", event.time};
      return;
    case Kind::StepStart:
      running_[event.shown] = {event.step_name, event.time};
      if (!options_.quiet) JobLine(event, Paint(kBold, event.step_name));
      return;
    case Kind::StepEnd:
      return OnStepEnd(event);
    case Kind::JobSkip:
    case Kind::JobEnd:
      return OnJobEnd(event);
    case Kind::Log:
      if (options_.quiet || event.level == "endgroup") return;
      return JobLine(event, event.level == "group" ? "  ▸ " + Harmless(event.text) : "  " + Harmless(event.text));
    case Kind::Annotation:
      return OnAnnotation(event);
    case Kind::Output:
      if (!options_.quiet && event.step == 0)
        JobLine(event, Paint(kDim, fmt::format("output {} = {}", event.name, Harmless(event.text))));
      return;
    case Kind::Artifact:
      if (!options_.quiet) JobLine(event, Paint(kDim, fmt::format("kept {} ({} bytes)", event.name, event.bytes)));
      return;
    case Kind::Summary:
      if (options_.quiet) return;
      for (std::string_view line : SplitString(event.text, '\n'))
        if (!line.empty()) JobLine(event, Paint(kDim, "  # ") + Harmless(std::string(line)));
      return;
    case Kind::RunEnd:
      return OnRunEnd(event);
  }
}

void Text::OnStepEnd(const Event& event) {
  const bool failed = event.outcome == "failure";
  if (event.outcome == "skipped") {
    if (!options_.quiet) JobLine(event, Paint(kDim, fmt::format("{}: skipped", event.step_name)));
    return;
  }
  if (event.outcome == "success") {
    if (!options_.quiet) JobLine(event, Paint(kDim, fmt::format("  passed in {}", ShowDuration(event.duration))));
    return;
  }
  std::string text = PaintResult(event.outcome, Word(event.outcome));
  if (!event.reason.empty()) text += ": " + event.reason;
  if (event.outcome != event.result) text += " (continue-on-error: the job goes on)";
  if (options_.quiet && !failed) return;
  JobLine(event, "  " + text);
  if (failed && event.place.known()) Print(Excerpt(event.place, fmt::format("the step `{}` failed", event.step_name)));
}

void Text::OnJobEnd(const Event& event) {
  running_.erase(event.shown);
  widest_ = std::max(widest_, CountCodePoints(event.shown));
  std::string result = event.outcome == event.result ? event.result : event.outcome;
  std::string reason = event.reason;
  if (event.outcome != event.result) reason += " (continue-on-error)";
  ended_.push_back({event.shown, result, reason, event.duration});
  if (options_.quiet) return;
  std::string text = PaintResult(result, Word(result));
  if (event.kind == Kind::JobEnd && event.duration >= kShown)
    text += fmt::format(" in {}", ShowDuration(event.duration));
  if (!reason.empty() && result != "failure") text += ": " + reason;
  JobLine(event, text);
}

void Text::OnAnnotation(const Event& event) {
  std::string text = PaintResult(event.level == "error"     ? "failure"
                                 : event.level == "warning" ? "not-run"
                                                            : "skipped",
                                 event.level);
  if (!event.file.empty()) {
    text += " " + event.file;
    if (event.line != 0) text += fmt::format(":{}", event.line);
  }
  if (options_.quiet && event.level != "error") return;
  for (std::string_view line : SplitString(event.text, '\n')) {
    JobLine(event, "  " + text + ": " + Harmless(std::string(line)));
    text = "      ";
  }
}

void Text::OnRunEnd(const Event& event) {
  ClearStatus();
  std::string table;
  for (const Ended& job : ended_) {
    const std::string pad(widest_ - std::min(widest_, CountCodePoints(job.shown)), ' ');
    const std::string word = Word(job.result);
    const std::string word_pad(9 - std::min<size_t>(9, word.size()), ' ');
    std::string line = fmt::format("  {}{}  {}{}", job.shown, pad, PaintResult(job.result, word), word_pad);
    if (job.duration >= kShown) line += fmt::format("  {:>8}", ShowDuration(job.duration));
    if (!job.reason.empty()) line += (job.duration >= kShown ? "  " : "            ") + job.reason;
    while (line.ends_with(' ')) line.pop_back();
    table += line + "\n";
  }
  const auto missing = std::ranges::count_if(ended_, [](const Ended& job) { return job.result == "not-run"; });
  std::string head = fmt::format("{} {} in {}", Paint(kBold, pipeline_), PaintResult(event.result, Word(event.result)),
                                 ShowDuration(event.duration));
  if (missing != 0 && event.result != "not-run")
    head += fmt::format("; {} of {} jobs {} not run", missing, ended_.size(), missing == 1 ? "was" : "were");
  sink_(fmt::format("\n{}\n{}", head, table));
}

// The place in the manner of the compiler's diagnostics.
std::string Text::Excerpt(const Place& place, const std::string& label) const {
  const std::string number = std::to_string(place.line);
  const std::string gutter(number.size(), ' ');
  const size_t column = place.column == 0 ? 1 : place.column;
  std::string text = fmt::format("{} ┌─ {}:{}:{}\n", gutter, place.file, place.line, column);
  if (place.source_line.empty()) return text.substr(0, text.size() - 1);
  text += fmt::format("{} │ {}\n", number, place.source_line);
  const size_t room = CountCodePoints(place.source_line) + 1 - std::min(CountCodePoints(place.source_line), column - 1);
  const size_t width = std::clamp<size_t>(place.width, 1, std::max<size_t>(room - 1, 1));
  text += fmt::format("{} │ {}{}", gutter, std::string(column - 1, ' '),
                      Paint(kRed, std::string(width, '^') + " " + label));
  return text;
}

std::string Text::Paint(const char* code, const std::string& text) const {
  return options_.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string Text::PaintResult(const std::string& result, const std::string& text) const {
  if (result == "success") return Paint(kGreen, text);
  if (result == "failure") return Paint(kRed, text);
  return Paint(result == "skipped" ? kDim : kYellow, text);
}

void Text::JobLine(const Event& event, const std::string& text) {
  const std::string pad(widest_ - std::min(widest_, CountCodePoints(event.shown)), ' ');
  Print(fmt::format("{}{} {} {}", event.shown, pad, Paint(kDim, "│"), text));
}

void Text::Print(const std::string& text) {
  ClearStatus();
  sink_(text + "\n");
}

void Text::ClearStatus() {
  if (!status_shown_) return;
  sink_("\r\x1b[K");
  status_shown_ = false;
}

void Text::Tick(std::chrono::system_clock::time_point now) {
  if (!options_.live) return;
  ClearStatus();
  if (running_.empty()) return;
  std::string status;
  for (const auto& [shown, current] : running_) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - current.since).count();
    status += fmt::format("{}{}: {} {}s", status.empty() ? "" : " · ", shown, current.step, seconds);
  }
  sink_(Cut(status, options_.columns));
  status_shown_ = true;
}

}  // namespace sluice::report

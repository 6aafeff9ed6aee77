#include "runtime/report/ndjson.h"

#include <fmt/format.h>

#include <cstdio>

#include "compiler/base/text.h"

namespace sluice::report {
namespace {

const char* EventName(Kind kind) {
  switch (kind) {
    case Kind::RunStart:
      return "run.start";
    case Kind::RunEnd:
      return "run.end";
    case Kind::JobQueued:
      return "job.queued";
    case Kind::JobStart:
      return "job.start";
    case Kind::JobSkip:
      return "job.skip";
    case Kind::JobEnd:
      return "job.end";
    case Kind::StepStart:
      return "step.start";
    case Kind::StepEnd:
      return "step.end";
    case Kind::Log:
      return "log";
    case Kind::Annotation:
      return "annotation";
    case Kind::Output:
      return "output";
    case Kind::Artifact:
      return "artifact";
    case Kind::Summary:
      return "summary";
  }
  return "";
}

// Builds one line; text values that are empty are left out.
class Line {
 public:
  void Text(const char* key, std::string_view value) {
    if (!value.empty()) Raw(key, JsonString(value));
  }
  void Always(const char* key, std::string_view value) { Raw(key, JsonString(value)); }
  void Raw(const char* key, std::string_view json) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "" : ",", key, json);
  }
  void Number(const char* key, uint64_t value) { Raw(key, std::to_string(value)); }
  std::string Done() const { return "{" + text_ + "}\n"; }

 private:
  std::string text_;
};

void AddPlace(Line& line, const Event& event) {
  if (!event.place.known()) return;
  line.Text("file", event.place.file);
  line.Number("line", event.place.line);
  line.Number("column", event.place.column);
}

void AddStep(Line& line, const Event& event) {
  if (event.step == 0) return;
  line.Number("step", event.step);
  line.Text("stepId", event.step_id);
}

void AddResult(Line& line, const Event& event) {
  line.Always("result", event.result);
  if (event.outcome != event.result) line.Text("outcome", event.outcome);
  line.Text("reason", event.reason);
  if (event.exit_code) line.Raw("exitCode", std::to_string(*event.exit_code));
  line.Raw("seconds", fmt::format("{:.3f}", std::chrono::duration<double>(event.duration).count()));
}

void AddAnnotation(Line& line, const Event& event) {
  line.Always("level", event.level);
  line.Always("message", event.text);
  line.Text("title", event.name);
  AddPlace(line, event);
  if (event.file.empty()) return;
  Line about;
  about.Always("file", event.file);
  if (event.line != 0) about.Number("line", event.line);
  if (event.column != 0) about.Number("column", event.column);
  std::string object = about.Done();
  object.pop_back();
  line.Raw("about", object);
}

void AddDetails(Line& line, const Event& event) {
  switch (event.kind) {
    case Kind::RunStart:
      line.Text("engine", event.text);
      break;
    case Kind::StepStart:
      line.Always("name", event.step_name);
      AddPlace(line, event);
      break;
    case Kind::StepEnd:
      line.Always("name", event.step_name);
      [[fallthrough]];
    case Kind::RunEnd:
    case Kind::JobEnd:
    case Kind::JobSkip:
      AddResult(line, event);
      if (event.kind != Kind::RunEnd) AddPlace(line, event);
      break;
    case Kind::Log:
      line.Always("stream", event.stream == Stream::Err ? "stderr" : "stdout");
      line.Text("kind", event.level);
      line.Always("line", event.text);
      break;
    case Kind::Annotation:
      AddAnnotation(line, event);
      break;
    case Kind::Output:
      line.Always("name", event.name);
      line.Always("value", event.text);
      break;
    case Kind::Artifact:
      line.Always("name", event.name);
      line.Number("bytes", event.bytes);
      break;
    case Kind::Summary:
      line.Always("text", event.text);
      break;
    case Kind::JobQueued:
    case Kind::JobStart:
      AddPlace(line, event);
      break;
  }
}

}  // namespace

std::string IsoTime(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += text[i++];
    } else if (c == '\n') {
      json += "\\n";
      ++i;
    } else if (c == '\t') {
      json += "\\t";
      ++i;
    } else if (c < 0x20 || c == 0x7f) {
      json += fmt::format("\\u{:04x}", c);
      ++i;
    } else if (c < 0x80) {
      json += text[i++];
    } else {
      // One code point at a time, so that only the bytes that are damaged are replaced.
      const size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
      const std::string_view point = text.substr(i, length);
      const bool whole = c >= 0xc0 && point.size() == length && !FindInvalidUtf8(point);
      json += whole ? point : std::string_view("\\ufffd");
      i += whole ? length : 1;
    }
  }
  return json + '"';
}

void Ndjson::On(const Event& event) {
  Line line;
  line.Raw("version", "1");
  line.Always("time", IsoTime(event.time));
  line.Always("event", EventName(event.kind));
  const bool of_run = event.kind == Kind::RunStart || event.kind == Kind::RunEnd;
  if (of_run) {
    line.Always("pipeline", pipeline_);
  } else {
    line.Always("job", pipeline_ + "." + event.job);
    if (event.shown != event.job) line.Text("title", event.shown);
    if (event.matrix.kind() == expr::Kind::Object) line.Raw("matrix", expr::PrintCompactJson(event.matrix));
    AddStep(line, event);
  }
  AddDetails(line, event);
  sink_(line.Done());
}

}  // namespace sluice::report

#include "runtime/report/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"

namespace sluice::report {
namespace {

constexpr size_t kKeptOutput = 16 * 1024;

// Text for XML 1.0: escapes, and no characters that it cannot hold.
std::string Escape(std::string_view text) {
  std::string xml;
  for (char c : text) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') xml += c;
    }
  }
  return FindInvalidUtf8(xml) ? std::string("(not UTF-8)") : xml;
}

double Seconds(std::chrono::microseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::string Case(const std::string& suite, const Event& step, const std::string& output) {
  std::string xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", Escape(suite),
                                Escape(step.step_name), Seconds(step.duration));
  if (step.place.known()) xml += fmt::format(" file=\"{}\" line=\"{}\"", Escape(step.place.file), step.place.line);
  if (step.result == "success") return xml + "/>\n";
  if (step.result == "failure")
    return xml + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", Escape(step.reason),
                             Escape(output));
  return xml + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                           Escape(step.reason.empty() ? step.result : step.reason));
}

}  // namespace

Junit::Suite& Junit::Of(const Event& event) {
  for (auto& [name, suite] : suites_)
    if (name == event.shown) return suite;
  return suites_.emplace_back(event.shown, Suite()).second;
}

void Junit::On(const Event& event) {
  switch (event.kind) {
    case Kind::StepEnd:
      Of(event).steps.push_back(event);
      if (event.result != "failure") Of(event).output.erase(event.step);
      return;
    case Kind::JobEnd:
    case Kind::JobSkip:
      Of(event).end = event;
      return;
    case Kind::Log: {
      std::string& output = Of(event).output[event.step];
      output += event.text + "\n";
      if (output.size() > kKeptOutput) output.erase(0, output.size() - kKeptOutput / 2);
      return;
    }
    default:
      return;
  }
}

std::string Junit::Document() const {
  size_t tests = 0, failures = 0, skipped = 0;
  std::string suites;
  for (const auto& [name, suite] : suites_) {
    std::string cases;
    size_t suite_failures = 0, suite_skipped = 0;
    std::vector<Event> steps = suite.steps;
    const bool told = std::ranges::any_of(steps, [](const Event& e) { return e.result == "failure"; });
    if (steps.empty() || (suite.end.result == "failure" && !told)) {
      steps.push_back(suite.end);
      steps.back().step_name = "job";
    }
    for (const Event& step : steps) {
      suite_failures += step.result == "failure" ? 1 : 0;
      suite_skipped += step.result != "failure" && step.result != "success" ? 1 : 0;
      const auto output = suite.output.find(step.step);
      cases += Case(pipeline_ + "." + name, step, output == suite.output.end() ? "" : output->second);
    }
    suites += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n{}"
        "  </testsuite>\n",
        Escape(pipeline_ + "." + name), steps.size(), suite_failures, suite_skipped, Seconds(suite.end.duration),
        cases);
    tests += steps.size();
    failures += suite_failures;
    skipped += suite_skipped;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" "
      "skipped=\"{}\">\n{}</testsuites>\n",
      Escape(pipeline_), tests, failures, skipped, suites);
}

}  // namespace sluice::report

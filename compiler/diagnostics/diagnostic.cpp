#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sluice::diagnostics {

Build::Build(Code code, Span at, std::string message, std::string label, Rule rule)
    : diagnostic_{code, Info(code).severity, std::move(message), {at, std::move(label), {}}, {}, {}, false, rule} {}

Build& Build::Also(Span at, std::string text) {
  diagnostic_.labels.push_back({at, std::move(text), {}});
  return *this;
}

Build& Build::Say(std::string note) {
  diagnostic_.notes.push_back({std::move(note), {}});
  return *this;
}

Build& Build::Say(std::string note, Fix fix) {
  diagnostic_.notes.push_back({std::move(note), std::move(fix)});
  return *this;
}

Build& Build::FixLabel(Fix fix) {
  diagnostic_.primary.fix = std::move(fix);
  return *this;
}

Build& Build::Label(std::string text) {
  diagnostic_.primary.text = std::move(text);
  return *this;
}

Build& Build::WholeFile() {
  diagnostic_.whole_file = true;
  return *this;
}

Fix Replace(Span at, std::string text, std::string title, bool safe) {
  return {std::move(title), safe, {{at, std::move(text)}}};
}

bool Sink::has_errors() const {
  return std::ranges::any_of(diagnostics_, [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

void Sort(std::vector<Diagnostic>& diagnostics, const source::SourceMap& sources) {
  auto path = [&](const Diagnostic& d) -> std::string_view {
    if (!d.primary.at.valid()) return {};
    return sources.file(sources.FileOf(d.primary.at)).path;
  };
  auto less = [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(path(a), a.primary.at.begin, a.code) < std::tuple(path(b), b.primary.at.begin, b.code);
  };
  std::ranges::stable_sort(diagnostics, less);
  auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.code == b.code && a.primary.at == b.primary.at && a.message == b.message;
  };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

}  // namespace sluice::diagnostics

#include "compiler/diagnostics/render_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/base/text.h"

namespace sluice::diagnostics {
namespace {

using Json = nlohmann::ordered_json;
using source::Position;
using source::SourceMap;

std::string FileOf(Span at, const SourceMap& sources) {
  return at.valid() ? sources.file(sources.FileOf(at)).path : std::string();
}

Json PositionJson(const Position& at) { return {{"line", at.line}, {"column", at.column}, {"byte", at.byte}}; }

Json RangeJson(Span at, const SourceMap& sources) {
  if (!at.valid()) return nullptr;
  return {{"start", PositionJson(sources.Begin(at))}, {"end", PositionJson(sources.End(at))}};
}

Json FixJson(const Fix& fix, const SourceMap& sources) {
  Json edits = Json::array();
  for (const Edit& edit : fix.edits)
    edits.push_back({{"file", FileOf(edit.at, sources)}, {"range", RangeJson(edit.at, sources)}, {"text", edit.text}});
  return {{"title", fix.title}, {"safe", fix.safe}, {"edits", std::move(edits)}};
}

Json DiagnosticJson(const Diagnostic& d, const SourceMap& sources) {
  Json labels = Json::array(), notes = Json::array(), fixes = Json::array();
  if (d.primary.fix) fixes.push_back(FixJson(*d.primary.fix, sources));
  for (const Label& label : d.labels) {
    labels.push_back(
        {{"file", FileOf(label.at, sources)}, {"range", RangeJson(label.at, sources)}, {"text", label.text}});
    if (label.fix) fixes.push_back(FixJson(*label.fix, sources));
  }
  for (const Note& note : d.notes) {
    notes.push_back(note.text);
    if (note.fix) fixes.push_back(FixJson(*note.fix, sources));
  }
  return {{"code", Info(d.code).name},
          {"severity", SeverityName(d.severity)},
          {"message", d.message},
          {"file", FileOf(d.primary.at, sources)},
          {"range", RangeJson(d.primary.at, sources)},
          {"label", d.primary.text},
          {"labels", std::move(labels)},
          {"notes", std::move(notes)},
          {"fixes", std::move(fixes)}};
}

// What workflow commands want escaped; `,` and `:` only in properties.
std::string EscapeCommand(std::string_view text, bool property) {
  std::string out = ReplaceAll(ReplaceAll(ReplaceAll(text, "%", "%25"), "\r", "%0D"), "\n", "%0A");
  return property ? ReplaceAll(ReplaceAll(out, ":", "%3A"), ",", "%2C") : out;
}

}  // namespace

std::string RenderJson(std::span<const Diagnostic> diagnostics, const SourceMap& sources) {
  Json all = Json::array();
  for (const Diagnostic& d : diagnostics) all.push_back(DiagnosticJson(d, sources));
  const Json document{{"version", 1},
                      {"diagnostics", std::move(all)},
                      {"errors", std::ranges::count(diagnostics, Severity::Error, &Diagnostic::severity)},
                      {"warnings", std::ranges::count(diagnostics, Severity::Warning, &Diagnostic::severity)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string RenderGithub(std::span<const Diagnostic> diagnostics, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic& d : diagnostics) {
    std::string place;
    if (d.primary.at.valid()) {
      const Position begin = sources.Begin(d.primary.at), end = sources.End(d.primary.at);
      place = fmt::format("file={},line={},col={},endLine={},endColumn={},",
                          EscapeCommand(FileOf(d.primary.at, sources), true), begin.line, begin.column, end.line,
                          end.column);
    }
    std::string message = d.message;
    if (!d.primary.text.empty()) message += "\n" + d.primary.text;
    for (const Note& note : d.notes) message += "\n" + note.text;
    out += fmt::format("::{} {}title={}::{}\n", SeverityName(d.severity), place, Info(d.code).name,
                       EscapeCommand(message, false));
  }
  return out;
}

}  // namespace sluice::diagnostics

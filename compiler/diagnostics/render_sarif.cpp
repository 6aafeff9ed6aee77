#include "compiler/diagnostics/render_sarif.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/diagnostics/explain.h"

namespace sluice::diagnostics {
namespace {

using Json = nlohmann::ordered_json;
using source::Position;
using source::SourceMap;

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view Level(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Notice:
      break;
  }
  return "note";
}

// A path as a relative reference of RFC 3986: what is no unreserved character or `/` is percent-encoded.
std::string UriOf(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    if (plain)
      uri += c;
    else
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

class Log {
 public:
  Log(std::span<const Diagnostic> diagnostics, const SourceMap& sources)
      : diagnostics_(diagnostics), sources_(sources) {}

  Json Run(std::string_view version) {
    Json results = Json::array();
    for (const Diagnostic& d : diagnostics_) results.push_back(Result(d));
    Json driver{{"name", "Sluice"}, {"version", version}, {"rules", std::move(rules_)}};
    return {{"tool", {{"driver", std::move(driver)}}},
            {"columnKind", "unicodeCodePoints"},
            {"originalUriBaseIds", {{"%SRCROOT%", {{"description", {{"text", "The root of the project."}}}}}}},
            {"results", std::move(results)}};
  }

 private:
  size_t RuleIndex(Code code) {
    const auto [found, added] = indices_.try_emplace(code, indices_.size());
    if (added) rules_.push_back(Rule(code));
    return found->second;
  }

  static Json Rule(Code code) {
    const CodeInfo& info = Info(code);
    Json rule{{"id", info.name}, {"shortDescription", {{"text", info.title}}}};
    if (const auto explained = Explain(code)) rule["fullDescription"] = {{"text", explained->text}};
    rule["help"] = {{"text", RenderExplanation(code)}};
    rule["defaultConfiguration"] = {{"level", Level(info.severity)}};
    return rule;
  }

  // Nothing for a mistake of no file, such as one of the command line.
  std::optional<Json> Place(Span at, bool whole_file) const {
    if (!at.valid()) return std::nullopt;
    Json place{
        {"artifactLocation", {{"uri", UriOf(sources_.file(sources_.FileOf(at)).path)}, {"uriBaseId", "%SRCROOT%"}}}};
    if (!whole_file) place["region"] = Region(at);
    return place;
  }

  Json Region(Span at) const {
    const Position begin = sources_.Begin(at), end = sources_.End(at);
    return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
  }

  Json Result(const Diagnostic& d) {
    std::string message = d.message;
    if (!d.primary.text.empty()) message += ": " + d.primary.text;
    for (const Note& note : d.notes) message += "\n" + note.text;
    Json result{{"ruleId", Info(d.code).name},
                {"ruleIndex", RuleIndex(d.code)},
                {"level", Level(d.severity)},
                {"message", {{"text", std::move(message)}}}};
    if (auto place = Place(d.primary.at, d.whole_file))
      result["locations"] = Json::array({{{"physicalLocation", std::move(*place)}}});
    if (Json related = Related(d); !related.empty()) result["relatedLocations"] = std::move(related);
    if (Json fixes = Fixes(d); !fixes.empty()) result["fixes"] = std::move(fixes);
    return result;
  }

  Json Related(const Diagnostic& d) const {
    Json related = Json::array();
    for (const Label& label : d.labels)
      if (auto place = Place(label.at, false))
        related.push_back({{"physicalLocation", std::move(*place)}, {"message", {{"text", label.text}}}});
    return related;
  }

  Json Fixes(const Diagnostic& d) const {
    Json fixes = Json::array();
    const auto add = [&](const std::optional<Fix>& fix) {
      if (fix && !fix->edits.empty()) fixes.push_back(OneFix(*fix));
    };
    add(d.primary.fix);
    for (const Label& label : d.labels) add(label.fix);
    for (const Note& note : d.notes) add(note.fix);
    return fixes;
  }

  Json OneFix(const Fix& fix) const {
    std::map<std::string, Json> by_file;
    for (const Edit& edit : fix.edits) {
      Json& replacements =
          by_file.try_emplace(sources_.file(sources_.FileOf(edit.at)).path, Json::array()).first->second;
      Json replacement{{"deletedRegion", Region(edit.at)}};
      if (!edit.text.empty()) replacement["insertedContent"] = {{"text", edit.text}};
      replacements.push_back(std::move(replacement));
    }
    Json changes = Json::array();
    for (auto& [path, replacements] : by_file)
      changes.push_back({{"artifactLocation", {{"uri", UriOf(path)}, {"uriBaseId", "%SRCROOT%"}}},
                         {"replacements", std::move(replacements)}});
    return {{"description", {{"text", fix.title}}}, {"artifactChanges", std::move(changes)}};
  }

  std::span<const Diagnostic> diagnostics_;
  const SourceMap& sources_;
  Json rules_ = Json::array();
  std::map<Code, size_t> indices_;
};

}  // namespace

std::string RenderSarif(std::span<const Diagnostic> diagnostics, const SourceMap& sources, std::string_view version) {
  const Json log{
      {"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({Log(diagnostics, sources).Run(version)})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sluice::diagnostics

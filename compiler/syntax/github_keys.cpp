// P0102: keys that people bring along from GitHub's files.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/syntax/places.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

constexpr std::string_view kImport = "`sluice import FILE.yml` translates whole workflows.";

// A key that is a statement or declaration here. `here` continues "this is GitHub's key; here …".
struct Moved {
  std::string_view key, message, here;
};
constexpr std::array kMoved = {
    Moved{"steps", "steps are written as statements", "`run`, `uses` and `step` stand in the job itself"},
    Moved{"jobs", "jobs are written as declarations", "`job NAME { ... }` stands in the pipeline itself"},
    Moved{"on", "triggers are written as statements", "`on push` stands in the pipeline itself"},
    Moved{"defaults", "defaults are written as settings", "`shell` and `working-directory` stand in the job itself"},
    Moved{"outputs", "outputs are written as statements", "`output NAME = ...` stands in the job itself"},
    Moved{"with", "inputs are written as arguments",
          "they stand behind the action: `uses owner/repo@v1(input: value)`"},
    Moved{"inputs", "inputs are written as parameters",
          "they stand behind the name: `pipeline NAME(input: string = \"\")`"},
    Moved{"id", "a step gets its name by `let`", "`let NAME = run ...` gives its outputs a name"}};

bool StandsIn(std::string_view key, Place place) {
  if (key == "with" || key == "id") return place == Place::Step || place == Place::Job || place == Place::Steps;
  if (key == "steps") return place == Place::Job || place == Place::Pipeline;
  if (key == "jobs" || key == "on" || key == "inputs") return place == Place::Pipeline;
  return place == Place::Pipeline || place == Place::Job;
}

Diagnostic Minutes(const source::SourceMap& sources, const Ast& ast, const Setting& setting) {
  const Expr& value = ast[setting.value];
  const bool number = value.kind == ExprKind::Int;
  const std::string minutes = number ? value.text + "m" : "15m";
  const std::string instead = setting.key.text.substr(0, setting.key.text.size() - 8) + ": " + minutes;
  Build problem(Code::P0102, setting.key.span, "settings are written without `-minutes`",
                fmt::format("this is GitHub's key for  {}", instead));
  if (number)
    problem.FixLabel(Replace(source::Join(setting.key.span, value.outer), instead, "write `" + instead + "`"));
  problem.Say(fmt::format("Durations carry their unit here. {}", kImport));
  (void)sources;
  return problem;
}

Diagnostic Matrix(const Setting& setting, std::string_view job) {
  return Build(Code::P0102, setting.key.span, "the matrix stands in the head of the job",
               fmt::format("this is GitHub's key for  job {} for AXIS in [...]", job.empty() ? "NAME" : job))
      .Say(std::string(kImport));
}

}  // namespace

std::optional<Diagnostic> ExplainGitHubKey(source::Span key, std::string_view text, std::string_view value,
                                           source::Span colon) {
  if (text == "uses" || text == "run") {
    return Build(Code::P0102, key, fmt::format("`{}` is written without a colon", text),
                 fmt::format("this is GitHub's key for  {}", value))
        .FixLabel(Replace(colon, "", "remove the colon", false))
        .Say(std::string(kImport));
  }
  const auto* moved = std::ranges::find(kMoved, text, &Moved::key);
  if (moved == kMoved.end()) return std::nullopt;
  return Build(Code::P0102, key, std::string(moved->message), fmt::format("this is GitHub's key; here {}", moved->here))
      .Say(std::string(kImport));
}

std::optional<Diagnostic> CheckGitHubKey(const source::SourceMap& sources, const Ast& ast, const Setting& setting,
                                         Place place, std::string_view job) {
  const std::string& key = setting.key.text;
  if (setting.key.quoted || place == Place::Other || place == Place::File) return std::nullopt;
  if (key == "timeout-minutes") return Minutes(sources, ast, setting);
  if ((key == "strategy" || key == "matrix") && place == Place::Job) return Matrix(setting, job);
  if (key == "uses" || key == "run") {
    const Expr& value = ast[setting.value];
    const source::Span colon{setting.key.span.end, std::max(setting.key.span.end, value.outer.begin)};
    const bool script = value.kind == ExprKind::String && value.quote == Quote::Block;
    const std::string shown =
        script ? key + " |" : fmt::format("{} {}", key, key == "run" ? "`command`" : "owner/repo@v1");
    return Build(Code::P0102, setting.key.span, fmt::format("`{}` is written without a colon", key),
                 fmt::format("this is GitHub's key for  {}", shown))
        .FixLabel(Replace(colon, " ", "remove the colon", script))
        .Say(std::string(kImport));
  }
  return StandsIn(key, place) ? ExplainGitHubKey(setting.key.span, key, "", {}) : std::nullopt;
}

}  // namespace sluice::syntax

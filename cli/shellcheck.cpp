#include "cli/shellcheck.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "compiler/base/temporary_folder.h"
#include "compiler/base/text.h"
#include "runtime/fetch/process.h"

namespace sluice::cli {
namespace {

namespace fs = std::filesystem;
using diagnostics::Build;
using diagnostics::Code;
using source::Span;

// A script as the shell of the step reads it.
struct EmittedScript {
  std::string shell;  // "bash" or "sh"
  std::string text;
  std::vector<Span> lines;
};

std::string ConstantText(const std::optional<model::Value>& value) {
  return value && value->is(model::Value::Kind::String) ? value->text : "";
}

// The first word of the shell that holds for the step.
std::string ShellOf(const model::Pipeline& pipeline, const model::Job& job, const model::Run& run) {
  std::string shell = ConstantText(run.shell);
  if (shell.empty() && job.defaults) shell = ConstantText(job.defaults->shell);
  if (shell.empty() && pipeline.defaults) shell = ConstantText(pipeline.defaults->shell);
  return shell.substr(0, shell.find(' '));
}

std::vector<EmittedScript> ScriptsOf(const model::Program& program) {
  std::vector<EmittedScript> scripts;
  for (const model::Pipeline& pipeline : program.pipelines)
    for (const model::JobId id : pipeline.jobs) {
      const model::Job& job = program.jobs[id];
      for (const model::StepId step : job.steps) {
        const auto* run = std::get_if<model::Run>(&program.steps[step].body);
        if (run == nullptr || run->lines.empty() || !run->script.is(model::Value::Kind::String)) continue;
        std::string shell = ShellOf(pipeline, job, *run);
        if (shell == "bash" || shell == "sh") scripts.push_back({std::move(shell), run->script.text, run->lines});
      }
    }
  return scripts;
}

// The byte of the column (from 1, in code points) in a line.
size_t ByteOf(std::string_view line, size_t column) {
  size_t at = 0;
  for (; column > 1 && at < line.size(); --column) do
      ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80);
  return at;
}

// A line of an emitted script beside the source that it came from. Between what both begin and end with stands what the
// compiler wrote for placeholders: that is shown as a whole.
class LinePlace {
 public:
  LinePlace(std::string_view emitted, Span source, const source::SourceMap& sources) : emitted_(emitted) {
    std::string_view text = sources.Text(source);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    whole_ = {source.begin, source.begin + static_cast<uint32_t>(text.size())};
    const size_t shorter = std::min(text.size(), emitted.size());
    while (before_ < shorter && text[before_] == emitted[before_]) ++before_;
    while (after_ < shorter - before_ && text[text.size() - 1 - after_] == emitted[emitted.size() - 1 - after_])
      ++after_;
  }

  Span At(size_t begin_column, size_t end_column) const {
    const Span begin = Byte(ByteOf(emitted_, begin_column));
    const Span end = Byte(ByteOf(emitted_, std::max(end_column, begin_column + 1)));
    const Span at{begin.begin, std::max(end.end, begin.begin)};
    return at.size() > 0 ? at : whole_;
  }

 private:
  // The place of a byte of the emitted line: between its neighbours, or around all that was replaced.
  Span Byte(size_t at) const {
    if (at <= before_) return {whole_.begin + static_cast<uint32_t>(at), whole_.begin + static_cast<uint32_t>(at)};
    const auto from_end = static_cast<uint32_t>(emitted_.size() - at);
    if (emitted_.size() - at <= after_) return {whole_.end - from_end, whole_.end - from_end};
    return {whole_.begin + static_cast<uint32_t>(before_), whole_.end - static_cast<uint32_t>(after_)};
  }

  std::string_view emitted_;
  Span whole_;
  size_t before_ = 0, after_ = 0;
};

void AddFinding(Project& project, const EmittedScript& script, const nlohmann::json& finding) {
  const auto line = finding.value("line", size_t{0}), end_line = finding.value("endLine", line);
  if (line == 0 || line > script.lines.size() || !script.lines[line - 1].valid()) return;
  const auto lines = SplitString(script.text, '\n');
  const size_t column = finding.value("column", size_t{1});
  const size_t end = end_line == line ? finding.value("endColumn", column) : lines[line - 1].size() + 1;
  const Span at = LinePlace(lines[line - 1], script.lines[line - 1], project.sources).At(column, end);
  std::string message = finding.value("message", "");
  if (message.ends_with('.')) message.pop_back();
  const std::string code = fmt::format("SC{}", finding.value("code", 0));
  project.sink.Add(
      Build(Code::P0520, at, "shellcheck: " + message, code)
          .Say(fmt::format("More about it:   https://www.shellcheck.net/wiki/{}", code))
          .Say(fmt::format("To leave it so, write in the script above that line:   # shellcheck disable={}", code)));
}

// SC1091: a file that a script sources is not there while we look.
Status CheckShell(Project& project, const std::vector<EmittedScript>& scripts, const std::string& shell,
                  const std::string& shellcheck) {
  const TemporaryFolder scratch("shellcheck");
  if (!scratch.ok()) return Error{scratch.error()};
  fetch::Program program;
  program.arguments = {shellcheck,         "--norc",          "--format=json1",
                       "--exclude=SC1091", "--severity=info", "--shell=" + shell};
  program.time = std::chrono::minutes(2);
  for (size_t i = 0; i < scripts.size(); ++i) {
    if (scripts[i].shell != shell) continue;
    const fs::path file = fs::path(scratch.path()) / std::to_string(i);
    std::ofstream(file, std::ios::binary) << scripts[i].text;
    program.arguments.push_back(file.string());
  }
  if (program.arguments.size() == 6) return {};
  SLUICE_ASSIGN(const fetch::Finished finished, fetch::Run(program));
  if (finished.timed_out) return Error{"shellcheck did not end within two minutes"};
  const auto found = nlohmann::json::parse(finished.out, nullptr, false);
  if (!found.is_object() || !found.contains("comments"))
    return Error{fmt::format("{} did not say what it found: {}", shellcheck,
                             finished.errors.substr(0, finished.errors.find('\n')))};
  for (const auto& finding : found["comments"]) {
    const std::string name = fs::path(finding.value("file", "")).filename().string();
    size_t index = 0;
    for (const char c : name) index = IsAsciiDigit(c) ? index * 10 + static_cast<size_t>(c - '0') : scripts.size();
    if (!name.empty() && index < scripts.size()) AddFinding(project, scripts[index], finding);
  }
  return {};
}

}  // namespace

std::string FindShellcheck() {
  if (const char* given = std::getenv("SLUICE_SHELLCHECK")) return given;
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : SplitString(path == nullptr ? "" : path, ':')) {
    const fs::path file = fs::path(folder) / "shellcheck";
    if (!folder.empty() && access(file.c_str(), X_OK) == 0) return file.string();
  }
  return "";
}

Status CheckScripts(Project& project, const model::Program& program, const std::string& shellcheck) {
  // The same script in rows or rounds is read once for each place where it was written.
  std::vector<EmittedScript> scripts;
  std::set<std::pair<uint32_t, std::string>> seen;
  for (EmittedScript& script : ScriptsOf(program))
    if (seen.emplace(script.lines.front().begin, script.shell + script.text).second)
      scripts.push_back(std::move(script));
  for (const char* shell : {"bash", "sh"}) SLUICE_RETURN_IF_ERROR(CheckShell(project, scripts, shell, shellcheck));
  return {};
}

}  // namespace sluice::cli

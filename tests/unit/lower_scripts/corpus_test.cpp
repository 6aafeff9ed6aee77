// The run scripts of real workflows lower, and their shells still parse them. Each `${{ … }}` counts as a run-time
// string.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "compiler/base/temporary_folder.h"
#include "compiler/base/text.h"
#include "compiler/load/load.h"
#include "tests/support/samples.h"
#include "tests/unit/lower_scripts/harness.h"
#include "tests/unit/lower_scripts/interpreters.h"

namespace sluice::lower::scripts {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> Workflows(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".yml" || entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string ConstantText(const std::optional<model::Value>& value) {
  return value && value->is(model::Value::Kind::String) ? value->text : "";
}

// The shell of a step as GitHub chooses it; nothing for one that nobody knows how to hand values to.
std::optional<Shell> ShellOf(const model::Pipeline& pipeline, const model::Job& job, const model::Run& run) {
  std::string shell = ConstantText(run.shell);
  if (shell.empty() && job.defaults) shell = ConstantText(job.defaults->shell);
  if (shell.empty() && pipeline.defaults) shell = ConstantText(pipeline.defaults->shell);
  if (shell == "bash" || shell.starts_with("bash ")) return Shell::Bash;
  if (shell == "sh" || shell.starts_with("sh ")) return Shell::Sh;
  const std::string program = shell.substr(0, shell.find(' '));
  if (program == "pwsh" || program == "powershell") return Shell::PowerShell;
  if (program == "node") return Shell::JavaScript;
  if (program.starts_with("python")) return Shell::Python;
  if (!shell.empty()) return std::nullopt;
  const std::string runner = job.runner ? ConstantText(job.runner->labels) : "";
  if (runner.starts_with("windows")) return Shell::PowerShell;
  return job.container ? Shell::Sh : Shell::Bash;
}

// The script as lowering takes it; nothing when it has no placeholder.
std::optional<Script> ScriptOf(const model::Value& text, Shell shell) {
  if (!text.is(model::Value::Kind::Text)) return std::nullopt;
  Script script;
  script.shell = shell;
  for (const model::TextPart& piece : text.parts) {
    Part part;
    part.text = piece.literal;
    if (piece.expr) {
      Placeholder p;
      p.source = expr::Print(*piece.expr);
      p.value = *piece.expr;
      const bool path = p.source.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == std::string::npos;
      if (path) p.path = p.source;
      part.placeholder = script.placeholders.size();
      script.placeholders.push_back(std::move(p));
    }
    script.parts.push_back(std::move(part));
  }
  return script;
}

// What became of the scripts for one shell.
struct Count {
  size_t scripts = 0, same = 0, refused = 0, parsed = 0;
  std::map<std::string, size_t> reasons;
  std::vector<std::string> programs;  // of languages that are no shells: those that lower
  size_t mended = 0;                  // refused, but the offered fixes were enough
};

// The program of actions/github-script, which is JavaScript.
const model::Value* CodeOf(const model::Uses& uses) {
  if (!uses.target.text.starts_with("actions/github-script@") || !uses.with) return nullptr;
  for (const auto& [name, value] : uses.with->entries)
    if (name.text == "script") return &value;
  return nullptr;
}

// Which of the files the shell cannot parse.
std::vector<std::string> Unparsed(const fs::path& folder, const std::string& shell, size_t count) {
  std::ofstream(folder / "check") << fmt::format(
      "i=0; while [ $i -lt {} ]; do if [ -f $i ]; then {} -n ./$i 2>err.$i || echo $i; fi; i=$((i + 1)); done\n", count,
      shell);
  if (std::system(fmt::format("cd {} && dash check > wrong", folder.string()).c_str()) != 0)
    return {"the shell did not start"};
  std::vector<std::string> wrong;
  const std::string printed = ReadAll(folder / "wrong");
  for (const std::string_view line : SplitString(printed, '\n'))
    if (!line.empty()) wrong.emplace_back(line);
  return wrong;
}

// Lowers the scripts of the corpus into files of a scratch folder.
class Survey {
 public:
  explicit Survey(fs::path folder) : folder_(std::move(folder)) {}

  void Workflow(const fs::path& path) {
    source::SourceMap sources;
    model::Program program;
    diagnostics::Sink sink;
    if (!load::LoadWorkflow(sources, sources.Add(path.string(), ReadAll(path)), program, sink)) return;
    for (const model::Pipeline& pipeline : program.pipelines) {
      for (const model::JobId job_id : pipeline.jobs) {
        const model::Job& job = program.jobs[job_id];
        for (const model::StepId step : job.steps) {
          const auto* run = std::get_if<model::Run>(&program.steps[step].body);
          const auto* uses = std::get_if<model::Uses>(&program.steps[step].body);
          const model::Value* code = uses != nullptr ? CodeOf(*uses) : nullptr;
          const auto shell = run != nullptr    ? ShellOf(pipeline, job, *run)
                             : code != nullptr ? std::optional(Shell::JavaScript)
                                               : std::nullopt;
          const auto script = shell ? ScriptOf(run != nullptr ? run->script : *code, *shell) : std::nullopt;
          if (script) One(*script, sources, path);
        }
      }
    }
  }

  // The same for a language that is no shell. Of what it refuses, most is a string that a fix makes expand.
  std::pair<size_t, size_t> ReportPrograms(Shell language, const char* name) {
    const Count& count = counts_[language];
    const bool parser = !InterpretersFor(language).empty();
    const auto wrong =
        parser && !count.programs.empty() ? Unparsable(language, count.programs) : std::vector<std::string>();
    std::string reasons;
    for (const auto& [code, n] : count.reasons) reasons += fmt::format(" {} {}", code, n);
    fmt::print("{}: {} of {} programs with placeholders lower{}, {} of them after the offered fixes; {} refused:{}\n",
               name, count.programs.size() - wrong.size(), count.scripts, parser ? " and parse" : "", count.mended,
               count.refused, reasons);
    for (size_t i = 0; i < wrong.size() && i < 12; ++i) fmt::print("  {}\n", wrong[i]);
    return {count.programs.size() - wrong.size(), count.scripts};
  }

  // Prints what came out for a shell; gives the scripts that parse, and all.
  std::pair<size_t, size_t> Report(Shell shell) {
    const Count& count = counts_[shell];
    const std::string name = ProgramOf(shell);
    const auto wrong = Unparsed(folder_ / name, name, count.parsed);
    std::string reasons;
    for (const auto& [code, n] : count.reasons) reasons += fmt::format(" {} {}", code, n);
    fmt::print(
        "{}: {} of {} scripts with placeholders lower and parse; {} refused:{}; {} lower and do not parse; "
        "{} repetitions left out\n",
        name, count.parsed - wrong.size(), count.scripts, count.refused, reasons, wrong.size(), count.same);
    for (size_t i = 0; i < wrong.size() && i < 12; ++i)
      fmt::print("  {} {}", wrong[i], ReadAll(folder_ / name / ("err." + wrong[i])));
    return {count.parsed - wrong.size(), count.scripts};
  }

 private:
  static std::string ProgramOf(Shell shell) { return shell == Shell::Bash ? "bash" : "dash"; }

  void One(const Script& script, const source::SourceMap& sources, const fs::path& path) {
    Count& count = counts_[script.shell];
    std::string key;
    for (const Part& part : script.parts) key += part.text + kHole;
    if (!seen_.insert(key).second) {
      ++count.same;
      return;
    }
    ++count.scripts;
    if (!IsPosix(script.shell)) return Program(script, path, count);
    diagnostics::Sink problems;
    const LoweredScript lowered = LowerScript(script, sources, problems);
    if (problems.has_errors()) return Refused(count, problems, path);
    const fs::path folder = folder_ / ProgramOf(script.shell);
    fs::create_directories(folder);
    std::ofstream(folder / std::to_string(count.parsed++), std::ios::binary) << lowered.text;
  }

  // As it stands in a text block of a source, so that fixes can be carried out.
  static void Program(const Script& script, const fs::path& path, Count& count) {
    std::string text;
    for (const Part& part : script.parts)
      text +=
          part.placeholder ? "${{ v" + std::to_string(*part.placeholder) + " }}" : ReplaceAll(part.text, "${{", "$${{");
    for (int round = 0; round < 20; ++round) {
      Harness harness(text, script.shell);
      const LoweredScript lowered = harness.Lower();
      if (!harness.sink.has_errors()) {
        count.programs.push_back(lowered.text);
        count.mended += round > 0 ? 1 : 0;
        return;
      }
      const auto fixable = std::ranges::find_if(harness.sink.all(), [](const diagnostics::Diagnostic& d) {
        return d.severity == diagnostics::Severity::Error && !d.notes.empty() && d.notes[0].fix &&
               d.notes[0].fix->edits.size() == 1;
      });
      if (fixable == harness.sink.all().end()) return Refused(count, harness.sink, path);
      const diagnostics::Edit& edit = fixable->notes[0].fix->edits[0];
      text.replace(harness.sources.Begin(edit.at).byte, edit.at.end - edit.at.begin, edit.text);
    }
  }

  static void Refused(Count& count, const diagnostics::Sink& problems, const fs::path& path) {
    ++count.refused;
    std::set<std::string> codes;
    for (const auto& d : problems.all())
      if (d.severity == diagnostics::Severity::Error) codes.insert(std::string(diagnostics::Info(d.code).name));
    for (const std::string& code : codes) ++count.reasons[code];
    fmt::print("refused: {}: {}\n", path.filename().string(), problems.all().front().message);
  }

  fs::path folder_;
  std::map<Shell, Count> counts_;
  std::set<std::string> seen_;
};

TEST(Corpus, RunScriptsLowerAndStillParse) {
  const std::vector<fs::path> files = Workflows(fs::path(tests::SharedFolder()) / "corpus/workflows");
  if (files.empty()) GTEST_SKIP() << tests::NoShared();
  const TemporaryFolder scratch("corpus");
  ASSERT_TRUE(scratch.ok()) << scratch.error();
  Survey survey(scratch.path());
  for (const fs::path& path : files) survey.Workflow(path);
  size_t good = 0, all = 0;
  for (const Shell shell : {Shell::Bash, Shell::Sh}) {
    const auto [parsed, scripts] = survey.Report(shell);
    good += parsed;
    all += scripts;
  }
  for (const auto& [language, name] : {std::pair(Shell::PowerShell, "PowerShell"), std::pair(Shell::Python, "Python"),
                                       std::pair(Shell::JavaScript, "JavaScript")}) {
    const auto [lowered, programs] = survey.ReportPrograms(language, name);
    good += lowered;
    all += programs;
  }
  const fs::path floor_file = fs::path(SLUICE_SOURCE_DIR) / "tests/conformance/floors/scripts.txt";
  const size_t floor = std::strtoul(ReadAll(floor_file).c_str(), nullptr, 10);
  fmt::print("{} of {} scripts, floor {}\n", good, all, floor);
  if (std::getenv("SLUICE_UPDATE") != nullptr && good > floor) std::ofstream(floor_file) << good << "\n";
  EXPECT_GE(good, floor);
}

}  // namespace
}  // namespace sluice::lower::scripts

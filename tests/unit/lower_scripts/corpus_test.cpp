// The run scripts of real workflows lower, and their shells still parse them. Each `${{ … }}` counts as a run-time
// string.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "compiler/base/text.h"
#include "compiler/load/load.h"
#include "tests/unit/lower_scripts/harness.h"

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

// The shell of a step as GitHub chooses it; nothing for one that is neither bash nor sh.
std::optional<Shell> ShellOf(const model::Pipeline& pipeline, const model::Job& job, const model::Run& run) {
  std::string shell = ConstantText(run.shell);
  if (shell.empty() && job.defaults) shell = ConstantText(job.defaults->shell);
  if (shell.empty() && pipeline.defaults) shell = ConstantText(pipeline.defaults->shell);
  if (shell == "bash" || shell.starts_with("bash ")) return Shell::Bash;
  if (shell == "sh" || shell.starts_with("sh ")) return Shell::Sh;
  if (!shell.empty()) return std::nullopt;
  const std::string runner = job.runner ? ConstantText(job.runner->labels) : "";
  if (runner.starts_with("windows")) return std::nullopt;
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

struct Count {
  size_t scripts = 0, same = 0, refused = 0, parsed = 0;
  std::map<std::string, size_t> reasons;
};

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

TEST(Corpus, RunScriptsLowerAndStillParse) {
  const std::vector<fs::path> files = Workflows(fs::path(SharedFolder()) / "corpus/workflows");
  if (files.empty()) GTEST_SKIP() << "no corpus at " << SharedFolder();
  std::string pattern = (fs::temp_directory_path() / "sluice-corpus.XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern;
  std::map<Shell, Count> counts;
  std::set<std::string> seen;
  for (const fs::path& path : files) {
    source::SourceMap sources;
    model::Program program;
    diagnostics::Sink sink;
    if (!load::LoadWorkflow(sources, sources.Add(path.string(), ReadAll(path)), program, sink)) continue;
    for (const model::Pipeline& pipeline : program.pipelines) {
      for (const model::JobId job_id : pipeline.jobs) {
        const model::Job& job = program.jobs[job_id];
        for (const model::StepId step : job.steps) {
          const auto* run = std::get_if<model::Run>(&program.steps[step].body);
          if (run == nullptr) continue;
          const auto shell = ShellOf(pipeline, job, *run);
          if (!shell) continue;
          const auto script = ScriptOf(run->script, *shell);
          if (!script) continue;
          Count& count = counts[*shell];
          std::string key;
          for (const Part& part : script->parts) key += part.text + kHole;
          if (!seen.insert(key).second) {
            ++count.same;
            continue;
          }
          ++count.scripts;
          diagnostics::Sink problems;
          const LoweredScript lowered = LowerScript(*script, sources, problems);
          if (problems.has_errors()) {
            ++count.refused;
            std::set<std::string> codes;
            for (const auto& d : problems.all())
              if (d.severity == diagnostics::Severity::Error) codes.insert(std::string(diagnostics::Info(d.code).name));
            for (const std::string& code : codes) ++count.reasons[code];
            if (std::getenv("SLUICE_KEEP") != nullptr)
              fmt::print("refused {}: {}\n{}\n", path.string(), problems.all().front().message,
                         lowered.text.substr(0, 1500));
            continue;
          }
          const fs::path sub = folder / (*shell == Shell::Bash ? "bash" : "dash");
          fs::create_directories(sub);
          std::ofstream(sub / std::to_string(count.parsed++), std::ios::binary) << lowered.text;
        }
      }
    }
  }
  size_t good = 0, all = 0;
  for (auto& [shell, count] : counts) {
    const std::string name = shell == Shell::Bash ? "bash" : "dash";
    const auto wrong = Unparsed(folder / name, name, count.parsed);
    good += count.parsed - wrong.size();
    all += count.scripts;
    std::string reasons;
    for (const auto& [code, n] : count.reasons) reasons += fmt::format(" {} {}", code, n);
    fmt::print(
        "{}: {} of {} scripts with placeholders lower and parse; {} refused:{}; {} lower and do not parse; {} "
        "repetitions left out\n",
        name, count.parsed - wrong.size(), count.scripts, count.refused, reasons, wrong.size(), count.same);
    for (size_t i = 0; i < wrong.size() && i < 12; ++i)
      fmt::print("  {} {}", wrong[i], ReadAll(folder / name / ("err." + wrong[i])));
    if (std::getenv("SLUICE_KEEP") != nullptr) fmt::print("kept in {}\n", folder.string());
  }
  if (std::getenv("SLUICE_KEEP") == nullptr) fs::remove_all(folder);
  const fs::path floor_file = fs::path(SLUICE_SOURCE_DIR) / "tests/conformance/floors/scripts.txt";
  const size_t floor = std::strtoul(ReadAll(floor_file).c_str(), nullptr, 10);
  fmt::print("{} of {} scripts, floor {}\n", good, all, floor);
  if (std::getenv("SLUICE_UPDATE") != nullptr && good > floor) std::ofstream(floor_file) << good << "\n";
  EXPECT_GE(good, floor);
}

}  // namespace
}  // namespace sluice::lower::scripts

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "compiler/catalogue/workflow_schema.h"
#include "compiler/format/format.h"
#include "compiler/import_checked.h"

namespace sluice::import {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<fs::path> Samples() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(SLUICE_SOURCE_DIR) / "tests/testdata/import"))
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

// What import prints for a workflow, and below it what it says about it.
std::string ImportedText(const std::string& name, const std::string& yaml, const Lifts& lifts = {}) {
  source::SourceMap sources;
  diagnostics::Sink sink;
  const source::FileId file = sources.Add(name, yaml);
  const auto checked = compile::ImportWorkflow(sources, file, {}, {}, lifts, {}, sink);
  if (!checked) return "refused: " + (sink.all().empty() ? std::string() : sink.all()[0].message) + "\n";
  std::string text = checked->imported.text;
  std::string verdict = checked->errors.empty() && checked->differences.empty() ? "equal" : "not equal";
  text += fmt::format("# {}, raw blocks: {}\n", verdict, checked->imported.raw_blocks);
  for (const std::string& error : checked->errors) text += "# error: " + error + "\n";
  for (const Difference& d : checked->differences)
    text += fmt::format("# {}: [{}] [{}]\n", d.path, d.loaded, d.lowered);
  for (const Concession& c : checked->imported.concessions)
    text += fmt::format("# line {}: {} {}: {}\n", sources.Begin(c.at).line, c.form, c.code, c.message);
  for (const Pin& pin : checked->imported.pins)
    text += fmt::format("# pin: {}@{} {} {}\n", pin.uses, pin.ref, pin.sha, pin.version);
  for (const std::string& note : checked->imported.notes) text += "# note: " + note + "\n";
  return text;
}

// Each sample has its import beside it. SLUICE_UPDATE=1 writes it anew.
TEST(Import, PrintsTheSamples) {
  const auto samples = Samples();
  ASSERT_GE(samples.size(), 12u);
  for (const fs::path& path : samples) {
    const std::string text = ImportedText(path.filename().string(), ReadAll(path));
    fs::path expected = path;
    expected.replace_extension(".pipe");
    if (std::getenv("SLUICE_UPDATE") != nullptr) std::ofstream(expected, std::ios::binary) << text;
    EXPECT_EQ(ReadAll(expected), text) << path;
  }
}

// Every key that GitHub knows stands in a sample.
TEST(Import, TheSamplesHaveEveryKey) {
  std::string all;
  for (const fs::path& path : Samples()) all += ReadAll(path);
  std::set<std::string> missing;
  for (const char* definition :
       {"workflow-root-strict", "job-factory", "workflow-job", "run-step", "regular-step", "container-mapping",
        "job-environment-mapping", "concurrency-mapping", "workflow-dispatch-input", "strategy", "job-defaults-run"}) {
    const catalogue::Definition* found = catalogue::FindDefinition(definition);
    if (found == nullptr) continue;
    for (const catalogue::Property& property : catalogue::Properties(*found))
      if (all.find(std::string(property.name) + ":") == std::string::npos) missing.insert(std::string(property.name));
  }
  missing.erase("description");  // of the workflow: GitHub's language service alone has it
  EXPECT_TRUE(missing.empty()) << *missing.begin() << " and " << missing.size() - 1 << " more";
}

constexpr const char* kLiftable = R"(on: push
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    outputs:
      v: ${{ steps.s.outputs.v }}
    steps:
      - id: s
        run: echo v=1 >> "$GITHUB_OUTPUT"
  b:
    needs: [a]
    if: ${{ !cancelled() && !failure() && github.ref == 'x' }}
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: ls "${{ needs.a.outputs.v || 'none' }}"
)";

TEST(Lift, Needs) {
  EXPECT_NE(ImportedText("l.yml", kLiftable).find("needs: [a]"), std::string::npos);
  const std::string lifted = ImportedText("l.yml", kLiftable, {.needs = true});
  EXPECT_EQ(lifted.find("needs: [a]"), std::string::npos) << lifted;
  EXPECT_NE(lifted.find("# equal"), std::string::npos) << lifted;
}

TEST(Lift, Defaults) {
  const std::string lifted = ImportedText("l.yml", kLiftable, {.defaults = true});
  EXPECT_NE(lifted.find("\n  runs-on: ubuntu-latest\n"), std::string::npos) << lifted;
  EXPECT_NE(lifted.find("\n  timeout: 5m\n"), std::string::npos) << lifted;
  EXPECT_EQ(lifted.find("\n    runs-on"), std::string::npos) << lifted;
  EXPECT_NE(lifted.find("# equal"), std::string::npos) << lifted;
}

TEST(Lift, Ok) {
  const std::string lifted = ImportedText("l.yml", kLiftable, {.ok = true});
  EXPECT_NE(lifted.find("if: ok() && github.ref == 'x'"), std::string::npos) << lifted;
  EXPECT_NE(lifted.find("# equal"), std::string::npos) << lifted;
}

// What nobody declared is no reason for a job to wait: then the lift is not done.
TEST(Lift, KeepsNeedsThatNobodyDeclared) {
  const std::string yaml = std::string(kLiftable) +
                           "  c:\n    needs: [a]\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n"
                           "      - run: echo ${{ needs.a.outputs.gone }}\n";
  const std::string lifted = ImportedText("l.yml", yaml, {.needs = true});
  EXPECT_NE(lifted.find("needs: [a]"), std::string::npos) << lifted;
}

TEST(Lift, If) {
  const std::string yaml =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
      "      - if: failure()\n        run: one\n      - if: failure()\n        name: Two\n        run: two\n"
      "      - if: env.X == 'x'\n        run: three\n      - if: env.X == 'x'\n        run: four\n";
  const std::string lifted = ImportedText("l.yml", yaml, {.conditions = true});
  EXPECT_NE(lifted.find("    if failure() {\n      run `one`\n      step \"Two\": run `two`\n    }\n"),
            std::string::npos)
      << lifted;
  EXPECT_NE(lifted.find("if env.X == 'x' {\n      run `three`\n    }\n    if env.X == 'x' {\n      run `four`"),
            std::string::npos)
      << lifted;
  EXPECT_NE(lifted.find("# equal"), std::string::npos) << lifted;
}

TEST(Import, KeepsEveryComment) {
  for (const fs::path& path : Samples()) {
    const std::string yaml = ReadAll(path);
    const std::string text = ImportedText(path.filename().string(), yaml);
    for (const std::string comment :
         {"Test every change.", "The sources first.", "the quick ones", "nobody works there", "no such input"})
      if (yaml.find("# " + comment) != std::string::npos) {
        EXPECT_NE(text.find("# " + comment), std::string::npos) << comment;
      }
  }
}

// Whatever the bytes are: a pipeline, or a refusal with a reason.
TEST(Import, NeverFailsWithoutAReason) {
  for (const fs::path& path : Samples()) {
    const std::string yaml = ReadAll(path);
    for (size_t cut = 0; cut < yaml.size(); cut += 97) {
      for (const std::string& text :
           {yaml.substr(0, cut), yaml.substr(cut), yaml.substr(0, cut) + ": [" + yaml.substr(cut)}) {
        source::SourceMap sources;
        diagnostics::Sink sink;
        const source::FileId file = sources.Add("cut.yml", text);
        const auto imported = Import(sources, file, {}, {}, {}, sink);
        if (!imported) {
          EXPECT_TRUE(sink.has_errors()) << text;
          continue;
        }
        source::SourceMap own;
        diagnostics::Sink again;
        const auto formatted = format::Format(own, own.Add("x.pipe", imported->text), again);
        ASSERT_TRUE(formatted.has_value()) << imported->text;
        EXPECT_EQ(*formatted, imported->text);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::import

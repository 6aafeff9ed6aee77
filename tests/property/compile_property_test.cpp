// Programs that show every construct of the first milestone: they compile, twice to the same bytes, and renaming what
// they declare renames what is emitted and nothing else. A damaged program harms no other pipeline.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "compiler/syntax/parse.h"
#include "tests/support/compile/constructs.h"
#include "tests/support/compile/mutants.h"
#include "tests/support/compile/rename.h"
#include "tests/support/program_generator.h"
#include "tests/unit/compile/compile_text.h"

namespace sluice::tests {
namespace {

using compile::Compilation;
using compile::CompileText;
using compile::Files;
using compile::SmallLock;

constexpr uint64_t kPrograms = 200;

Files Project(uint64_t seed) {
  Files files = GenerateProject(seed, seed % 3 == 0);
  files["sluice.lock"] = SmallLock();
  return files;
}

// language.md 2.11: every row with mark 1, every setting of 2.5, every operator and function of 2.6.
const std::set<std::string> kConstructs = {
    // what stands where
    "F: import {}", "F: import as", "F: let", "F: secret", "F: var with type", "F: pipeline", "F: ##",
    "parameter string", "parameter bool", "P: job", "P: for", "P: for if", "P: gate: all", "P: gate: []", "P: let",
    "P: raw", "P: ##", "J: let", "J: run", "J: run bash", "J: run sh", "J: run ->", "J: let = run", "J: uses",
    "J: let = uses", "J: step:", "J: step {}", "J: let = step", "J: if", "J: else if", "J: else", "J: output",
    "J: output file", "J: raw", "S: let", "S: run", "S: step:", "S: step {}", "S: output file", "K: run", "K: uses",
    "K: raw", "job for x", "job for x, y", "run |", "run ``", "uses ()", "# sluice: allow[]",
    // settings
    "P: name:", "P: run-name:", "P: concurrency:", "P: permissions:", "P: env:", "P: timeout:", "P: runs-on:",
    "P: shell:", "P: working-directory:", "P: container:", "J: name:", "J: needs:", "J: if:", "J: permissions:",
    "J: runs-on:", "J: timeout:", "J: continue-on-error:", "J: env:", "J: shell:", "J: working-directory:",
    "J: fail-fast:", "J: max-parallel:", "J: concurrency:", "J: container:", "K: if:", "K: env:", "K: timeout:",
    "K: continue-on-error:", "K: working-directory:", "K: shell:", "concurrency: cancel-previous",
    "concurrency: queue()", "concurrency: latest()", "concurrency: {}",
    // triggers
    "on push", "on pull_request", "on merge_group", "on schedule", "on workflow_dispatch", "on workflow_call",
    "on release", "on …(branches:)", "on …(tags:)", "on …(paths:)", "on …(types:)", "on …(timezone:)",
    // values
    "1", "1.5", "5m", "true", "false", "name", "a.b", "a.*", "a[b]", "a ? b : c", "[]", "{}", "...a", "'text'",
    "\"text\"", "\"text\" with ${{ }}", "`text` with ${{ }}", "| text with ${{ }}", "type string", "type int",
    "type bool", "type file", "prefix !", "prefix -", "a ?? b", "a || b", "a && b", "a == b", "a != b", "a < b",
    "a <= b", "a > b", "a >= b", "a in b", "a .. b", "a + b", "a - b", "a * b", "a / b", "success()", "failure()",
    "always()", "cancelled()", "ok()", "hashFiles()", "startsWith()", "endsWith()", "contains()", "format()", "join()",
    "toJSON()", "words()", "flag()"};

TEST(Programs, ShowEveryConstruct) {
  std::set<std::string> shown;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    source::SourceMap sources;
    diagnostics::Sink sink;
    for (const auto& [path, text] : GenerateProject(seed))
      shown.merge(ConstructsOf(syntax::Parse(sources, sources.Add(path, text), sink)));
  }
  for (const std::string& construct : kConstructs) EXPECT_TRUE(shown.contains(construct)) << "never: " << construct;
  std::printf("%zu constructs in %d programs\n", kConstructs.size(), static_cast<int>(kPrograms));
}

TEST(Programs, CompileTwiceToTheSameBytes) {
  size_t lines = 0;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Files files = Project(seed);
    const Compilation first = CompileText(files), second = CompileText(files);
    ASSERT_EQ(first.errors, 0u) << first.messages << files.at("ci.pipe");
    ASSERT_EQ(first.outputs.size(), 1u);
    ASSERT_EQ(first.outputs, second.outputs);
    ASSERT_EQ(first.messages, second.messages);
    lines += static_cast<size_t>(std::ranges::count(first.outputs.begin()->second, '\n'));
  }
  std::printf("%d programs give %zu lines, twice the same\n", static_cast<int>(kPrograms), lines);
}

TEST(Programs, RenamingRenamesAndNothingElse) {
  size_t names = 0;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Files files = Project(seed);
    const Renaming renaming = RenameAll(files);
    names += renaming.size();
    for (const auto& [from, to] : renaming) ASSERT_NE(from, to);
    Files renamed = files;
    for (const char* source : {"ci.pipe", "names.pipe"}) renamed[source] = Renamed(files.at(source), renaming);
    const Compilation before = CompileText(files), after = CompileText(renamed);
    ASSERT_EQ(before.errors, 0u) << before.messages;
    ASSERT_EQ(after.errors, 0u) << after.messages << renamed["ci.pipe"];
    std::map<std::string, std::string> expected;
    for (const auto& [path, text] : before.outputs) expected[Renamed(path, renaming)] = Renamed(text, renaming);
    ASSERT_EQ(expected, after.outputs) << files.at("ci.pipe");
    ASSERT_EQ(Renamed(before.messages, renaming), after.messages);
  }
  std::printf("%zu names of %d programs renamed\n", names, static_cast<int>(kPrograms));
}

}  // namespace
}  // namespace sluice::tests

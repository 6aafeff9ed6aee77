// A damaged program: no crash, no exception, one error a damaged item and none that follows from it, and the files of all
// other pipelines stay as they are, those of its own file included.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/property/random.h"
#include "tests/unit/compile/compile_text.h"
#include "tests/support/compile/mutants.h"
#include "tests/support/program_generator.h"
#include "tests/support/samples.h"

namespace sluice::tests {
namespace {

using compile::Compilation;
using compile::CompileText;
using compile::Files;
using compile::SmallLock;

namespace fs = std::filesystem;

constexpr const char* kNeighbour = R"(
## Stands beside what is damaged.
pipeline {}(neighbour-input: string = "x") {{
  on push(branches: [main])
  on workflow_dispatch
  job neighbour-build {{
    uses actions/checkout@v7
    let neighbour-made = run -> {{ neighbour-tag: string }} `echo "neighbour-tag=1" >> "$GITHUB_OUTPUT"`
    output neighbour-tag = neighbour-made.neighbour-tag
  }}
  job neighbour-test for neighbour-axis in [1, 2] {{
    run `echo ${{{{ neighbour-axis }}}} ${{{{ neighbour-input }}}} ${{{{ neighbour-build.neighbour-tag }}}}`
  }}
  gate neighbour-gate: all
}}
)";

std::string Neighbour(std::string_view name) { return fmt::format(fmt::runtime(kNeighbour), name); }
std::string OutputOf(std::string_view name) { return fmt::format(".github/workflows/{}.yml", name); }

struct Case {
  std::string name;
  Files files;
  std::string damaged;  // which of the files
};

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// A folder with sources and a lock; each source of it is damaged once.
void AddFolder(const fs::path& folder, const std::string& name, std::vector<Case>& cases) {
  Files files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (entry.path().extension() == ".pipe" || entry.path().filename() == "sluice.lock")
      files[entry.path().filename()] = ReadAll(entry.path());
  if (!files.contains("sluice.lock")) return;
  for (const auto& [path, text] : files)
    if (path.ends_with(".pipe")) cases.push_back({name + "/" + path, files, path});
}

std::vector<Case> Cases(uint64_t seed) {
  std::vector<Case> cases;
  for (const std::string sample : {"a", "b", "e"})
    AddFolder(fs::path(SharedFolder()) / "design/samples" / sample, "sample " + sample, cases);
  for (const auto& entry : fs::directory_iterator(fs::path(SLUICE_SOURCE_DIR) / "examples"))
    AddFolder(entry.path(), entry.path().filename(), cases);
  for (uint64_t n = 0; n < 3; ++n) {
    Files files = GenerateProject(seed + n);
    files["sluice.lock"] = SmallLock();
    cases.push_back({fmt::format("generated {}", seed + n), files, "ci.pipe"});
  }
  for (Case& one : cases) {
    one.files["neighbour.pipe"] = Neighbour("neighbour");
    // The lock of a sample has what it needs itself; the neighbours need a checkout.
    if (one.files["sluice.lock"].find("\"actions/checkout\"") == std::string::npos)
      one.files["sluice.lock"] = SmallLock();
  }
  return cases;
}

std::string Body(const std::string& text, bool whole) { return whole ? text : text.substr(text.find('\n')); }

class Damage {
 public:
  explicit Damage(const Case& one) : case_(one), files_(one.files), text_(one.files.at(one.damaged)) {
    // Two more pipelines in the file itself, around what is damaged.
    const size_t imports = text_.rfind("import ");
    begin_ = imports == std::string::npos ? 0 : text_.find('\n', imports) + 1;
    before_ = Neighbour("before"), after_ = Neighbour("after");
    files_[case_.damaged] = Around(text_, begin_);
    whole_ = CompileText(files_);
  }

  void Try(const Mutant& mutant, std::map<size_t, size_t>& errors) {
    Files files = files_;
    const size_t moved = mutant.begin < begin_ ? mutant.text.size() - text_.size() : 0;  // (wraps around)
    files[case_.damaged] = Around(mutant.text, begin_ + moved);
    const Compilation built = CompileText(files);
    const size_t more = built.errors - std::min(built.errors, whole_.errors);
    ++errors[more];
    for (const char* other : {"neighbour", "before", "after"}) {
      const std::string path = OutputOf(other);
      ASSERT_TRUE(whole_.good.contains(path)) << whole_.messages;
      const auto it = built.good.find(path);
      ASSERT_TRUE(it != built.good.end()) << case_.name << ": " << mutant.what << " loses " << path << "\n"
                                          << built.messages;
      // The first line names what the file imports, which is shared by all pipelines of a file.
      const bool alone = std::string_view(other) == "neighbour";
      ASSERT_EQ(Body(it->second, alone), Body(whole_.good.at(path), alone)) << case_.name << ": " << mutant.what;
    }
  }

 private:
  std::string Around(const std::string& text, size_t at) const {
    return text.substr(0, at) + before_ + text.substr(at) + after_;
  }

  const Case& case_;
  Files files_;
  std::string text_, before_, after_;
  size_t begin_ = 0;
  Compilation whole_;
};

TEST(Mutation, HarmsNoOtherPipeline) {
  const uint64_t seed = property::SeedOfThisRun();
  std::printf("SLUICE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  property::Random random(seed);
  const size_t one_in = std::getenv("SLUICE_ALL_MUTANTS") != nullptr ? 1 : 12;
  size_t tried = 0, all = 0;
  std::map<size_t, size_t> errors;
  for (const Case& one : Cases(seed)) {
    Damage damage(one);
    for (const Mutant& mutant : Mutants(one.files.at(one.damaged))) {
      ++all;
      if (!random.OneIn(one_in)) continue;
      ++tried;
      damage.Try(mutant, errors);
    }
  }
  for (const auto& [count, mutants] : errors) std::printf("%zu mutants with %zu errors\n", mutants, count);
  std::printf("%zu of %zu mutants tried\n", tried, all);
}

}  // namespace
}  // namespace sluice::tests

// The union of all checks of actionlint, zizmor and GitHub's own tools, row by row: what cannot be written, or is reported.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>

#include "compiler/base/text.h"
#include "tests/diagnostics/project.h"
#include "tests/support/samples.h"

namespace sluice::tests {
namespace {

const fs::path kTests = fs::path(SLUICE_SOURCE_DIR) / "tests";

struct Proof {
  int row = 0;
  std::string how, where, what;
};

std::vector<Proof> Proofs() {
  std::vector<Proof> proofs;
  const std::string text = ReadFile(kTests / "diagnostics/checks.txt");
  for (const std::string_view line : SplitString(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto fields = SplitString(line, '\t');
    if (fields.size() != 4) throw std::runtime_error("checks.txt: " + std::string(line));
    proofs.push_back(
        {std::stoi(std::string(fields[0])), std::string(fields[1]), std::string(fields[2]), std::string(fields[3])});
  }
  return proofs;
}

// The rows of the table that are marked U (unrepresentable) or T (the compiler must report it), with their text.
std::map<int, std::string> Rows() {
  std::map<int, std::string> rows;
  const fs::path file = fs::path(SharedFolder()) / "reference/github-actions.md";
  if (!fs::exists(file)) return rows;
  static const std::regex form(R"(^\| (\d+) \| (.*) \| [^|]* \| ([^|]*) \|$)");
  static const std::regex mark(R"(\b[UT]\b)");
  std::smatch match;
  const std::string text = ReplaceAll(ReadFile(file), "\\|", "/");
  for (const std::string_view view : SplitString(text, '\n')) {
    const std::string line(view);
    if (!std::regex_match(line, match, form)) continue;
    if (const std::string marks = match[3]; std::regex_search(marks, mark)) rows[std::stoi(match[1])] = match[2];
  }
  return rows;
}

// The workflow that a program of tests/testdata/checks becomes; NAME.toml is its sluice.toml.
const std::string& Emitted(const std::string& name) {
  static std::map<std::string, std::string> known;
  if (const auto it = known.find(name); it != known.end()) return it->second;
  const Project project;
  project.Write("sluice.lock", OwnLock());
  const fs::path folder = kTests / "testdata/checks";
  project.Write(name + ".pipe", ReadFile(folder / (name + ".pipe")));
  if (fs::exists(folder / (name + ".toml"))) project.Write("sluice.toml", ReadFile(folder / (name + ".toml")));
  const Printed printed = project.Run("build --stdout " + name + ".pipe");
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  return known[name] = printed.out;
}

// The messages that a wrong program gets; their exact texts are the affair of OwnText.
bool Says(const std::string& program, const std::string& message) {
  const fs::path file = kTests / "testdata/diagnostics" / (program + ".txt");
  if (!fs::exists(file)) return false;
  const std::string text = ReadFile(file);
  const auto lines = SplitString(text, '\n');
  return std::ranges::any_of(lines, [&](std::string_view line) {
    const size_t at = line.find("]: ");
    const bool head = line.starts_with("error[") || line.starts_with("warning[") || line.starts_with("notice[");
    return head && at != std::string_view::npos && line.substr(at + 3).starts_with(message);
  });
}

TEST(Checks, EveryProofHolds) {
  for (const Proof& proof : Proofs()) {
    SCOPED_TRACE("row " + std::to_string(proof.row) + ", " + proof.where + ": " + proof.what);
    if (proof.how == "says") {
      EXPECT_TRUE(Says(proof.where, proof.what));
    } else if (proof.how == "emits") {
      EXPECT_NE(Emitted(proof.where).find(proof.what), std::string::npos) << Emitted(proof.where);
    } else {
      ASSERT_EQ(proof.how, "test");
      EXPECT_NE(ReadFile(fs::path(SLUICE_SOURCE_DIR) / proof.where).find(proof.what), std::string::npos);
    }
  }
}

TEST(Checks, RowsOfTheReference) {
  const std::map<int, std::string> rows = Rows();
  if (rows.empty()) GTEST_SKIP() << NoShared();
  std::set<int> shown;
  for (const Proof& proof : Proofs()) {
    EXPECT_TRUE(rows.contains(proof.row)) << "row " << proof.row << " is not marked U or T";
    shown.insert(proof.row);
  }
  for (const auto& [row, text] : rows)
    if (!shown.contains(row)) std::printf("owed: %d %s\n", row, text.c_str());
  const fs::path floor_file = kTests / "conformance/floors/checks.txt";
  const size_t floor = std::strtoul(ReadFile(floor_file).c_str(), nullptr, 10);
  std::printf("%zu of %zu rows are impossible to write or reported, floor %zu\n", shown.size(), rows.size(), floor);
  if (std::getenv("SLUICE_UPDATE") != nullptr && shown.size() > floor)
    WriteFile(floor_file, std::to_string(shown.size()) + "\n");
  EXPECT_GE(shown.size(), floor);
}

}  // namespace
}  // namespace sluice::tests

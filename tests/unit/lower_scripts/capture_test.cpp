// What a script prints as its output, by execution: in every shell, with scripts that end in every way.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/lower_scripts/harness.h"
#include "tests/unit/lower_scripts/shells.h"

namespace sluice::lower::scripts {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = 0;
  std::string shown;   // in the log
  std::string output;  // what $GITHUB_OUTPUT says, its marks left out
};

std::string ReadAll(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// `name<<MARK`, lines, MARK: the lines.
std::string Unmarked(const std::string& text) {
  if (!text.starts_with("stdout<<")) return text;
  const std::string mark = text.substr(8, text.find('\n') - 8);
  const size_t end = text.rfind("\n" + mark + "\n");
  if (mark.size() != 32 || end == std::string::npos) return "not closed: " + text;
  const size_t begin = 8 + mark.size() + 1;
  return end < begin ? "" : text.substr(begin, end - begin);
}

Ended Execute(const std::string& shell, const Capture& capture, Shell kind, const std::string& body) {
  std::string pattern = (fs::temp_directory_path() / "sluice-capture.XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  Harness harness(body, kind);
  harness.script.capture = capture;
  std::ofstream(folder / "script") << harness.Lower().text;
  std::ofstream(folder / "output") << "";
  const std::string command = fmt::format(
      "cd '{0}' && RUNNER_TEMP='{0}' GITHUB_OUTPUT='{0}/output' {1} ./script > log 2> err", folder.string(), shell);
  const int status = std::system(command.c_str());
  Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadAll(folder / "log"),
              Unmarked(ReadAll(folder / "output"))};
  fs::remove_all(folder);
  return ended;
}

class Captures : public testing::Test {
 protected:
  // GitHub's ways to call a shell, with what lowering says of them.
  void InEveryShell(const std::string& body, int code, const std::string& shown, const std::string& output) {
    for (const std::string& bash : ShellsFor(Shell::Bash)) {
      Expect(bash + " --noprofile --norc -eo pipefail", {"p", true, true}, Shell::Bash, body, code, shown, output);
      Expect(bash + " -e", {"p", false, true}, Shell::Bash, body, code, shown, output);
    }
    for (const std::string& sh : ShellsFor(Shell::Sh))
      Expect(sh + " -e", {"p", false, true}, Shell::Sh, body, code, shown, output);
  }
  void Expect(const std::string& shell, const Capture& capture, Shell kind, const std::string& body, int code,
              const std::string& shown, const std::string& output) {
    const Ended ended = Execute(shell, capture, kind, body);
    EXPECT_EQ(ended.code, code) << shell << ": " << body;
    EXPECT_EQ(ended.shown, shown) << shell << ": " << body;
    EXPECT_EQ(ended.output, output) << shell << ": " << body;
  }
};

TEST_F(Captures, EverythingPrinted) {
  InEveryShell("echo one; echo two", 0, "one\ntwo\n", "one\ntwo");
  InEveryShell("printf 'no line end'", 0, "no line end", "no line end");
  InEveryShell("printf 'a\\n\\nb\\n\\n\\n'", 0, "a\n\nb\n\n\n", "a\n\nb");
  InEveryShell("true", 0, "", "");
  InEveryShell("printf 'stdout<<X\\nEOF\\nX\\n'", 0, "stdout<<X\nEOF\nX\n", "stdout<<X\nEOF\nX");
  InEveryShell("cat <<EOF\n} | tee\nEOF", 0, "} | tee\n", "} | tee");
  InEveryShell("echo said # } not a brace", 0, "said\n", "said");
  InEveryShell("echo a \\", 0, "a\n", "a");
}

TEST_F(Captures, FailuresAreTheStepsFailures) {
  InEveryShell("echo begun; exit 3", 3, "begun\n", "");
  InEveryShell("echo begun; false; echo never", 1, "begun\n", "");
  InEveryShell("echo begun\n(exit 4)\necho never", 4, "begun\n", "");
  InEveryShell("echo done; exit 0; echo never", 0, "done\n", "done");
}

// `bash {0}` goes on when a command fails; the last one decides.
TEST_F(Captures, ShellsThatGoOn) {
  for (const std::string& bash : ShellsFor(Shell::Bash)) {
    Expect(bash, {"p", false, false}, Shell::Bash, "false; echo on", 0, "on\n", "on");
    Expect(bash, {"p", false, false}, Shell::Bash, "echo on; false", 1, "on\n", "");
  }
}

}  // namespace
}  // namespace sluice::lower::scripts

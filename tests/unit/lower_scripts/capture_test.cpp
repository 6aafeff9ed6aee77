// What a script prints as its output, by execution: in every shell, with scripts that end in every way.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/base/temporary_folder.h"
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

// GitHub's ways to call a shell, with what lowering says of them.
struct Way {
  std::string command;
  Shell kind = Shell::Bash;
  bool pipefail = false;
  bool errexit = true;
};

std::vector<Way> Ways() {
  std::vector<Way> ways;
  for (const std::string& bash : ShellsFor(Shell::Bash)) {
    ways.push_back({bash + " --noprofile --norc -eo pipefail", Shell::Bash, true, true});
    ways.push_back({bash + " -e", Shell::Bash, false, true});
  }
  for (const std::string& sh : ShellsFor(Shell::Sh)) ways.push_back({sh + " -e", Shell::Sh, false, true});
  return ways;
}

// `sleep` says how long, and returns at once. `attempts` 1: not repeated.
Ended Execute(const Way& way, const std::string& body, bool captured, int attempts) {
  const TemporaryFolder scratch("capture");
  const fs::path folder = scratch.path();
  Harness harness(body, way.kind);
  if (captured) harness.script.capture = Capture{"p", way.pipefail};
  harness.script.errexit = way.errexit;
  harness.script.attempts = attempts;
  std::ofstream(folder / "script") << harness.Lower().text;
  std::ofstream(folder / "output") << "";
  std::ofstream(folder / "sleep") << "#!/bin/sh\necho \"slept $1\"\n";
  fs::permissions(folder / "sleep", fs::perms::owner_all);
  const std::string command = fmt::format(
      "cd '{0}' && PATH=\"{0}:$PATH\" RUNNER_TEMP='{0}' GITHUB_OUTPUT='{0}/output' {1} ./script > log 2> err",
      folder.string(), way.command);
  const int status = std::system(command.c_str());
  Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadAll(folder / "log"),
              Unmarked(ReadAll(folder / "output"))};
  return ended;
}

void Expect(const Way& way, const std::string& body, int code, const std::string& shown, const std::string& output) {
  const Ended ended = Execute(way, body, true, 1);
  EXPECT_EQ(ended.code, code) << way.command << ": " << body;
  EXPECT_EQ(ended.shown, shown) << way.command << ": " << body;
  EXPECT_EQ(ended.output, output) << way.command << ": " << body;
}

void InEveryShell(const std::string& body, int code, const std::string& shown, const std::string& output) {
  for (const Way& way : Ways()) Expect(way, body, code, shown, output);
}

TEST(Captures, EverythingPrinted) {
  InEveryShell("echo one; echo two", 0, "one\ntwo\n", "one\ntwo");
  InEveryShell("printf 'no line end'", 0, "no line end", "no line end");
  InEveryShell("printf 'a\\n\\nb\\n\\n\\n'", 0, "a\n\nb\n\n\n", "a\n\nb");
  InEveryShell("true", 0, "", "");
  InEveryShell("printf 'stdout<<X\\nEOF\\nX\\n'", 0, "stdout<<X\nEOF\nX\n", "stdout<<X\nEOF\nX");
  InEveryShell("cat <<EOF\n} | tee\nEOF", 0, "} | tee\n", "} | tee");
  InEveryShell("echo said # } not a brace", 0, "said\n", "said");
  InEveryShell("echo a \\", 0, "a\n", "a");
}

TEST(Captures, FailuresAreTheStepsFailures) {
  InEveryShell("echo begun; exit 3", 3, "begun\n", "");
  InEveryShell("echo begun; false; echo never", 1, "begun\n", "");
  InEveryShell("echo begun\n(exit 4)\necho never", 4, "begun\n", "");
  InEveryShell("echo done; exit 0; echo never", 0, "done\n", "done");
}

// `bash {0}` goes on when a command fails; the last one decides.
TEST(Captures, ShellsThatGoOn) {
  for (const std::string& bash : ShellsFor(Shell::Bash)) {
    const Way way{bash, Shell::Bash, false, false};
    Expect(way, "false; echo on", 0, "on\n", "on");
    Expect(way, "echo on; false", 1, "on\n", "");
  }
}

constexpr const char* kCount = "n=$(cat n 2> /dev/null || echo 0); n=$((n + 1)); echo $n > n; echo try $n\n";

TEST(Attempts, GoOnUntilOneSucceeds) {
  for (const Way& way : Ways()) {
    const Ended ended = Execute(way, std::string(kCount) + "[ $n = 3 ]; echo done", false, 4);
    EXPECT_EQ(ended.code, 0) << way.command;
    EXPECT_EQ(ended.shown,
              "try 1\n::warning::attempt 1 of 4 ended with exit code 1; the next one begins in 5 seconds\nslept 5\n"
              "try 2\n::warning::attempt 2 of 4 ended with exit code 1; the next one begins in 10 seconds\nslept 10\n"
              "try 3\ndone\n")
        << way.command;
  }
}

TEST(Attempts, EndAsTheLastOne) {
  for (const Way& way : Ways()) {
    const Ended ended = Execute(way, std::string(kCount) + "exit $((n + 40)) # \\", false, 2);
    EXPECT_EQ(ended.code, 42) << way.command;
    const Ended first = Execute(way, "echo at once; exit 0; echo never", false, 3);
    EXPECT_EQ(first.code, 0) << way.command;
    EXPECT_EQ(first.shown, "at once\n") << way.command;
  }
}

TEST(Attempts, GiveWhatTheLastOnePrinted) {
  for (const Way& way : Ways()) {
    const Ended ended = Execute(way, std::string(kCount) + "test $n = 2", true, 3);
    EXPECT_EQ(ended.code, 0) << way.command;
    EXPECT_EQ(ended.output, "try 2") << way.command;
    EXPECT_EQ(Execute(way, "echo no; exit 7", true, 2).code, 7) << way.command;
  }
}

TEST(Attempts, OfAShellThatGoesOn) {
  for (const std::string& bash : ShellsFor(Shell::Bash)) {
    const Ended ended = Execute({bash, Shell::Bash, false, false}, std::string(kCount) + "false; [ $n = 2 ]", false, 3);
    EXPECT_EQ(ended.code, 0) << bash;
  }
}

}  // namespace
}  // namespace sluice::lower::scripts

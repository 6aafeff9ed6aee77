#include "runtime/steps/shells.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace sluice::steps {
namespace {

std::string Line(std::string_view name, bool container = false) {
  auto shell = FindShell(name, container);
  return shell.ok() ? fmt::format("{}", fmt::join(shell->CommandLine("/s"), "|")) : "error: " + shell.error().message;
}

TEST(Shells, AreStartedAsOnARunner) {
  EXPECT_EQ(Line(""), "bash|-e|/s");
  EXPECT_EQ(Line("", true), "sh|-e|/s");
  EXPECT_EQ(Line("bash"), "bash|--noprofile|--norc|-e|-o|pipefail|/s");
  EXPECT_EQ(Line("sh"), "sh|-e|/s");
  EXPECT_EQ(Line("python"), "python|/s");
  EXPECT_EQ(Line("pwsh"), "pwsh|-command|. '/s'");
  EXPECT_EQ(Line("perl {0}"), "perl|/s");
  EXPECT_EQ(Line("perl -w {0} \"a b\" c\\\"d \"\""), "perl|-w|/s|a b|c\"d|");
  EXPECT_EQ(Line("bash -c 'source {0}'"), "bash|-c|'source|/s'") << "single quotes do not group: .NET splits the line";
  EXPECT_EQ(Line("cp {0} action.yml"), "cp|/s|action.yml");
}

// `pwsh -File` insists on the extension, and the runner's own shells keep theirs with other flags.
TEST(Shells, KnowTheirFilesByTheProgram) {
  EXPECT_EQ(FindShell("bash -l {0}", false)->extension, ".sh");
  EXPECT_EQ(FindShell("python -u {0}", false)->extension, ".py");
  EXPECT_EQ(FindShell("pwsh -File {0}", false)->extension, ".ps1");
  EXPECT_EQ(FindShell("pwsh -File {0}", false)->prologue, FindShell("pwsh", false)->prologue);
  EXPECT_EQ(FindShell("perl {0}", false)->extension, "");
}

TEST(Shells, UnknownOnesAreErrors) {
  EXPECT_EQ(Line("zsh"),
            "error: Invalid shell option `zsh`. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a "
            "format string containing '{0}'");
  EXPECT_EQ(Line("cmd"), "error: the shell `cmd` exists on Windows runners only");
}

}  // namespace
}  // namespace sluice::steps

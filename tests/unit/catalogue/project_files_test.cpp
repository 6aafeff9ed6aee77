// sluice.lock and sluice.toml: what they say, and one P1002 with its place for each mistake.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "tests/support/samples.h"

namespace sluice::catalogue {
namespace {

struct Reading {
  source::SourceMap sources;
  diagnostics::Sink sink;
  source::FileId file;

  explicit Reading(std::string text, std::string path = "sluice.toml")
      : file(sources.Add(std::move(path), std::move(text))) {}

  // "2:5 message" of each diagnostic.
  std::vector<std::string> Problems() const {
    std::vector<std::string> out;
    for (const auto& d : sink.all()) {
      const auto at = sources.Begin(d.primary.at);
      out.push_back(fmt::format("{}:{} {}", at.line, at.column, d.message));
    }
    return out;
  }
};
using Strings = std::vector<std::string>;

Strings ProjectProblems(std::string text) {
  Reading reading(std::move(text));
  ReadProject(reading.sources, reading.file, reading.sink);
  return reading.Problems();
}

constexpr std::string_view kGoodLock = R"(# Written by `sluice lock`. Commit it; do not edit.
version = 1

[[action]]
uses = "actions/attest"
ref = "v4"
sha = "a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32"
version = "v4.1.0"
using = "composite"
permissions = { attestations = "write", id-token = "write" }
permissions-if = ["push-to-registry=true: packages=write, contents=read", "!token: issues=read", "x: pages=read"]
outputs = ["bundle-path"]

[action.inputs]
mode = "enum(true, false, recursive)!~"
path = "lines!"
token = "secret"

[[action]]
uses = "Swatinem/rust-cache"
ref = "v2"
sha = "6323deb102c322ba6fcbdcafc7e3dddab59af2b6"
version = "v2.9.2"
using = "node24"
outputs = []
)";

TEST(Lock, ReadsAndPrintsTheSameBytes) {
  Reading reading{std::string(kGoodLock), "sluice.lock"};
  const Lock lock = ReadLock(reading.sources, reading.file, reading.sink);
  EXPECT_EQ(reading.Problems(), Strings());
  EXPECT_EQ(PrintLock(lock), kGoodLock);
  const ActionPin* pin = lock.Find("Actions/Attest", "v4");
  ASSERT_NE(pin, nullptr);
  EXPECT_EQ(pin->runtime, "composite");
  ASSERT_TRUE(pin->permissions.has_value());
  EXPECT_EQ(pin->permissions->at(1).scope, "id-token");
  EXPECT_EQ(pin->permissions_if.at(0).value, "true");
  EXPECT_EQ(pin->permissions_if.at(0).grants.size(), 2u);
  EXPECT_TRUE(pin->permissions_if.at(1).negated);
  EXPECT_EQ(pin->FindInput("PATH")->kind, InputKind::Lines);
  EXPECT_TRUE(pin->FindInput("path")->required);
  EXPECT_TRUE(pin->FindInput("mode")->deprecated);
  EXPECT_EQ(pin->FindInput("mode")->members.size(), 3u);
  EXPECT_TRUE(pin->HasOutput("bundle-path"));
  EXPECT_EQ(lock.Find("actions/attest", "V4"), nullptr);
  EXPECT_FALSE(lock.Find("swatinem/rust-cache", "v2")->permissions.has_value());
}

TEST(Lock, ABranchHasNoVersion) {
  const std::string text =
      "# Written by `sluice lock`. Commit it; do not edit.\nversion = 1\n\n[[action]]\nuses = \"a/b\"\nref = \"main\"\n"
      "sha = \"6323deb102c322ba6fcbdcafc7e3dddab59af2b6\"\nusing = \"node24\"\noutputs = []\n";
  Reading reading(text, "sluice.lock");
  const Lock lock = ReadLock(reading.sources, reading.file, reading.sink);
  EXPECT_EQ(reading.Problems(), Strings());
  EXPECT_EQ(lock.Find("a/b", "main")->version, "");
  EXPECT_EQ(PrintLock(lock), text);
}

TEST(Lock, EveryMistakeHasItsPlace) {
  const auto problems = [](std::string text) {
    Reading reading(std::move(text), "sluice.lock");
    ReadLock(reading.sources, reading.file, reading.sink);
    return reading.Problems();
  };
  const std::string head =
      "version = 1\n[[action]]\nuses = \"a/b\"\nref = \"v1\"\nversion = \"v1\"\nusing = \"node24\"\n";
  const std::string sha = "sha = \"6323deb102c322ba6fcbdcafc7e3dddab59af2b6\"\n";
  EXPECT_EQ(problems(head), Strings{"2:1 `sha` is missing"});
  EXPECT_EQ(problems(head + "sha = \"6323\"\n"), Strings{"7:7 this is no commit"});
  EXPECT_EQ(problems(head + sha + "outptus = []\n"), Strings{"8:1 [[action]] has no setting `outptus`"});
  EXPECT_EQ(problems(head + sha + "outputs = [1]\n"), Strings{"8:12 arrays hold strings only in this file"});
  EXPECT_EQ(problems(head + sha + "permissions = { content = \"read\" }\n"),
            Strings{"8:17 `content` is no permission of GitHub's token"});
  EXPECT_EQ(problems(head + sha + "permissions-if = [\"x packages=write\"]\n"),
            Strings{"8:19 this says no condition for permissions"});
  EXPECT_EQ(problems(head + sha + "[action.inputs]\na = \"list\"\n"), Strings{"9:5 input `a` has no kind that I know"});
  EXPECT_EQ(problems("version = 2\n"), Strings{"1:11 sluice.lock has format 2; this sluice reads format 1"});
  EXPECT_EQ(problems(head + sha + "\n" + head.substr(12) + sha), Strings{"10:8 `a/b@v1` is pinned twice"});
  EXPECT_EQ(problems("<<<<<<< HEAD\n"), Strings{"1:1 a key is expected here"});
}

TEST(Lock, ComparesVersionsAsPeopleDo) {
  EXPECT_TRUE(VersionLess("v9", "v10"));
  EXPECT_TRUE(VersionLess("v1.9.2", "v1.10.0"));
  EXPECT_TRUE(VersionLess("v2.0.0-rc.1", "v2.0.0"));
  EXPECT_TRUE(VersionLess("v2", "v2.1"));
  EXPECT_FALSE(VersionLess("v2.0.0", "v2.0.0-rc.1"));
  EXPECT_FALSE(VersionLess("v3", "v3"));
  EXPECT_TRUE(VersionLess("2.1", "v2.2"));
}

TEST(Lock, TheSamplesAreReadAndPrintedUnchanged) {
  int seen = 0;
  for (const std::string name : {"a", "b", "e", "f"}) {
    const auto text = tests::ReadShared("design/samples/" + name + "/sluice.lock");
    if (!text) continue;
    ++seen;
    Reading reading(*text, "sluice.lock");
    const Lock lock = ReadLock(reading.sources, reading.file, reading.sink);
    EXPECT_EQ(reading.Problems(), Strings()) << name;
    EXPECT_EQ(PrintLock(lock), *text) << name;
  }
  if (seen == 0) GTEST_SKIP() << tests::NoShared();
}

TEST(Project, DefaultsHoldWithoutAFile) {
  const Project project;
  EXPECT_EQ(project.out, ".github/workflows");
  EXPECT_EQ(project.default_runner, "ubuntu-latest");
  EXPECT_FALSE(project.required);
  EXPECT_FALSE(CheckVersion(project, "0.1.0").has_value());
}

TEST(Project, ReadsEverySetting) {
  Reading reading(R"([project]
version = "0.4.2"
name = "nova"                      # a comment
sources = [ "*.pipe",
  "ci/**/*.pipe", ]  # over two lines
out = "./.github/workflows/"
targets = ["github", "kubernetes"]
[github]
server = "ghes-3.17"
default-runner = "gpu-box"
default-timeout = "2h"
cancel-pull-requests = true
required = true
[runners]
gpu-box = { os = "linux", arch = "x64", image = "img:1", tools = ["kubectl"], ephemeral = true, network = "internal" }
"ubuntu-24.04" = { image = "sluice/ubuntu" }
[runners.mac]
os = 'macos'
arch = "arm64"
[run]
engine = "oci"
network = "on"
env-file = ".env"
[lint]
deny = ["P0613"]
allow = ["P0624"]
)");
  const Project project = ReadProject(reading.sources, reading.file, reading.sink);
  EXPECT_EQ(reading.Problems(), Strings());
  EXPECT_EQ(project.version, "0.4.2");
  EXPECT_EQ(project.name, "nova");
  EXPECT_EQ(project.sources, (Strings{"*.pipe", "ci/**/*.pipe"}));
  EXPECT_EQ(project.out, ".github/workflows");
  EXPECT_EQ(project.default_runner, "gpu-box");
  EXPECT_EQ(project.default_timeout, 120);
  EXPECT_TRUE(project.cancel_pull_requests);
  EXPECT_TRUE(project.required);
  ASSERT_EQ(project.runners.size(), 3u);
  EXPECT_EQ(project.FindRunner("GPU-box")->tools, Strings{"kubectl"});
  EXPECT_EQ(project.FindRunner("ubuntu-24.04")->os, "linux");
  EXPECT_EQ(project.FindRunner("ubuntu-24.04")->image, "sluice/ubuntu");
  EXPECT_EQ(project.FindRunner("mac")->arch, "arm64");
  EXPECT_TRUE(project.network);
  EXPECT_EQ(project.deny.size(), 1u);
  ASSERT_TRUE(CheckVersion(project, "0.1.0").has_value());
  EXPECT_EQ(CheckVersion(project, "0.1.0")->message, "this project is written by sluice 0.4.2, and this is 0.1.0");
  EXPECT_FALSE(CheckVersion(project, "0.4.2").has_value());
}

TEST(Project, EveryMistakeHasItsPlace) {
  EXPECT_EQ(ProjectProblems("[projcet]\nname = \"x\"\n"), Strings{"1:2 sluice.toml has no setting `projcet`"});
  EXPECT_EQ(ProjectProblems("[project]\nversion = 1\n"), Strings{"2:11 `version` is a string"});
  EXPECT_EQ(ProjectProblems("[project]\nversion = \"1\"\n"), Strings{"2:11 \"1\" is no version of sluice"});
  EXPECT_EQ(ProjectProblems("[project]\nout = \"../x\"\n"), Strings{"2:7 `out` lies outside the project"});
  EXPECT_EQ(ProjectProblems("[project]\nout = \"/x\"\n"), Strings{"2:7 `out` lies outside the project"});
  EXPECT_EQ(ProjectProblems("[github]\ndefault-runner = \"ubunt\"\n"),
            Strings{"2:18 I do not know a runner called `ubunt`"});
  for (const std::string wrong : {"30", "m", "0m", "-5m", "121h", "1.5h", "30 m", "9999999999999m"})
    EXPECT_EQ(ProjectProblems("[github]\ndefault-timeout = \"" + wrong + "\"\n"),
              Strings{"2:19 `" + wrong + "` is no time limit of a job"});
  EXPECT_EQ(ProjectProblems("[runners]\nx = { arch = \"x64\" }\n"), Strings{"2:5 `os` is missing"});
  EXPECT_EQ(ProjectProblems("[runners]\nx = { os = \"bsd\", arch = \"x64\" }\n"),
            Strings{"2:12 `os` cannot be \"bsd\""});
  EXPECT_EQ(ProjectProblems("[run]\nnetwork = true\n"), Strings{"2:11 `network` is a string"});
  EXPECT_EQ(ProjectProblems("[lint]\ndeny = [\"P9999\"]\n"), Strings{"2:9 there is no code `P9999`"});
  EXPECT_EQ(ProjectProblems("[lint]\nallow = [\"P0101\"]\n"), Strings{"2:10 `P0101` is not a warning"});
}

TEST(Project, TheTextItselfIsChecked) {
  EXPECT_EQ(ProjectProblems("[project\nname = \"x\"\n"), Strings{"1:9 `]` is expected here"});
  EXPECT_EQ(ProjectProblems("[project]\nname = x\n"), Strings{"2:8 `x` is no value of this file"});
  EXPECT_EQ(ProjectProblems("[project]\nname = \"x\n"), Strings{"2:8 this string is not closed"});
  EXPECT_EQ(ProjectProblems("[project]\nname\n"), Strings{"2:5 `name` has no value"});
  EXPECT_EQ(ProjectProblems("[project]\nname = \"a\"\nname = \"b\"\n"), Strings{"3:1 `name` is set twice"});
  EXPECT_EQ(ProjectProblems("[project]\n[project]\n"), Strings{"2:2 `project` is declared twice"});
  EXPECT_EQ(ProjectProblems("[project]\nname = \"a\" x\n"), Strings{"2:12 only one setting stands on a line"});
  EXPECT_EQ(ProjectProblems("[project]\nname = \"\\q\"\n"), Strings{"2:9 unknown escape in a string"});
  EXPECT_EQ(ProjectProblems("project.name = \"a\"\n"), Strings{"1:1 dotted keys are not used in this file"});
  EXPECT_EQ(ProjectProblems("[project]\nname = 1.5\n"), Strings{"2:8 `1.5` is no value of this file"});
  EXPECT_EQ(ProjectProblems("[project]\nname = \"\"\"a\n\"\"\"\n").front(),
            "2:8 strings of several lines are not used in this file");
  EXPECT_EQ(ProjectProblems("[project]\nsources = [\"a\"\n"), Strings{"2:11 this array is not closed"});
  EXPECT_EQ(ProjectProblems("\xff\n"), Strings{"1:1 this file is not UTF-8 text"});
  EXPECT_EQ(ProjectProblems(""), Strings());
  EXPECT_EQ(ProjectProblems("\xEF\xBB\xBF[project]\r\nname = \"a\\u00e9\"\r\n"), Strings());
  EXPECT_EQ(ProjectProblems("[runners]\na = " + std::string(5000, '{') + "\n").size(), 1u);
}

TEST(Project, LintRaisesAndSilences) {
  Project project;
  project.deny = {diagnostics::Code::P0613};
  project.allow = {diagnostics::Code::P0624};
  std::vector<diagnostics::Diagnostic> found = {diagnostics::Build(diagnostics::Code::P0613, {1, 2}, "a"),
                                                diagnostics::Build(diagnostics::Code::P0624, {1, 2}, "b"),
                                                diagnostics::Build(diagnostics::Code::P0616, {1, 2}, "c")};
  ApplyLint(project, false, found);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].severity, diagnostics::Severity::Error);
  EXPECT_EQ(found[1].severity, diagnostics::Severity::Warning);
  ApplyLint(project, true, found);
  EXPECT_EQ(found[1].severity, diagnostics::Severity::Error);
}

}  // namespace
}  // namespace sluice::catalogue

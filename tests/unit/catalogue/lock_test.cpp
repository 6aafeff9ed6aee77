// Images, tools and workflows in sluice.lock; conflicts that git left in it.
#include "compiler/catalogue/lock.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/catalogue/action_runtimes.h"
#include "compiler/catalogue/lock_merge.h"

namespace sluice::catalogue {
namespace {

using Strings = std::vector<std::string>;

struct Reading {
  source::SourceMap sources;
  diagnostics::Sink sink;
  Lock lock;

  explicit Reading(std::string text) { lock = ReadLock(sources, sources.Add("sluice.lock", std::move(text)), sink); }
  Strings Problems() const {
    Strings out;
    for (const auto& d : sink.all()) {
      const auto at = sources.Begin(d.primary.at);
      out.push_back(fmt::format("{}:{} {}", at.line, at.column, d.message));
    }
    return out;
  }
};

ActionPin Pin(std::string uses, std::string ref, std::string sha, std::string version) {
  ActionPin pin;
  pin.uses = std::move(uses);
  pin.ref = std::move(ref);
  pin.sha = std::move(sha);
  pin.version = std::move(version);
  return pin;
}

constexpr std::string_view kSha = "6323deb102c322ba6fcbdcafc7e3dddab59af2b6";
constexpr std::string_view kDigest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

constexpr std::string_view kAll = R"(# Written by `sluice lock`. Commit it; do not edit.
version = 1

[[action]]
uses = "a/b"
ref = "v1"
sha = "6323deb102c322ba6fcbdcafc7e3dddab59af2b6"
version = "v1.2.0"
using = "docker"
outputs = []

[[image]]
uses = "postgres:15-alpine"
digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

[[image]]
uses = "redis:8"
digest = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

[[tool]]
name = "k6"
version = "1.2.0"
linux-arm64 = { url = "https://x/k6-arm", sha256 = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" }
linux-x64 = { url = "https://x/k6", sha256 = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd" }

[[workflow]]
uses = "Acme/ci/.github/workflows/x.yml"
ref = "v1"
sha = "6323deb102c322ba6fcbdcafc7e3dddab59af2b6"
version = "v1.0.0"
permissions = { contents = "read" }
outputs = ["tag"]

[workflow.inputs]
node = "number!"

[workflow.secrets]
NPM_TOKEN = "secret"
TOKEN = "secret!"
)";

TEST(LockKinds, ReadAndPrintTheSameBytes) {
  Reading reading{std::string(kAll)};
  EXPECT_EQ(reading.Problems(), Strings());
  EXPECT_EQ(PrintLock(reading.lock), kAll);
  const Lock& lock = reading.lock;
  EXPECT_EQ(lock.FindImage("docker://redis:8")->uses, "redis:8");
  EXPECT_EQ(lock.FindImage("postgres:15-alpine")->Pinned(), fmt::format("postgres:15-alpine@{}", kDigest));
  EXPECT_EQ(lock.FindImage("postgres:15"), nullptr);
  EXPECT_EQ(lock.FindTool("k6")->FindFile("linux-x64")->url, "https://x/k6");
  EXPECT_EQ(lock.FindTool("k6")->FindFile("macos-x64"), nullptr);
  const WorkflowPin* workflow = lock.FindWorkflow("acme/CI/.github/workflows/x.yml", "v1");
  ASSERT_NE(workflow, nullptr);
  EXPECT_TRUE(workflow->FindSecret("TOKEN")->required);
  EXPECT_TRUE(workflow->FindInput("node")->required);
  // The path inside a repository is a path: case counts.
  EXPECT_EQ(lock.FindWorkflow("acme/ci/.github/workflows/X.yml", "v1"), nullptr);
}

TEST(LockKinds, SortedByKindAndName) {
  Reading reading{std::string(kAll)};
  Lock shuffled = reading.lock;
  std::swap(shuffled.images[0], shuffled.images[1]);
  std::swap(shuffled.tools[0].files[0], shuffled.tools[0].files[1]);
  std::swap(shuffled.workflows[0].secrets[0], shuffled.workflows[0].secrets[1]);
  EXPECT_EQ(PrintLock(shuffled), kAll);
}

TEST(LockKinds, EveryMistakeHasItsPlace) {
  const auto problems = [](const std::string& text) { return Reading("version = 1\n" + text).Problems(); };
  EXPECT_EQ(problems("[[image]]\nuses = \"a\"\n"), Strings{"2:1 `digest` is missing"});
  EXPECT_EQ(problems("[[image]]\nuses = \"a\"\ndigest = \"sha256:12\"\n"), Strings{"4:10 this is no digest"});
  const std::string image = fmt::format("[[image]]\nuses = \"a\"\ndigest = \"{}\"\n", kDigest);
  EXPECT_EQ(problems(image + image), Strings{"6:8 `a` is pinned twice"});
  EXPECT_EQ(problems("[[tool]]\nname = \"k6\"\n"), Strings{"2:1 `version` is missing"});
  const std::string tool = "[[tool]]\nname = \"k6\"\nversion = \"1\"\n";
  EXPECT_EQ(problems(tool + "amiga = {}\n"), Strings{"5:1 [[tool]] has no setting `amiga`"});
  EXPECT_EQ(problems(tool + "linux-x64 = { url = \"u\", sha256 = \"1\" }\n"), Strings{"5:35 this is no SHA-256"});
  const std::string workflow = fmt::format(
      "[[workflow]]\nuses = \"a/b/.github/workflows/x.yml\"\nref = \"v1\"\nsha = \"{}\"\nversion = \"v1\"\n", kSha);
  EXPECT_EQ(problems(workflow + "[workflow.secrets]\nT = \"bool\"\n"), Strings{"8:5 `T` is no secret"});
  EXPECT_EQ(problems(workflow + workflow), Strings{"8:8 `a/b/.github/workflows/x.yml@v1` is pinned twice"});
}

TEST(LockMerge, BothSidesOfAConflict) {
  const auto sides = ConflictSides("a\n<<<<<<< HEAD\nb\n||||||| base\nx\n=======\nc\n>>>>>>> other\nd\n=======\n");
  ASSERT_TRUE(sides.has_value());
  EXPECT_EQ(sides->first, "a\nb\nd\n=======\n\n");
  EXPECT_EQ(sides->second, "a\nc\nd\n=======\n\n");
  EXPECT_FALSE(ConflictSides(kAll).has_value());
}

TEST(LockMerge, KeepsEveryEntryAndTheNewerVersion) {
  Lock ours, theirs;
  ours.actions = {Pin("a/b", "v1", "1", "v1.9.0"), Pin("c/d", "v1", "2", "v1.0.0")};
  theirs.actions = {Pin("A/B", "v1", "3", "v1.10.0"), Pin("c/d", "v1", "4", "v0.9.0"), Pin("a/b", "v2", "5", "v2.0.0")};
  ours.images = {{"x", "ours"}};
  theirs.images = {{"x", "theirs"}, {"y", "theirs"}};
  const Lock merged = MergeLocks(ours, theirs);
  std::string shas;
  for (const ActionPin& pin : merged.actions) shas += pin.sha;
  EXPECT_EQ(shas, "352");
  ASSERT_EQ(merged.images.size(), 2u);
  EXPECT_EQ(merged.images[0].digest, "ours");
}

TEST(Runtimes, EndsAreATable) {
  EXPECT_EQ(FindRuntimeEnd("node16")->day, "");
  EXPECT_EQ(FindRuntimeEnd("node20")->day, "2026-09-16");
  EXPECT_EQ(FindRuntimeEnd("node24"), nullptr);
  EXPECT_EQ(FindRuntimeEnd("composite"), nullptr);
  EXPECT_TRUE(IsRuntime("node12"));
  EXPECT_TRUE(IsRuntime("docker"));
  EXPECT_FALSE(IsRuntime("node"));
}

}  // namespace
}  // namespace sluice::catalogue

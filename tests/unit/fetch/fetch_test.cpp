// Programs that hang or talk too much, and repositories on this machine.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "compiler/base/temporary_folder.h"
#include "runtime/fetch/git.h"
#include "runtime/fetch/process.h"
#include "runtime/fetch/registry.h"

namespace sluice::fetch {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

Program Shell(const std::string& script) {
  Program program;
  program.arguments = {"sh", "-c", script};
  return program;
}

class Folder {
 public:
  Folder() { EXPECT_TRUE(scratch_.ok()) << scratch_.error(); }
  const std::string& path() const { return scratch_.path(); }

  std::string Sh(const std::string& script) const {
    const auto done = fetch::Run(Shell("cd '" + path() + "' && " + script));
    EXPECT_TRUE(done.ok() && done->status == 0) << (done.ok() ? done->errors : done.error().message);
    std::string out = done.ok() ? done->out : "";
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

 private:
  TemporaryFolder scratch_{"fetch-test"};
};

// A repository with an annotated tag, a light one and a branch of that name's family.
std::string MakeRepository(const Folder& folder) {
  folder.Sh(
      "export GIT_CONFIG_GLOBAL=/dev/null; git init -q -b main r && cd r && git config user.email a@b && git config "
      "user.name a && mkdir sub && printf 'runs: {using: node24}\\n' > action.yml && cp action.yml sub/action.yaml && "
      "git add . && git commit -qm one && git tag -a -m first v1.0.0 && git tag v1 && git commit -q --allow-empty -m "
      "two "
      "&& git branch next");
  return folder.path() + "/r";
}

TEST(Process, OutputErrorsInputAndStatus) {
  Program program = Shell("read a; echo \"$a $X\"; echo bad >&2; exit 3");
  program.input = "hello\n";
  program.environment = {"X=1"};
  const auto done = fetch::Run(program);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->out, "hello 1\n");
  EXPECT_EQ(done->errors, "bad\n");
  EXPECT_EQ(done->status, 3);
  EXPECT_FALSE(done->timed_out);
}

TEST(Process, OneThatHangsIsKilledWithItsHelpers) {
  Folder folder;
  Program program = Shell("sleep 100 & echo $! > '" + folder.path() + "/pid'; wait");
  program.time = milliseconds(300);
  const auto begin = Clock::now();
  const auto done = fetch::Run(program);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->timed_out);
  EXPECT_LT(Clock::now() - begin, milliseconds(5000));
  std::ifstream stream(folder.path() + "/pid");
  pid_t helper = 0;
  stream >> helper;
  ASSERT_GT(helper, 0);
  // Nobody waits for it in a container without an init; a zombie is as dead.
  const std::string state = folder.Sh("sleep 0.2; grep -s State /proc/" + std::to_string(helper) + "/status || true");
  EXPECT_TRUE(state.empty() || state.find('Z') != std::string::npos) << state;
}

TEST(Process, AHelperThatKeepsThePipeOpenDoesNotKeepUs) {
  const auto begin = Clock::now();
  const auto done = fetch::Run(Shell("sleep 100 & echo done"));
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->out, "done\n");
  EXPECT_LT(Clock::now() - begin, milliseconds(5000));
}

TEST(Process, TooMuchOutputEndsIt) {
  Program program = Shell("yes");
  program.most_output = 1 << 20;
  const auto done = fetch::Run(program);
  ASSERT_TRUE(done.ok());
  EXPECT_TRUE(done->too_much);
  const auto errors = fetch::Run(Shell("head -c 300000 /dev/zero >&2; echo end"));  // more than a pipe holds
  ASSERT_TRUE(errors.ok());
  EXPECT_EQ(errors->errors.size(), 300000u);
  EXPECT_EQ(errors->out, "end\n");
}

TEST(Process, AMissingProgramSaysHowToGetIt) {
  Program program;
  program.arguments = {"no-such-program-here"};
  const auto done = fetch::Run(program);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "`no-such-program-here` is missing: apt-get install no-such-program-here");
}

TEST(Git, TagsArePeeledAndBranchesAreBranches) {
  Folder folder;
  const std::string url = MakeRepository(folder);
  const std::string first = folder.Sh("git -C r rev-parse v1"), second = folder.Sh("git -C r rev-parse next");
  const auto refs = ListRefs(url, {});
  ASSERT_TRUE(refs.ok()) << refs.trouble().message;
  EXPECT_EQ(refs->tags.at("v1.0.0"), first);
  EXPECT_EQ(refs->tags.at("v1"), first);
  EXPECT_EQ(refs->branches.at("next"), second);
  EXPECT_EQ(refs->branches.count("v1"), 0u);
}

TEST(Git, FilesAtACommit) {
  Folder folder;
  const std::string url = MakeRepository(folder);
  const std::string commit = folder.Sh("git -C r rev-parse v1");
  const auto top = FetchFile(url, commit, "", {"action.yml", "action.yaml"}, {});
  ASSERT_TRUE(top.ok()) << top.trouble().message;
  EXPECT_EQ(top->path, "action.yml");
  EXPECT_EQ(top->text, "runs: {using: node24}\n");
  const auto sub = FetchFile(url, commit, "", {"sub/action.yml", "sub/action.yaml"}, {});
  ASSERT_TRUE(sub.ok()) << sub.trouble().message;
  EXPECT_EQ(sub->path, "sub/action.yaml");
  const auto none = FetchFile(url, commit, "", {"gone/action.yml"}, {});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.trouble().kind, Trouble::Kind::Missing);
}

TEST(Git, NoRepositoryIsMissingAndForeignTransportsAreRefused) {
  const auto gone = ListRefs("/nowhere/at/all", {});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.trouble().kind, Trouble::Kind::Missing) << gone.trouble().message;
  const auto program = ListRefs("ext::sh -c true", {});
  ASSERT_FALSE(program.ok());
  EXPECT_NE(program.trouble().message.find("not allowed"), std::string::npos) << program.trouble().message;
  Patience once;
  once.attempts = 1;
  const auto refused = ListRefs("git://127.0.0.1:1/a/b", once);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.trouble().kind, Trouble::Kind::Unreachable) << refused.trouble().message;
}

TEST(Registry, NamesOfImages) {
  const auto shown = [](std::string_view text) {
    const auto image = ParseImageName(text);
    return image ? image->registry + " " + image->repository + " " + image->tag + " " + image->digest : "none";
  };
  EXPECT_EQ(shown("postgres"), "registry-1.docker.io library/postgres latest ");
  EXPECT_EQ(shown("docker.io/library/postgres:15-alpine"), "registry-1.docker.io library/postgres 15-alpine ");
  EXPECT_EQ(shown("minio/minio:edge"), "registry-1.docker.io minio/minio edge ");
  EXPECT_EQ(shown("ghcr.io/a/b/c:1.2"), "ghcr.io a/b/c 1.2 ");
  EXPECT_EQ(shown("localhost:5000/x"), "localhost:5000 x latest ");
  EXPECT_EQ(shown("a@sha256:12"), "registry-1.docker.io library/a latest sha256:12");
  EXPECT_EQ(shown("a b"), "none");
  EXPECT_EQ(shown("a\nurl = x"), "none");
  EXPECT_EQ(shown(""), "none");
}

}  // namespace
}  // namespace sluice::fetch

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/container/job.h"

namespace sluice::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

class Isolation : public testing::Test {
 protected:
  void SetUp() override { NEEDS_CONTAINERS(); }
};

TEST_F(Isolation, ShowsNothingOfTheHost) {
  TestStore store;
  JobSpec spec;
  spec.hostname = "box";
  TestJob job = store.Start(spec);
  EXPECT_EQ(job.Sh("hostname").out, "box\n");
  EXPECT_THAT(job.Sh("ls /").out, Not(HasSubstr("var\n")));
  EXPECT_LE(std::atoi(job.Sh("ls -d /proc/[0-9]* | wc -l").out.c_str()), 4);
  EXPECT_EQ(job.Sh("id -u").out, "0\n");
  EXPECT_EQ(job.Sh("cat /proc/1/cmdline").out, std::string("/.sluice/agent\0", 15));
}

TEST_F(Isolation, GivesNoRightsOverTheHost) {
  TestStore store;
  TestJob job = store.Start();
  EXPECT_NE(job.Sh("mount -t tmpfs none /tmp").exited->code, 0);
  EXPECT_NE(job.Sh("unshare -U true").exited->code, 0) << "a new user namespace would give all rights back";
  EXPECT_NE(job.Sh("echo 1 > /proc/sys/kernel/panic").exited->code, 0);
  EXPECT_NE(job.Sh("hostname other").exited->code, 0);
  EXPECT_NE(job.Sh("mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk").exited->code, 0);
  EXPECT_EQ(job.Sh("kill -9 1; echo alive").out, "alive\n");
}

// The filter is there and holds, whatever rights a step has: its calls fail with EPERM, not for want of a capability.
TEST_F(Isolation, RefusesSystemCallsOfTheHost) {
  TestStore store;
  TestJob job = store.Start();
  EXPECT_EQ(job.Sh("grep -c '^Seccomp:.2' /proc/self/status").out, "1\n");
  for (const char* call : {"dmesg", "swapoff /nothing", "umount /dev/shm", "unshare -m true"})
    EXPECT_THAT(job.Sh(std::string("busybox ") + call).err, HasSubstr("not permitted")) << call;
}

TEST_F(Isolation, HasOnlyItsOwnLoopback) {
  TestStore store;
  TestJob off = store.Start();
  EXPECT_EQ(off.Sh("ls /sys/class/net").out, "lo\n");
  EXPECT_EQ(off.Sh("(echo hi | nc -l -p 8123 > /tmp/got &) ; sleep 0.3; echo there | nc -w 1 127.0.0.1 8123; "
                   "cat /etc/hosts | head -n 1")
                .exited->code,
            0);
  JobSpec with;
  with.network = true;
  TestJob on = store.Start(with);
  EXPECT_EQ(on.Sh("ls /sys/class/net").out, HostShell("ls /sys/class/net"));
}

TEST_F(Isolation, RunsAsTheUserItIsTold) {
  TestStore store;
  JobSpec spec;
  spec.user = "user";
  TestJob job = store.Start(spec);
  EXPECT_EQ(job.Sh("id -u; id -g; id -G; echo $HOME").out, "1001\n1001\n1001 77\n/home/user\n");
  EXPECT_EQ(job.Sh("touch mine && stat -c %u mine").out, "1001\n");
  ASSERT_TRUE(job->WriteFile(job->paths().files + "/env", "").ok());
  EXPECT_EQ(job.Sh("echo A=1 >> " + job->paths().files + "/env").exited->code, 0);
  ProcessSpec root;
  root.arguments = {"id", "-u"};
  root.environment = job->base_environment();
  root.folder = "/";
  root.user = "0:77";
  const ProcessId id = job->Start(root);
  ASSERT_TRUE(job.Until([&] { return job.of(id).exited.has_value(); }));
  EXPECT_EQ(job.of(id).out, "0\n");
  root.user = "nobody-here";
  const ProcessId unknown = job->Start(root);
  ASSERT_TRUE(job.Until([&] { return job.of(unknown).exited.has_value(); }));
  EXPECT_EQ(job.of(unknown).exited->error, "there is no user `nobody-here` in the image");
}

TEST_F(Isolation, MountsWhatItIsTold) {
  TestStore store;
  HostShell("mkdir -p " + store.root() + "/shared && echo data > " + store.root() + "/shared/file");
  JobSpec spec;
  spec.mounts = {{store.root() + "/shared", "/mnt/read", true}, {store.root() + "/shared", "/mnt/write", false}};
  TestJob job = store.Start(spec);
  EXPECT_EQ(job.Sh("cat /mnt/read/file").out, "data\n");
  EXPECT_NE(job.Sh("echo x > /mnt/read/new").exited->code, 0);
  EXPECT_EQ(job.Sh("echo x > /mnt/write/new").exited->code, 0);
  EXPECT_EQ(HostShell("cat " + store.root() + "/shared/new"), "x\n");
}

TEST_F(Isolation, KeepsJobsApart) {
  TestStore store;
  std::vector<TestJob> jobs;
  for (int i = 0; i < 6; ++i) jobs.push_back(store.Start());
  for (int i = 0; i < 6; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(jobs[static_cast<size_t>(i)].Sh("ls; echo " + n + " > mine; echo " + n + " > /etc/mine; cat mine").out,
              n + "\n");
  }
}

TEST_F(Isolation, SaysWhyAContainerCannotStart) {
  TestStore store;
  JobSpec spec;
  spec.name = "build (20)";
  spec.image = "unknown:1";
  auto none = store.engine().StartJob(spec);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message,
            "there is no image `unknown:1` in the store: import one with `sluice image import unknown:1 FILE.tar`");
  spec.image = "test";
  spec.mounts = {{"/no/such/folder", "/mnt", true}};
  TestJob job = store.Start(spec);
  ASSERT_TRUE(job.Until([&] { return job.ended().has_value(); }));
  EXPECT_THAT(job.ended()->error, HasSubstr("cannot start the container of `build (20)`"));
  EXPECT_THAT(job.ended()->error, HasSubstr("/no/such/folder"));
}

class Workspace : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    NEEDS_CONTAINERS();
    repository_ = store_.root() + "/repository, with: odd name";
    const std::string q = "cd '" + repository_ + "' && ";
    HostShell("mkdir -p '" + repository_ + "/src/gen' '" + repository_ + "/node_modules/x' && " + q +
              "git init -q . && echo 'node_modules/\n*.o\n.env' > .gitignore && echo tracked > src/a.c && echo x > "
              "src/a.o && "
              "echo x > src/gen/b.o && echo secret > .env && echo x > node_modules/x/y && chmod 750 src && "
              "git add . && git -c user.name=t -c user.email=t@t commit -qm one && echo new > untracked && echo "
              "changed >> src/a.c");
  }
  TestJob Start(bool hide_git = false) {
    JobSpec spec;
    spec.workspace.repository = repository_;
    spec.workspace.hide_git = hide_git;
    return store_.Start(spec, GetParam());
  }
  std::string Host(const std::string& command) { return HostShell("cd '" + repository_ + "' && " + command); }

  TestStore store_;
  std::string repository_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Workspace, testing::Values("oci", "host"),
                         [](const auto& engine) { return std::string(engine.param); });

TEST_P(Workspace, HasTrackedAndNewFilesButNotIgnoredOnes) {
  TestJob job = Start();
  EXPECT_EQ(job.Sh("find . -path ./.git -prune -o -type f -print | busybox sort").out,
            "./.gitignore\n./src/a.c\n./untracked\n");
  EXPECT_EQ(job.Sh("cat src/a.c").out, "tracked\nchanged\n");
  EXPECT_EQ(job.Sh("stat -c %a src").out, "750\n");
  EXPECT_EQ(job.Sh("ls -d .git").out, ".git\n");
  EXPECT_EQ(Start(true).Sh("ls -d .git").out, "");
}

TEST_P(Workspace, NeverDirtiesTheTree) {
  const std::string before =
      Host("find . | LC_ALL=C sort | while read -r f; do stat -c '%n %a %Y %s' \"$f\"; done; cat src/a.c");
  {
    TestJob job = Start();
    const auto run = job.Sh(
        "rm -rf src .gitignore && mkdir src && echo other > src/a.c && echo x > made && mkdir node_modules && "
        "echo y > node_modules/z && chmod 700 untracked && mv untracked moved && cat node_modules/z src/a.c && ls");
    EXPECT_EQ(run.out, "y\nother\nmade\nmoved\nnode_modules\nsrc\n");
  }
  EXPECT_EQ(Host("find . | LC_ALL=C sort | while read -r f; do stat -c '%n %a %Y %s' \"$f\"; done; cat src/a.c"),
            before);
}

// The list of ignored files is remembered, so a change must be noticed.
TEST_P(Workspace, FollowsTheRepository) {
  auto files = [&] {
    return Start().Sh("find . -path ./.git -prune -o -type f -print | busybox sort | tr '\\n' ' '").out;
  };
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./untracked ");
  ::usleep(50'000);
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./untracked ");
  Host("echo x > src/gen/c.o; echo x > src/gen/d.c");
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./src/gen/d.c ./untracked ");
  ::usleep(50'000);
  Host("echo d.c >> .gitignore");
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./untracked ");
  ::usleep(50'000);
  Host("git add -f src/a.o");
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./src/a.o ./untracked ");
  ::usleep(50'000);
  Host("echo untracked >> .git/info/exclude");
  EXPECT_EQ(files(), "./.gitignore ./src/a.c ./src/a.o ");
}

TEST_P(Workspace, IsEmptyWithoutARepository) {
  TestJob job = store_.Start({}, GetParam());
  EXPECT_EQ(job.Sh("ls -A; echo x > y; ls").out, "y\n");
}

}  // namespace
}  // namespace sluice::engine

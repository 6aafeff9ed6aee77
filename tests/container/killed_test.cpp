#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/container/job.h"

namespace sluice::engine {
namespace {

using testing::HasSubstr;

class Killed : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { NEEDS_CONTAINERS(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, Killed, testing::Values("oci", "host"),
                         [](const auto& engine) { return std::string(engine.param); });

// A run in a process of its own, killed with -9 in the middle: no process, no mount, and the next run removes its
// files.
TEST_P(Killed, HostLeavesNothing) {
  TestStore store;
  const std::string mark = LongSleep();
  const pid_t host = ::fork();
  if (host == 0) {
    TestStore inner(store.root());
    TestJob one = inner.Start({}, GetParam());
    TestJob two = inner.Start({}, GetParam());
    one.Begin(mark + " & setsid " + mark + " & " + mark);
    two.Begin(mark);
    one.Until([] { return false; }, std::chrono::seconds(30));
    ::_exit(0);
  }
  EXPECT_TRUE(Eventually([&] { return HostProcesses(mark) == 4; })) << HostProcesses(mark);
  EXPECT_EQ(HostMounts(store.root()), 0) << "mounts are the containers' own";
  ::kill(host, SIGKILL);
  ::waitpid(host, nullptr, 0);
  EXPECT_TRUE(Eventually([&] { return HostProcesses(mark) == 0; }));
  EXPECT_TRUE(Eventually([&] { return HostProcesses(store.root()) == 0; }));
  EXPECT_EQ(HostMounts(store.root()), 0);
  EXPECT_EQ(HostShell("ls " + store.root() + "/runs | wc -l"), "4\n") << "ours and the dead one, with their locks";
  EXPECT_EQ(SweepDeadRuns(store.store()), 1);
  EXPECT_EQ(HostShell("ls " + store.root() + "/runs | wc -l"), "2\n");
  EXPECT_EQ(SweepDeadRuns(store.store()), 0) << "a run that is alive is left alone";
}

TEST_P(Killed, FirstProcessEndsTheJobWithAReason) {
  TestStore store;
  TestJob job = store.Start({}, GetParam());
  const std::string mark = LongSleep();
  const ProcessId id = job.Begin(mark);
  ASSERT_TRUE(job.Until([&] { return HostProcesses(mark) == 1; }));
  // The agent: a child of crun or runc, or of the process that made its PID namespace.
  for (const int agent : HostProcessIds(store.root() + "/agent/")) ::kill(agent, SIGKILL);
  for (const int runtime : HostProcessIds(store.root())) KillWithParent(runtime);
  ASSERT_TRUE(job.Until([&] { return job.ended().has_value(); }));
  EXPECT_THAT(job.ended()->error, HasSubstr("the container of `a job` was ended from outside"));
  EXPECT_FALSE(job.of(id).exited.has_value());
  EXPECT_TRUE(Eventually([&] { return HostProcesses(mark) == 0; }));
}

class KilledRuntime : public testing::Test {
 protected:
  void SetUp() override { NEEDS_CONTAINERS(); }
};

TEST_F(KilledRuntime, DoesNotTakeTheJobWithIt) {
  TestStore store;
  TestJob job = store.Start();
  EXPECT_EQ(job.Sh("echo before").out, "before\n");
  for (const int runtime : HostProcessIds("--root " + store.root())) ::kill(runtime, SIGKILL);
  EXPECT_EQ(job.Sh("echo after").out, "after\n");
  job->Stop();
  EXPECT_TRUE(job.Until([&] { return job.ended().has_value(); }, std::chrono::seconds(3)));
  job.Destroy();
  EXPECT_TRUE(Eventually([&] { return HostProcesses(store.root()) == 0; }));
  EXPECT_EQ(HostMounts(store.root()), 0);
}

// A store on a disk that is full: a clear sentence, and nothing half-written that a later run would take for whole.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    NEEDS_CONTAINERS();
    folder_ = HostShell("mktemp -d /var/tmp/sluice-full-XXXXXX");
    folder_.pop_back();
    if (HostShell("mount -t tmpfs -o size=24m none " + folder_ + " && echo mounted").empty())
      GTEST_SKIP() << "no tmpfs can be mounted";
  }
  void TearDown() override { HostShell("umount -l " + folder_ + " 2>/dev/null; rmdir " + folder_); }
  std::string folder_;
};

TEST_F(FullDisk, RefusesAnImageThatDoesNotFit) {
  auto store = std::move(store::Store::Open(folder_)).value();
  HostShell("mkdir -p " + folder_ + "-r && head -c 40000000 /dev/urandom > " + folder_ + "-r/big && tar -C " + folder_ +
            "-r -cf " + folder_ + ".tar .");
  const auto imported = store->ImportImage("big", folder_ + ".tar");
  HostShell("rm -rf " + folder_ + "-r " + folder_ + ".tar");
  ASSERT_FALSE(imported.ok());
  EXPECT_THAT(imported.error().message, HasSubstr("the disk is full"));
  EXPECT_THAT(imported.error().message, HasSubstr("SLUICE_CACHE"));
  EXPECT_EQ(HostShell("cd " + folder_ + " && find layers images manifests tmp -mindepth 1"), "");
  EXPECT_EQ(store->Images()->size(), 0u);
  const auto blob = store->PutBytes(std::string(40'000'000, 'b'));
  ASSERT_FALSE(blob.ok());
  EXPECT_THAT(blob.error().message, HasSubstr("the disk is full"));
  EXPECT_EQ(HostShell("find " + folder_ + " -type f -size +0 | grep -v lock"), "");
}

TEST_F(FullDisk, EndsAStepNotTheRun) {
  TestStore store(folder_);
  TestJob job = store.Start();
  const auto run = job.Sh("busybox dd if=/dev/zero of=/fill bs=1M count=60; echo $?");
  EXPECT_THAT(run.err, HasSubstr("No space left on device"));
  const Status written = job->WriteFile(job->paths().temp + "/x", std::string(2'000'000, 'x'));
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("No space left on device"));
  JobSpec second;
  second.image = "test";
  const auto another = store.engine().StartJob(second);
  EXPECT_THAT(another.ok() ? "the disk is full" : another.error().message, HasSubstr("the disk is full"));
  EXPECT_EQ(job.Sh("rm /fill; echo ok").out, "ok\n");
}

// File systems that overlays do not lie on, as inside another container.
class OddDisk : public testing::Test {
 protected:
  void SetUp() override {
    NEEDS_CONTAINERS();
    folder_ = HostShell("mktemp -d /var/tmp/sluice-odd-XXXXXX");
    folder_.pop_back();
    HostShell(
        "cd " + folder_ +
        " && mkdir lower upper work one upper2 work2 two && mount -t tmpfs none upper && mkdir upper/u upper/w && "
        "mount -t overlay none -o lowerdir=lower,upperdir=upper/u,workdir=upper/w one");
  }
  void TearDown() override {
    HostShell("cd " + folder_ + " && umount -l two 2>/dev/null; cd " + folder_ + " && umount -l one; umount -l " +
              folder_ + "/upper");
    static_cast<void>(store::RemoveTree(folder_));
  }
  std::string folder_;
};

TEST_F(OddDisk, HoldsAStoreToo) {
  TestStore store(folder_ + "/one");
  JobSpec spec;
  spec.workspace.repository = store.root() + "/repository";
  HostShell("mkdir -p " + spec.workspace.repository + " && echo mine > " + spec.workspace.repository + "/file");
  for (int i = 0; i < 2; ++i) {
    TestJob job = store.Start(spec);
    EXPECT_EQ(job.Sh("cat file; echo x > file; echo y > /etc/x; ls").out, "mine\nfile\n");
  }
  EXPECT_EQ(HostShell("cat " + spec.workspace.repository + "/file"), "mine\n");
}

TEST_F(OddDisk, HoldsARepositoryToo) {
  ASSERT_EQ(HostShell("cd " + folder_ +
                      " && mount -t overlay none -o lowerdir=one,upperdir=upper2,workdir=work2 two && echo yes"),
            "yes\n");
  TestStore store;
  JobSpec spec;
  spec.workspace.repository = folder_ + "/two/repository";
  HostShell("mkdir -p " + spec.workspace.repository + "/d && cd " + spec.workspace.repository +
            " && git init -q . && echo '*.o' > .gitignore && echo mine > d/file && ln -s d/file l && touch x.o");
  for (const char* engine : {"oci", "host"}) {
    TestJob job = store.Start(spec, engine);
    EXPECT_EQ(job.Sh("cat l; echo x > d/file; ls -A").out, "mine\n.git\n.gitignore\nd\nl\n") << engine;
  }
  EXPECT_EQ(HostShell("cat " + spec.workspace.repository + "/d/file"), "mine\n");
}

}  // namespace
}  // namespace sluice::engine

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "runtime/engine/launch.h"
#include "tests/container/job.h"

namespace sluice::engine {
namespace {

using testing::HasSubstr;

class Runtimes : public testing::Test {
 protected:
  void SetUp() override { NEEDS_CONTAINERS(); }
};

// Whichever worked last comes first; each of them must do alone.
TEST_F(Runtimes, DoAllTheSame) {
  for (const char* name : {"crun", "runc"}) {
    const std::string path = FindProgram(name);
    if (path.empty()) {
      std::printf("%s is not installed\n", name);
      continue;
    }
    TestStore store;
    std::ofstream(store.root() + "/oci-runtime") << path;
    TestJob job = store.Start();
    EXPECT_EQ(job.Sh("echo $((1 + 1)); exit 3").exited->code, 3);
    EXPECT_EQ(HostShell("head -n 1 " + store.run().path() + "/jobs/oci-0/runtime"), path + "\n");
    EXPECT_EQ(HostMounts(store.root()), 0);
    job->Stop();
    EXPECT_TRUE(job.Until([&] { return job.ended().has_value(); }, std::chrono::seconds(3)));
  }
}

// A runtime that cannot work here is passed over, and not tried first again.
TEST_F(Runtimes, StandInForEachOther) {
  const std::string runc = FindProgram("runc");
  if (runc.empty()) SKIP_BUT_IN_CI("runc is not installed");
  TestStore store;
  const std::string folder = store.root() + "/bin";
  HostShell("mkdir " + folder + " && printf '#!/bin/sh\\necho no luck here >&2\\nexit 1\\n' > " + folder +
            "/crun && chmod +x " + folder + "/crun");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (folder + ":" + path).c_str(), 1);
  {
    TestJob job = store.Start();
    EXPECT_EQ(job.Sh("echo works").out, "works\n");
  }
  EXPECT_EQ(HostShell("cat " + store.root() + "/oci-runtime"), runc);
  HostShell("cp " + folder + "/crun " + folder + "/runc");
  TestJob job = store.Start();
  EXPECT_TRUE(job.Until([&] { return job.ended().has_value(); }));
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(job.ended()->error, HasSubstr("cannot start the container of `a job`: "));
  EXPECT_THAT(job.ended()->error, HasSubstr("crun: no luck here"));
  EXPECT_THAT(job.ended()->error, HasSubstr("runc: no luck here"));
}

TEST_F(Runtimes, KeepLimitsWhereTheyCan) {
  TestStore store;
  JobSpec spec;
  spec.limits.processes = 20;
  TestJob job = store.Start(spec);
  EXPECT_EQ(job.Sh("echo works").out, "works\n");
  if (HostShell("cat /sys/fs/cgroup/pids/sluice*/pids.max /sys/fs/cgroup/sluice*/pids.max 2>/dev/null").find("20\n") ==
      std::string::npos)
    GTEST_SKIP() << "no control groups can be had here: limits are not kept";
  EXPECT_NE(job.Sh("for i in $(seq 40); do sleep 5 & done; wait").exited->code, 0);
}

// An ordinary user, in a user namespace. The store is that user's own.
TEST_F(Runtimes, NeedNoRoot) {
  char name[] = "/var/tmp/sluice-user-XXXXXX";
  const std::string root = ::mkdtemp(name);
  HostShell("chown 65534:65534 " + root);
  int answer[2];
  ASSERT_EQ(::pipe(answer), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    ::prctl(PR_SET_DUMPABLE, 1);  // as after the exec of a real program: /proc/self is the user's own
    TestStore store(root);
    std::string said;
    if (const Probe probe = store.engine().Describe(); !probe.usable) {
      said = "not here: " + probe.missing[0].what;
    } else {
      JobSpec spec;
      spec.workspace.repository = root + "/bin-of-nobody";
      HostShell("mkdir -p " + spec.workspace.repository + " && echo mine > " + spec.workspace.repository + "/file");
      TestJob job = store.Start(spec);
      const ProcessId id =
          job.Begin("id -u; cat file; echo changed > file; ls /sys/class/net; touch /etc/x && echo ok");
      job.Until([&] { return job.of(id).exited || job.ended(); });
      said = job.of(id).out + job.of(id).err + (job.ended() ? job.ended()->error : "") +
             HostShell("cat " + spec.workspace.repository + "/file");
    }
    [[maybe_unused]] const ssize_t written = ::write(answer[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(answer[1]);
  std::string said(4096, '\0');
  said.resize(static_cast<size_t>(std::max<ssize_t>(0, ::read(answer[0], said.data(), said.size()))));
  ::close(answer[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(Eventually([&] { return HostProcesses(root) == 0; }));
  static_cast<void>(store::RemoveTree(root));
  if (said.starts_with("not here: ")) GTEST_SKIP() << said;
  EXPECT_EQ(status, 0);
  EXPECT_EQ(said, "0\nmine\nlo\nok\nmine\n");
}

// With ranges in /etc/subuid an ordinary user's job has all the users of its image; their files can be removed again.
TEST_F(Runtimes, GiveAnOrdinaryUserAllUsersOfTheImage) {
  const std::string user = "sluicetest" + std::to_string(::getpid());
  if (HostShell("command -v newuidmap && command -v useradd").find("useradd") == std::string::npos)
    SKIP_BUT_IN_CI("newuidmap or useradd is missing");
  ASSERT_EQ(HostShell("useradd -M -N -d /nonexistent " + user +
                      " && usermod --add-subuids 700000-765535 --add-subgids 700000-765535 " + user + " && echo made"),
            "made\n");
  char name[] = "/var/tmp/sluice-user-XXXXXX";
  const std::string root = ::mkdtemp(name);
  HostShell("chown " + user + " " + root);
  const passwd* entry = ::getpwnam(user.c_str());
  ASSERT_NE(entry, nullptr);
  const uid_t id = entry->pw_uid;
  const gid_t group = entry->pw_gid;  // newgidmap insists on the primary one
  int answer[2];
  ASSERT_EQ(::pipe(answer), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(id) != 0) ::_exit(1);
    ::prctl(PR_SET_DUMPABLE, 1);
    std::string said;
    TestStore store(root);
    if (const Probe probe = store.engine().Describe(); !probe.usable) {
      said = "not here: " + probe.missing[0].what;
    } else {
      for (const Missing& missing : probe.missing) said += missing.what + "\n";
      TestJob job = store.Start();
      const ProcessId process = job.Begin(
          "mkdir /own && touch /own/x && busybox chown -R 1001:77 /own && busybox chmod 700 /own && busybox stat -c "
          "'%u %g' /own/x");
      job.Until([&] { return job.of(process).exited || job.ended(); });
      said += job.of(process).out + job.of(process).err + (job.ended() ? job.ended()->error : "");
      const std::string run = store.run().path();
      job.Destroy();
      said += Eventually([&] { return HostShell("ls " + run + "/jobs").empty(); }) ? "removed\n" : "left\n";
    }
    [[maybe_unused]] const ssize_t written = ::write(answer[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(answer[1]);
  std::string said(4096, '\0');
  said.resize(static_cast<size_t>(std::max<ssize_t>(0, ::read(answer[0], said.data(), said.size()))));
  ::close(answer[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  static_cast<void>(store::RemoveTree(root));
  HostShell("userdel " + user);
  if (said.starts_with("not here: ")) GTEST_SKIP() << said;
  EXPECT_EQ(status, 0);
  EXPECT_EQ(said, "1001 77\nremoved\n");
}

}  // namespace
}  // namespace sluice::engine

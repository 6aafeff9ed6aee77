#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/container/job.h"

namespace sluice::engine {
namespace {

using testing::HasSubstr;

class Steps : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { NEEDS_CONTAINERS(); }
  std::string engine() const { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, Steps, testing::Values("oci", "host"),
                         [](const auto& engine) { return std::string(engine.param); });

TEST_P(Steps, HaveTheirEnvironmentFolderAndExitCode) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const auto run = job.Sh("echo \"$A|$PWD\"; echo no >&2; exit 42", {{"A", "x y\n$z"}});
  EXPECT_EQ(run.out, "x y\n$z|" + job->paths().workspace + "\n");
  EXPECT_EQ(run.err, "no\n");
  ASSERT_TRUE(run.exited);
  EXPECT_EQ(run.exited->code, 42);
  EXPECT_EQ(run.exited->error, "");
  EXPECT_TRUE(job.ready());
}

TEST_P(Steps, SayWhyTheyCannotStart) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  auto fails = [&](std::vector<std::string> arguments, std::string folder) {
    ProcessSpec spec;
    spec.arguments = std::move(arguments);
    spec.environment = job->base_environment();
    spec.folder = std::move(folder);
    const ProcessId id = job->Start(spec);
    EXPECT_TRUE(job.Until([&] { return job.of(id).exited.has_value(); }));
    return job.of(id).exited.value_or(Exited{});
  };
  const Exited unknown = fails({"no-such-program"}, "/");
  EXPECT_EQ(unknown.code, 127);
  EXPECT_EQ(unknown.error, "there is no program `no-such-program` in the PATH");
  EXPECT_EQ(fails({"sh"}, "/no/such").error, "cannot enter the folder `/no/such`: No such file or directory");
  const Exited folder = fails({"/tmp"}, "/");
  EXPECT_EQ(folder.code, 126);
  EXPECT_EQ(folder.error, "cannot run `/tmp`: Permission denied");
  EXPECT_EQ(fails({}, "/").code, 126);
}

TEST_P(Steps, GetTheirInputAndItsEnd) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  ProcessSpec spec;
  spec.arguments = {"sh", "-c", "wc -c; cat"};
  spec.environment = job->base_environment();
  spec.folder = "/";
  spec.input = std::string(5'000'000, 'i');
  const ProcessId large = job->Start(spec);
  spec.input.clear();
  const ProcessId none = job->Start(spec);
  ASSERT_TRUE(job.Until([&] { return job.of(large).exited && job.of(none).exited; }));
  EXPECT_THAT(job.of(large).out, HasSubstr("5000000"));
  EXPECT_THAT(job.of(none).out, HasSubstr("0"));
}

TEST_P(Steps, AreStoppedWithTheirChildren) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const ProcessId id = job.Begin(LongSleep() + " & " + LongSleep() + "; echo survived");
  job.Until([&] { return HostProcesses(LongSleep()) >= 2; }, std::chrono::seconds(5));
  job->Signal(id, SIGTERM);
  ASSERT_TRUE(job.Until([&] { return job.of(id).exited.has_value(); }));
  EXPECT_EQ(job.of(id).exited->code, 128 + SIGTERM);
  EXPECT_EQ(job.of(id).exited->signal, SIGTERM);
  EXPECT_EQ(job.of(id).out, "");
  const ProcessId stubborn = job.Begin("trap '' INT TERM; echo ready; while :; do sleep 0.1; done");
  ASSERT_TRUE(job.Until([&] { return job.of(stubborn).out == "ready\n"; }));
  job->Signal(stubborn, SIGINT);
  job->Signal(stubborn, SIGTERM);
  EXPECT_FALSE(job.Until([&] { return job.of(stubborn).exited.has_value(); }, std::chrono::milliseconds(300)));
  job->Signal(stubborn, SIGKILL);
  ASSERT_TRUE(job.Until([&] { return job.of(stubborn).exited.has_value(); }));
  EXPECT_EQ(job.of(stubborn).exited->signal, SIGKILL);
}

TEST_P(Steps, LeaveNoZombiesBehind) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  job.Sh("for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.05 & exec true) & done; wait");
  const auto run = job.Sh("sleep 0.3; cat /proc/[0-9]*/stat | awk '$3 == \"Z\"' | wc -l");
  EXPECT_EQ(std::atoi(run.out.c_str()), 0) << run.out;
}

TEST_P(Steps, WriteAsMuchAsTheyLike) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const auto bytes = job.Sh("head -c 20000000 /dev/zero; head -c 10000000 /dev/zero | tr '\\0' 'x' >&2");
  EXPECT_EQ(bytes.out, std::string(20'000'000, '\0'));
  EXPECT_EQ(bytes.err, std::string(10'000'000, 'x'));
}

// A reader that does not read for a while costs neither memory nor output.
TEST_P(Steps, WaitForASlowReader) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const ProcessId id = job.Begin("yes 0123456789abcde | head -c 64000000");
  ::usleep(500'000);
  ASSERT_TRUE(job.Until([&] { return job.of(id).exited.has_value(); }));
  EXPECT_EQ(job.of(id).out.size(), 64'000'000u);
}

TEST_P(Steps, RunSideBySide) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  std::vector<ProcessId> ids;
  for (int i = 0; i < 20; ++i)
    ids.push_back(job.Begin("echo " + std::to_string(i) + "; sleep 0.2; exit " + std::to_string(i)));
  for (int i = 0; i < 20; ++i) {
    TestJob::Run& run = job.of(ids[static_cast<size_t>(i)]);
    ASSERT_TRUE(job.Until([&] { return run.exited.has_value(); }));
    EXPECT_EQ(run.out, std::to_string(i) + "\n");
    EXPECT_EQ(run.exited->code, i);
  }
}

// As on GitHub: a server that a step leaves behind lives on, and its output is waited for no longer than the drain.
TEST_P(Steps, MayLeaveAServerBehind) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  ProcessSpec spec;
  spec.arguments = {"sh", "-c", "(while :; do echo tick; sleep 0.05; done) & echo started"};
  spec.environment = job->base_environment();
  spec.folder = "/";
  spec.drain = std::chrono::milliseconds(300);
  const ProcessId id = job->Start(spec);
  ASSERT_TRUE(job.Until([&] { return job.of(id).exited.has_value(); }));
  EXPECT_TRUE(job.of(id).exited->output_cut);
  EXPECT_THAT(job.of(id).out, HasSubstr("started\n"));
  EXPECT_GE(std::atoi(job.Sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'do echo tick' | wc -l").out.c_str()),
            1);
}

TEST_P(Steps, ShareFilesWithTheHost) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const std::string folder = job->paths().temp + "/f";
  const std::string binary("a\0b\n\xff", 5);
  ASSERT_TRUE(job->WriteFile(folder + "/x/data", binary).ok());
  EXPECT_EQ(job->ReadFile(folder + "/x/data").value(), binary);
  ASSERT_TRUE(job->AppendFile(folder + "/x/data", "more").ok());
  EXPECT_EQ(job->ReadFile(folder + "/x/data").value(), binary + "more");
  const std::string large(5'000'001, 'L');
  ASSERT_TRUE(job->WriteFile(folder + "/large", large, 0755).ok());
  EXPECT_EQ(job->ReadFile(folder + "/large").value(), large);
  EXPECT_FALSE(job->ReadFile(folder + "/large", 1000).ok());
  EXPECT_EQ(job->ReadPiece(folder + "/large", 4'999'999, 100).value(), "LL");
  job.Sh("echo from-step > " + folder + "/y; ln -s y " + folder + "/l; mkdir " + folder + "/x/d");
  EXPECT_EQ(job->ReadFile(folder + "/l").value(), "from-step\n");
  const auto entries = job->List(folder, true).value();
  std::vector<std::string> names;
  for (const agent::Entry& entry : entries) names.push_back(entry.path);
  EXPECT_THAT(names, testing::ElementsAre("l", "large", "x", "x/d", "x/data", "y"));
  EXPECT_EQ(entries[0].target, "y");
  EXPECT_EQ(entries[1].mode, 0755u);
  EXPECT_FALSE(job->Stat(folder + "/none").value().has_value());
  EXPECT_EQ(job->Stat(folder)->value().kind, agent::EntryKind::Folder);
  ASSERT_TRUE(job->Remove(folder, true).ok());
  EXPECT_FALSE(job->Stat(folder).value().has_value());
  EXPECT_EQ(job->ReadFile(folder + "/y").error().message, "cannot read `" + folder + "/y`: No such file or directory");
}

// What a hostile step puts in the place of a command file must not make the host wait.
TEST_P(Steps, CannotMakeAFileRequestWait) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  const std::string fifo = job->paths().temp + "/fifo";
  HostShell("true");
  job.Sh("busybox mkfifo " + fifo + "; ln -s /dev/zero " + job->paths().temp + "/zero");
  EXPECT_FALSE(job->ReadFile(fifo).ok());
  EXPECT_FALSE(job->WriteFile(fifo, "x").ok());
  EXPECT_FALSE(job->ReadFile(job->paths().temp + "/zero").ok());
  EXPECT_EQ(job.Sh("echo alive").out, "alive\n");
}

TEST_P(Steps, EndWithTheirContainer) {
  TestStore store;
  TestJob job = store.Start({}, engine());
  job.Begin(LongSleep() + " & setsid " + LongSleep() + " & " + LongSleep());
  ASSERT_TRUE(job.Until([&] { return HostProcesses(LongSleep()) >= 3; }));
  job->Stop();
  ASSERT_TRUE(job.Until([&] { return job.ended().has_value(); }, std::chrono::seconds(3)));
  EXPECT_EQ(job.ended()->error, "");
  EXPECT_EQ(HostProcesses(LongSleep()), 0);
  EXPECT_FALSE(job->ReadFile("/etc/passwd").ok());
  job.Destroy();
  EXPECT_TRUE(Eventually([&] { return HostShell("ls " + store.run().path() + "/jobs").empty(); }));
}

}  // namespace
}  // namespace sluice::engine

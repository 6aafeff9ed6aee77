#include "tests/container/job.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "runtime/engine/launch.h"

namespace sluice::engine {

ProcessId TestJob::Begin(const std::string& script, std::map<std::string, std::string> extra) {
  ProcessSpec spec;
  spec.arguments = {"sh", "-c", script};
  spec.environment = job_->base_environment();
  for (auto& [name, value] : extra) spec.environment[name] = value;
  spec.folder = job_->paths().workspace;
  return job_->Start(spec);
}

bool TestJob::Until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    pollfd waiting{job_->descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 50);
    for (Event& event : job_->Take()) {
      if (auto* output = std::get_if<Output>(&event)) {
        Run& run = runs_[output->process.index];
        (output->stream == Stream::Out ? run.out : run.err) += output->bytes;
      } else if (auto* exited = std::get_if<Exited>(&event)) {
        runs_[exited->process.index].exited = *exited;
      } else if (auto* over = std::get_if<Ended>(&event)) {
        ended_ = *over;
      } else {
        ready_ = true;
      }
    }
  }
  return true;
}

TestJob::Run TestJob::Sh(const std::string& script, std::map<std::string, std::string> extra) {
  const ProcessId id = Begin(script, std::move(extra));
  EXPECT_TRUE(Until([&] { return runs_[id.index].exited || ended_; })) << script;
  EXPECT_FALSE(ended_.has_value()) << ended_->error;
  return runs_[id.index];
}

TestStore::TestStore(const std::string& root) : root_(root), own_(root.empty()) {
  if (own_) {
    char name[] = "/var/tmp/sluice-test-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  store_ = std::move(store::Store::Open(root_)).value();
  if (!store_->FindImage("test").ok()) {
    const std::string rootfs = root_ + "/rootfs";
    HostShell("mkdir -p " + rootfs + "/bin " + rootfs + "/etc " + rootfs + "/tmp && chmod 1777 " + rootfs + "/tmp && " +
              "cp -L $(command -v busybox) " + rootfs + "/bin/busybox && " + "for l in $(ldd " + rootfs +
              "/bin/busybox 2>/dev/null | grep -o '/[^ ]*'); do cp -L --parents $l " + rootfs + "; done; " +
              "for a in sh cat echo env ls sleep id mkdir rm touch yes head seq dd kill ps wc test printf ln mv cp "
              "stat mknod "
              "hostname ifconfig ping nc setsid nohup true false mount unshare chmod tr awk grep find sha256sum; do ln "
              "-s busybox " +
              rootfs +
              "/bin/$a; done; "
              "printf 'root:x:0:0::/root:/bin/sh\\nuser:x:1001:1001::/home/user:/bin/sh\\n' > " +
              rootfs +
              "/etc/passwd; "
              "printf 'root:x:0:\\nuser:x:1001:\\nextra:x:77:user\\n' > " +
              rootfs +
              "/etc/group; "
              "tar -C " +
              rootfs + " -cf " + root_ + "/rootfs.tar .");
    const auto imported = store_->ImportImage("test", root_ + "/rootfs.tar");
    EXPECT_TRUE(imported.ok()) << imported.error().message;
  }
  run_ = std::move(store::RunFolder::Create(*store_)).value();
}

TestStore::~TestStore() {
  engines_.clear();
  run_.reset();
  if (own_) static_cast<void>(store::RemoveTree(root_));
}

Engine& TestStore::engine(const std::string& name) {
  auto& engine = engines_[name];
  if (!engine) engine = std::move(MakeEngine({name, store_.get(), run_.get()})).value();
  return *engine;
}

TestJob TestStore::Start(JobSpec job, const std::string& engine_name) {
  if (job.name.empty()) job.name = "a job";
  if (job.image.empty()) job.image = "test";
  auto started = engine(engine_name).StartJob(job);
  EXPECT_TRUE(started.ok()) << started.error().message;
  return TestJob(std::move(*started));
}

std::string WhyNoContainers() {
  if (FindProgram("busybox").empty()) return "busybox is not installed: apt-get install busybox";
  if (FindProgram("crun").empty() && FindProgram("runc").empty())
    return "neither crun nor runc is installed: apt-get install runc";
  if (::geteuid() != 0) return "these tests run as root";
  return "";
}

std::string HostShell(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "re");
  std::array<char, 4096> buffer;
  for (size_t count; pipe != nullptr && (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), count);
  if (pipe != nullptr) ::pclose(pipe);
  return text;
}

std::string LongSleep() { return "sleep 8" + std::to_string(::getpid()) + ".5"; }

bool Eventually(const std::function<bool()>& done) {
  for (int i = 0; i < 250; ++i) {
    if (done()) return true;
    ::usleep(20'000);
  }
  return done();
}

int HostMounts(const std::string& text) {
  return std::atoi(HostShell("grep -c -F '" + text + "' /proc/mounts").c_str());
}

std::vector<int> HostProcessIds(const std::string& text) {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto read = store::ReadWhole(entry.path() / "cmdline");  // it may be gone by now
    std::string line = read.ok() ? *read : "";
    std::ranges::replace(line, '\0', ' ');
    // A shell that was told to run it has it in its script.
    if (line.find(text) != std::string::npos && line.find(" -c ") == std::string::npos)
      found.push_back(std::stoi(name));
  }
  return found;
}

int HostProcesses(const std::string& text) { return static_cast<int>(HostProcessIds(text).size()); }

void KillWithParent(int parent) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    const auto read = store::ReadWhole(entry.path() / "stat");  // it may be gone by now
    const std::string line = read.ok() ? *read : "";
    int found = 0;
    const size_t name_end = line.rfind(')');
    if (name_end == std::string::npos || std::sscanf(line.c_str() + name_end + 1, " %*c %d", &found) != 1) continue;
    if (found == parent) ::kill(std::stoi(entry.path().filename()), SIGKILL);
  }
}

}  // namespace sluice::engine

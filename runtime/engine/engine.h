#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/id.h"
#include "compiler/base/result.h"
#include "runtime/agent/protocol.h"
#include "runtime/store/run_folder.h"
#include "runtime/store/store.h"

// Where jobs run. An engine starts a container whose first process is our agent; everything in the container goes
// through the JobContainer. Made for one thread that waits for many containers:
//
//   poll() on every container's descriptor() (POLLIN) and your own timers; when one is readable, call Take() and handle
//   the events. Start, Signal and Send never block. File calls (ReadFile …) wait for the agent's answer, about 0.1 ms;
//   events that arrive meanwhile are kept for the next Take(), and descriptor() is readable then.
//   Nothing needs to wait for Ready: what is started before is done in order once the agent is there.
namespace sluice::engine {

struct ProcessTag;
using ProcessId = Id<ProcessTag>;

// ---- a process in a container ----

struct ProcessSpec {
  std::vector<std::string> arguments;              // the first is looked up in the PATH of `environment`
  std::map<std::string, std::string> environment;  // complete: nothing is inherited
  std::string folder;                              // absolute path in the container
  std::string input;                               // the whole of its stdin (empty: at its end at once)
  std::string user;                                // empty: the job's user
  std::chrono::milliseconds drain{5000};  // see agent::StartProcess::drain_ms; 5 s is what actions/runner waits
};

using agent::Stream;

struct Ready {};  // the agent is there
struct Output {
  ProcessId process;
  Stream stream = Stream::Out;
  std::string bytes;  // any bytes, cut anywhere; in order within a stream
};
// The last event of a process.
struct Exited {
  ProcessId process;
  int code = 0;         // 128 + signal when a signal ended it, as a shell says it
  int signal = 0;       // the signal that ended it, or 0
  std::string error{};  // not empty: it could not be started (no such program, no such folder …); code is 126 or 127
  bool output_cut = false;  // left-over children still held its output open; they live on until the container stops
  std::chrono::microseconds processor_time{0};
  uint64_t max_rss_kib = 0;
};
// The container is gone; no events follow, and processes without an Exited have none. `error` is empty after Stop(),
// otherwise it is one sentence: why it could not start or what ended it.
struct Ended {
  std::string error;
};
using Event = std::variant<Ready, Output, Exited, Ended>;

// ---- a job ----

struct Mount {
  std::string host_path;  // absolute
  std::string path;       // absolute, in the container
  bool read_only = true;
};

// The files of the repository as the job sees them: tracked, and untracked but not ignored. Changes go to scratch.
struct WorkspaceSpec {
  std::string repository;                            // absolute folder on the host; empty: the workspace starts empty
  std::string path = "/home/runner/work/repo/repo";  // in the container (engine `host` chooses its own: see Paths)
  bool hide_git = false;                             // hide `.git` too
};

struct Limits {
  std::optional<uint64_t> memory_bytes;  // best effort: where control groups can be had
  std::optional<uint64_t> processes;
};

struct JobSpec {
  std::string name;   // for messages: the job's display name
  std::string image;  // name or digest in the store; engine `host` does not look at it
  std::string user;   // "", "name", "uid:gid" … as docker's --user; empty: the image's user
  std::string hostname = "sluice";
  WorkspaceSpec workspace;
  std::vector<Mount> mounts;
  bool network = false;  // off: only a loopback interface of its own; on: the host's network
  Limits limits;
};

// Where things are for the processes of a container, all absolute, existing and writable by the job's user.
struct Paths {
  std::string workspace;   // GITHUB_WORKSPACE
  std::string temp;        // RUNNER_TEMP
  std::string tool_cache;  // RUNNER_TOOL_CACHE
  std::string files;       // for the caller's own files: command files, scripts, event.json
  std::string home;        // HOME
};

class JobContainer {
 public:
  // Stops the container (as Stop, waiting at most a second) and removes its scratch.
  virtual ~JobContainer() = default;

  // Readable (POLLIN) whenever Take() has something to do.
  virtual int descriptor() const = 0;
  // Moves data in both directions without blocking and gives the events there are, in order.
  virtual std::vector<Event> Take() = 0;

  virtual const Paths& paths() const = 0;
  // What every process should start from: the image's own variables (PATH …), or the host's on engine `host`.
  virtual const std::map<std::string, std::string>& base_environment() const = 0;

  // Starts a process in its own session. It always ends in one Exited (or the container's Ended).
  virtual ProcessId Start(const ProcessSpec& spec) = 0;
  // Signals the whole process group. What actions/runner does to cancel: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL; the
  // waiting is the caller's. Ignored once the process has ended.
  virtual void Signal(ProcessId process, int signal) = 0;

  // Files in the container, by absolute path (links are followed as any process there would). Errors name the path.
  // Regular files only: a FIFO or device is an error, never a wait.
  virtual Status WriteFile(const std::string& path, std::string_view bytes, uint32_t mode = 0644) = 0;
  virtual Status AppendFile(const std::string& path, std::string_view bytes) = 0;
  // The whole file; an error when it is larger than `limit` bytes or does not exist.
  virtual Result<std::string> ReadFile(const std::string& path, uint64_t limit = 64u << 20) = 0;
  // A piece of at most `limit` bytes from `offset`; empty at the end.
  virtual Result<std::string> ReadPiece(const std::string& path, uint64_t offset, uint32_t limit) = 0;
  // What is at `path`, or nothing when it does not exist.
  virtual Result<std::optional<agent::Entry>> Stat(const std::string& path) = 0;
  // The entries of a folder, sorted by path; with `recursive` all below it (links are not followed).
  virtual Result<std::vector<agent::Entry>> List(const std::string& folder, bool recursive) = 0;
  virtual Status MakeFolder(const std::string& path, uint32_t mode = 0755) = 0;
  virtual Status MakeLink(const std::string& path, const std::string& target) = 0;
  virtual Status Remove(const std::string& path, bool recursive) = 0;

  // Kills everything in it. Ended follows within a second.
  virtual void Stop() = 0;
};

// ---- an engine ----

// One thing the machine lacks, and the command that mends it.
struct Missing {
  std::string what;    // "neither crun nor runc is installed"
  std::string remedy;  // "apt-get install crun", or empty when nothing can be installed
};
struct Probe {
  bool usable = false;
  std::vector<Missing> missing;  // why not; also what is merely degraded when usable
  std::string description;       // one line: "oci: crun 1.8.1, overlayfs, as root"
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;
  // Looks at the machine (a few milliseconds, nothing is changed).
  virtual Probe Describe() = 0;
  // Begins to start a job's container and returns at once. An error when it cannot even begin: no such image, a full
  // disk …; what goes wrong later comes as Ended.
  virtual Result<std::unique_ptr<JobContainer>> StartJob(const JobSpec& spec) = 0;
};

struct EngineOptions {
  std::string name;  // "oci", "host", or "" for oci where it can be had, else an error that names the remedy
  store::Store* store = nullptr;  // not owned; both must outlive the engine
  store::RunFolder* run_folder = nullptr;
};
Result<std::unique_ptr<Engine>> MakeEngine(const EngineOptions& options);

// Ends and removes what runs that were killed left behind: their containers and scratch. Gives how many there were.
// Call it once at the beginning of a run; runs that are alive are not touched.
int SweepDeadRuns(store::Store& store);

}  // namespace sluice::engine

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/expr/value.h"
#include "compiler/model/action.h"
#include "runtime/engine/engine.h"
#include "runtime/report/event.h"
#include "runtime/steps/commands.h"
#include "runtime/steps/facts.h"
#include "runtime/steps/render.h"

namespace sluice::steps {

// Cuts a stream of bytes into lines. A line longer than 64 KiB is cut there, so that a stream without line ends cannot
// fill the memory.
class LineSplitter {
 public:
  // The lines that are complete now, without their ends.
  std::vector<std::string> Feed(std::string_view bytes);
  // What is left when the stream has ended.
  std::optional<std::string> Rest();

 private:
  std::string open_;
};

enum class StopReason : uint8_t { None, Cancelled, StepTimeout, JobTimeout };

// The step that a frame is carrying out.
struct Active {
  const model::Step* step = nullptr;
  std::string name;
  TextMap env;  // rendered
  bool continue_on_error = false;
  double timeout_minutes = 0;
  Time started{};
  std::optional<Time> deadline;

  TextMap outputs;
  bool command_failed = false;  // a workflow command was wrong, or a command file
  std::string problem;          // why it failed, when we know better than its exit code
  std::optional<int> exit_code;
  report::Place place;  // of the failing line

  std::optional<engine::ProcessId> process;
  std::string script_path;
  LineSplitter out, err;
  CommandFilter filter;
  uint32_t failed_line = 0;  // in the script, from 1

  StopReason stopping = StopReason::None;
  int stop_stage = 0;
  std::optional<Time> stop_next;
};

// A list of steps being run: the job's own, or those of a composite action that one of them uses.
struct Frame {
  std::vector<const model::Step*> steps;
  size_t next = 0;
  std::optional<Active> active;
  expr::Object results;  // the `steps` context
  bool failed = false;
  // Of a `parallel`: where its steps begin, and one past the last. They run one after the other, and each sees the state of
  // the job before the first.
  std::map<size_t, size_t> together;
  size_t together_end = 0;
  std::optional<bool> failed_before;
  bool Failed() const { return failed_before.value_or(failed); }
  std::string not_run;  // why a step of it was not run, if one was not

  // Of a composite action.
  std::shared_ptr<const model::Action> action;
  std::string action_path;
  expr::Value inputs;
  TextMap env;  // of the step that uses it, on top of the outer ones
};

}  // namespace sluice::steps

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/steps/job_run.h"
#include "runtime/steps/shells.h"

namespace sluice::steps {
namespace {

constexpr size_t kLongestLine = 64 * 1024;

uint32_t ToLine(const std::string& text) {
  uint32_t line = 0;
  std::from_chars(text.data(), text.data() + text.size(), line);
  return line;
}

// `SCRIPT: line 3: …` of bash, `SCRIPT: 3: …` of dash: the line of a complaint of the shell itself, or 0.
uint32_t LineOfComplaint(std::string_view text, const std::string& script) {
  const size_t at = text.find(script);
  if (script.empty() || at == std::string_view::npos) return 0;
  text.remove_prefix(at + script.size());
  for (std::string_view lead : {": line ", ": "})
    if (text.starts_with(lead)) return ToLine(std::string(text.substr(lead.size(), 10)));
  return 0;
}

// A job's `defaults.run` replaces the workflow's as a whole; a job's `defaults: {}` does not.
const std::optional<model::Defaults>& DefaultsOf(const model::Job& job, const model::Pipeline& pipeline) {
  return job.defaults && job.defaults->run ? job.defaults : pipeline.defaults;
}

}  // namespace

std::vector<std::string> LineSplitter::Feed(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const size_t room = kLongestLine - std::min(open_.size(), kLongestLine);
    if (end == std::string_view::npos && bytes.size() < room) {
      open_ += bytes;
      break;
    }
    const size_t take = std::min(end, room);
    open_ += bytes.substr(0, take);
    if (open_.ends_with('\r')) open_.pop_back();
    lines.push_back(std::exchange(open_, {}));
    bytes.remove_prefix(take == end ? take + 1 : take);
  }
  return lines;
}

std::optional<std::string> LineSplitter::Rest() {
  if (open_.empty()) return std::nullopt;
  return std::exchange(open_, {});
}

void JobRun::CarryRun(Frame& frame, Active& active, const model::Run& run) {
  const Contexts contexts = MakeContexts(&frame);
  const auto& defaults = DefaultsOf(*row_.job, *facts_.pipeline);
  const bool composite = frame.action != nullptr;
  auto script = RenderText(run.script, contexts);
  auto shell_name =
      run.shell || composite || !defaults ? RenderText(run.shell, contexts) : RenderText(defaults->shell, contexts);
  auto folder = WorkingFolder(frame, run, contexts);
  if (!script.ok()) return FinishStep(Outcome::Failure, script.error().message);
  if (!shell_name.ok()) return FinishStep(Outcome::Failure, shell_name.error().message);
  if (!folder.ok()) return FinishStep(Outcome::Failure, folder.error().message);
  if (composite && shell_name->empty()) return FinishStep(Outcome::Failure, "a `run` step of an action needs `shell`");
  auto shell = FindShell(*shell_name, container_job_);
  if (!shell.ok()) return FinishStep(Outcome::Failure, shell.error().message);
  const std::string& files = container_->paths().files;
  active.script_path = fmt::format("{}/scripts/{}{}", files, ++scripts_, shell->extension);
  if (!script->ends_with('\n')) *script += '\n';
  if (Status written = container_->WriteFile(active.script_path, shell->prologue + *script + shell->epilogue, 0755);
      !written.ok())
    return FinishStep(Outcome::Failure, written.error().message);
  engine::ProcessSpec process;
  process.arguments = shell->CommandLine(active.script_path);
  process.environment = ProcessEnvironment(frame);
  if (process.arguments[0] == "bash") process.environment.try_emplace("BASH_ENV", files + "/trace.sh");
  process.folder = *folder;
  active.process = container_->Start(process);
}

Result<std::string> JobRun::WorkingFolder(const Frame& frame, const model::Run& run, const Contexts& contexts) const {
  const std::string& workspace = container_->paths().workspace;
  const auto& defaults = DefaultsOf(*row_.job, *facts_.pipeline);
  std::string folder;
  if (run.working_directory) {
    SLUICE_ASSIGN(folder, RenderText(*run.working_directory, contexts));
  } else if (frame.action == nullptr && defaults) {
    SLUICE_ASSIGN(folder, RenderText(defaults->working_directory, contexts));
  }
  return folder.empty() ? workspace : JoinPath(workspace, folder);
}

void JobRun::OnOutput(const engine::Output& output) {
  if (frames_.empty() || !top().active || top().active->process != output.process) return;
  const bool err = output.stream == engine::Stream::Err;
  LineSplitter& splitter = err ? top().active->err : top().active->out;
  for (std::string& line : splitter.Feed(output.bytes))
    OnLine(err ? report::Stream::Err : report::Stream::Out, std::move(line));
}

void JobRun::OnLine(report::Stream stream, std::string line) {
  Active& active = *top().active;
  if (auto command = active.filter.Read(line)) return OnCommand(*command, line);
  if (stream == report::Stream::Err)
    if (const uint32_t at = LineOfComplaint(line, active.script_path)) active.failed_line = at;
  Log(stream, std::move(line));
}

void JobRun::OnCommand(const Command& command, const std::string& line) {
  Active& active = *top().active;
  const auto fail = [&](std::string message) {
    active.command_failed = true;
    if (active.problem.empty()) active.problem = message;
    OnAnnotation({"error", {}, std::move(message)});
  };
  const auto deprecated = [&] {
    if (std::ranges::find(warned_, command.name) != warned_.end()) return;
    warned_.push_back(command.name);
    Warn(
        fmt::format("The `{}` command is deprecated and will be disabled soon. Please upgrade to using Environment "
                    "Files.",
                    command.name));
  };
  if (command.name == "error" || command.name == "warning" || command.name == "notice") {
    OnAnnotation(command);
  } else if (command.name == "debug") {
    if (facts_.debug) Log(report::Stream::Out, command.data, "debug");
  } else if (command.name == "group" || command.name == "endgroup") {
    Log(report::Stream::Out, command.data, command.name);
  } else if (command.name == "add-mask") {
    if (command.data.empty()) return Warn("Can't add secret mask for empty string in ##[add-mask] command.");
    masker_.Add(command.data);
  } else if (command.name == "set-output" || command.name == "save-state") {
    deprecated();
    if (command.Property("name").empty())
      return fail(fmt::format("Required field 'name' is missing in ##[{}] command.", command.name));
    if (command.name == "set-output") active.outputs.emplace_back(command.Property("name"), command.data);
  } else if (command.name == "set-env" || command.name == "add-path") {
    if (!AllowsUnsecureCommands())
      return fail(
          fmt::format("The `{}` command is disabled. Please upgrade to using Environment Files or opt into "
                      "unsecure command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` "
                      "environment variable to `true`.",
                      command.name));
    if (command.name == "add-path") {
      paths_added_.insert(paths_added_.begin(), command.data);
    } else if (Status applied = ApplyEnvironment({{command.Property("name"), command.data}}); !applied.ok()) {
      fail(applied.error().message);
    }
  } else if (facts_.debug) {
    Log(report::Stream::Out, line, "debug");  // add-matcher, echo, stop-commands
  }
}

void JobRun::OnAnnotation(const Command& command) {
  report::Event event = MakeEvent(report::Kind::Annotation);
  event.level = command.name;
  event.text = command.data;
  event.name = command.Property("title");
  event.file = command.Property("file");
  event.line = ToLine(command.Property("line"));
  event.column = ToLine(command.Property("col"));
  Emit(std::move(event));
}

bool JobRun::AllowsUnsecureCommands() const {
  const auto env = ProcessEnvironment(frames_.back());
  auto it = env.find("ACTIONS_ALLOW_UNSECURE_COMMANDS");
  return it != env.end() && EqualsIgnoreCase(it->second, "true");
}

void JobRun::OnExited(const engine::Exited& exited) {
  if (frames_.empty() || !top().active || top().active->process != exited.process) return;
  if (auto rest = top().active->out.Rest()) OnLine(report::Stream::Out, std::move(*rest));
  if (auto rest = top().active->err.Rest()) OnLine(report::Stream::Err, std::move(*rest));
  Active& active = *top().active;
  active.process.reset();
  active.exit_code = exited.code;
  const Status files = ReadCommandFiles();
  if (active.stopping == StopReason::StepTimeout)
    return FinishStep(Outcome::Failure, fmt::format("it has timed out after {} minutes", active.timeout_minutes));
  if (active.stopping != StopReason::None) return FinishStep(Outcome::Cancelled, "");
  if (!exited.error.empty()) return FinishStep(Outcome::Failure, exited.error);
  if (exited.code != 0) {
    FindFailedLine();
    return FinishStep(Outcome::Failure, fmt::format("Process completed with exit code {}.", exited.code));
  }
  if (!files.ok()) return FinishStep(Outcome::Failure, files.error().message);
  if (active.command_failed) return FinishStep(Outcome::Failure, active.problem);
  FinishStep(Outcome::Success, "");
}

// The line of the script that failed, and with it the line of the source.
void JobRun::FindFailedLine() {
  Active& active = *top().active;
  const std::string path = container_->paths().files + "/failed_line";
  if (auto line = container_->ReadFile(path, 64); line.ok()) {
    active.failed_line = ToLine(*line);
    (void)container_->Remove(path, false);
  }
  const auto* run = std::get_if<model::Run>(&active.step->body);
  if (run == nullptr || active.failed_line == 0 || active.failed_line > run->lines.size() || !facts_.locate) return;
  const source::Span span = run->lines[active.failed_line - 1];
  if (span.valid()) active.place = facts_.locate(span);
}

// Reads what the step wrote to its command files and empties them for the next step.
Status JobRun::ReadCommandFiles() {
  const std::string folder = container_->paths().files + "/commands";
  // Whatever the step did to the files or their folder, the next one finds them empty.
  std::vector<agent::Entry> entries;
  if (auto listed = container_->List(folder, false); listed.ok()) entries = std::move(*listed);
  Status first;
  const auto keep = [&](const char* name, const Status& status) {
    if (status.ok() || !first.ok()) return;
    first = Error{fmt::format("Unable to process file command '{}' successfully. {}", name, status.error().message)};
    OnAnnotation({"error", {}, first.error().message});
  };
  std::map<std::string, std::string> contents;
  for (const char* name : {"env", "output", "path", "state", "summary"}) {
    auto entry = std::ranges::find_if(entries, [&](const agent::Entry& e) { return e.path == name; });
    if (entry != entries.end() && entry->size == 0 && entry->kind == agent::EntryKind::File) continue;
    const std::string path = JoinPath(folder, name);
    if (entry != entries.end()) {
      auto text = container_->ReadFile(path, 16u << 20);
      if (text.ok())
        contents[name] = std::move(*text);
      else
        keep(name, text.error());
    }
    if (entry != entries.end() && entry->kind != agent::EntryKind::File)
      SLUICE_RETURN_IF_ERROR(container_->Remove(path, true));
    SLUICE_RETURN_IF_ERROR(container_->WriteFile(path, "", 0666));
  }
  if (auto pairs = ParseEnvFile(contents["env"]); pairs.ok())
    keep("env", ApplyEnvironment(*pairs));
  else
    keep("env", pairs.error());
  if (auto pairs = ParseEnvFile(contents["output"]); pairs.ok())
    for (auto& pair : *pairs) top().active->outputs.push_back(std::move(pair));
  else
    keep("output", pairs.error());
  if (auto pairs = ParseEnvFile(contents["state"]); !pairs.ok()) keep("state", pairs.error());
  for (std::string& path : ParsePathFile(contents["path"])) paths_added_.insert(paths_added_.begin(), std::move(path));
  const std::string& summary = contents["summary"];
  if (summary.size() > kMaxSummaryBytes) {
    OnAnnotation({"error",
                  {},
                  fmt::format("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, "
                              "got {}k.",
                              summary.size() / 1024)});
  } else if (!summary.empty()) {
    report::Event event = MakeEvent(report::Kind::Summary);
    event.text = summary;
    Emit(std::move(event));
  }
  return first;
}

Status JobRun::ApplyEnvironment(const Pairs& pairs) {
  for (const auto& [name, value] : pairs) {
    if (name.empty()) return Error{"Required field 'name' is missing in ##[set-env] command."};
    if (EqualsIgnoreCase(name, "NODE_OPTIONS"))
      return Error{"Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command."};
    environment_[name] = value;
  }
  return {};
}

// As actions/runner: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL.
void JobRun::StopStep(StopReason reason) {
  if (!top().active || !top().active->process) return Advance();
  top().active->stopping = reason;
  top().active->stop_stage = 0;
  EscalateStop();
}

void JobRun::EscalateStop() {
  Active& active = *top().active;
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGKILL};
  static constexpr std::chrono::milliseconds kWaits[] = {std::chrono::milliseconds(7500),
                                                         std::chrono::milliseconds(2500), std::chrono::seconds(10)};
  if (!active.process) return;
  if (active.stop_stage > 2) return End(Outcome::Failure, "a step could not be killed");
  container_->Signal(*active.process, kSignals[active.stop_stage]);
  active.stop_next = now_ + kWaits[active.stop_stage];
  ++active.stop_stage;
}

}  // namespace sluice::steps

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/run_options.h"
#include "cli/run_plan.h"
#include "cli/run_setup.h"
#include "cli/subcommands.h"
#include "runtime/engine/engine.h"
#include "runtime/report/junit.h"
#include "runtime/report/ndjson.h"
#include "runtime/report/record.h"
#include "runtime/report/text.h"
#include "runtime/run_loop.h"
#include "runtime/steps/contexts.h"
#include "runtime/store/run_folder.h"
#include "runtime/store/run_records.h"
#include "runtime/store/store.h"

namespace sluice::cli {
namespace {

size_t Columns() {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0)
    return static_cast<size_t>(std::atoi(columns));
  winsize size = {};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

report::TextOptions TextOptionsFor(const Globals& globals) {
  const char* ci = std::getenv("CI");
  const bool in_ci = ci != nullptr && *ci != '\0';
  return {UseColor(globals, STDOUT_FILENO), !in_ci && !globals.quiet && ::isatty(STDOUT_FILENO) == 1, globals.quiet,
          Columns()};
}

// What has to stay alive as long as the engine.
struct Machine {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::RunFolder> folder;
  std::unique_ptr<engine::Engine> engine;
};

Result<std::unique_ptr<Machine>> StartMachine(const RunFlags& flags, const Globals& globals, const Target& target,
                                              steps::RunFacts& facts) {
  auto machine = std::make_unique<Machine>();
  SLUICE_ASSIGN(const std::string root, store::DefaultRoot());
  SLUICE_ASSIGN(machine->store, store::Store::Open(root));
  engine::SweepDeadRuns(*machine->store);
  SLUICE_ASSIGN(machine->folder, store::RunFolder::Create(*machine->store));
  std::string name = flags.engine.empty() ? target.project->settings.engine : flags.engine;
  if (name == "auto") name.clear();
  SLUICE_ASSIGN(machine->engine, engine::MakeEngine({name, machine->store.get(), machine->folder.get()}));
  if (const engine::Probe probe = machine->engine->Describe(); !globals.quiet)
    for (const engine::Missing& missing : probe.missing)
      fmt::print(stderr, "sluice: note: {} (`{}`)\n", missing.what, missing.remedy);
  facts.store = machine->store.get();
  facts.host_engine = machine->engine->name() == "host";
  if (!facts.host_engine)
    if (auto image = machine->store->FindImage(facts.images[""]); !image.ok()) return image.error();
  return machine;
}

report::RecordHead HeadOf(const Setup& setup) {
  const steps::RunFacts& facts = setup.facts;
  return {SLUICE_VERSION,
          facts.repository,
          facts.pipeline->id,
          setup.event,
          steps::TextAt(facts.github, "ref"),
          steps::TextAt(facts.github, "sha"),
          setup.options.jobs};
}

// Keeps what became of the run. That it cannot be kept is no reason to fail: the run itself is done.
void Keep(const report::Record& record, const Machine& machine, const std::string& project) {
  const std::string name = report::IsoTime(std::chrono::system_clock::now()) + "-" + machine.folder->id();
  if (const Status kept = store::KeepRecord(*machine.store, project, name, record.text()); !kept.ok())
    fmt::print(stderr, "sluice: the record of this run is not kept: {}\n", kept.error().message);
}

int ExitCode(const runtime::RunResult& result) {
  if (result.signal != 0) return 128 + result.signal;
  return result.failed ? kNo : kOk;
}

int Run(const RunFlags& flags, const Globals& globals) {
  int code = kCannot;
  auto target = LoadTarget(flags, UseColor(globals, STDERR_FILENO), code);
  if (!target.ok()) {
    Fail(target.error().message);
    return code;
  }
  auto setup = PrepareRun(flags, **target);
  if (!setup.ok()) return Fail(setup.error().message);
  steps::RunFacts& facts = (*setup)->facts;
  const std::string& pipeline = facts.pipeline->id;
  if ((*setup)->not_started) {
    fmt::print(stderr,
               "sluice: `{}` does not start on this {}: {}; name a job (`sluice run {}.JOB`) to run it anyway\n",
               pipeline, (*setup)->event, *(*setup)->not_started, flags.target.empty() ? pipeline : flags.target);
    return kOk;
  }
  if (flags.dry_run) return PrintPlan(**setup);
  auto machine = StartMachine(flags, globals, **target, facts);
  if (!machine.ok()) return Fail(machine.error().message);

  const report::Sink out = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };
  const report::TextOptions options = TextOptionsFor(globals);
  report::Text text(out, pipeline, options);
  report::Ndjson json(out, pipeline);
  report::Junit junit(pipeline);
  report::Broadcast reporters;
  if (flags.json)
    reporters.Add(json);
  else
    reporters.Add(text);
  if (!flags.junit.empty()) reporters.Add(junit);
  report::Record record(HeadOf(**setup));
  reporters.Add(record);
  const Interrupts interrupts;
  (*setup)->options.signals = interrupts.descriptor();
  (*setup)->options.live = options.live && !flags.json;
  const runtime::RunResult result = runtime::Run(facts, (*setup)->options, *(*machine)->engine, reporters);
  Keep(record, **machine, facts.repository);
  if (!flags.junit.empty())
    if (Status written = MakeRealFileSystem("")->Write(flags.junit, junit.Document()); !written.ok())
      return Fail(written.error().message);
  return ExitCode(result);
}

void AddFlags(CLI::App& command, RunFlags& flags) {
  command
      .add_option("TARGET", flags.target, "PIPELINE or FILE.yml, and jobs of it behind dots; they bring their needs")
      ->type_name("PIPELINE|FILE.yml[.JOB…]");
  command.add_option("--event", flags.event, "The event that starts it")->type_name("NAME");
  command.add_option("--event-file", flags.event_file, "The event's payload, else it is filled in from git")
      ->type_name("F");
  command.add_option("--input", flags.inputs, "An input of workflow_dispatch or workflow_call")->type_name("k=v");
  command.add_option("--secret", flags.secrets, "A secret; without a value it is taken from the environment")
      ->type_name("K[=V]");
  command.add_option("--var", flags.vars, "A configuration variable")->type_name("k=v");
  command.add_option("--env-file", flags.env_file, "Secrets and variables, one NAME=value a line")->type_name("F");
  command
      .add_option("--engine", flags.engine, "Where steps run: auto, oci (containers), host (this machine, unprotected)")
      ->check(CLI::IsMember({"auto", "oci", "host"}));
  command.add_option("-j,--jobs", flags.jobs, "How many jobs run at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--network", flags.network, "May jobs use the network?")->check(CLI::IsMember({"on", "off"}));
  command.add_option("--matrix", flags.matrix, "Only the rows of a matrix with this value")->type_name("k=v");
  command.add_option("--from-graph", flags.from_graph, "A program as `sluice graph --format json` prints it")
      ->type_name("F");
  command.add_flag("--json", flags.json, "One JSON object a line instead of text");
  command.add_option("--junit", flags.junit, "Write a JUnit report too")->type_name("F");
  command.add_flag("--dry-run", flags.dry_run, "Only say which jobs would run");
  for (const char* flag : {"--input", "--secret", "--var", "--matrix"})
    command.get_option(flag)->allow_extra_args(false);
}

}  // namespace

void AddRun(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = app.add_subcommand("run", "Run a pipeline or a workflow file in containers");
  AddFlags(*command, *flags);
  command->footer("Example:\n  sluice run ci.test --event pull_request --secret NPM_TOKEN --matrix node=22");
  command->callback(
      [&invocation, flags] { invocation.action = [&invocation, flags] { return Run(*flags, invocation.globals); }; });
}

}  // namespace sluice::cli

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/check/term.h"
#include "compiler/syntax/ast.h"

// The checked tree: what a project means, with every name resolved and every value a Term. Lowering reads this and
// nothing of the syntax. It is total: a job with a mistake is `broken`, but has its name, needs and permissions.
namespace sluice::check {

// The right side of `run -> { … }`.
struct DeclaredOutput {
  std::string name;
  Type type;
  bool secret = false;
  Span at;  // `name: type`
  bool untrusted = false;
};

// A `raw` block: GitHub's own YAML, and where each of its pieces was written.
struct RawBlock {
  struct Piece {
    size_t offset = 0;  // in `text`
    Span at;
  };
  std::string text;
  std::vector<Piece> pieces;  // by offset
  Span at;
};

// A piece of a script: literal text, or a placeholder.
struct ScriptPart {
  std::string text;
  TermPtr placeholder;
  Span at;          // a placeholder with its `${{` and `}}`
  Span expression;  // what stands between them
  std::string source;
};

struct RunBody {
  std::string shell;           // what reads the script: bash, sh, or what `shell:` says
  bool shell_written = false;  // it differs from what the job says: emitted as `shell:`
  std::string program;         // of the shell: "bash" of `bash -e {0}`; empty when it shows only in the run
  Span language;               // what says the language: the word after `run`; nowhere if nothing does
  std::vector<DeclaredOutput> outputs;
  std::vector<DeclaredOutput> exports;  // variables for later steps
  std::vector<ScriptPart> script;
  Span script_at;        // with its quotes
  bool escapes = false;  // written in "…"
};

// An argument of an action, with how the action reads it.
struct Argument {
  std::string name;
  TermPtr value;
  char separator = 0;  // of a list: '\n', ',' or ' '; 0: no list
  Span at;
  std::optional<RunBody> code = {};  // a program with placeholders, instead of the value
};
struct UsesBody {
  std::string uses;          // owner/repo[/path]; `./path`, `$/path` or `docker://image` as written
  std::string sha, version;  // none for an action of the repository and for an image
  bool keeps_credentials = false;  // a checkout that has the input `persist-credentials`
  std::vector<Argument> arguments;
  Span at;
};

struct EnvEntry {
  std::string name;
  TermPtr value;
  Span at;
};

// Where a pipeline, job or step says `key:`.
struct Settings {
  std::vector<std::pair<std::string, Span>> settings;  // the key of each, where it stands

  // Nowhere if it does not.
  Span SettingAt(std::string_view key) const {
    for (const auto& [setting, place] : settings)
      if (setting == key) return place;
    return {};
  }
};

struct Step : Settings {
  std::string binder;  // of `let x =`
  TermPtr name;
  TermPtr condition;  // of its own `if:` setting; absent: none
  std::vector<EnvEntry> env;
  TermPtr timeout, continue_on_error, working_directory, shell;
  std::variant<RunBody, UsesBody> body;
  std::vector<std::string> docs;
  std::optional<RawBlock> raw;
  Span at;
  bool background = false;
  int attempts = 1;  // of a script that is repeated when it fails
  bool broken = false;
  bool unread = false;  // its text is damaged or in no language of this version: nothing is said about its script
};

enum class OutputShape : uint8_t { Scalar, File, Dir };
struct Output {
  std::string name;
  Span secret_read;  // a step that gave the value read a secret here
  Type type;
  OutputShape shape = OutputShape::Scalar;
  TermPtr value;  // of a file its path
  Span at;        // `output NAME`
  Span whole;     // the whole item
  Span name_at;
  std::vector<std::string> docs;
  bool read = false;  // some other job reads it
  bool raw = false;   // uploaded as it is, for people
  TermPtr retention;  // in whole days
};

struct Node;
struct IfBlock {
  TermPtr condition;
  std::vector<Node> then;
  std::vector<Node> otherwise;
  bool has_else = false;
  Span at;
};
// An `output x: file = …` in its place among the steps; index into Job::outputs.
struct PutPlace {
  size_t output = 0;
};
struct ParallelBlock {
  std::vector<Node> steps;  // plain ones
  std::vector<std::string> docs;
  Span at;
};
struct WaitPlace {
  bool all = false;
  std::vector<std::string> ids;  // of steps in the background
  std::vector<std::string> docs;
  Span at;
};
struct CancelPlace {
  std::string id;
  std::vector<std::string> docs;
  Span at;
};
// `step raw`: a whole step in GitHub's own words.
struct RawStep {
  RawBlock block;
  std::vector<std::string> docs;
  Span at;
};
// A `for` is written out: its steps stand among the others.
struct Node {
  std::variant<Step, IfBlock, PutPlace, ParallelBlock, WaitPlace, CancelPlace, RawStep> what;
};

// Steps and outputs in the blocks, nested ones included.
size_t CountSteps(const std::vector<Node>& nodes);

struct MatrixAxis {
  std::string name;
  Type type;
  std::vector<TermPtr> values;  // constants, or records of them
  TermPtr list;                 // known only at run time: then there are no values
  Span at;
  std::vector<bool> used = {};  // which values some row has; empty: all
};
// One row of constant axes: for each axis the index of its value.
using MatrixRow = std::vector<size_t>;
// All rows, in GitHub's order: the last axis changes first.
std::vector<MatrixRow> AllRows(const std::vector<MatrixAxis>& axes);

struct Grant {
  std::string scope;
  std::string access;
  std::vector<std::string> reasons;  // "declared", "actions/checkout"
  Span at;                           // what asks for it first
};

struct Concurrency {
  TermPtr group;
  TermPtr cancel_in_progress;
  std::string queue;
  Span at;
};

// Why a job waits for another one, strongest reason first.
enum class NeedReason : uint8_t { File, Output, Result, Order };
struct Need {
  size_t job = 0;
  NeedReason reason = NeedReason::Order;
  std::string what;  // "build.package"
  Span at;           // the reference that makes it so
};

// A container of the job, or a service beside it.
struct ContainerRecord {
  std::string name;  // of a service
  TermPtr image, username, password, options, command, entrypoint;
  std::vector<EnvEntry> env;
  std::vector<TermPtr> ports, volumes;
  Span at;
};
// Calls `visit(term)` for each value in it.
template <class Visit>
void ForEachValue(const ContainerRecord& container, const Visit& visit) {
  for (const TermPtr& term : {container.image, container.username, container.password, container.options,
                              container.command, container.entrypoint})
    if (term != nullptr) visit(term);
  for (const EnvEntry& entry : container.env) visit(entry.value);
  for (const auto& list : {container.ports, container.volumes})
    for (const TermPtr& term : list) visit(term);
}

// `job x uses PIPELINE(…)`: what runs instead of steps.
struct CallBody {
  std::string target;   // as GitHub reads it
  std::string version;  // of a pinned one, shown as a comment
  std::vector<Argument> arguments;
  std::vector<EnvEntry> secrets;  // handed over by name
  bool inherit = false;           // all secrets of the caller
  Span at;
};

struct Job : Settings {
  std::string name;
  Span name_at;
  std::vector<std::string> docs;
  TermPtr display_name;
  TermPtr condition;
  Span condition_at;        // the whole setting
  std::vector<Need> needs;  // in order of the jobs
  std::vector<MatrixAxis> matrix;
  std::vector<MatrixRow> rows;             // that `where` leaves; none when the rows are known only at run time
  std::vector<MatrixRow> excluded;         // rows that the axes give and `where` does not leave
  bool rows_as_axis = false;               // the rows are written as values of one axis `row`
  std::vector<TermPtr> matrix_conditions;  // what run-time lists add to the condition
  TermPtr fail_fast, max_parallel;
  TermPtr runs_on, timeout, continue_on_error;  // the first a label, or a list of labels
  TermPtr runner_group;
  std::vector<Grant> permissions;   // by scope
  bool permissions_given = false;   // the program says them
  bool permissions_exact = false;   // and nothing is added for actions
  bool permissions_unsaid = false;  // none are written: those of the pipeline hold, or the repository's
  std::string permissions_all;      // `read-all`, `write-all`
  std::optional<Concurrency> concurrency;
  TermPtr container;                                // its image
  std::optional<ContainerRecord> container_record;  // written as a record
  std::vector<ContainerRecord> services;
  TermPtr environment, environment_url, deployment;
  std::vector<TermPtr> input_guards;   // closed sets that the job's head reads, tested in its condition
  std::vector<size_t> checked_inputs;  // parameters that its first step tests
  std::vector<EnvEntry> env;
  TermPtr shell, working_directory;  // effective, with the pipeline's
  std::vector<Output> outputs;
  std::optional<CallBody> call;
  std::vector<Node> body;
  std::optional<RawBlock> raw;
  Span at;
  bool broken = false;
};

// What a `permissions` setting says.
struct TokenPermissions {
  bool given = false;
  bool github = false;  // `default`: none are written, the repository's setting holds
  bool exact = false;   // `exact(…)`, `read-all`, `write-all`: nothing is added for actions
  std::string all;      // `read-all`, `write-all`
  std::vector<Grant> grants;
};

struct Gate {
  std::string name;
  std::vector<size_t> jobs;  // indices, with all ancestors, in order
  std::vector<std::string> docs;
  Span at;
};

struct Parameter {
  std::string name;
  Type type;
  std::optional<Constant> default_value;
  std::string description;
  bool null_default = false;
  Span at;  // `name: type`
  Span default_at;
};

struct TriggerFilter {
  std::string name;
  std::vector<std::string> values;
  bool list = true;
};
struct Trigger {
  std::string event;
  std::vector<TriggerFilter> filters;
  std::vector<std::pair<std::string, std::string>> schedules;  // cron, timezone
  std::vector<std::string> schedule_names;                     // of each; empty: none
  // `secrets: { … }` of `workflow_call`: exactly these may be passed, whatever the jobs read.
  struct Secret {
    std::string name, description;
    bool required = false;
  };
  std::optional<std::vector<Secret>> secrets;
  // `inputs: { … }`: what the parameters do not say, or say otherwise for their readers.
  struct Input {
    std::string name;
    std::optional<std::string> type, description;
    std::optional<bool> required;
    std::optional<Constant> default_value;
    bool no_default = false;  // `default: null`
    bool absent = false;      // `NAME: null`: this trigger does not ask for it
  };
  std::vector<Input> inputs;
  Span at;
};

struct Pipeline : Settings {
  std::string name;
  Span name_at;
  std::vector<std::string> docs;
  std::string display_name;  // `name:`, else the name
  TermPtr run_name;
  std::vector<Parameter> parameters;
  std::vector<std::string> environments;  // of the project: what a parameter of that type may be
  std::vector<Trigger> triggers;
  std::optional<Concurrency> concurrency;
  std::vector<EnvEntry> env;
  TermPtr shell, working_directory;
  TokenPermissions permissions;
  std::vector<Job> jobs;
  std::vector<Gate> gates;
  std::vector<Output> outputs;  // of `workflow_call`
  // Those that its jobs read, in order of declaration; secrets of environments are not asked of callers.
  struct Secret {
    std::string name;
    bool required = true;
  };
  std::vector<Secret> secrets;
  std::optional<RawBlock> raw;
  Span at;
  std::vector<std::string> sources;  // paths: its own file, then what it reaches by import, sorted
  bool broken = false;

  bool HasTrigger(std::string_view event) const;
  // A trigger other than dispatch and call: then parameters have their defaults there.
  bool HasOtherTrigger() const;
  const Parameter* FindParameter(std::string_view parameter) const;
};

struct Program {
  std::vector<Pipeline> pipelines;
};

// Calls `visit(term)` for each whole value in the job: its settings and outputs, and those of its steps.
template <class Visit>
void ForEachValue(const Step& step, const Visit& visit) {
  for (const TermPtr& term :
       {step.name, step.condition, step.timeout, step.continue_on_error, step.working_directory, step.shell})
    if (term != nullptr) visit(term);
  for (const EnvEntry& entry : step.env) visit(entry.value);
  if (const auto* run = std::get_if<RunBody>(&step.body)) {
    for (const ScriptPart& part : run->script)
      if (part.placeholder != nullptr) visit(part.placeholder);
  } else {
    for (const Argument& argument : std::get<UsesBody>(step.body).arguments) {
      if (!argument.code) visit(argument.value);
      if (!argument.code) continue;
      for (const ScriptPart& part : argument.code->script)
        if (part.placeholder != nullptr) visit(part.placeholder);
    }
  }
}
template <class Visit>
void ForEachValue(const std::vector<Node>& nodes, const Visit& visit) {
  for (const Node& node : nodes) {
    if (const auto* step = std::get_if<Step>(&node.what)) ForEachValue(*step, visit);
    if (const auto* branch = std::get_if<IfBlock>(&node.what)) {
      visit(branch->condition);
      ForEachValue(branch->then, visit);
      ForEachValue(branch->otherwise, visit);
    }
    if (const auto* parallel = std::get_if<ParallelBlock>(&node.what)) ForEachValue(parallel->steps, visit);
  }
}
// Calls `visit(node)` for each step in its order, those of blocks included; of blocks only the steps in them.
template <class Visit>
void ForEachStep(const std::vector<Node>& nodes, const Visit& visit) {
  for (const Node& node : nodes) {
    if (const auto* branch = std::get_if<IfBlock>(&node.what)) {
      ForEachStep(branch->then, visit);
      ForEachStep(branch->otherwise, visit);
    } else if (const auto* parallel = std::get_if<ParallelBlock>(&node.what)) {
      ForEachStep(parallel->steps, visit);
    } else {
      visit(node);
    }
  }
}
template <class Visit>
void ForEachValue(const Job& job, const Visit& visit) {
  for (const TermPtr& term : {job.display_name, job.condition, job.fail_fast, job.max_parallel, job.runs_on,
                              job.timeout, job.continue_on_error, job.container, job.shell, job.working_directory})
    if (term != nullptr) visit(term);
  if (job.concurrency) {
    visit(job.concurrency->group);
    if (job.concurrency->cancel_in_progress != nullptr) visit(job.concurrency->cancel_in_progress);
  }
  for (const TermPtr& term : {job.environment, job.environment_url, job.deployment, job.runner_group})
    if (term != nullptr) visit(term);
  if (job.call) {
    for (const Argument& argument : job.call->arguments) visit(argument.value);
    for (const EnvEntry& secret : job.call->secrets) visit(secret.value);
  }
  if (job.container_record) ForEachValue(*job.container_record, visit);
  for (const ContainerRecord& service : job.services) ForEachValue(service, visit);
  for (const MatrixAxis& axis : job.matrix)
    if (axis.list != nullptr) visit(axis.list);
  for (const EnvEntry& entry : job.env) visit(entry.value);
  for (const Output& output : job.outputs) visit(output.value);
  ForEachValue(job.body, visit);
}

}  // namespace sluice::check

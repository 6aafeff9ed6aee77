#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/base/id.h"
#include "compiler/base/store.h"
#include "compiler/model/value.h"

// The workflow model: GitHub's execution model after lowering, in GitHub's words. Everything behind the compiler's front
// reads this and nothing else: emitters, the local runtime, drawings. It has a JSON form (json.h) and a verifier
// (verify.h). Absent settings are empty optionals; a Value holds a constant or GitHub's expression.
namespace sluice::model {

struct PipelineTag;
struct JobTag;
struct StepTag;
struct TransferTag;
using PipelineId = Id<PipelineTag>;
using JobId = Id<JobTag>;
using StepId = Id<StepTag>;
using TransferId = Id<TransferTag>;

// An `if`. `user` is what the author wrote (absent: nothing); `implicit_success`: GitHub adds `success() &&`, because no
// status function is called. Printer and evaluator need the pair. A text around placeholders (always truthy on GitHub)
// is kept as a Value of kind Text.
struct Condition {
  Value user;  // String (constant text), Boolean, Number, Expression or Text
  bool implicit_success = true;
  bool bare = false;  // a loaded Expression was written without `${{ }}`
  Origin origin;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// `read-all`/`write-all` for everything, or access scope by scope. An empty list is `{}`: nothing.
struct Permission {
  std::string scope;
  std::string access;                // read, write, none
  std::vector<std::string> reasons;  // "declared", "actions/checkout"; shown as a comment
  friend bool operator==(const Permission&, const Permission&) = default;
};
struct Permissions {
  std::string all;  // "read-all", "write-all" or empty
  std::vector<Permission> scopes;
  Origin origin;
  friend bool operator==(const Permissions&, const Permissions&) = default;
};

// In Concurrency, Defaults, Strategy, Environment and Container `whole` replaces the other members: one expression for
// everything, or a mapping with keys that are expressions.
struct Concurrency {
  Value group;
  std::optional<Value> cancel_in_progress;
  std::optional<Value> queue;  // single, max
  bool shorthand = false;      // `concurrency: GROUP`
  std::optional<Value> whole;
  Origin origin;
  friend bool operator==(const Concurrency&, const Concurrency&) = default;
};

struct Defaults {
  std::optional<Value> shell;
  std::optional<Value> working_directory;
  std::optional<Value> whole;  // of `defaults.run`
  bool run = true;             // false: `defaults: {}`
  Origin origin;
  friend bool operator==(const Defaults&, const Defaults&) = default;
};

// A parameter of workflow_dispatch or workflow_call.
struct Input {
  std::string name;
  std::optional<Value> description, deprecation_message, required, default_value;
  std::optional<std::string> type;  // string boolean number choice environment
  std::optional<Value> options;
  Origin origin;
  friend bool operator==(const Input&, const Input&) = default;
};
struct CallSecret {
  std::string name;
  std::optional<Value> description, required;
  bool mapping = false;  // `NAME: {}` instead of `NAME:`
  Origin origin;
  friend bool operator==(const CallSecret&, const CallSecret&) = default;
};
struct CallOutput {
  std::string name;
  std::optional<Value> description;
  std::optional<Value> value;
  Origin origin;
  friend bool operator==(const CallOutput&, const CallOutput&) = default;
};
struct Filter {
  std::string name;  // branches, tags-ignore, paths, types, workflows, cron schedules excepted
  Value value;       // a string or a list of strings, as written
  friend bool operator==(const Filter&, const Filter&) = default;
};
struct Schedule {
  Value cron;
  std::optional<Value> timezone;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};
struct Trigger {
  std::string event;
  std::vector<Filter> filters;
  std::vector<Schedule> schedules;  // of `schedule`
  std::vector<Input> inputs;        // of workflow_dispatch and workflow_call
  std::vector<CallOutput> outputs;  // of workflow_call
  std::vector<CallSecret> secrets;  // of workflow_call
  Value raw;                        // a Map of keys merged at emission; an empty Map prints `{}`; or Null
  Origin origin;
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

// What a job or step is for the world outside; empty until delivery exists.
struct Effect {
  std::string kind;  // deploys, promotes, aborts, rolls-back, publishes
  std::string workload, environment;
  std::optional<Value> digest;
  friend bool operator==(const Effect&, const Effect&) = default;
};

// An action by its commit: `actions/upload-artifact@SHA`, and the version that a comment shows.
struct Pin {
  std::string target;
  std::string version;
  friend bool operator==(const Pin&, const Pin&) = default;
};

// A typed value that goes from one job to others: as a job output (scalar) or as a packed artifact (file, dir).
struct Transfer {
  JobId from;
  std::string output;
  enum class Shape : uint8_t { Scalar, File, Folder } shape = Shape::Scalar;
  bool per_row = false;   // one value for each row of the producer's matrix
  bool optional = false;  // the producer may have skipped it
  bool plain = false;     // File, Folder: uploaded as it is, without a tar around it, so that people can read it
  std::optional<Value> retention_days;
  std::string file_name;  // File: the constant last component of the path
  std::vector<JobId> readers;
  Pin upload, download;  // File, Folder: the actions that carry it on GitHub
  Origin origin;
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

// What a step does.
struct Run {
  Value script;  // lowered: the text that the shell reads
  std::optional<Value> shell;
  std::optional<Value> working_directory;
  // For each line of the script (from 0) the place it was written at; empty when all of it is the step's.
  std::vector<Span> lines;
  bool pasted = false;  // a directive allowed that values are pasted into the text, as GitHub does
  friend bool operator==(const Run&, const Run&) = default;
};
struct Uses {
  Value target;         // `owner/repo[/path]@sha`, `./path`, `docker://image`: what GitHub reads
  std::string version;  // of a pin, shown as a comment: "v7.0.1"
  std::optional<Value> with;
  friend bool operator==(const Uses&, const Uses&) = default;
};
struct Put {  // the running job hands `path` to the transfer
  TransferId transfer;
  Value path;  // relative to the job's working directory; Value of text
  // On GitHub it is the steps Pack and Upload; the runtime uses its store instead. A path with placeholders is lowered as
  // in scripts: its folder (of a Folder: itself) and its last component as shell words, with the variables in the step's
  // `env`. Empty for a constant path.
  std::string folder_word, name_word;
  friend bool operator==(const Put&, const Put&) = default;
};
struct Get {  // the transfer's content arrives under .sluice/in
  TransferId transfer;
  friend bool operator==(const Get&, const Get&) = default;
};
struct Wait {
  bool all = false;
  Value targets;  // a string or a list; of `wait-all` what was written: Null or true
  friend bool operator==(const Wait&, const Wait&) = default;
};
struct Cancel {
  Value target;
  friend bool operator==(const Cancel&, const Cancel&) = default;
};
struct Step;
struct Parallel {
  std::vector<StepId> steps;
  friend bool operator==(const Parallel&, const Parallel&) = default;
};
struct Verbatim {
  Value tree;  // a whole step in GitHub's words
  friend bool operator==(const Verbatim&, const Verbatim&) = default;
};
using StepBody = std::variant<Run, Uses, Put, Get, Wait, Cancel, Parallel, Verbatim>;

struct Step {
  std::string id;
  std::optional<Value> name;
  std::optional<Condition> condition;
  std::optional<Value> env, continue_on_error, timeout_minutes, background;
  StepBody body;
  std::vector<Effect> effects;
  std::vector<std::string> comments;  // `##` lines above it
  Value raw;                          // a Map of keys merged at emission, or Null
  Origin origin;
  friend bool operator==(const Step&, const Step&) = default;
};

struct Need {
  JobId job;
  enum class Why : uint8_t { Order, Output, File, Result } why = Why::Order;
  Origin origin;
  friend bool operator==(const Need&, const Need&) = default;
};

// Axes stay symbolic. `axes`: name and a list (or an expression); `include`, `exclude`: lists of maps or expressions;
// `whole`: the matrix is one expression.
struct Matrix {
  std::vector<std::pair<Value, Value>> axes;
  std::optional<Value> include, exclude, whole;
  Origin origin;
  friend bool operator==(const Matrix&, const Matrix&) = default;
};
struct Strategy {
  std::optional<Matrix> matrix;
  std::optional<Value> fail_fast, max_parallel;
  std::optional<Value> whole;  // the strategy is one expression
  friend bool operator==(const Strategy&, const Strategy&) = default;
};

struct Environment {
  Value name;
  std::optional<Value> url, deployment;
  bool shorthand = false;
  std::optional<Value> whole;
  friend bool operator==(const Environment&, const Environment&) = default;
};
struct Container {
  std::optional<Value> image, credentials, env, ports, volumes, options, entrypoint, command;
  std::optional<Value> whole;  // one expression, or an empty string
  bool shorthand = false;
  friend bool operator==(const Container&, const Container&) = default;
};
struct Runner {
  std::optional<Value> labels;  // a string, a list or an expression; a Map when its keys are expressions
  std::optional<Value> group;   // with it, labels stand inside the mapping
  bool mapping = false;
  friend bool operator==(const Runner&, const Runner&) = default;
};

struct Call {  // of a reusable workflow
  Value target;
  std::string version;
  std::optional<Value> with;
  std::optional<Value> secrets;  // a map, or the string `inherit`
  friend bool operator==(const Call&, const Call&) = default;
};

struct Job {
  std::string id;
  std::optional<Value> name;
  std::vector<Need> needs;
  bool needs_shorthand = false;  // `needs: a`
  std::optional<Condition> condition;
  std::optional<Permissions> permissions;
  std::optional<Strategy> strategy;
  std::optional<Runner> runner;
  std::optional<Value> timeout_minutes, cancel_timeout_minutes, continue_on_error;
  std::optional<Environment> environment;
  std::optional<Concurrency> concurrency;
  std::optional<Container> container;
  std::vector<std::pair<std::string, Container>> services;
  std::optional<Value> services_whole;
  std::optional<Value> env;
  std::optional<Defaults> defaults;
  std::vector<std::pair<Value, Value>> outputs;
  std::optional<Value> snapshot;
  std::vector<StepId> steps;
  std::optional<Call> call;
  bool gate = false;
  std::vector<std::string> comments;
  Value raw;
  Origin origin;
  friend bool operator==(const Job&, const Job&) = default;
};

struct Pipeline {
  std::string path;                  // the workflow file that it is: ".github/workflows/ci.yml"
  std::string id;                    // the name in .pipe; of a loaded file its base name
  std::vector<std::string> sources;  // for the header: the pipeline's own file first
  std::vector<std::string> comments;
  std::optional<Value> name, run_name, description;
  std::vector<Trigger> triggers;
  std::optional<Permissions> permissions;
  std::optional<Value> env;
  std::optional<Concurrency> concurrency;
  std::optional<Defaults> defaults;
  std::vector<JobId> jobs;
  Value raw;
  Origin origin;
  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

// Where spans of the Program begin, so that it can name its origins without the source texts. Made by RecordOrigins
// (origins.h) at the end of lowering and loading; kept by the JSON form.
struct OriginFile {
  std::string path;
  uint32_t begin = 0;  // of the file in the virtual text that spans point into
  uint32_t size = 0;
  friend bool operator==(const OriginFile&, const OriginFile&) = default;
};
struct OriginPlace {
  uint32_t offset = 0;  // a Span's begin
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // from 1, in code points
  friend bool operator==(const OriginPlace&, const OriginPlace&) = default;
};

struct Program {
  Store<PipelineId, Pipeline> pipelines;
  Store<JobId, Job> jobs;
  Store<StepId, Step> steps;
  Store<TransferId, Transfer> transfers;
  std::vector<OriginFile> files;    // by begin
  std::vector<OriginPlace> places;  // by offset
};

}  // namespace sluice::model

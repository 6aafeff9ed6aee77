#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/check/checked.h"
#include "compiler/check/reporter.h"
#include "compiler/syntax/ast.h"

// Who is called what (language.md 2.2a): names of files, pipelines, jobs and blocks, collected before anything is
// typed.
namespace sluice::check {

using syntax::Ast;
using syntax::ExprId;
using syntax::ItemId;
using syntax::TypeId;

struct FileScope;
struct PipelineScope;
struct JobScope;

// The entry of that name in a map of pointers, or null.
template <class Map>
auto Find(const Map& map, std::string_view key) {
  auto it = map.find(key);
  return it == map.end() ? nullptr : it->second;
}

// A `let` with an expression. It is a pure name: each use elaborates it where it is read.
struct LetEntry {
  syntax::Name name;
  TypeId type;
  ExprId value;
  ItemId item;
  const FileScope* file = nullptr;
  PipelineScope* pipeline = nullptr;
  JobScope* job = nullptr;
  struct BlockScope* block = nullptr;
  enum class State : uint8_t { New, Busy, Good, Bad } state = State::New;
  TermPtr constant;   // once known to be one
  uint32_t size = 1;  // nodes, once it was checked
};

// `enum E { … }`.
struct EnumEntry {
  syntax::Name name;
  Type type;
};

// `fn f(…) = e`. The body is checked once; each use elaborates it again with its arguments.
struct FnEntry {
  const syntax::FnDecl* decl = nullptr;
  ItemId item;
  const FileScope* file = nullptr;
  enum class State : uint8_t { New, Busy, Good, Bad } state = State::New;
  struct Parameter {
    Type type;
    bool secret = false;
  };
  std::vector<Parameter> parameters;
  Type result;                    // of its body, or as it was declared
  std::vector<Diagnostic> found;  // in the body alone
  uint32_t size = 1;              // nodes of the body
};

// Names that an expression or a block binds to values: parameters of a body, variables of a `for`. Innermost first.
struct Locals {
  std::string name;
  TermPtr value;
  Span declared;
  const struct BlockScope* block = nullptr;  // the block whose `let`s see it; null: the expression alone
  bool argument = false;                     // messages about the value show where it was written, not where it is read
  std::shared_ptr<const Locals> outer;
};
using LocalsPtr = std::shared_ptr<const Locals>;
LocalsPtr Bind(LocalsPtr outer, const syntax::Name& name, TermPtr value, const struct BlockScope* block = nullptr);
LocalsPtr BindArgument(LocalsPtr outer, const syntax::Name& name, TermPtr value,
                       const struct BlockScope* block = nullptr);

// `action NAME(…) { … }`. The body is checked once; each use elaborates it again with its arguments, in place of the step.
struct ActionEntry {
  const syntax::ActionDecl* decl = nullptr;
  ItemId item;
  const FileScope* file = nullptr;
  JobScope* body = nullptr;  // the names of its block
  enum class State : uint8_t { New, Busy, Good, Bad } state = State::New;
  std::vector<FnEntry::Parameter> parameters;
  std::vector<DeclaredOutput> outputs;
  std::vector<Diagnostic> found;  // in the body alone
};

// `extern action NAME from owner/repo@ref (…)`: the signature of an action that the lock only knows by its names.
struct ExternEntry {
  const syntax::ExternDecl* decl = nullptr;
  ItemId item;
  const FileScope* file = nullptr;
  bool read = false;
  bool bad = false;
  bool locked = false;
  catalogue::ActionPin pin;
  std::vector<FnEntry::Parameter> parameters;  // as declared
  std::vector<DeclaredOutput> outputs;
  std::vector<std::string> env;     // variables that it reads
  std::vector<std::string> events;  // the only ones that it works on; none: all
};

// What a step that was passed leaves behind for those after it.
struct StepEntry {
  syntax::Name name;
  ItemId item;                          // the RunStep, UsesStep or NamedStep
  std::vector<DeclaredOutput> outputs;  // of `run -> {…}`, or of the action
  std::string action;                   // "actions/setup-node" for messages; empty for a script
  bool known = false;                   // outputs are complete: another name is an error
  bool is_run = false;
  bool later = false;               // of a construct of a later version, which was reported as such
  std::vector<int32_t> path;        // the `if` blocks around it, outermost first: the id, or its complement in `else`
  std::vector<std::string> guards;  // fingerprints of the conditions it stands under; known once it was passed
  Span condition_at;                // the innermost of them
  bool own_condition = false;       // an `if:` of its own
  Span continue_on_error;
  bool passed = false;  // already seen: readers before it get an error
  Span secret_read;     // where its script reads a secret (P0508)
  // What it is called in the workflow: its name, in later rounds of a `for` with a number.
  std::string id;
  const struct BlockScope* loop = nullptr;  // the innermost `for` around it
  bool background = false;
  bool started = false;   // in the background; it is passed once somebody waited
  Span cancelled;         // where a `cancel` names it
  bool outsider = false;  // it runs beside content of an outsider, in a privileged run
  // Of a call of an action of the program: what stands for its outputs. Known once it was passed.
  bool inlined = false;
  std::map<std::string, TermPtr, std::less<>> values;
};

struct BlockScope {
  BlockScope* parent = nullptr;
  std::map<std::string, LetEntry*, std::less<>> lets;
  std::map<std::string, StepEntry*, std::less<>> steps;
  LocalsPtr locals;  // while its `let`s are checked on their own: what a `for` or an action binds, as Unknown

  // Is it this block, or one inside it?
  bool Holds(const BlockScope* inner) const {
    while (inner != nullptr && inner != this) inner = inner->parent;
    return inner != nullptr;
  }
};

struct AxisEntry {
  syntax::Name name;
  ExprId list;
  Type type;
  bool typed = false;
  bool busy = false;
  std::vector<TermPtr> values;
  TermPtr run_time;  // the list, when it is known only at run time
};

struct OutputEntry {
  syntax::Name name;
  ItemId item;
  BlockScope* block = nullptr;
  std::vector<int32_t> path;  // the `if` blocks around it, as in StepEntry
  Type type;
  enum class State : uint8_t { New, Busy, Done } state = State::New;
  Span declared;  // what gave it its type
  Labels labels;
  std::shared_ptr<const Absence> absence;
  bool read = false;
};

// What a called pipeline takes and gives, wherever it comes from.
struct CallSignature {
  struct Input {
    std::string name;
    Type type;
    bool required = false;
  };
  std::string target, version;
  std::string shown;  // "`release`", for messages
  PipelineScope* own = nullptr;
  const catalogue::WorkflowPin* foreign = nullptr;
  std::vector<Input> inputs;
};

// A `step raw`: its name stands in its YAML.
struct RawStepPlace {
  ItemId item;
  BlockScope* block = nullptr;
  const BlockScope* loop = nullptr;
  std::vector<int32_t> path;
  Span condition;
};

// One of the `for`s around a job, and the item that this job is for.
struct JobRound {
  ItemId loop;
  syntax::Name variable;
  TermPtr item;
  std::string text;
};

// `for x in LIST { job NAME { … } }`: the jobs NAME-x.
struct JobGroup {
  syntax::Name name;
  ItemId item;
  std::vector<ItemId> loops;    // from the outermost on
  std::vector<JobScope*> jobs;  // once they were made
};

struct JobScope {
  syntax::Name name;
  ItemId item;
  const syntax::JobDecl* decl = nullptr;
  PipelineScope* pipeline = nullptr;
  size_t index = 0;
  std::vector<AxisEntry> axes;
  // `for matrix in …`: not one axis, but the whole matrix as GitHub reads it.
  bool whole_matrix() const { return axes.size() == 1 && axes[0].name.text == "matrix"; }
  BlockScope body;
  std::map<std::string, OutputEntry, std::less<>> outputs;
  std::vector<std::string> output_order;
  std::map<std::string, StepEntry*, std::less<>> all_steps;  // by name, in any block
  std::map<std::string, StepEntry*, std::less<>> step_ids;   // by each id that it was given
  std::vector<RawStepPlace> raw_steps;
  std::map<std::string, DeclaredOutput, std::less<>> exports;  // variables that steps so far set for later ones
  std::set<std::string> taken_ids;         // in lower case: those of `step_ids`, and of actions in this job
  std::map<std::string, size_t> next_ids;  // by name: the number that a repetition gets
  std::map<std::string, ItemId, std::less<>> settings;
  std::map<int32_t, BlockScope*> blocks;  // by the id of the IfStep: its `then`; the complement of the id: its else
  std::map<std::string, TermPtr, std::less<>> services;  // those of `services:`, once they were read
  bool services_known = false;
  bool of_action = false;             // the names of an action's block
  JobScope* caller = nullptr;         // whose steps the action's become; null while the action is checked on its own
  std::vector<JobRound> rounds;       // of the `for`s that the job was made by
  const JobGroup* group = nullptr;    // of those
  LocalsPtr locals;                   // and what they bind
  std::optional<CallSignature> call;  // of a job that calls a pipeline
  TermPtr environment;                // that the job enters
  bool environment_known = false;
  // The elaborated `if`.
  TermPtr condition;
  bool condition_known = false;
  bool condition_busy = false;
};

struct PipelineScope {
  const FileScope* file = nullptr;
  syntax::Name name;
  ItemId item;
  const syntax::PipelineDecl* decl = nullptr;
  std::map<std::string, size_t, std::less<>> parameters;  // index into decl->params
  std::map<std::string, LetEntry*, std::less<>> lets;
  std::map<std::string, JobScope*, std::less<>> jobs;
  std::vector<JobScope*> job_order;
  std::map<std::string, JobGroup, std::less<>> groups;  // by the name that stands in the `for`
  bool expanding = false;                               // the lists of `for`s are read: jobs have no values yet
  bool unmade = false;                                  // a mistake kept jobs of a `for` from being made
  std::map<std::string, ItemId, std::less<>> settings;
  std::vector<ItemId> gates;
  Pipeline* checked = nullptr;
};

// The items of the outer `for`s of a group that hold for a reader: those of the `for`s that it stands in, too.
std::vector<std::string> ChosenFor(const JobGroup& group, const JobScope* reader);
// Is the job one of those that the items of the outer `for`s leave?
bool StandsIn(const JobScope& job, const std::vector<std::string>& chosen);

struct Imported {
  const FileScope* file = nullptr;
  std::string name;  // empty: the file itself
  Span at;
};

struct FileScope {
  std::string path;
  const Ast* ast = nullptr;
  std::map<std::string, LetEntry*, std::less<>> lets;
  std::map<std::string, EnumEntry, std::less<>> enums;
  // Checking the body of one is part of reading it, also from other files.
  mutable std::map<std::string, FnEntry, std::less<>> functions;
  mutable std::map<std::string, ActionEntry, std::less<>> actions;
  mutable std::map<std::string, ExternEntry, std::less<>> externs;
  PipelineScope* outside = nullptr;  // stands for the pipeline around the blocks of actions
  std::map<std::string, Imported, std::less<>> imports;
  std::vector<const FileScope*> imported_files;
  std::vector<PipelineScope*> pipelines;
  std::map<std::string, Span, std::less<>> other_names;  // declared, but of a later version

  // A `let`, enum, function or other thing of the file has that name.
  bool Declares(std::string_view wanted) const;
  // What other files can read, sorted.
  std::vector<std::string> Exported() const;
};

// `environment NAME { … }`, as far as workflows read it.
struct EnvironmentEntry {
  std::string name;
  Span at;
  const FileScope* file = nullptr;
  ItemId item;
  std::map<std::string, ItemId, std::less<>> settings;
  bool approval = false;  // people have to agree
  Span approval_at;
};
struct SecretEntry {
  std::string name;
  Span at;
  std::vector<syntax::Name> environments;  // the only ones that have it; none: the repository
};
struct VariableEntry {
  std::string name;
  Type type;  // once the declared one was read
  Span at;
  const Ast* ast = nullptr;
  TypeId written;
  std::vector<syntax::Name> environments;
};

// `verbatim "legacy.yml"`: a workflow that people wrote.
struct VerbatimEntry {
  std::string name;  // without its ending
  std::string path;  // from the project root
  Span at;
};

// All names of a project. Owns the scopes.
struct ProjectScope {
  std::deque<FileScope> files;
  std::deque<PipelineScope> pipelines;
  std::deque<JobScope> jobs;
  std::deque<PipelineScope> outsides;
  std::deque<JobScope> action_bodies;
  std::deque<BlockScope> blocks;
  std::deque<LetEntry> lets;
  std::deque<StepEntry> steps;
  std::vector<SecretEntry> secrets;
  std::vector<VariableEntry> variables;
  std::deque<EnvironmentEntry> environments;
  std::vector<VerbatimEntry> verbatims;

  const SecretEntry* FindSecret(std::string_view name) const;
  const EnvironmentEntry* FindEnvironment(std::string_view name) const;
  std::vector<std::string> EnvironmentNames() const;
  const VariableEntry* FindVariable(std::string_view name) const;
  const FileScope* FindFile(std::string_view path) const;
  const FileScope* FileOf(const Ast& ast) const;
};

}  // namespace sluice::check

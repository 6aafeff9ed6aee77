#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/canonical_expr.h"
#include "compiler/import/expressions.h"
#include "compiler/import/matrix_rows.h"
#include "compiler/import/piece.h"
#include "compiler/import/writer.h"
#include "compiler/model/value.h"

namespace sluice::import {

using model::Value;

// What may be written shorter, because it means the same (docs/import.md, "Lifts").
struct Lifts {
  bool needs = false;       // `needs` that a reference implies are left out
  bool defaults = false;    // settings that all jobs share stand in the pipeline
  bool ok = false;          // `!failure() && !cancelled()` is `ok()`
  bool conditions = false;  // neighbouring steps with one condition are one `if` block
  bool any() const { return needs || defaults || ok || conditions; }
};

// How single nodes of the YAML are written, when the usual form would not be accepted. Keys are Region::node.
struct Forms {
  std::set<uint32_t> raw;                             // kept as YAML in a `raw` block
  std::set<uint32_t> defaulted;                       // values that may be absent get an empty one
  std::set<uint32_t> untyped;                         // values are taken as GitHub takes them
  std::set<uint32_t> pasted;                          // values of a program are pasted, as GitHub does
  std::set<uint32_t> omitted;                         // inputs that an action needs are said to be left out
  std::map<uint32_t, std::set<std::string>> allowed;  // codes that a directive allows
  bool exact = false;                                 // nothing may be added to the permissions that the YAML says
  Lifts lifts;
  std::set<std::string> declared;  // in other files of the project already, as in Printed::declared
};

// An action that the YAML pins by its commit, with the version behind it.
struct Pin {
  std::string uses, ref, sha, version;
};

// What was printed, before the formatter.
struct Printed {
  std::string text;
  std::vector<Region> regions;
  size_t raw_blocks = 0;
  std::vector<Pin> pins;               // for sluice.lock
  std::map<std::string, Names> names;  // by job: what is called otherwise
  std::vector<std::string> notes;      // what a reader should know about the import
  // What the workflow needs declared: `secret X`, `var X`, `environment X { }`. A project declares each once.
  std::vector<std::string> declared;
};

// Prints a workflow, as the schema's reader gave it, as one pipeline.
class Printer {
 public:
  Printer(const source::SourceMap& sources, source::FileId file, const Value& root, const Forms& forms);

  Printed Print();

 private:
  // Settings that go into the `raw` block at the end of the step, job or pipeline.
  struct Raw {
    std::vector<std::pair<Value, Value>> entries;
    void Add(std::string_view key, const Value& value);
    void AddTo(std::string_view map, const Value& key, const Value& value);
  };
  // What a job knows while its settings and steps are printed.
  struct Job {
    std::string id;
    const Value* value = nullptr;
    std::optional<std::vector<Row>> rows;
    bool raw_matrix = false;
    std::string shell;  // of its scripts that say none; empty: not known
    bool container = false;
    bool in_block = false;  // the steps that are printed stand in an `if` block, which says their condition
  };

  // Naming and declarations (printer.cpp)
  void Declarations();
  bool Declare(const std::string& declaration);
  void Environments();
  std::string PipelineName();
  void Header(const std::string& name);
  Piece Parameters();
  Piece Parameter(const Value& name, const Value& input) const;
  void Settings(Raw& raw);

  // Triggers (triggers.cpp)
  void Triggers(Span key, const Value& on, Raw& raw);
  void Trigger(const Value& name, const Value& value, Raw& raw);
  Piece Interface(const Value& event, const Value& trigger) const;
  std::optional<Piece> Secrets(const Value& trigger) const;
  Piece Input(const Value& name, const Value& input, std::string_view event) const;
  const Value* OtherInput(const std::string& name, std::string_view event) const;
  bool HasOtherTrigger() const;
  bool IsRequired(const Value& input) const;
  void CallOutputs();

  // Jobs (jobs.cpp)
  void Jobs(const Value& jobs);
  void OneJob(const Value& name, const Value& value, uint32_t end);
  void JobHeader(const Value& name, Raw& raw);
  void JobSetting(const Value& key, const Value& value, Raw& raw);
  void Strategy(const Value& value, Raw& raw);
  void Outputs(const Value& outputs, Raw& raw);
  bool MatrixHeader(const Value& matrix, uint32_t node, std::vector<Piece>& axes);
  bool Rows(const Value& matrix, std::vector<Piece>& axes);
  bool Axes(const Value& matrix, std::vector<Piece>& axes);
  Piece Json(const Value& value, uint32_t node) const;
  Piece Environment(const Value& value, uint32_t node) const;
  Piece CallSecrets(const Value& value) const;
  std::optional<std::string> RowName(const Value& name) const;
  Piece RunsOn(const Value& value, uint32_t node) const;
  Piece Call(const Value& job) const;

  // Steps (steps.cpp)
  void Steps(const Value& steps);
  size_t WithOneCondition(const Value& steps, size_t first) const;
  void Step(const Value& step, uint32_t end);
  void SimpleStep(const std::string& prefix, const Value& step, Raw* raw);
  void RawStep(const Value& step);
  std::string StepHead(const Value& step) const;
  void StepBlock(const std::string& head, const Value& step);
  std::string ScriptText(const Value& script, const std::string& shell, bool quoted) const;
  void Omitted(const Value& target, const Value* with, const std::string& text, Piece& args) const;
  void Run(const std::string& prefix, const Value& step);
  void Uses(const std::string& prefix, const Value& step, Raw* raw);

  // Settings of several places (settings.cpp)
  void Setting(const std::string& key, Span key_at, const Piece& piece);
  void Env(Span key, const Value& env, Raw& raw);
  void Condition(Span key, const Value& value, Raw& raw);
  void Permissions(Span key, const Value& value);
  void Concurrency(Span key, const Value& value);
  void Defaults(const Value& defaults, const std::string& missing_shell);
  void Timeout(Span key, const Value& value);
  void PutRaw(const Raw& raw);
  bool IsRaw(uint32_t node) const { return forms_.raw.contains(node); }
  void Allow(uint32_t node);

  // Values (values.cpp)
  Expressions ExpressionsAt(uint32_t node) const;
  Piece Scalar(const Value& value, uint32_t node) const;
  Piece Text(const Value& value, uint32_t node) const;
  Piece Any(const Value& value, uint32_t node) const;
  Piece Argument(const Value& value, uint32_t node, bool exact) const;
  std::string TextOf(const Value& value, uint32_t node, bool quoted) const;
  std::string ConditionText(const Value& value, uint32_t node) const;

  std::string Pinned(const Value& target);
  std::string RefOf(const std::string& uses, const std::string& version, const std::string& sha);
  std::string OutputsOf(const Value& step) const;
  void FindReads(const Value& job);
  void SharedSettings();
  bool IsShared(const std::string& setting, const Value& value) const;
  bool Implied(const std::string& job) const;
  void Rename(const Value& name, const Value& job);
  bool OneWord(const expr::Expr& e) const;

  const source::SourceMap& sources_;
  const source::FileId file_;
  const Value& root_;
  const Forms& forms_;
  Writer writer_;
  Types types_;
  Job job_;
  bool flat_ = false;                                           // texts stand on one line
  std::map<std::string, std::vector<std::string>> steps_read_;  // lower-case ids of the job, with the outputs read
  NewNames new_names_;                                          // of the job
  std::set<std::string> secrets_read_;                          // lower case
  std::set<std::string> taken_;                                 // names of jobs and parameters, lower case
  Printed result_;
};

// The text between `${{` and `}}` of every expression below a value is given to `visit`.
template <class Visit>
void ForEachExpression(const Value& value, Visit visit) {
  if (value.expr) visit(*value.expr);
  for (const model::TextPart& part : value.parts)
    if (part.expr) visit(*part.expr);
  for (const Value& item : value.items) ForEachExpression(item, visit);
  for (const auto& [key, entry] : value.entries) {
    ForEachExpression(key, visit);
    ForEachExpression(entry, visit);
  }
}

// All nodes of an expression.
template <class Visit>
void WalkExpression(const expr::Expr& e, Visit visit) {
  visit(e);
  for (const expr::Expr& arg : e.args) WalkExpression(arg, visit);
}

// A condition without braces is a String in the tree: its expression, or nothing. Text around placeholders is `format`.
std::optional<expr::Expr> ConditionExpression(const Value& value);

// A value as the text of a `raw` block.
std::string RawText(Value value);

// What GitHub makes of a scalar where it wants text.
std::string ScalarText(const Value& value);

}  // namespace sluice::import

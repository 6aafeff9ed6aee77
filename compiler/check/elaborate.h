#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/check/readers.h"
#include "compiler/check/reporter.h"
#include "compiler/check/scope.h"
#include "compiler/check/term.h"
#include "compiler/source/source_map.h"

namespace sluice::check {

// What the whole of checking shares.
struct Session {
  const source::SourceMap& sources;
  const catalogue::Lock& lock;
  const catalogue::Project& project;
  ProjectScope& names;
  Reporter& report;
  const FileSystem* files;  // of the project; null: there are none
  const Readers& readers;
};

// A status function of the reader: what makes values of jobs or steps optional that did not succeed.
struct StatusUse {
  Span at;
};

// What a service is for the job beside it.
struct SelfService {
  std::string name;
  bool job_in_container = false;
};

// Where an expression is read: which names it sees, and what is known to hold there.
struct Env {
  const FileScope* file = nullptr;
  PipelineScope* pipeline = nullptr;
  JobScope* job = nullptr;
  BlockScope* block = nullptr;
  const JobScope* rounds = nullptr;             // the job whose `for`s choose among jobs of the same ones
  PipelineScope* reader = nullptr;              // inside a `let` of a file: the pipeline that reads it
  std::set<std::string> facts;                  // "job:build", "step:info" succeeded; "present:…"
  std::optional<std::set<std::string>> events;  // narrowed by tests of github.event_name
  std::vector<std::string> guards;              // fingerprints of the conditions around
  std::vector<int32_t> path;                    // the `if` blocks around, as in StepEntry
  LocalsPtr locals;                             // what bodies and `for`s around bind
  std::optional<StatusUse> job_status;          // the job runs also when what it needs did not succeed
  std::optional<StatusUse> step_status;         // the step runs also when an earlier one did not succeed
  bool at_end = false;                          // behind all steps of the job: an output that another job asks for
  bool in_script = false;                       // `words` and `flag` exist
  const std::map<std::string, TermPtr, std::less<>>* row = nullptr;  // axes stand for their values in this row
  const SelfService* self = nullptr;  // the service whose record is read: `self.host`, `self.port(n)`
  bool of_call = false;               // a secret is handed to a called pipeline, and not read
  bool of_pipeline = false;           // an output of the pipeline: it reads `jobs`, not `needs`
  bool neutral = false;               // a `let` on its own: presence is judged at its uses

  // The pipeline whose triggers and inputs count.
  PipelineScope* run() const { return reader != nullptr ? reader : pipeline; }
};

// What `condition` says when it holds is added to `env`.
void Assume(const TermPtr& condition, Env& env);

// Turns expressions of the syntax tree into terms and reports what is wrong in them.
class Elaborator {
 public:
  explicit Elaborator(Session& session) : session_(session) {}

  // `expected`: the type of the place, which finds members first; the result may have another type.
  TermPtr Elaborate(ExprId id, const Env& env, const Type* expected = nullptr);
  // The same, and an error unless the value fits `expected`. `what` names the place: "`timeout`".
  TermPtr ElaborateAs(ExprId id, const Env& env, const Type& expected, std::string_view what);
  // Reports when `term` does not fit; gives it back, or an error.
  TermPtr Require(const TermPtr& term, const Type& expected, std::string_view what);
  // P0307 for a value that may be absent; true when it was reported.
  bool RefuseAbsent(const TermPtr& term);
  // P0308 for lists, records and objects that should become text; true when it was reported.
  bool RefuseNoText(const TermPtr& term);
  // A written type.
  Type ReadType(const Ast& ast, TypeId id, bool* secret = nullptr);
  // The `if` of a job, elaborated once; null when it has none.
  TermPtr JobCondition(JobScope& job);
  // P0304 for a float where text is expected.
  Diagnostic NumberForText(const TermPtr& term, std::string_view what) const;
  // The condition of a job or of a step, which must be a bool.
  TermPtr ElaborateCondition(ExprId id, Env env, bool of_job);
  // The type of an output of a job, elaborated once.
  const Type& OutputType(JobScope& job, OutputEntry& output);
  // The axis with its values.
  const AxisEntry& TypedAxis(JobScope& job, AxisEntry& axis);
  // Checks a `let` on its own.
  void CheckLet(LetEntry& let);
  // Checks the body of a function once, with unknown arguments.
  void CheckFn(FnEntry& fn);
  // A term of that type for one that can be read as it: literals of refined strings, numbers as quantities, and lists and
  // records of them. Null when there is none; an error when the literal is malformed (P0305).
  TermPtr Adapt(const TermPtr& term, const Type& expected);
  // The environment that a job enters, elaborated once; null when it enters none.
  TermPtr JobEnvironment(JobScope& job);
  TermPtr EnvironmentNamed(ExprId id, const Env& env, bool in_record);
  // Does the word name a value that is visible there, or a runner that is known?
  bool IsValueName(const syntax::Expr& word, const Env& env);
  // The type of an output of a called pipeline; nothing when it has none of that name, and `known` are all of them.
  std::optional<Type> CalledOutput(const CallSignature& call, const std::string& name, std::vector<std::string>& known);
  // The record of a service of the job, or null when it has no such service.
  TermPtr ServiceTerm(JobScope& job, std::string_view name);
  // Reports unless the value is a record that can be a service: it has an image.
  TermPtr RequireService(const TermPtr& term, std::string_view what);
  // The job that an expression names, `build` or `build["web"]`; null when it names none, which was reported.
  JobScope* JobOf(ExprId id, const Env& env);
  // The environment of a job's own settings, before its condition is known to hold.
  Env JobEnv(JobScope& job) const;
  // The environment inside a job: its condition holds.
  Env BodyEnv(JobScope& job);

  Session& session() { return session_; }
  // `if: ` or `FAILED: ` when the expression is the value of that key, to show a replacement as it will look.
  std::string KeyBefore(Span at) const;
  Span SpanOf(const Ast& ast, ExprId id) const { return ast[id].span; }
  std::string_view TextOf(Span at) const { return session_.sources.Text(at); }

 private:
  const EnumEntry* FindEnum(const Ast& ast, const syntax::QualifiedName& name) const;
  Type ReadNamedType(const Ast& ast, const syntax::Type& written, bool* secret);
  Type ReadMapType(const Ast& ast, const syntax::Type& written);
  TermPtr Eval(ExprId id, const Env& env, const Type* expected);
  TermPtr EvalKind(const syntax::Expr& e, ExprId id, const Env& env, const Type* expected);
  // literals.cpp
  TermPtr EvalNumber(const syntax::Expr& e);
  TermPtr EvalQuantity(const syntax::Expr& e);
  TermPtr EvalDuration(const syntax::Expr& e);
  TermPtr EvalString(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalList(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalRecord(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr MakeList(std::vector<TermPtr> items, const Type* wanted, Span at);
  TermPtr AdaptText(const TermPtr& term, const Type& expected);
  bool SpreadRecord(const TermPtr& value, std::vector<std::string>& keys, std::vector<Span>& spans,
                    std::vector<TermPtr>& values);
  bool CheckFields(const syntax::Expr& e, const Term& record, const Type& expected);
  // functions.cpp
  FnEntry* FindFunctionOf(const syntax::Expr& callee, const Env& env) const;
  TermPtr CallFn(FnEntry& fn, const syntax::Expr& e, const Env& env);
  TermPtr FnBody(const FnEntry& fn, const Env& env, const Type& declared);
  // comprehensions.cpp
  const std::vector<TermPtr>* ItemsOf(const TermPtr& list, std::string_view who, bool& unknown);
  bool ForEachItem(const syntax::Expr& e, const Env& env, bool& unknown, const std::function<bool(const Env&)>& one);
  TermPtr EvalListFor(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalRecordFor(const syntax::Expr& e, const Env& env, const Type* expected);
  bool ReadArms(const syntax::Expr& e, const TermPtr& subject, const Env& env, std::vector<TermPtr>& patterns);
  bool CheckExhaustive(const syntax::Expr& e, const TermPtr& subject, const std::vector<TermPtr>& patterns);
  TermPtr EvalMatch(const syntax::Expr& e, const Env& env, const Type* expected);
  // casts.cpp
  TermPtr EvalCast(const syntax::Expr& e, const Env& env);
  TermPtr CastKnown(const TermPtr& value, const Type& type, const std::string& path, const Term& whole);
  bool CanBeTested(const Type& type, Span at);
  TermPtr EvalFromJson(const syntax::Expr& e, const TermPtr& text);
  TermPtr EvalReadJson(const syntax::Expr& e, const TermPtr& path);
  TermPtr EvalFiles(const syntax::Expr& e, const TermPtr& pattern);
  bool ReportLostZero(const Ast& ast, const syntax::Expr& list);
  // names.cpp
  TermPtr FindBound(std::string_view name, Span at, const Env& env);
  TermPtr EnumTerm(const EnumEntry& entry, Span at);
  TermPtr EvalName(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr FindMember(const syntax::Expr& e, const Env& env, const Type& expected);
  TermPtr FindLocal(std::string_view name, Span at, const Env& env);
  TermPtr FindEnvironmentValue(std::string_view name, Span at, const Env& env);
  TermPtr ReadEnvironment(const TermPtr& environment, const std::string& key, Span key_at, Span at);
  TermPtr UseLet(LetEntry& let, Span at, const Env& env);
  TermPtr ParamTerm(const PipelineScope& pipeline, size_t index, Span at);
  TermPtr AxisTerm(JobScope& job, AxisEntry& axis, Span at, const Env& env);
  TermPtr UnknownName(const syntax::Expr& e, const Env& env, const Type* expected);
  std::vector<std::string> VisibleNames(const Env& env) const;
  // members.cpp
  TermPtr EvalMember(const syntax::Expr& e, const Env& env);
  TermPtr EvalIndex(const syntax::Expr& e, const Env& env);
  TermPtr ReadMember(const TermPtr& object, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadPath(const TermPtr& object, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadJson(const TermPtr& object, const std::string& key, Span at);
  TermPtr ReadEntry(const TermPtr& map, const TermPtr& key, Span at);
  TermPtr FieldOf(const TermPtr& record, const types::Field& field, Span at);
  TermPtr ReadStar(const TermPtr& object, Span at);
  TermPtr ReadGithub(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadEvent(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr UnmappedProperty(const std::string& full, Span at);
  TermPtr ReadNeeds(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadSteps(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadDeclared(const std::string& context, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr CallOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr JobOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr StepOutputTerm(StepEntry& step, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ExportedTerm(const DeclaredOutput& variable, Span at, const Env& env);
  TermPtr InlinedOutput(const StepEntry& step, const std::string& key, const Term& value, Span at, const Env& env);
  TermPtr EnteredEnvironment(Span at, const Env& env);
  TermPtr RefuseAction(std::string_view name, Span at);
  TermPtr ReadSchedule(const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr ReadService(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env);
  TermPtr EvalPort(const syntax::Expr& e, const syntax::Expr& callee, const Env& env);
  TermPtr GroupTerm(const JobGroup& group, std::vector<std::string> chosen, Span at);
  TermPtr ReadRound(const TermPtr& group, const TermPtr& key, Span at, const Env& env);
  TermPtr RefuseGroup(const TermPtr& group, Span at);
  TermPtr ReadGathered(const TermPtr& output, const TermPtr& key, Span at, const Env& env);
  TermPtr ReadRunnerFact(const TermPtr& runner, const std::string& key, Span at, const Env& env);
  bool InEnvironment(std::string_view what, const std::string& name, Span declared,
                     const std::vector<syntax::Name>& environments, Span at, const Env& env);
  TermPtr Undeclared(std::string_view what, const std::string& key, Span key_at);
  TermPtr UnknownProperty(const std::string& object, const std::string& key, Span key_at,
                          const std::vector<std::string>& known);
  std::optional<Span> FindStatusSyntax(const FileScope& file, ExprId id, const Env& env, size_t depth);
  // presence.cpp
  std::shared_ptr<const Absence> JobAbsence(JobScope& job, const std::string& what, const Env& env);
  std::shared_ptr<const Absence> StepAbsence(const StepEntry& step, const std::string& what, const Env& env);
  // operators.cpp
  TermPtr EvalUnary(const syntax::Expr& e, const Env& env);
  TermPtr EvalBinary(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalLogic(const syntax::Expr& e, const Env& env);
  TermPtr EvalComparison(const syntax::Expr& e, const Env& env);
  TermPtr EvalOrder(const syntax::Expr& e, const Env& env);
  TermPtr EvalDefault(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalIn(const syntax::Expr& e, const Env& env);
  TermPtr EvalConditional(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr Choose(const TermPtr& condition, const TermPtr& a, const TermPtr& b, Span at);
  TermPtr EvalArithmetic(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr OrderTexts(const syntax::Expr& e, const TermPtr& a, const TermPtr& b);
  TermPtr RefuseUnits(const syntax::Expr& e, const TermPtr& side);
  TermPtr EvalRange(const syntax::Expr& e, const TermPtr& from, const TermPtr& to, const Type* expected);
  TermPtr RequireBool(const TermPtr& term, const syntax::Expr& at, std::string_view op);
  void SayChoice(Build& report, const syntax::Expr& operand);
  std::string_view LineBefore(Span at) const;
  std::string SecretNameFor(Span at) const;
  TermPtr Mismatch(const TermPtr& a, const TermPtr& b, const syntax::Expr& e);
  // calls.cpp
  TermPtr EvalCall(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalStatus(const std::string& name, const syntax::Expr& e, const std::vector<TermPtr>& args);
  TermPtr EvalContains(const syntax::Expr& e, std::vector<TermPtr> args);
  TermPtr UndeclaredPath(ExprId id, const Env& env);
  TermPtr EvalUntyped(const syntax::Expr& e, const Env& env);
  TermPtr EvalMinutes(const syntax::Expr& e, const TermPtr& number);
  TermPtr EvalRangeCall(const syntax::Expr& e, const std::vector<TermPtr>& args);
  TermPtr EvalConstantCall(const std::string& name, const syntax::Expr& e, const std::vector<TermPtr>& args);
  bool RefuseFormat(const std::vector<TermPtr>& args);
  TermPtr EvalCase(const syntax::Expr& e, const Env& env, const Type* expected);
  TermPtr EvalWords(const std::string& name, const syntax::Expr& e, const Env& env);
  TermPtr EvalPaste(const syntax::Expr& e, const Env& env);
  TermPtr NotYet(Span at, std::string_view what, diagnostics::Rule rule = {});

  TermPtr Fail(Diagnostic diagnostic, Span at) {
    session_.report.Add(std::move(diagnostic));
    return ErrorTerm(at);
  }

  Session& session_;
  const Ast* ast_ = nullptr;              // of the expression that is being read
  std::string place_;                     // what a closed set of values belongs to: "`cache`"
  const syntax::Expr* choice_ = nullptr;  // the outermost `&&` or `||` around
  size_t depth_ = 0;
  static constexpr size_t kMaxNodes = 100'000;  // of one expression, `let`s filled in (language reference 2.8)
  size_t budget_ = 0;                           // nodes that were made for the outermost expression
  bool too_big_ = false;                        // the budget is used up: the outermost expression reports it
};

}  // namespace sluice::check

#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/check/chain.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/settings.h"
#include "compiler/check/uses_target.h"

namespace sluice::check {

// What each step with a name leaves behind: the outputs that its script declares, or those of its action. Before any
// body is checked, since jobs read each other's outputs.
void DeclareSteps(JobScope& job, Elaborator& elaborator);

// The text of a raw block as it was written; its `${{ }}` are GitHub's.
RawBlock ReadRaw(const Ast& ast, ExprId id, const source::SourceMap& sources);

// Checks the statements of one job in their order.
class BodyChecker {
 public:
  BodyChecker(JobScope& scope, Job& job, const Pipeline& pipeline, Elaborator& elaborator)
      : scope_(scope),
        job_(job),
        pipeline_(pipeline),
        elaborator_(elaborator),
        session_(elaborator.session()),
        ast_(*scope.pipeline->file->ast) {}

  // Fills the job's body, outputs, raw block and permissions.
  void Check(const syntax::Block& block, const Env& env);
  // Checks the block of an action on its own, with what `env` binds for its parameters.
  void CheckAlone(ActionEntry& action, const Env& env);

 private:
  std::vector<Node> Nodes(const syntax::Block& block, Env env);
  void AddItem(ItemId id, Env& env, std::vector<Node>& nodes);
  bool IsFolded(const IfBlock& branch) const;
  void AddBranch(IfBlock branch, std::vector<Node>& nodes);
  IfBlock Branch(ItemId id, const syntax::IfStep& decl, const Env& env);
  void CheckElse(const syntax::IfStep& decl, const TermPtr& condition);
  void CheckMixed(const TermPtr& condition);
  Step OneStep(ItemId id, const Env& env);
  Step WholeStep(ItemId id, const Env& env);
  std::optional<Node> PlainStep(ItemId id, const Env& env);
  // blocks.cpp
  void Loop(ItemId id, const syntax::ForDecl& decl, const Env& env, std::vector<Node>& nodes);
  void Renew(BlockScope& loop, const LocalsPtr& locals);
  bool CheckBudget(const syntax::ForDecl& decl, const std::vector<Node>& added);
  ParallelBlock Parallel(ItemId id, const syntax::ParallelStep& decl, const Env& env);
  void Wait(ItemId id, const syntax::WaitStep& decl, const Env& env, std::vector<Node>& nodes);
  void Cancel(ItemId id, const syntax::CancelStep& decl, const Env& env, std::vector<Node>& nodes);
  StepEntry* Running(const syntax::QualifiedName& name, const Env& env);
  bool RefuseCondition(ItemId id, std::string_view word, const Env& env);
  std::string NewId(StepEntry& entry);
  void Pass(StepEntry& entry);
  int Attempts(const syntax::Setting& setting, const Env& env);
  void StepSettings(ItemId id, const syntax::NamedStep& named, Step& step, Env& env);
  // actions.cpp
  static constexpr size_t kMostNodes = 100'000;  // of all `for`s and actions of a job (language reference 2.8)
  BodyChecker& Root();
  const syntax::UsesStep* CallOf(ItemId id) const;
  TermPtr CallSettings(ItemId id, Env& env);
  bool BindArguments(const ActionEntry& action, const std::vector<const syntax::Entry*>& entries, const Env& env,
                     Env& inner, std::vector<Instance::Argument>& arguments);
  void Restart(const LocalsPtr& locals);
  std::vector<Node> InlineBody(ActionEntry& action, const std::string& name, const Env& inner);
  bool CheckCallBudget(Span at, const std::vector<Node>& added);
  bool CheckEnters(const ActionEntry& action, Span at);
  void Inline(ItemId id, const syntax::UsesStep& decl, const Env& env, std::vector<Node>& nodes);
  void ActionOutput(ItemId id, const syntax::OutputDecl& decl, const Env& env);
  void Once(const syntax::OnceStep& decl, const Env& env, std::vector<Node>& nodes);
  void Requires(const syntax::RequiresStep& decl, const Env& env);
  void Assert(const syntax::AssertStep& decl, const Env& env);
  // run.cpp
  void Run(const syntax::RunStep& decl, Step& step, const Env& env);
  void Outputs(const syntax::RunStep& decl, RunBody& body);
  void Script(const syntax::RunStep& decl, Step& step, RunBody& body, const Env& env);
  void ReadScript(const syntax::Expr& script, Step& step, RunBody& body, const Env& env);
  void Exports(const syntax::RunStep& decl, RunBody& body);
  void ShellOf(const syntax::RunStep& decl, Step& step, RunBody& body);
  void NoteSecret(const Step& step, const TermPtr& value);
  void NoShell(Span at, const RunBody& body);
  static bool CanTake(const RunBody& body, const Type& type);
  void OnlyOnWindows(const syntax::RunStep& decl, const Step& step, const RunBody& body);
  void CheckMentioned(const RunBody& body);
  void CheckCommands(const RunBody& body);
  // uses.cpp
  void Uses(const syntax::UsesStep& decl, Step& step, const Env& env);
  std::optional<std::string> TargetText(const syntax::Target& target, const Env& env);
  bool CheckTarget(const UsesTarget& target, std::string_view text, Span at);
  void NoAction(const syntax::Target& target);
  void CheckExtern(const ExternEntry& declared, Span at, const Step& step, const Env& env);
  void CheckFolder(std::string_view text, Span at);
  void Arguments(const syntax::UsesStep& decl, const UsesTarget& target, UsesBody& body, const Env& env);
  TermPtr ArgumentValue(const UsesTarget& target, const syntax::Entry& entry, const catalogue::ActionInput& input,
                        const Env& env);
  TermPtr CheckScalarArgument(const TermPtr& value, const catalogue::ActionInput& input);
  TermPtr CheckListArgument(const TermPtr& value, const catalogue::ActionInput& input);
  // code_inputs.cpp
  std::optional<RunBody> CodeArgument(const syntax::UsesStep& decl, const syntax::Entry& entry,
                                      const catalogue::ActionInput& input, const Env& env);
  void RefusePasted(const TermPtr& value, const syntax::Entry& entry);
  void CheckRequired(const syntax::UsesStep& decl, const UsesTarget& target, const UsesBody& body, const Env& env);
  void AddPermissions(const UsesTarget& target, const UsesBody& body, Span at);
  // outputs.cpp
  void OutputOf(ItemId id, const syntax::OutputDecl& decl, const Env& env, std::vector<Node>& nodes);
  TermPtr OneFolder(const TermPtr& path);
  TermPtr FilePath(const syntax::OutputDecl& decl, OutputShape shape, const Env& env);
  void FileOptions(const syntax::OutputDecl& decl, Output& output, const Env& env);
  void NoteFiles(const Step& step);
  // token.cpp
  bool IsRunByForks(const Env& env) const;
  void NoteToken(ItemId id, const Step& step, const Env& env);
  void CheckTokenWrites();

  // caches.cpp
  TermPtr CacheField(const TermPtr& value, const catalogue::ActionInput& field, const Env& env);
  std::optional<Step> CacheStep(const TermPtr& record, const catalogue::ActionPin& pin, Span key, const Env& env);
  std::vector<TermPtr> CacheRecords(ExprId value, const Env& env);
  std::vector<Step> CacheSteps(const Env& env);
  void PlaceCaches(std::vector<Step> steps);
  // privileged.cpp
  const Trigger* PrivilegedTrigger(const Env& env) const;
  void NotePrivileged(ItemId id, const Step& step, const Env& env);
  void CheckEnvironmentFiles(ItemId id, const RunBody& body, const Trigger& trigger);
  void CheckHeadCheckout();
  bool RefuseCacheKey(const TermPtr& value, std::string_view action, const Env& env);

  JobScope& scope_;
  Job& job_;
  const Pipeline& pipeline_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
  // The step that is being read: what is named, and the `run` or `uses` in it.
  const syntax::NamedStep* named_ = nullptr;
  ItemId simple_;
  std::vector<StepEntry*>* together_ = nullptr;  // in a `parallel`: steps that are passed at its end
  bool folds_ = false;                           // conditions that are constants are decided here
  // Of the block of an action that is written out in a job.
  BodyChecker* outer_ = nullptr;
  const ActionEntry* action_ = nullptr;
  std::string prefix_;                                                 // of the ids of its steps
  std::map<std::string, TermPtr, std::less<>> values_;                 // its outputs
  std::map<std::string, TermPtr, std::less<>> values_of_call_;         // of the action that was written out last
  std::map<const void*, std::vector<std::vector<std::string>>> once_;  // what held around each emitted `once` step
  size_t unrolled_ = 0;  // nodes of the steps that `for`s were written out to
  bool too_big_ = false;
  std::pair<const syntax::ForDecl*, size_t> widest_ = {nullptr, 0};
  bool checked_out_ = false;  // something may have filled the folder of the job
  Span first_file_;           // where a file of another job is read first
  std::string first_file_name_;
  // Where the token of the run is used in runs for forks, too.
  struct TokenUse {
    ItemId step;
    Span at;
    std::string action;  // uses it by itself, by the permissions that it asks for; empty: it is read here
  };
  std::vector<TokenUse> token_uses_;
  // The first step that brings content of an outsider into a privileged run, and the first secret that is read then.
  struct HeadCheckout {
    ItemId step;
    const Trigger* trigger = nullptr;
    Span at, secret;
  };
  std::optional<HeadCheckout> head_;
};

// May the step bring files into the folder of the job?
bool MayFillFolder(const Node& node);

// Adds `access` to `scope` in `grants`, sorted by scope; the wider access stays.
void AddGrant(std::vector<Grant>& grants, const std::string& scope, const std::string& access,
              const std::string& reason, Span at);

}  // namespace sluice::check

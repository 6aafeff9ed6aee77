#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/check/collect.h"

namespace sluice::check {

// Who else is called so, in one scope of names that GitHub compares without case.
class Names {
 public:
  Names(Reporter& report, std::string kind, std::string plural)
      : report_(report), kind_(std::move(kind)), plural_(std::move(plural)) {}

  // False when the name was reported.
  bool Add(const syntax::Name& name) {
    auto [it, fresh] = seen_.emplace(AsciiLower(name.text), name);
    if (fresh) return true;
    const bool same = it->second.text == name.text;
    report_.Add(Build(Code::P0205, name.span, fmt::format("two {} are called `{}`", plural_, name.text),
                      same ? std::string("the second one")
                           : fmt::format("GitHub does not tell `{}` from `{}`", name.text, it->second.text))
                    .Also(it->second.span, "the first one")
                    .Say("Give one of them another name."));
    return false;
  }

 private:
  Reporter& report_;
  std::string kind_, plural_;
  std::map<std::string, syntax::Name> seen_;
};

// Puts what one file declares into its scopes; the files behind it: collect.cpp (declarations), collect_steps.cpp (bodies).
class Collector {
 public:
  Collector(FileScope& file, ProjectScope& names, Reporter& report)
      : ast_(*file.ast), names_(names), report_(report), file_(file) {}

  void File();
  JobScope& MadeJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name, PipelineScope& pipeline);

 private:
  JobScope& NewJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name, PipelineScope& pipeline);
  void Secrets(const syntax::SecretDecl& decl);
  void Variable(const syntax::VarDecl& decl);
  void Enum(const syntax::EnumDecl& decl);
  void Function(ItemId id, const syntax::FnDecl& decl);
  void Action(ItemId id, const syntax::ActionDecl& decl);
  void Extern(ItemId id, const syntax::ExternDecl& decl);
  // P0205 when the file has the name already; true when it is free.
  bool NewInFile(const syntax::Name& name);
  void Environment(ItemId id, const syntax::EnvironmentDecl& decl);
  void Later(const syntax::ItemNode& node);
  void Pipeline(ItemId id, const syntax::PipelineDecl& decl);
  void Parameters(PipelineScope& pipeline);
  bool IsNewJob(const syntax::JobDecl& decl, const PipelineScope& pipeline, Names& jobs);
  void JobLoop(ItemId id, const syntax::ForDecl& decl, std::vector<ItemId> loops, PipelineScope& pipeline, Names& jobs);
  void Block(JobScope& job, BlockScope& scope, const syntax::Block& block, const std::vector<int32_t>& path,
             Span condition);
  void IfBlock(JobScope& job, BlockScope& scope, ItemId id, const syntax::IfStep& decl, std::vector<int32_t> path);
  void Loop(JobScope& job, BlockScope& scope, ItemId id, const syntax::ForDecl& decl, const std::vector<int32_t>& path,
            Span condition);
  void Parallel(JobScope& job, BlockScope& scope, const syntax::ParallelStep& decl, const std::vector<int32_t>& path,
                Span condition);
  void PlainStep(JobScope& job, BlockScope& scope, ItemId id, const std::vector<int32_t>& path, Span condition);
  void Step(JobScope& job, BlockScope& scope, ItemId id, const StepParts& parts, const std::vector<int32_t>& path,
            Span condition);
  void StepSettings(StepEntry& entry, const syntax::Block& block);
  void Output(JobScope& job, BlockScope& scope, ItemId id, const syntax::OutputDecl& decl,
              const std::vector<int32_t>& path);
  void Setting(std::map<std::string, ItemId, std::less<>>& settings, ItemId id, const syntax::Setting& decl);
  LetEntry* Let(ItemId id, const syntax::LetDecl& decl, std::map<std::string, LetEntry*, std::less<>>& lets);
  // P0211 for a name that means another kind of thing in the pipeline.
  void CheckShadow(const PipelineScope& pipeline, const syntax::Name& name, std::string_view kind);
  void CheckContextName(const syntax::Name& name, std::string_view who);

  const Ast& ast_;
  ProjectScope& names_;
  Reporter& report_;
  FileScope& file_;
  const BlockScope* loop_ = nullptr;                // the innermost `for` around the steps
  const syntax::ActionDecl* action_ = nullptr;      // whose block is read
  std::vector<const syntax::Name*> job_variables_;  // of the `for`s around a job
};

}  // namespace sluice::check

#pragma once

#include "compiler/check/reporter.h"
#include "compiler/check/scope.h"

namespace sluice::check {

// Enters what a file declares, down to the steps of its jobs. Reports names that are taken, reserved or no names for
// GitHub (P0205, P0211, P0212, P0213, P0214). Files are collected in any order, before anything is elaborated.
void CollectFile(const std::string& path, const Ast& ast, ProjectScope& names, Reporter& report);

// Enters one more job of a pipeline, made of a `for`, with the names in its block.
JobScope& CollectJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name, PipelineScope& pipeline,
                     ProjectScope& names, Reporter& report);

// Is it the id of a job, step, axis, input or output that GitHub takes? Reports P0214 otherwise.
bool CheckId(const syntax::Name& name, Reporter& report);

// Does the script of the step say `let x = run …`, and what does it declare? The simple step inside a named one.
struct StepParts {
  const syntax::RunStep* run = nullptr;
  const syntax::UsesStep* uses = nullptr;
  const syntax::NamedStep* named = nullptr;
  const syntax::StepLet* let = nullptr;
  bool is_step() const { return run != nullptr || uses != nullptr || named != nullptr; }
};
StepParts PartsOf(const Ast& ast, ItemId id);

}  // namespace sluice::check

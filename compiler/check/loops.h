#pragma once

#include <optional>
#include <vector>

#include "compiler/check/elaborate.h"

// `for x in LIST if CONDITION { … }`, among steps and among jobs.
namespace sluice::check {

// The items that a `for` goes over; nothing when that was reported. In a block that is checked on its own the list may not
// be known: then one item stands for all.
std::optional<std::vector<TermPtr>> LoopItems(const TermPtr& list, Elaborator& elaborator);

// Does the `if` of the `for` hold for the item that `env` binds? Nothing when a mistake was reported.
std::optional<bool> LetsThrough(const syntax::ForDecl& decl, const Env& env, Elaborator& elaborator);

// Makes the jobs of each `for` of the pipelines, once imports and triggers are known: the scopes of the project then have a
// job for each round, in the order of the source. The steps of all jobs are declared behind it (DeclareSteps).
void MakeJobs(Elaborator& elaborator);

// The jobs that a name means for its reader, as `needs` and `gate` write it: one, or those of all rounds of a `for` that the
// reader does not stand in. Empty when there is none.
std::vector<JobScope*> JobsNamed(const PipelineScope& pipeline, const JobScope* reader, std::string_view name);

}  // namespace sluice::check

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/check/elaborate.h"

namespace sluice::check {

// What `paths` of a pipeline with a gate become (language reference 2.5). A required workflow that does not start stays
// "expected" for ever, so the workflow always starts, and a job `changes` says whether the others have to run.
struct Changes {
  std::vector<std::string> pathspecs;  // of git: ":(glob)src/**"
  std::vector<std::string> bases;      // expressions that give the commit to compare with, by event
};

// Nothing for a pipeline without a gate or without such filters. Triggers and gates must have been read.
std::optional<Changes> ChangesOf(const Pipeline& pipeline);

// Is it a filter that becomes the job?
bool IsChangesFilter(const Trigger& trigger, const TriggerFilter& filter);

// P0622 for filters that git cannot compare as GitHub does, P0205 for a job that has the name.
void CheckChanges(const PipelineScope& scope, const Pipeline& pipeline, Session& session);

}  // namespace sluice::check

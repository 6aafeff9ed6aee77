#pragma once

#include "compiler/check/elaborate.h"

namespace sluice::check {

// What a pipeline says for all its jobs.
struct JobDefaults {
  TermPtr runs_on, timeout, shell, working_directory, container;
  std::optional<ContainerRecord> container_record;
  TermPtr runner_group;
  TokenPermissions permissions;
};

// Checks one job: its matrix, settings and statements. Its needs are found later.
Job CheckJob(JobScope& scope, const Pipeline& pipeline, const JobDefaults& defaults, Elaborator& elaborator);

// Reads the places of `needs: [a, b]`: the job's index and where it is named.
std::vector<Need> WrittenNeeds(JobScope& scope, Session& session);

}  // namespace sluice::check

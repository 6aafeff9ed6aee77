#pragma once

#include <vector>

#include "compiler/model/program.h"

namespace sluice::model {

// A circle of needs among `jobs`: each one needs the next, the last one the first. Empty when there is none.
std::vector<JobId> FindCircle(const Program& program, const std::vector<JobId>& jobs);

// `jobs` in an order in which each stands behind all that it needs, otherwise as given; jobs of a circle come last.
std::vector<JobId> InOrderOfNeeds(const Program& program, const std::vector<JobId>& jobs);

}  // namespace sluice::model

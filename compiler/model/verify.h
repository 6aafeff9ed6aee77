#pragma once

#include <vector>

#include "compiler/base/result.h"
#include "compiler/model/program.h"

namespace sluice::model {

// What is wrong with a program, one sentence each with its place if it has one; empty when all is well. Runs after
// lowering, loading and reading JSON. It promises: ids point at things; needs have no circle and stay in one pipeline;
// every pipeline has triggers and jobs, every job either a runner or a call; ids are GitHub's and unique; values have the
// shape of their kind; expressions read only contexts that their slot has (GitHub's table); transfers come from a job
// that the reader needs.
std::vector<Error> Verify(const Program& program);

}  // namespace sluice::model

#pragma once

#include <vector>

#include "compiler/emit/yaml/node.h"
#include "compiler/model/program.h"

namespace sluice::emit {

// The items of a job's `steps`; a Put or Get gives two.
std::vector<Node> StepNodes(const model::Program& program, const model::Pipeline& pipeline, const model::Job& job);

}  // namespace sluice::emit

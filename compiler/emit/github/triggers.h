#pragma once

#include "compiler/emit/yaml/node.h"
#include "compiler/model/program.h"

namespace sluice::emit {

// The value of `on`.
Node TriggersNode(const model::Pipeline& pipeline);

}  // namespace sluice::emit

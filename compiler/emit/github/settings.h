#pragma once

#include "compiler/emit/yaml/node.h"
#include "compiler/model/program.h"

// The settings that pipelines and jobs share.
namespace sluice::emit {

Node PermissionsNode(const model::Permissions& permissions);
Node ConcurrencyNode(const model::Concurrency& concurrency);
Node DefaultsNode(const model::Defaults& defaults);
Node StrategyNode(const model::Strategy& strategy);
Node EnvironmentNode(const model::Environment& environment);
Node ContainerNode(const model::Container& container);
Node RunnerNode(const model::Runner& runner);

}  // namespace sluice::emit

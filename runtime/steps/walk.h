#pragma once

#include <functional>

#include "compiler/model/program.h"

namespace sluice::steps {

// Shows `visit` every value of the pipeline that is evaluated in a run: settings of the pipeline, its jobs and steps.
void EachValue(const model::Program& program, const model::Pipeline& pipeline,
               const std::function<void(const model::Value&)>& visit);

}  // namespace sluice::steps

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/model/program.h"

namespace sluice::steps {

// The pipeline behind a job's `uses: ./…`, and its program; null when it is not known.
struct Called {
  const model::Program* program = nullptr;
  const model::Pipeline* pipeline = nullptr;
};
using FindCalled = std::function<Called(const std::string& path)>;

// The names under which the jobs of a pipeline report to a commit, as rulesets name them: `test (24)`, and `call / job` for
// jobs of a called workflow. What only a run knows stays as it is written: `test (${{ … }})`, `call / …`.
std::vector<std::string> CheckNames(const model::Program& program, const model::Pipeline& pipeline,
                                    const FindCalled& find);

}  // namespace sluice::steps

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/model/program.h"

namespace sluice::emit {

struct EmittedFile {
  std::string path;  // from the project root, `.github/workflows/ci.yml`
  std::string content;
};

// The workflow files of all pipelines, in their order.
std::vector<EmittedFile> EmitFiles(const model::Program& program);

// A program from its JSON form, verified: what `--from-graph` reads. The error names the first thing that is wrong.
Result<model::Program> ReadGraph(std::string_view json);

}  // namespace sluice::emit

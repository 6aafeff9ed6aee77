#include "compiler/emit/github/files.h"

#include "compiler/emit/github/workflow.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace sluice::emit {

std::vector<EmittedFile> EmitFiles(const model::Program& program) {
  std::vector<EmittedFile> files;
  for (int i = 0; i < static_cast<int>(program.pipelines.size()); ++i)
    files.push_back({program.pipelines[{i}].path, EmitWorkflow(program, {i})});
  return files;
}

Result<model::Program> ReadGraph(std::string_view json) {
  SLUICE_ASSIGN(model::Program program, model::FromJson(json));
  const std::vector<Error> errors = model::Verify(program);
  if (!errors.empty()) return Error{"this graph does not hold together: " + errors[0].message};
  return program;
}

}  // namespace sluice::emit

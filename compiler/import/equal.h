#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/import/canonical_expr.h"
#include "compiler/model/program.h"

namespace sluice::import {

// One place where two workflows mean different things.
struct Difference {
  std::string path;    // "jobs.test.steps.2.if"
  std::string loaded;  // what the YAML says; empty: nothing
  std::string lowered;
};

// Compares the workflow that was loaded with the one that was imported, compiled and lowered. They are equal when GitHub
// does the same with both; docs/decisions/0120 has the list of what does not count. `lock` tells which commit a name of
// an action stands for.
std::vector<Difference> Compare(const model::Program& loaded, model::PipelineId loaded_id,
                                const model::Program& lowered, model::PipelineId lowered_id,
                                const catalogue::Lock& lock, const std::map<std::string, Names>& names);

}  // namespace sluice::import

#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/import/printer.h"
#include "compiler/model/program.h"
#include "compiler/syntax/ast.h"

namespace sluice::import {

// The lock that the imported text needs: the project's pins, then those of the YAML, then those of the shipped
// catalogue. What nobody knows gets a pin without a signature, so that the text can be judged; `unknown` has its name.
catalogue::Lock ProvisionalLock(const catalogue::Lock& lock, const std::vector<Pin>& pins, const syntax::Ast& ast,
                                std::vector<std::string>* unknown);

// The workflows of the repository that the text calls, as if each took and gave what the text says.
std::map<std::string, catalogue::WorkflowPin> ProvisionalWorkflows(const syntax::Ast& ast);

// The project with runners for labels that only the workflow knows. Their names are added to `added`.
catalogue::Project ProvisionalProject(const catalogue::Project& project, const model::Program& loaded,
                                      std::vector<std::string>* added);

}  // namespace sluice::import

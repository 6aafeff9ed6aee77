#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/check/checked.h"
#include "compiler/check/readers.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

namespace sluice::check {

// A parsed file of the project.
struct File {
  std::string path;  // from the project root
  const syntax::Ast* ast = nullptr;
  // Its pipelines are wanted; files that are only imported give none.
  bool root = true;
};

// `project_files`: the files of the project, for what programs read while they are compiled; null: there are none.
// Checks a project whose imported files are all among `files`. Never stops at the first mistake and never throws; the
// result is complete for every pipeline without an error in it. At most one diagnostic an item (language.md 2.14).
Program Check(const source::SourceMap& sources, const std::vector<File>& files, const catalogue::Lock& lock,
              const catalogue::Project& project, const Readers& readers, const FileSystem* project_files,
              diagnostics::Sink& sink);

// The workflow files in the repository that jobs of the file call: paths from the project root.
std::vector<std::string> CalledWorkflows(const syntax::Ast& ast);

// The workflow files that the file carries by `verbatim`; `out` is the folder of the workflows.
std::vector<std::string> VerbatimWorkflows(const syntax::Ast& ast, const std::string& out);

// What an import in `file` reads: a path from the project root (an import's is relative to the folder of `file`), or the
// name of a module of the standard library (`std.services`). Nothing for what is no constant, and for packages.
std::optional<std::string> ImportedFile(const std::string& file, const syntax::Ast& ast,
                                        const syntax::ImportDecl& decl);

}  // namespace sluice::check

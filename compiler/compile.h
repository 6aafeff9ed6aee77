#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

namespace sluice::compile {

// A parsed source. Files that are only imported give no pipelines.
struct Source {
  std::string path;  // from the project root
  syntax::Ast* ast = nullptr;
  bool root = true;
};

struct Input {
  const source::SourceMap& sources;
  const catalogue::Project& project;
  const catalogue::Lock& lock;
  std::vector<Source> files;
  // Parses one more file or module of the standard library, which something imports, into `files`; false when it does
  // not exist.
  std::function<bool(const std::string& path, std::vector<Source>& files)> import;
  // The files of the project, from its root: `read-json` and `files` look into them. Null: there are none.
  const FileSystem* project_files = nullptr;
  // Workflows of the repository by path, for calls of files that `project_files` does not have.
  std::map<std::string, catalogue::WorkflowPin> workflows = {};
  bool emit = true;  // write the outputs, too
};

struct Compiled {
  model::Program program;  // of the pipelines without a mistake
  std::map<std::string, std::string>
      outputs;  // path from the root -> bytes; empty with an error in the project, and without `emit`
};

// sources -> places -> imports -> check -> lower -> directives -> lint settings -> verify -> emit. Never throws and
// never stops at the first mistake; what it finds is added to `sink`, which already holds what parsing found.
// `deny_warnings`: warnings are errors.
Compiled Compile(Input input, bool deny_warnings, diagnostics::Sink& sink);

}  // namespace sluice::compile

#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/base/result.h"
#include "compiler/catalogue/committed_pins.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"
#include "compiler/syntax/ast.h"

// The project around the current folder, as every subcommand that reads sources sees it (cli.md, "Everywhere").
namespace sluice::cli {

struct ProjectSource {
  std::string path;  // from the root
  syntax::Ast ast;
  bool root = true;  // its pipelines are wanted; files that are only imported give none
};

struct Project {
  std::string root;                   // absolute
  std::unique_ptr<FileSystem> files;  // below the root
  source::SourceMap sources;
  diagnostics::Sink sink;  // what reading the project file, the lock and the sources found
  catalogue::Project settings;
  catalogue::Lock lock;                 // the file
  catalogue::CommittedTruth committed;  // what counts: the lock under the committed pins; set by CompileProject
  std::deque<ProjectSource> parsed;     // by path; imported files behind
};

// The folder of the project: the nearest one upwards with sluice.toml, else with .git, else the current one.
std::string FindProjectRoot();

// The path of a file (from the current folder) as it is shown: from the root if it lies below it.
std::string PathFromRoot(const Project& project, const std::string& path);

// Finds the root and reads sluice.toml and sluice.lock. Mistakes in them are in the sink.
Result<std::unique_ptr<Project>> OpenProject();

// The sources, from the root, sorted: the files and folders given (from the current folder), else those of the project.
Result<std::vector<std::string>> FindSources(const Project& project, const std::vector<std::string>& paths);

// Reads and parses the sources: the files and folders given (from the current folder), else those of the project. An
// error names a path that cannot be read; no source at all is one too.
Status ReadSources(Project& project, const std::vector<std::string>& paths);

// Reads and parses one more file or module of the standard library, which something imports. False when it does not exist.
bool AddImported(Project& project, const std::string& path);

// Reads what the sources read so far import, and what that imports. What does not exist is left to the check.
void ReadImports(Project& project);

// Prints what was found to stderr as text, and the count; true when there is an error.
bool PrintProblems(Project& project, bool color);

}  // namespace sluice::cli

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/project_file.h"
#include "compiler/import/equal.h"
#include "compiler/import/import.h"

namespace sluice::compile {

// An import with the verdict of the compiler.
struct CheckedImport {
  import::Imported imported;
  std::vector<import::Difference> differences;  // from the YAML; of a text that compiles
  std::vector<std::string> errors;              // "P0115 …", when it does not
  std::vector<std::string> runners;             // labels that sluice.toml does not know
  std::set<std::string> later;                  // of `errors`, those that only say what this version cannot use yet
  size_t rounds = 0;                            // how often it was printed
};

// Imports a workflow and compiles what was printed with the project's settings and lock; pins and runners that only the
// workflow knows are taken from it. `declared`: what other files of the project declare already (`secret X`). Nothing when GitHub does not read the file; the reasons are in `sink`.
std::optional<CheckedImport> ImportWorkflow(const source::SourceMap& sources, source::FileId file,
                                            const catalogue::Lock& lock, const catalogue::Project& project,
                                            const import::Lifts& lifts, const std::set<std::string>& declared,
                                            diagnostics::Sink& sink);

}  // namespace sluice::compile

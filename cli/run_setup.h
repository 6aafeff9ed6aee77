#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/project.h"
#include "cli/run_options.h"
#include "compiler/base/file_system.h"
#include "compiler/base/result.h"
#include "compiler/model/program.h"
#include "runtime/run_loop.h"
#include "runtime/steps/facts.h"

namespace sluice::cli {

// A program with the pipeline and the jobs of it that were asked for.
struct Target {
  std::unique_ptr<Project> project;
  model::Program program;
  model::PipelineId pipeline;
  std::vector<std::string> jobs;  // empty: all
};

// "ci.test.lint" -> "ci" and [test, lint]; "a/b.yml.test" -> "a/b.yml" and [test]; the same with .pipe.
std::pair<std::string, std::vector<std::string>> SplitTarget(const std::string& target);

// Reads what `sluice run` shall run. What is wrong in the sources is printed to stderr as `sluice check` would; the
// error is then one sentence. `code` becomes the exit code of a failure: 1 for errors in the sources, else 2.
Result<std::unique_ptr<Target>> LoadTarget(const RunFlags& flags, bool color, int& code);

// Everything that a run knows before it starts. `not_started` says why the event does not start the pipeline at all.
struct Setup {
  steps::RunFacts facts;
  std::string event;
  std::optional<std::string> not_started;
  runtime::RunOptions options;
};
Result<std::unique_ptr<Setup>> PrepareRun(const RunFlags& flags, const Target& target);

}  // namespace sluice::cli

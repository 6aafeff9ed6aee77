#pragma once

#include <string>
#include <vector>

#include "compiler/emit/yaml/node.h"
#include "compiler/model/program.h"

namespace sluice::emit {

// What a job's steps run under; it decides what the steps that carry files must say.
struct Surroundings {
  bool posix_shell = true;         // bash or sh
  bool working_directory = false;  // the job or the pipeline changes it
  std::string folder;              // to which; empty: the workspace
};
Surroundings SurroundingsOf(const model::Pipeline& pipeline, const model::Job& job);

// The steps Pack and Upload of a Put, Fetch and Unpack of a Get, without the settings that the step has itself (`if`,
// `env`, …): the caller adds those. One tar keeps modes, links and hidden files, which artifacts lose.
std::vector<Node> PutSteps(const model::Program& program, const model::Put& put, const Surroundings& around);
std::vector<Node> GetSteps(const model::Program& program, const model::Get& get, const Surroundings& around);

// `text` as one word of a POSIX shell: as it is, or between single quotes.
std::string ShellWord(const std::string& text);

}  // namespace sluice::emit

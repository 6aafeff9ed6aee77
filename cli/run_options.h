#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sluice::cli {

// The flags of `sluice run`, as they were given.
struct RunFlags {
  std::string target;  // PIPELINE[.JOB…] or FILE.yml[.JOB…]
  std::string event;
  std::string event_file;
  std::vector<std::string> inputs, secrets, vars, matrix;  // k=v
  std::string env_file;
  std::string engine;
  size_t jobs = 0;
  std::string network;
  std::string from_graph;
  bool json = false;
  std::string junit;
  bool dry_run = false;
};

}  // namespace sluice::cli

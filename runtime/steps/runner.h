#pragma once

#include <map>
#include <string>
#include <vector>

namespace sluice::steps {

// Where a job with these `runs-on` labels can run on this Linux machine.
struct RunnerChoice {
  std::string image;    // of the store
  std::string not_run;  // not empty: it cannot, and why
};

// `images`: by label; "" is the default, which stands for GitHub's Linux runners and plain self-hosted ones.
RunnerChoice ChooseRunner(const std::vector<std::string>& labels, const std::map<std::string, std::string>& images);

}  // namespace sluice::steps

#pragma once

#include <string>
#include <vector>

#include "runtime/engine/engine.h"

namespace sluice::engine {

// What decides a container's config.json (Open Container Initiative, runtime specification 1.0).
struct OciSetting {
  std::string root;       // absolute folder of the root filesystem, mounted already
  std::string workspace;  // absolute folder to be bound at job.workspace.path
  std::vector<std::string> arguments;
  bool in_user_namespace = false;  // not really root: devices and /sys are bound from the host
};

// The text of config.json for a job's container. Resource limits are left out unless `limits` (they need control
// groups).
std::string OciConfig(const JobSpec& job, const OciSetting& setting, bool limits);

}  // namespace sluice::engine

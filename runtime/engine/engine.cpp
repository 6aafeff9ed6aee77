#include "runtime/engine/engine.h"

#include <dirent.h>
#include <fmt/format.h>

#include "runtime/engine/host.h"
#include "runtime/engine/oci.h"

namespace sluice::engine {

Result<std::unique_ptr<Engine>> MakeEngine(const EngineOptions& options) {
  SLUICE_CHECK(options.store != nullptr && options.run_folder != nullptr, "an engine needs a store and a run's folder");
  if (options.name == "host") return MakeHostEngine(*options.store, *options.run_folder);
  if (!options.name.empty() && options.name != "oci")
    return Error{fmt::format(
        "there is no engine `{}`: use `oci` (containers) or `host` (this machine, nothing kept apart)", options.name)};
  std::unique_ptr<Engine> engine = MakeOciEngine(*options.store, *options.run_folder);
  const Probe probe = engine->Describe();
  if (probe.usable) return engine;
  std::string message = "containers cannot be run here";
  for (const Missing& missing : probe.missing)
    message += fmt::format("{} {}{}", &missing == &probe.missing[0] ? ":" : ";", missing.what,
                           missing.remedy.empty() ? "" : fmt::format(" (`{}`)", missing.remedy));
  return Error{message + "; or use `--engine host`, which runs the steps on this machine with nothing kept apart"};
}

int SweepDeadRuns(store::Store& store) {
  store::SweepDeadFolders(store.root() + "/tmp");
  return store::SweepDeadFolders(store.root() + "/runs", [](const std::string& run) {
    const std::string jobs = run + "/jobs";
    DIR* folder = ::opendir(jobs.c_str());
    while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder))
      if (entry->d_name[0] != '.') SweepOciJob(jobs + "/" + entry->d_name);
    if (folder != nullptr) ::closedir(folder);
  });
}

}  // namespace sluice::engine

#include "compiler/catalogue/servers.h"

#include "compiler/base/text.h"
#include "compiler/catalogue/shipped_actions.h"
#include "compiler/catalogue/versions.h"

namespace sluice::catalogue {
namespace {

// The last major of the artifact actions that stores artifacts as Enterprise Server can.
constexpr std::string_view kLastOldArtifacts = "v3";

bool IsArtifactAction(std::string_view uses) {
  const std::string name = AsciiLower(uses);
  return name == "actions/upload-artifact" || name == "actions/download-artifact" ||
         name == "actions/upload-artifact/merge";
}

}  // namespace

Server ServerOf(std::string_view name) {
  Server server;
  server.name = std::string(name);
  if (!name.starts_with("ghes-")) return server;
  // ghes-3.17, which is the newest that is known.
  server.has_case = server.has_queue = server.has_parallel_steps = false;
  server.has_own_references = server.has_newest_artifacts = false;
  return server;
}

bool Allows(const Server& server, std::string_view uses, std::string_view version) {
  if (server.has_newest_artifacts || !IsArtifactAction(uses) || version.empty()) return true;
  const std::string major = MajorOf(version);
  return major == kLastOldArtifacts || VersionLess(major, kLastOldArtifacts);
}

const ActionPin* NewestOn(const Server& server, const Lock& lock, std::string_view uses) {
  const ActionPin* newest = nullptr;
  for (const ActionPin& pin : lock.actions)
    if (EqualsIgnoreCase(pin.uses, uses) && Allows(server, uses, pin.version) &&
        (newest == nullptr || VersionLess(newest->version, pin.version)))
      newest = &pin;
  return newest != nullptr ? newest : lock.Newest(uses);
}

std::string NewestMajorOn(const Server& server, std::string_view uses) {
  std::string newest = NewestMajor(uses);
  return Allows(server, uses, newest) ? newest : std::string(kLastOldArtifacts);
}

}  // namespace sluice::catalogue

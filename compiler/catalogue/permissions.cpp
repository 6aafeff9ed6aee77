#include "compiler/catalogue/permissions.h"

#include <array>

namespace sluice::catalogue {
namespace {

constexpr std::array<PermissionScope, 20> kScopes = {{
    {"actions"},
    {"artifact-metadata"},
    {"attestations"},
    {"checks"},
    {"code-quality"},
    {"contents"},
    {"copilot-requests", false, true},
    {"deployments"},
    {"discussions"},
    {"drives"},
    {"id-token", false, true},
    {"issues"},
    {"models", true, false},
    {"packages"},
    {"pages"},
    {"pull-requests"},
    {"repository-projects"},
    {"security-events"},
    {"statuses"},
    {"vulnerability-alerts", true, false},
}};

}  // namespace

std::span<const PermissionScope> PermissionScopes() { return kScopes; }

const PermissionScope* FindPermissionScope(std::string_view name) {
  for (const PermissionScope& scope : kScopes)
    if (scope.name == name) return &scope;
  return nullptr;
}

bool AllowsAccess(std::string_view scope, std::string_view access) {
  const PermissionScope* found = FindPermissionScope(scope);
  if (found == nullptr) return false;
  return access == "none" || (access == "read" && found->read) || (access == "write" && found->write);
}

}  // namespace sluice::catalogue

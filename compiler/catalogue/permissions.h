#pragma once

#include <span>
#include <string_view>

namespace sluice::catalogue {

// A scope of the job's token and which accesses it knows besides `none`.
// Source: GitHub's workflow schema (permissions-mapping), mid-2026.
struct PermissionScope {
  std::string_view name;
  bool read = true;
  bool write = true;
};

std::span<const PermissionScope> PermissionScopes();
const PermissionScope* FindPermissionScope(std::string_view name);

// Is `scope: access` something GitHub takes? `none` is for every scope.
bool AllowsAccess(std::string_view scope, std::string_view access);

}  // namespace sluice::catalogue

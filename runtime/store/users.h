#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "compiler/base/result.h"

// The user ids that an ordinary user may use in a user namespace of its own: user_namespaces(7), subuid(5).
namespace sluice::store {

// A range of ids that /etc/subuid or /etc/subgid gives a user; count is 0 when there is none.
struct IdRange {
  uint32_t first = 0;
  uint32_t count = 0;
};
// Finds the range of the user with this name or id in the text of such a file. Of several the largest.
IdRange FindRange(std::string_view text, std::string_view name, uid_t id);

// Why only one id can be mapped here (with the command that mends it), or empty when all of an image's can be.
struct OneUserOnly {
  std::string why;
  std::string remedy;
};
OneUserOnly WhyOneUserOnly();

// Makes this process root of a new user namespace, with `more` namespaces (CLONE_NEWNS …) beside it. The user is id 0 in
// it; the ids from 1 on are the ranges of /etc/subuid and /etc/subgid, set by newuidmap and newgidmap where they can be
// had. For a child of ours with one thread alone.
Status EnterUserNamespace(int more);

// Removes a tree that processes of such a namespace wrote, with their owners: in a child that enters one, waited for.
bool RemoveOthersFiles(const std::string& path);

}  // namespace sluice::store

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace sluice::agent {

struct User {
  uid_t id = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;  // supplementary ones, with `group`
  std::string home = "/";
};

// Reads "name", "uid", "name:group" or "uid:gid" with the container's /etc/passwd and /etc/group, as docker's --user.
// False with the reason in `error` when there is no such user or group.
bool FindUser(const std::string& text, User& user, std::string& error);

}  // namespace sluice::agent

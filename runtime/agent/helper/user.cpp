#include "runtime/agent/helper/user.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string_view>

namespace sluice::agent {
namespace {

// The lines of a file of the passwd family, split at colons. A static program cannot use the C library's lookups, which
// load plug-ins of the image.
void EachLine(const char* path, const std::function<void(const std::vector<std::string>&)>& visit) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;
  std::string text;
  char buffer[4096];
  for (ssize_t count; (count = ::read(fd, buffer, sizeof buffer)) > 0 && text.size() < (4u << 20);)
    text.append(buffer, static_cast<size_t>(count));
  ::close(fd);
  std::vector<std::string> fields(1);
  for (const char c : text) {
    if (c == ':') {
      fields.emplace_back();
    } else if (c == '\n') {
      visit(fields);
      fields.assign(1, "");
    } else {
      fields.back() += c;
    }
  }
  if (fields.size() > 1) visit(fields);
}

bool ParseId(const std::string& text, uint32_t& id) {
  if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != std::string::npos) return false;
  const unsigned long long value = std::strtoull(text.c_str(), nullptr, 10);
  id = static_cast<uint32_t>(value);
  return value < 0xFFFFFFFFull;
}

bool FindGroup(const std::string& text, gid_t& id) {
  if (ParseId(text, id)) return true;
  bool found = false;
  EachLine("/etc/group", [&](const std::vector<std::string>& line) {
    if (!found && line.size() >= 3 && line[0] == text) found = ParseId(line[2], id);
  });
  return found;
}

bool Contains(const std::string& list, const std::string& name) {
  return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

}  // namespace

bool FindUser(const std::string& text, User& user, std::string& error) {
  const size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  bool found = ParseId(name, user.id);
  std::string login;
  EachLine("/etc/passwd", [&](const std::vector<std::string>& line) {
    uint32_t id = 0;
    if (line.size() < 6 || !login.empty() || !ParseId(line[2], id)) return;
    if (line[0] != name && !(found && id == user.id)) return;
    login = line[0];
    user.id = id;
    ParseId(line[3], user.group);
    user.home = line[5];
    found = true;
  });
  if (!found) {
    error = "there is no user `" + name + "` in the image";
    return false;
  }
  if (colon != std::string::npos && !FindGroup(text.substr(colon + 1), user.group)) {
    error = "there is no group `" + text.substr(colon + 1) + "` in the image";
    return false;
  }
  user.groups = {user.group};
  if (login.empty() || colon != std::string::npos) return true;
  EachLine("/etc/group", [&](const std::vector<std::string>& line) {
    gid_t id = 0;
    if (line.size() >= 4 && Contains(line[3], login) && ParseId(line[2], id)) user.groups.push_back(id);
  });
  return true;
}

}  // namespace sluice::agent

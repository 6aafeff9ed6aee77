#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/agent/protocol.h"

// The file requests of the protocol. All of them work on regular files, folders and links only, so that none can wait
// for another process. Errors are errno values, 0 is success.
namespace sluice::agent {

// Who owns what the agent creates.
struct Owner {
  uid_t user = static_cast<uid_t>(-1);  // -1: the agent's own
  gid_t group = static_cast<gid_t>(-1);
};

int Write(const WriteFile& request, Owner owner);
int Read(const ReadFile& request, FileData& data);
int RemovePath(const std::string& path, bool recursive);
int MakeFolders(const std::string& path, uint32_t mode, Owner owner);
int Link(const MakeLink& request, Owner owner);

// A folder that is being listed, one folder at a time, so that large trees need little memory.
class Listing {
 public:
  explicit Listing(const List& request) : request_(request) {}
  uint32_t request() const { return request_.request; }
  // Reads the next folder's entries into `entries`; sets `entries.last` after the final one. Folders that vanish
  // meanwhile, or may not be read, are left out; only the first folder's error is one.
  int Step(Entries& entries);

 private:
  List request_;
  std::vector<std::string> folders_;  // relative, still to be read
  bool begun_ = false;
};

}  // namespace sluice::agent

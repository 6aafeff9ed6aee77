#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/fetch/outcome.h"

// Repositories of others, read by the `git` program: it knows proxies, certificates, credentials and every transport.
namespace sluice::fetch {

// The tags and branches of a repository with their commits; annotated tags are peeled.
struct RemoteRefs {
  std::map<std::string, std::string> tags;
  std::map<std::string, std::string> branches;
};

// A file at a commit.
struct RemoteFile {
  std::string path;
  std::string text;
};

// Asks a repository (a URL or a folder) for its refs. Never asks the user for a password; tries again when the network
// fails, and not when the answer is no.
Outcome<RemoteRefs> ListRefs(const std::string& url, const Patience& patience);

// Fetches one commit without history and, where the server can, without file contents, and reads the first of `paths`
// that it has. `ref` is asked for when the server does not give single commits.
Outcome<RemoteFile> FetchFile(const std::string& url, const std::string& commit, const std::string& ref,
                              const std::vector<std::string>& paths, const Patience& patience);

}  // namespace sluice::fetch

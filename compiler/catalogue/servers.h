#pragma once

#include <string>
#include <string_view>

#include "compiler/catalogue/lock.h"

// What a server of GitHub can do that another one cannot (language.md 2.15, Profiles).
namespace sluice::catalogue {

struct Server {
  std::string name;                  // "github.com", "ghes-3.17"
  bool has_case = true;              // the function `case`
  bool has_queue = true;             // `concurrency: { queue: max }`
  bool has_parallel_steps = true;    // `background`, `wait`, `wait-all`, `cancel`, `parallel`
  bool has_own_references = true;    // `uses: $/…`
  bool has_newest_artifacts = true;  // actions/upload-artifact and download-artifact from v4 on
};

// The row of a `server` of sluice.toml. An Enterprise Server of whatever version has the row of the newest one that is
// known: what no row promises counts as missing.
Server ServerOf(std::string_view name);

// May this server use the version of the action? Only versions of the artifact actions differ between servers.
bool Allows(const Server& server, std::string_view uses, std::string_view version);

// The pin of an action that the compiler writes: the newest that the server can use, else the newest; null when the lock has
// none.
const ActionPin* NewestOn(const Server& server, const Lock& lock, std::string_view uses);

// The newest major of an action that the server can use, as a ref: "v3". Empty for an action of no catalogue.
std::string NewestMajorOn(const Server& server, std::string_view uses);

}  // namespace sluice::catalogue

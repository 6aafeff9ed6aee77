#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/fetch/outcome.h"

// Container registries (the OCI distribution API, /v2/), asked for digests by the `curl` program.
namespace sluice::fetch {

// The parts of an image's name: `postgres:15` is registry-1.docker.io, library/postgres, 15.
struct ImageName {
  std::string registry;    // host, with a port if it has one
  std::string repository;  // library/postgres
  std::string tag;         // "latest" when none is written
  std::string digest;      // of `name@sha256:…`; empty without
};

// Nothing when the text is no image's name.
std::optional<ImageName> ParseImageName(std::string_view text);

// The digest of the manifest that a tag names now, for all platforms: sha256:…. Anonymous; a registry on the loopback
// interface is spoken to without TLS, as Docker does.
Outcome<std::string> ImageDigest(const ImageName& image, const Patience& patience);

}  // namespace sluice::fetch

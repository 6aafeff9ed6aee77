#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

namespace sluice::load {

// A `uses` of a workflow file that names another repository.
struct YamlUse {
  std::string uses;     // owner/repo[/path]
  std::string ref;      // behind the `@`
  std::string version;  // what the comment behind it says: "v7.0.1"; empty without one
  source::Span at;      // the scalar
};

// Every `uses` of a step or job, in the order of the file. Nothing when the file is no YAML.
std::optional<std::vector<YamlUse>> ReadUses(const source::SourceMap& sources, source::FileId file);

// The version in a comment as Dependabot, Renovate, pinact and people write it: "v4.1.1", "tag=v4.1.1", "pin@v4",
// "ratchet:actions/checkout@v4". Empty when there is none.
std::string VersionInComment(std::string_view comment);

}  // namespace sluice::load

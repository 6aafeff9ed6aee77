#pragma once

#include <string_view>

#include "compiler/load/yaml_tree.h"

namespace sluice::load {

// What a scalar is: YAML 1.2's core schema as npm's `yaml` (GitHub's reader) applies it. `tag` as yaml-cpp reports it:
// "?" for a plain scalar, "!" for a quoted or block one, else the tag's full name; unknown tags give text.
void ResolveScalar(std::string_view value, std::string_view tag, YamlNode& node);

}  // namespace sluice::load

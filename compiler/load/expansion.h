#pragma once

#include "compiler/load/yaml_tree.h"

namespace sluice::load {

// The node with which a document has more than `most` nodes when its aliases are written out, in the order of the text;
// nothing when it has no more than that. Takes time by the nodes of the file, not by what they expand to, and looks
// `deepest` levels deep.
const YamlNode* FirstTooMany(const YamlNode& root, size_t most, size_t deepest);

}  // namespace sluice::load

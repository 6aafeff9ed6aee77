#pragma once

#include <string>
#include <vector>

#include "compiler/emit/yaml/node.h"

namespace sluice::emit {

// The text of a YAML document: block style, two columns a level, lists of constant scalars on one line of at most 100
// columns, LF at the end. `header` are comment lines before it, without `# `. Every scalar is read back as the same type
// and value under YAML 1.1 and 1.2. The same tree gives the same bytes.
std::string WriteYaml(const Node& document, const std::vector<std::string>& header = {});

}  // namespace sluice::emit

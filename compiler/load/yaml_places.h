#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

// Where things stand in a YAML text: yaml-cpp tells where a node begins, not where it ends. Offsets are bytes.
namespace sluice::load {

// Behind the anchors and tags (`&a`, `!!str`) that stand before a node.
size_t SkipProperties(std::string_view text, size_t offset);

// The end of the scalar that begins at `begin` and has this value: behind a closing quote, behind the last line of a
// block scalar, else behind the value or at the end of the line.
size_t ScalarEnd(std::string_view text, size_t begin, std::string_view value);

// Is the scalar at `begin` a literal block (`|`)?
bool IsLiteralBlock(std::string_view text, size_t begin);

// For each line of a literal block's content the range of its text in the file.
std::vector<std::pair<size_t, size_t>> BlockLines(std::string_view text, size_t begin, size_t end);

// The first line of a quoted scalar that is indented less than the block it stands in, which ends the block for YAML.
std::optional<size_t> UnderIndentedLine(std::string_view text, size_t begin, size_t end);

}  // namespace sluice::load

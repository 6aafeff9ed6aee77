#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

namespace sluice::load {

using source::FileId;
using source::SourceMap;
using source::Span;

// A YAML node with GitHub's resolution of scalars (YAML 1.2, core schema) and its place. An alias is the very node it
// names, so a tree may share nodes; it has no circles.
struct YamlNode {
  enum class Kind : unsigned char { Null, Boolean, Number, String, List, Map };

  Kind kind = Kind::Null;
  bool boolean = false;
  double number = 0;
  std::string text;  // String; of a Number its spelling
  Span at;
  std::vector<const YamlNode*> items;
  std::vector<std::pair<const YamlNode*, const YamlNode*>> entries;
};

struct YamlDocument {
  std::deque<YamlNode> nodes;
  const YamlNode* root = nullptr;
};

// Reads one document. Nothing when the file is no YAML that GitHub reads (not text, too big, bad syntax, more than one
// document, unknown or circular alias): one diagnostic says why and where.
std::optional<YamlDocument> ReadYaml(const SourceMap& sources, FileId file, diagnostics::Sink& sink);

// GitHub's limit for a workflow file, in bytes.
inline constexpr size_t kLargestWorkflow = 1 << 20;

}  // namespace sluice::load

#include "compiler/load/expansion.h"

#include <algorithm>
#include <unordered_map>

namespace sluice::load {
namespace {

template <typename Visit>
void ForEachChild(const YamlNode& node, Visit visit) {
  for (const YamlNode* item : node.items) visit(*item);
  for (const auto& [key, value] : node.entries) visit(*value);
}

class Counter {
 public:
  Counter(size_t most, size_t deepest) : most_(most), deepest_(deepest) {}

  // Nodes of this subtree, or some number above `most_`.
  size_t Count(const YamlNode& node, size_t depth = 0) {
    if (node.items.empty() && node.entries.empty()) return 1;
    if (depth > deepest_) return 1;
    if (auto known = counts_.find(&node); known != counts_.end()) return known->second;
    size_t count = 1;
    ForEachChild(node, [&](const YamlNode& child) { count = std::min(count + Count(child, depth + 1), most_ + 1); });
    counts_.emplace(&node, count);
    return count;
  }

 private:
  size_t most_;
  size_t deepest_;
  std::unordered_map<const YamlNode*, size_t> counts_;
};

}  // namespace

const YamlNode* FirstTooMany(const YamlNode& root, size_t most, size_t deepest) {
  Counter counter(most, deepest);
  if (counter.Count(root) <= most) return nullptr;
  const YamlNode* node = &root;
  size_t left = most;  // for the node and what follows it
  while (left > 0) {
    const YamlNode* inside = nullptr;
    --left;
    ForEachChild(*node, [&](const YamlNode& child) {
      if (inside != nullptr) return;
      const size_t count = counter.Count(child);
      if (count > left)
        inside = &child;
      else
        left -= count;
    });
    if (inside == nullptr) break;
    node = inside;
  }
  return node;
}

}  // namespace sluice::load

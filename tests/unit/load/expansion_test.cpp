#include "compiler/load/expansion.h"

#include <gtest/gtest.h>

namespace sluice::load {
namespace {

YamlNode List(std::vector<const YamlNode*> items) {
  YamlNode node;
  node.kind = YamlNode::Kind::List;
  node.items = std::move(items);
  return node;
}

TEST(Expansion, NamesTheFirstNodeBeyondTheLimit) {
  const YamlNode leaf, last;
  const YamlNode pair = List({&leaf, &leaf});         // 3 nodes
  const YamlNode root = List({&pair, &pair, &last});  // 1 + 3 + 3 + 1
  EXPECT_EQ(FirstTooMany(root, 8, 10), nullptr);
  EXPECT_EQ(FirstTooMany(root, 7, 10), &last);
  EXPECT_EQ(FirstTooMany(root, 6, 10), &leaf);
  EXPECT_EQ(FirstTooMany(root, 4, 10), &pair);
  EXPECT_EQ(FirstTooMany(root, 1, 10), &pair);
  EXPECT_EQ(FirstTooMany(root, 0, 10), &root);
}

TEST(Expansion, CountsTheValuesOfMappings) {
  const YamlNode key, value;
  YamlNode map;
  map.kind = YamlNode::Kind::Map;
  map.entries = {{&key, &value}};
  EXPECT_EQ(FirstTooMany(map, 2, 10), nullptr);
  EXPECT_EQ(FirstTooMany(map, 1, 10), &value);
}

TEST(Expansion, CostsTheNodesOfTheFile) {
  std::deque<YamlNode> nodes(1);
  for (int i = 0; i < 150; ++i) nodes.push_back(List({&nodes.back(), &nodes.back()}));  // 2^150 when written out
  EXPECT_NE(FirstTooMany(nodes.back(), 300'000, 200), nullptr);
}

}  // namespace
}  // namespace sluice::load

#include "compiler/catalogue/contexts.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "compiler/catalogue/workflow_schema.h"

namespace sluice::catalogue {
namespace {

using types::Context;
using types::ContextSet;

// Walks the schema as the reader does: contexts add up from the root to the value.
class SchemaWalk {
 public:
  std::map<std::string, std::set<uint16_t>> leaves;  // path of a scalar slot -> the contexts it gets
  std::map<std::string, bool> status_of_jobs;

  void Walk(const Definition& definition, const std::string& path, ContextSet outer, int depth) {
    if (depth > 9) return;
    const ContextSet here = outer | definition.contexts();
    for (const Definition* one : Alternatives(definition)) {
      const ContextSet set = here | one->contexts();
      if (one->kind == Kind::Mapping) {
        for (const Property& p : Properties(*one))
          Walk(DefinitionAt(p.definition), Join(path, std::string(p.name)), set, depth + 1);
        if (one->loose_value >= 0) Walk(DefinitionAt(one->loose_value), Join(path, "*"), set, depth + 1);
      } else if (one->kind == Kind::Sequence) {
        Walk(DefinitionAt(one->loose_value), Join(path, "*"), set, depth + 1);
      } else {
        leaves[path].insert(set.bits());
        if (definition.status_of_jobs()) status_of_jobs[path] = true;
      }
    }
  }

 private:
  static std::string Join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }
};

TEST(Contexts, AgreeWithGitHubsSchemaAtEveryKey) {
  SchemaWalk walk;
  walk.Walk(WorkflowRoot(), "", {}, 0);
  ASSERT_GT(walk.leaves.size(), 200u);
  for (const auto& [path, sets] : walk.leaves) {
    ASSERT_EQ(sets.size(), 1u) << path;
    const Slot slot = FindSlot(path);
    EXPECT_EQ(slot.allowed.bits(), *sets.begin()) << path << " by " << slot.path;
    EXPECT_EQ(slot.status_of_jobs, walk.status_of_jobs.contains(path)) << path;
  }
}

TEST(Contexts, EverySlotIsAKeyOfTheSchema) {
  SchemaWalk walk;
  walk.Walk(WorkflowRoot(), "", {}, 0);
  for (const Slot& slot : Slots()) {
    bool found = false;
    for (const auto& [path, sets] : walk.leaves) found = found || path.starts_with(slot.path);
    EXPECT_TRUE(found) << slot.path;
  }
}

TEST(Contexts, LongestRowHolds) {
  EXPECT_TRUE(FindSlot("jobs.*.steps.*.env.TOKEN").allowed.has(Context::Secrets));
  EXPECT_FALSE(FindSlot("jobs.*.environment.url").allowed.has(Context::Secrets));
  EXPECT_TRUE(FindSlot("jobs.*.steps.*.shell").constant());
  EXPECT_TRUE(FindSlot("jobs.*.defaults.run.shell").allowed.has(Context::Env));
  EXPECT_TRUE(FindSlot("environment").constant());
  EXPECT_TRUE(FindSlot("jobs.*.if").status_of_jobs);
}

}  // namespace
}  // namespace sluice::catalogue

#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/catalogue/workflow_schema.h"
#include "compiler/load/placeholders.h"

namespace sluice::load {

// Checks a tree against GitHub's schema of workflow files and turns it into a model value with places: which keys, types
// and alternatives stand where, no key twice, no key missing, expressions only where GitHub evaluates them.
class TemplateReader {
 public:
  TemplateReader(const SourceMap& sources, Problems& problems)
      : problems_(problems), placeholders_(sources, problems) {}

  // The workflow (or another whole file) as a Map, also after errors (then with the damaged parts missing). Nothing when
  // the aliases of the file expand to more than GitHub reads.
  std::optional<model::Value> Read(const YamlNode& root,
                                   const catalogue::Definition& definition = catalogue::WorkflowRoot());

  // A mapping of a workflow that stands alone: only the keys of `definition`. In the mappings of `open` no key is missing,
  // since others are written elsewhere.
  std::optional<model::Value> ReadPart(const YamlNode& root, const catalogue::Definition& definition,
                                       std::unordered_set<const YamlNode*> open);

 private:
  using Definition = catalogue::Definition;

  // A definition with the contexts that hold there, and the span that an absent thing is reported at.
  struct Place {
    const Definition* definition;
    Scope scope;
    Span at;
  };
  static Place Enter(const Definition& definition, const Scope& outer, Span at);

  model::Value ReadNode(const YamlNode& node, const Place& place);
  model::Value ReadScalar(const YamlNode& node, const Place& place);
  model::Value ReadList(const YamlNode& node, const Place& place);
  model::Value ReadMap(const YamlNode& node, const Place& place);
  model::Value ReadFreeMap(const YamlNode& node, const Place& place, const Definition& mapping);
  model::Value ReadKnownMap(const YamlNode& node, const Place& place, std::vector<const Definition*> candidates);
  std::optional<model::Value> ReadKey(const YamlNode& key, const Place& place, std::unordered_set<std::string>& seen);
  const catalogue::Property* FindKey(std::vector<const Definition*>& candidates, const std::string& key) const;
  void CheckMap(const YamlNode& node, const Place& place, const std::vector<const Definition*>& candidates,
                const std::unordered_set<std::string>& seen, bool expression_key);
  void ReportUnknownKey(const model::Value& key, const std::vector<const Definition*>& candidates);
  bool Fits(const model::Value& value, const Place& place) const;
  void ReportMisfit(const model::Value& value, const YamlNode& node, const Place& place);
  bool Spend(const YamlNode& node);
  void ReportTooMany(const YamlNode& node);

  Problems& problems_;
  Placeholders placeholders_;
  std::unordered_set<const YamlNode*> open_;
  size_t visited_ = 0;
  size_t depth_ = 0;
  bool exhausted_ = false;
  bool warned_ = false;
};

}  // namespace sluice::load

#include "compiler/catalogue/workflow_schema.h"

#include "compiler/base/check.h"

namespace sluice::catalogue {
namespace {

#include "compiler/catalogue/workflow_schema.inc"

void Open(const Definition& definition, std::vector<const Definition*>& result) {
  if (definition.kind != Kind::OneOf) {
    result.push_back(&definition);
    return;
  }
  for (int i = 0; i < definition.count; ++i) Open(DefinitionAt(kLinks[definition.first + i]), result);
}

}  // namespace

const Definition& WorkflowRoot() { return kDefinitions[0]; }

const Definition& ActionRoot() {
  static const Definition& root = *FindDefinition("action:action-root-strict");
  return root;
}

const Definition& DefinitionAt(int index) {
  SLUICE_CHECK(index >= 0 && index < static_cast<int>(std::size(kDefinitions)), "no such definition");
  return kDefinitions[index];
}

const Definition* FindDefinition(std::string_view name) {
  for (const Definition& definition : kDefinitions)
    if (definition.name == name) return &definition;
  return nullptr;
}

std::span<const Definition> AllDefinitions() { return kDefinitions; }

std::span<const Property> Properties(const Definition& definition) {
  if (definition.kind != Kind::Mapping && definition.kind != Kind::Values) return {};
  return std::span(kProperties).subspan(definition.first, definition.count);
}

const Property* FindProperty(const Definition& mapping, std::string_view key) {
  for (const Property& property : Properties(mapping))
    if (property.name == key) return &property;
  return nullptr;
}

std::vector<const Definition*> Alternatives(const Definition& definition) {
  std::vector<const Definition*> result;
  Open(definition, result);
  return result;
}

}  // namespace sluice::catalogue

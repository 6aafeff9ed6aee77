#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/types/contexts.h"

// GitHub's schemas of workflow files and of the metadata of actions as a table: which keys, types and alternatives exist
// where, and which contexts their expressions may use. Source: workflow-v1.0.json and action-v1.0.json of
// github.com/actions/languageservices (MIT); the rows are made by tools/make_workflow_schema.py.
namespace sluice::catalogue {

enum class Kind : uint8_t { Null, Boolean, Number, String, Sequence, Mapping, OneOf, Values };

// One definition. Indices below are those of Schema.
struct Definition {
  std::string_view name;
  Kind kind;
  uint16_t context_bits;  // added to what holds around it; see types::Context
  uint8_t flags;          // kStatusOfJobs, kNonEmpty
  uint16_t first;         // OneOf: into the links; Mapping, Values: into the properties
  uint16_t count;
  int16_t loose_key;          // Mapping with free keys: their definition, else -1
  int16_t loose_value;        // the definition of free values, or of a Sequence's items
  std::string_view constant;  // String: the only value, or empty

  static constexpr uint8_t kStatusOfJobs = 1;
  static constexpr uint8_t kNonEmpty = 2;
  bool non_empty() const { return (flags & kNonEmpty) != 0; }
  bool status_of_jobs() const { return (flags & kStatusOfJobs) != 0; }
  types::ContextSet contexts() const { return types::ContextSet::FromBits(context_bits); }
};

// A known key of a mapping, or a value of `Values` (then without a definition).
struct Property {
  std::string_view name;
  int16_t definition;
  bool required;
};

// The definition of a whole workflow file, and of an action's metadata (`action.yml`).
const Definition& WorkflowRoot();
const Definition& ActionRoot();
const Definition& DefinitionAt(int index);
// The definition of that name, or null.
const Definition* FindDefinition(std::string_view name);
std::span<const Definition> AllDefinitions();

std::span<const Property> Properties(const Definition& mapping_or_values);
// The known key of that exact spelling, or null.
const Property* FindProperty(const Definition& mapping, std::string_view key);
// What a OneOf may be, with nested ones opened; any other definition is its own only alternative.
std::vector<const Definition*> Alternatives(const Definition& definition);

}  // namespace sluice::catalogue

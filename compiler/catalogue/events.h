#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The events that start workflows, and what their payloads hold.
// Payloads that this file does not describe by hand come from data/payloads.tsv (tools/make_payloads.py).
// Sources: GitHub's workflow schema (@actions/workflow-parser 0.3.61), "Events that trigger workflows" and "Webhook
// events and payloads" on docs.github.com, @actions/languageservice 0.3.61 (names of properties), mid-2026.
namespace sluice::catalogue {

struct Event {
  std::string_view name;
  std::vector<std::string_view> filters;  // in GitHub's order: types, branches, branches-ignore, …
  std::vector<std::string_view> types;    // activity types; empty with a `types` filter: any text
  // The shape of `github.event`; empty: its properties are not known.
  std::string_view shape;
  // The shape is by hand: it knows which texts outsiders write. Else MayBeUntrusted guesses.
  bool precise = false;
  // Can it run on content of outsiders with secrets and a token that writes?
  bool privileged = false;

  bool HasFilter(std::string_view filter) const;
  bool HasType(std::string_view type) const;
};

std::span<const Event> Events();
// By GitHub's exact name, or null.
const Event* FindEvent(std::string_view name);

enum class PropertyKind : uint8_t {
  Text,
  Number,  // whole
  Boolean,
  Record,  // shape
  List,    // of `element`; its records have `shape`
  Object,  // of properties that the user names (inputs)
  Json,    // whatever the sender put there (client_payload)
};

struct PayloadProperty {
  std::string_view name;
  PropertyKind kind = PropertyKind::Text;
  PropertyKind element = PropertyKind::Text;
  std::string_view shape;
  bool optional = false;   // may be null
  bool untrusted = false;  // text that an outsider can write
};

// The properties of a shape: of the payloads ("push", "pull_request", "user" …) and of the contexts "github", "runner",
// "job" and "strategy". Empty for an unknown one.
std::span<const PayloadProperty> PayloadProperties(std::string_view shape);
// Names ignore case, as on GitHub. Null when the shape has no such property.
const PayloadProperty* FindPayloadProperty(std::string_view shape, std::string_view name);

// May an outsider write this property of an event whose shape is not known? `path` is what follows `github.event`:
// {"issue", "title"}. Numbers, ids, times, SHAs, states and URLs of the API are not.
bool MayBeUntrusted(std::span<const std::string> path);

}  // namespace sluice::catalogue

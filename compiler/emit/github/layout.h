#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "compiler/emit/github/values.h"

// Helpers for mappings of GitHub's schema: optional settings, the fixed order of keys, and `raw`.
namespace sluice::emit {

void AddValue(Node& map, std::string_view key, const std::optional<model::Value>& value);

// Adds the entries of `raw` (a Map or Null); a key that is there already is replaced.
void AddRaw(Node& map, const model::Value& raw);

// Brings the entries into `order`; keys that are not in it stay behind, in their own order.
void Arrange(Node& map, std::span<const std::string_view> order);

}  // namespace sluice::emit

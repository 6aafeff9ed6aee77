#include "compiler/emit/github/layout.h"

#include <algorithm>

namespace sluice::emit {

void AddValue(Node& map, std::string_view key, const std::optional<model::Value>& value) {
  if (value) map.Add(std::string(key), ToNode(*value));
}

void AddRaw(Node& map, const model::Value& raw) {
  for (const auto& [key, value] : raw.entries) {
    const std::string name = ToYamlText(key);
    const auto same = std::ranges::find(map.entries, name, &Entry::key);
    if (same != map.entries.end())
      same->value = ToNode(value);
    else
      map.AddName(name, ToNode(value));
  }
}

void Arrange(Node& map, std::span<const std::string_view> order) {
  const auto rank = [&](const Entry& entry) { return std::ranges::find(order, entry.key) - order.begin(); };
  std::ranges::stable_sort(map.entries, {}, rank);
}

}  // namespace sluice::emit

#include "compiler/types/contexts.h"

#include "compiler/base/text.h"

namespace sluice::types {

const std::vector<std::string>& ContextNames() {
  static const auto& names = *new std::vector<std::string>{"github",  "inputs", "vars",   "needs", "strategy", "matrix",
                                                           "secrets", "job",    "runner", "env",   "steps",    "jobs"};
  return names;
}

ContextSet FindContext(std::string_view name) {
  const auto& names = ContextNames();
  for (size_t i = 0; i < names.size(); ++i)
    if (EqualsIgnoreCase(names[i], name)) return ContextSet::FromBits(static_cast<uint16_t>(1u << i));
  return {};
}

bool IsContextName(std::string_view name) { return !FindContext(name).empty(); }

}  // namespace sluice::types

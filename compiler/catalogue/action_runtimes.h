#pragma once

#include <string_view>

// The runtimes that `using` of an action.yml may name, and when GitHub takes them away. A table: nothing here reads the
// clock, so the same sources give the same warnings on every day.
namespace sluice::catalogue {

struct RuntimeEnd {
  std::string_view name;   // as in `using`: "node16"
  std::string_view title;  // "Node 16"
  std::string_view day;    // GitHub's runners have it until then: "2026-09-16"; empty: they no longer have it
};

// The end of a runtime; null for one that has none announced.
const RuntimeEnd* FindRuntimeEnd(std::string_view runtime);

// Does `using` name a runtime that GitHub knows or knew: node…, composite, docker?
bool IsRuntime(std::string_view runtime);

}  // namespace sluice::catalogue

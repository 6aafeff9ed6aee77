#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/program.h"

// What somebody who reviews a change of a workflow has to know, in the words of GitHub (language.md 2.15): not its lines,
// but who may start it, what it may do, which secrets go where, whose code it runs and which checks it reports.
namespace sluice::model {

enum class Topic : uint8_t { Workflow, Triggers, Permissions, Secrets, Environments, Pins, Jobs, Steps, CheckNames };

// The heading of a topic: "check names".
std::string_view Name(Topic topic);

// One thing that is so. Names are unique within a topic; what has an owner is not told when the owner is new or gone.
struct Fact {
  Topic topic = Topic::Workflow;
  std::string name;   // "test: runs-on"
  std::string value;  // may be empty, may have several lines
  std::string owner;  // the name of a fact of Jobs or Steps, or empty
};

// Everything that counts of one pipeline, by topic, in its order. Check names are not known here (they need the rows of
// the matrices): callers add them.
std::vector<Fact> FactsOf(const Program& program, const Pipeline& pipeline);

// What came (no `before`), went (no `after`) or has another value.
struct Change {
  Topic topic = Topic::Workflow;
  std::string name;
  std::optional<std::string> before, after;
};

// By topic; within one in the order of `after`, and what is gone behind it.
std::vector<Change> Differences(const std::vector<Fact>& before, const std::vector<Fact>& after);

}  // namespace sluice::model

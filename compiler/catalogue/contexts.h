#pragma once

#include <span>
#include <string_view>

#include "compiler/types/contexts.h"

// Which contexts and functions an expression may use at which key of a workflow. Source: GitHub's documentation, "Context
// availability", and the `context` lists of @actions/workflow-parser's workflow-v1.0.json; a test compares the two.
namespace sluice::catalogue {

// A key of the workflow file. `*` stands for a name of the user (a job, a variable, a list item); a path that ends below
// a slot, such as `jobs.*.steps.*.env.X` below `jobs.*.steps.*.env`, has the slot's contexts.
struct Slot {
  std::string_view path;
  types::ContextSet allowed;
  // The status functions take job ids here: `success('build')`.
  bool status_of_jobs = false;

  // No expression but a constant string literal may stand here.
  bool constant() const { return allowed.empty(); }
};

// All slots that allow an expression, sorted by path.
std::span<const Slot> Slots();

// The slot that holds for `path` (names of the user written as `*`): the longest row that is the path or a parent of it.
// A path without a row gets a slot that allows nothing.
Slot FindSlot(std::string_view path);

}  // namespace sluice::catalogue

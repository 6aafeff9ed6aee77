#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"

namespace sluice::syntax {

// An action reference in a source: `actions/checkout@v7`.
struct ActionUse {
  std::string target;
  Span span;
};

// What a file asks of sluice.lock.
struct ActionUses {
  std::vector<ActionUse> uses;  // in the order of the source, with repetitions
  bool file_outputs = false;    // it has `output x: file = …`, which is carried by artifact actions
};

// Every action that a tree names, wherever it stands; reusable workflows that a job calls do not count.
ActionUses CollectActionUses(const Ast& ast);

}  // namespace sluice::syntax

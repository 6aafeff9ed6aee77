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
  std::vector<ActionUse> uses;   // in the order of the source, with repetitions
  std::vector<ActionUse> calls;  // reusable workflows that jobs call: `acme/ci/.github/workflows/x.yml@v1`
  bool path_filters = false;     // it has `on EVENT(paths: …)`, for which a gate needs a checkout
  bool file_outputs = false;     // it has `output x: file = …`, which is carried by artifact actions
  bool caches = false;           // it has `cache: …`, for which a job gets a step of actions/cache
};

// Every action and reusable workflow of another repository that a tree names, wherever it stands.
ActionUses CollectActionUses(const Ast& ast);

}  // namespace sluice::syntax

#pragma once

#include <string>

#include "compiler/check/elaborate.h"

namespace sluice::check {

// What the text behind `uses` names, and who says what it takes.
struct UsesTarget {
  enum class Kind : uint8_t {
    Unknown,  // nothing that GitHub takes
    Pinned,   // owner/repo[/path]@ref
    Local,    // ./path, $/path
    Image,    // docker://image
  };
  Kind kind = Kind::Unknown;
  std::string name;  // for messages: "actions/checkout", "./setup"
  // Its inputs, outputs and permissions. Open when nobody knows them; null when the lock has no pin.
  const catalogue::ActionPin* pin = nullptr;
  std::string source;                     // "sluice.lock: actions/checkout v7.0.1 (3d3c42e)", "./setup/action.yml"
  const ExternEntry* declared = nullptr;  // the `extern` that says all this
  std::string problem;                    // why the metadata of an action in the repository cannot be read; else empty
};

UsesTarget FindUses(std::string_view text, const Session& session);

// A string without placeholders; empty for anything else.
std::string PlainText(const Ast& ast, ExprId id);

// "sluice.lock", or what the project's is called.
std::string LockName(const catalogue::Lock& lock);

}  // namespace sluice::check

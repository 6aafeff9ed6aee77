#pragma once

#include <optional>
#include <string>

#include "compiler/source/source_map.h"

namespace sluice::types {

// Why a value has a label: where it got it, and a sentence that a message can show.
struct LabelReason {
  source::Span at;   // may be nowhere
  std::string text;  // "declared secret here", "the author of the pull request writes it"
};

// Confidentiality and integrity of a value. The label of a result is the join of its operands'; nothing lowers it.
struct Labels {
  std::optional<LabelReason> secret;
  std::optional<LabelReason> untrusted;

  bool empty() const { return !secret && !untrusted; }
};

// The join: what one of them has, the result has; of two reasons the first one stays.
inline Labels Join(Labels a, const Labels& b) {
  if (!a.secret) a.secret = b.secret;
  if (!a.untrusted) a.untrusted = b.untrusted;
  return a;
}

}  // namespace sluice::types

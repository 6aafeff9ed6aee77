#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/program.h"

// What somebody who answers for a repository wants to look at: what runs with more rights than it shows, what comes from
// outside without a pin, and what outsiders could write. Facts, not mistakes: each may be meant.
namespace sluice::audit {

using source::Span;

struct Finding {
  std::string kind;  // one of Kinds()
  Span at;
  std::string message;  // one sentence
};

struct KindInfo {
  std::string_view name;
  std::string_view title;
};
const std::vector<KindInfo>& Kinds();

// Everything in the workflows of the program, in no order. Programs from .pipe and loaded ones alike.
std::vector<Finding> Audit(const model::Program& program);

}  // namespace sluice::audit

#pragma once

#include <string>

#include "compiler/catalogue/lock.h"
#include "compiler/check/reporter.h"

namespace sluice::check {

// What is wrong with a pin itself, at the `uses` that names it: a branch (P0705), or a runtime that GitHub takes away
// (P0704).
void CheckPin(const catalogue::ActionPin& pin, const std::string& name, diagnostics::Span at, const std::string& lock,
              Reporter& report);

// "actions/checkout v7.0.1 (3d3c42e)"
std::string DescribePin(const catalogue::ActionPin& pin, const std::string& name);

}  // namespace sluice::check

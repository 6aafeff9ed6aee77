#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::load {

// The diagnostics of one file, with a count of its errors.
class Problems {
 public:
  explicit Problems(diagnostics::Sink& sink) : sink_(sink) {}

  void Add(diagnostics::Diagnostic diagnostic) {
    if (diagnostic.severity == diagnostics::Severity::Error) ++errors_;
    sink_.Add(std::move(diagnostic));
  }
  size_t errors() const { return errors_; }

 private:
  diagnostics::Sink& sink_;
  size_t errors_ = 0;
};

// "`a`, `b` or `c`"; at most `most` names, then "…".
std::string OneOf(const std::vector<std::string>& names, size_t most = 12);

// A diagnostic about a word that is none of `known`: with "did you mean" and a fix if one of them is near, else with
// `otherwise` as its label.
diagnostics::Build UnknownWord(diagnostics::Code code, diagnostics::Span at, std::string message,
                               std::string_view wrong, const std::vector<std::string>& known, std::string otherwise,
                               diagnostics::Rule rule = {});

}  // namespace sluice::load

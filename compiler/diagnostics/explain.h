#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/diagnostics/codes.h"

namespace sluice::diagnostics {

// The long story of a code, from explanations/CODE.md: why it is a mistake, a program that has it and one that has not.
// Both programs are checked by the tests: the wrong one gives the code, the right one nothing.
struct Explanation {
  std::string_view text;   // paragraphs
  std::string_view wrong;  // a .pipe program, or the other file that `language` names
  std::string_view right;
  std::string_view language;  // of the programs: "pipe", "toml", "yaml", "sh"
};

// Nothing when the code has no explanation yet.
std::optional<Explanation> Explain(Code code);

// What `sluice explain CODE` prints: title, severity, text, both programs, and how to allow it where that is possible.
std::string RenderExplanation(Code code);

}  // namespace sluice::diagnostics

#pragma once

#include "compiler/lower/scripts/programs.h"
#include "compiler/lower/scripts/source_text.h"

// The messages about placeholders in programs of PowerShell, Python and JavaScript.
namespace sluice::lower::scripts {

class ProgramProblems {
 public:
  ProgramProblems(const Script& script, const SourceText& text, diagnostics::Sink& sink)
      : script_(script), text_(text), sink_(sink) {}

  // P0513, or P0503 for what an outsider or a secret would write into the code of an action.
  void NotExpanded(const Placeholder& placeholder, const ProgramPlace& place);
  // P0512: eval and its kin, or a command line with untrusted text.
  void EvaluatedAgain(const Placeholder& placeholder, const ProgramPlace& place);
  // P0511.
  void ProgramText(const Placeholder& placeholder, const ProgramPlace& place);
  // P0515: `words` and `flag` are for shells.
  void OnlyInShells(const Placeholder& placeholder);
  // P0308: a list or a record where only text can stand.
  void NoText(const Placeholder& placeholder);

 private:
  std::string Language() const;
  // How a value of the environment is read.
  std::string Reading(std::string_view name) const;
  void CodeOfAction(const Placeholder& placeholder, const ProgramPlace& place);
  void SayLiteral(diagnostics::Build& problem, const Placeholder& placeholder, const ProgramPlace& place);
  std::string WithoutQuotes(const Literal& literal) const;
  bool CanHold(std::string_view text) const;
  bool IsPlain(const Literal& literal) const;
  void SayName(diagnostics::Build& problem, const Placeholder& placeholder) const;

  const Script& script_;
  const SourceText& text_;
  diagnostics::Sink& sink_;
};

}  // namespace sluice::lower::scripts

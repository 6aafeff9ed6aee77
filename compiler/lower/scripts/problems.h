#pragma once

#include "compiler/lower/scripts/source_text.h"

// The messages about placeholders in scripts (language.md 2.7 and 2.14).
namespace sluice::lower::scripts {

class Problems {
 public:
  Problems(const Script& script, const SourceText& text, diagnostics::Sink& sink)
      : script_(script), text_(text), sink_(sink) {}

  // P0518; a warning when the script has no placeholder.
  void NotClosed(const Unclosed& unclosed);
  // P0512: arithmetic, a name, eval and its kin, or a program with untrusted text.
  void EvaluatedAgain(const Placeholder& placeholder, const Place& place);
  // P0511.
  void ProgramText(const Placeholder& placeholder, const Place& place);
  // P0513.
  void NotExpanded(const Placeholder& placeholder, const Place& place);
  // P0515, the hint: one word, though several seem to be meant.
  void OneWord(const Placeholder& placeholder);
  // P0515, the error: `words` or `flag` inside quotes, or as a part of a word.
  void NotAlone(const Placeholder& placeholder, const Place& place);
  // P0515: `words` in sh switches off a glob of the script.
  void GlobWithWords(const Placeholder& placeholder, Range glob);
  // P0515: a name of a flag that cannot stand unquoted.
  void FlagName(const Placeholder& placeholder);
  // P0512.
  void UntrustedWords(const Placeholder& placeholder);
  // P0308: a list in quotes, or as a part of a word.
  void ListNotAlone(const Placeholder& placeholder, const Place& place);
  // P0308: only bash has arrays.
  void ListInSh(const Placeholder& placeholder);
  // P0905.
  void TooLong();

 private:
  std::string shell() const { return script_.shell == Shell::Bash ? "bash" : "sh"; }
  std::string HowItRuns(const Place& place) const;
  std::string WhyNot(const Placeholder& placeholder, std::string_view otherwise) const;
  void SayProgramRemedy(diagnostics::Build& problem, const Placeholder& placeholder,
                        std::string_view interpreter) const;

  const Script& script_;
  const SourceText& text_;
  diagnostics::Sink& sink_;
};

}  // namespace sluice::lower::scripts

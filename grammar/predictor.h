#pragma once

#include "antlr4-runtime.h"

namespace sluice::syntax {

// ANTLR's prediction in front of which stands a table of what it would find out (grammar/flatten.cpp): the same answers,
// without making them anew in every process. What the table does not know goes to ANTLR. Included by run_grammar.cpp alone.
class Predictor final : public antlr4::atn::ParserATNSimulator {
 public:
  using ParserATNSimulator::ParserATNSimulator;
  // Does a state of the parser stand at the head of a loop, before its first turn or between two?
  static bool IsLoop(size_t state);
  size_t adaptivePredict(antlr4::TokenStream* input, size_t decision, antlr4::ParserRuleContext* outer) override;
};

}  // namespace sluice::syntax

#include "grammar/predictor.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace sluice::syntax {
namespace {

// What a token leads to: another state, or the alternative that is chosen.
struct Edge {
  uint16_t token;  // 0: the end of the file
  uint16_t target : 15;
  uint16_t decided : 1;
};

// kStarts: of each decision its first state. kEdgesOf: of each state its first edge, sorted by token; one more at the end.
// kLoops: the states of the parser at the head of a loop.
#include "predictions.inc"

const Edge* Find(uint16_t state, uint16_t token) {
  const Edge* const end = kEdges + kEdgesOf[state + 1];
  const Edge* edge =
      std::lower_bound(kEdges + kEdgesOf[state], end, token, [](const Edge& e, uint16_t t) { return e.token < t; });
  return edge != end && edge->token == token ? edge : nullptr;
}

}  // namespace

bool Predictor::IsLoop(size_t state) { return std::ranges::binary_search(kLoops, state); }

size_t Predictor::adaptivePredict(antlr4::TokenStream* input, size_t decision, antlr4::ParserRuleContext* outer) {
  uint16_t state = kStarts[decision];
  for (ssize_t ahead = 1;; ++ahead) {
    const size_t token = input->LA(ahead);
    const Edge* edge = Find(state, token == antlr4::Token::EOF ? 0 : static_cast<uint16_t>(token));
    if (edge == nullptr) {
      parser->getATN();  // builds it
      return ParserATNSimulator::adaptivePredict(input, decision, outer);
    }
    if (edge->decided) return edge->target;
    state = edge->target;
  }
}

}  // namespace sluice::syntax

// flatten OUT: writes the decisions of the parser as tables that cost nothing to load (grammar/predictor.h). ANTLR
// finds out while it reads which tokens decide what, anew in every process; here it finds out once, while we are built.
//
// A decision is an automaton over the next tokens. It is explored breadth first, by asking ANTLR about made-up inputs. What
// lies deeper than kDeepest tokens is left to ANTLR at run time.
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "CommonToken.h"
#include "PipeParser.h"
#include "grammar/parser_base.h"

namespace sluice::syntax::grammar {

// No rule runs here; the generated parser only has to be complete.
void ParserBase::enterRule(antlr4::ParserRuleContext*, size_t, size_t) {}
void ParserBase::exitRule() {}
antlr4::Token* ParserBase::consume() { return getCurrentToken(); }

}  // namespace sluice::syntax::grammar

namespace {

using antlr4::Token;
using sluice::syntax::grammar::PipeParser;

constexpr size_t kDeepest = 4;      // tokens
constexpr size_t kMostStates = 60;  // of a decision

// A made-up input: some tokens, then the end.
class Input final : public antlr4::TokenStream {
 public:
  void Set(const std::vector<size_t>& kinds) {
    tokens_.clear();
    for (const size_t kind : kinds) tokens_.push_back(std::make_unique<antlr4::CommonToken>(kind));
    tokens_.push_back(std::make_unique<antlr4::CommonToken>(Token::EOF));
    at_ = 0;
  }
  void consume() override { at_ = std::min(at_ + 1, tokens_.size() - 1); }
  size_t LA(ssize_t i) override { return LT(i)->getType(); }
  Token* LT(ssize_t i) override { return get(at_ + static_cast<size_t>(std::max<ssize_t>(i, 1)) - 1); }
  Token* get(size_t i) const override { return tokens_[std::min(i, tokens_.size() - 1)].get(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = index; }
  size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return ""; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval&) override { return ""; }
  std::string getText() override { return ""; }
  std::string getText(antlr4::RuleContext*) override { return ""; }
  std::string getText(Token*, Token*) override { return ""; }

 private:
  std::vector<std::unique_ptr<Token>> tokens_;
  size_t at_ = 0;
};

struct Edge {
  size_t token;   // 0: the end
  size_t target;  // a state, or an alternative
  bool decided;
};
using State = std::vector<Edge>;

class Explorer {
 public:
  Explorer() : parser_(&input_), simulator_(*parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()) {
    parser_.getATN();  // builds it
    simulator_.setPredictionMode(antlr4::atn::PredictionMode::SLL);
  }

  size_t decisions() const { return simulator_.decisionToDFA.size(); }

  // The states at the head of a loop, before its first turn and between two.
  std::vector<size_t> Loops() const {
    std::vector<size_t> loops;
    for (antlr4::atn::ATNState* state : parser_.getATN().states) {
      if (state == nullptr) continue;
      const auto type = state->getStateType();
      if (type == antlr4::atn::ATNState::STAR_LOOP_ENTRY || type == antlr4::atn::ATNState::STAR_LOOP_BACK)
        loops.push_back(state->stateNumber);
    }
    return loops;
  }

  // The states of a decision; the first one is its start.
  std::vector<State> Explore(size_t decision) {
    const size_t last_token = parser_.getATN().maxTokenType;
    std::vector<State> states(1);
    std::map<const antlr4::dfa::DFAState*, size_t> numbers;
    std::deque<std::pair<size_t, std::vector<size_t>>> open{{0, {}}};
    for (; !open.empty(); open.pop_front()) {
      auto [number, prefix] = open.front();
      prefix.push_back(0);
      for (size_t token = 0; token <= last_token; ++token) {
        prefix.back() = token == 0 ? Token::EOF : token;
        const antlr4::dfa::DFAState* target = Ask(decision, prefix);
        if (target == nullptr) continue;
        if (target->isAcceptState) {
          states[number].push_back({token, target->prediction, true});
          continue;
        }
        auto [known, fresh] = numbers.emplace(target, states.size());
        if (fresh && (prefix.size() >= kDeepest || states.size() >= kMostStates)) {
          numbers.erase(known);
          continue;
        }
        if (fresh) {
          states.emplace_back();
          open.emplace_back(known->second, prefix);
        }
        states[number].push_back({token, known->second, false});
      }
    }
    return states;
  }

 private:
  // The state that ANTLR is in behind these tokens; null when it gave up before.
  const antlr4::dfa::DFAState* Ask(size_t decision, const std::vector<size_t>& prefix) {
    input_.Set(prefix);
    try {
      simulator_.adaptivePredict(&input_, decision, &antlr4::ParserRuleContext::EMPTY);
    } catch (const antlr4::RecognitionException&) {  // these tokens do not belong together
    }
    const antlr4::dfa::DFAState* state = simulator_.decisionToDFA[decision].s0;
    for (const size_t token : prefix) {
      if (state == nullptr || state->isAcceptState) return nullptr;
      const auto edge = state->edges.find(token);
      if (edge == state->edges.end()) return nullptr;
      state = edge->second;
    }
    return state == antlr4::atn::ATNSimulator::ERROR.get() ? nullptr : state;
  }

  Input input_;
  PipeParser parser_;
  antlr4::atn::ParserATNSimulator& simulator_;
};

}  // namespace

int main(int argc, char** argv) {
  std::FILE* out = argc == 2 ? std::fopen(argv[1], "w") : nullptr;
  if (out == nullptr) return 2;
  Explorer explorer;
  std::vector<State> states;
  std::fprintf(out, "// Generated by grammar/flatten.cpp.\nconstexpr uint16_t kStarts[] = {");
  for (size_t decision = 0; decision < explorer.decisions(); ++decision) {
    const size_t base = states.size();
    std::fprintf(out, "%zu,", base);
    for (State& state : explorer.Explore(decision)) {
      for (Edge& edge : state)
        if (!edge.decided) edge.target += base;
      states.push_back(std::move(state));
    }
  }
  size_t edges = 0;
  std::fprintf(out, "};\nconstexpr uint16_t kEdgesOf[] = {0,");
  for (const State& state : states) std::fprintf(out, "%zu,", edges += state.size());
  std::fprintf(out, "};\nconstexpr Edge kEdges[] = {");
  for (const State& state : states)
    for (const Edge& edge : state) std::fprintf(out, "{%zu,%zu,%d},", edge.token, edge.target, edge.decided ? 1 : 0);
  std::fprintf(out, "};\nconstexpr uint16_t kLoops[] = {");
  for (const size_t state : explorer.Loops()) std::fprintf(out, "%zu,", state);
  std::fprintf(out, "};\n");
  const bool fits = edges < 65536 && states.size() < 32768;
  if (!fits) std::fprintf(stderr, "flatten: %zu states, %zu edges are too many\n", states.size(), edges);
  return std::fclose(out) == 0 && fits ? 0 : 2;
}

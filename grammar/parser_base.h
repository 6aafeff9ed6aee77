#pragma once

// The base class of the generated parser: it writes down the concrete tree while the rules run. Included by generated
// code and run_grammar.cpp alone; nobody else sees ANTLR.
#include "antlr4-runtime.h"
#include "compiler/syntax/cst.h"

namespace sluice::syntax::grammar {

// More rules inside one another than any source within the depth limit needs (ten for a bracket).
inline constexpr size_t kDeepestRule = 4000;

class ParserBase : public antlr4::Parser {
 public:
  explicit ParserBase(antlr4::TokenStream* input) : antlr4::Parser(input) { setBuildParseTree(false); }

  void set_tree(Cst* tree) { tree_ = tree; }
  Cst& tree() { return *tree_; }

  void enterRule(antlr4::ParserRuleContext* context, size_t state, size_t rule) override;
  void exitRule();  // hides Parser's: generated code calls this one
  antlr4::Token* consume() override;

  // Goes over a token without a rule for it.
  void Skip();
  // Back to a token behind the beginning of the current rule: what was read from there on is forgotten.
  void RewindTo(uint32_t token);
  void Open(Rule rule);
  void Close();

 private:
  void AddLeaf(Rule rule);

  Cst* tree_ = nullptr;
  std::vector<uint32_t> open_;
};

}  // namespace sluice::syntax::grammar

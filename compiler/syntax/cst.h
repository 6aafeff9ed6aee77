#pragma once

#include <optional>
#include <vector>

#include "compiler/syntax/token.h"

namespace sluice::syntax {

// The rules of the grammar, and what only recovery makes.
enum class Rule : uint8_t {
#define SLUICE_RULE(rule, antlr) rule,
#include "compiler/syntax/rules.def"
#undef SLUICE_RULE
  Token,    // a leaf
  Skipped,  // a leaf that recovery went over
  Junk,     // tokens that begin no item
};

// A node of the concrete tree. The nodes of a file lie in one vector in the order of the text: a node's children are
// what follows it up to `next`.
struct CstNode {
  Rule rule = Rule::Token;
  bool damaged = false;    // an item (or placeholder of a script) with a problem in it
  uint32_t token = 0;      // its first token
  uint32_t end_token = 0;  // behind its last token
  uint32_t next = 0;       // behind its last descendant
};

// A place where the tokens fit no rule.
struct SyntaxError {
  uint32_t token = 0;               // the first one that does not fit
  uint32_t item = 0;                // the first token of the damaged item
  Rule rule = Rule::File;           // the innermost rule at that place
  std::vector<TokenKind> expected;  // what would have fitted; empty when only a longer look showed the mistake
  bool too_deep = false;
};

// The concrete tree of a token list. Node 0 is the file.
struct Cst {
  std::vector<CstNode> nodes;
  std::vector<SyntaxError> errors;
};

// Runs the grammar over a list with balanced brackets. Never throws; every syntax error damages one item.
Cst RunGrammar(const TokenList& list);

// Everything that is known of a file before its tree is built.
struct Reading {
  TokenList list;
  Cst cst;
  std::vector<diagnostics::Diagnostic> problems;  // at most one an item
};

// Lexes, repairs brackets, runs the grammar, checks separators (P0110) and puts what went wrong into words.
Reading ReadTree(const source::SourceMap& sources, source::FileId file);

// Goes over the children of a node.
class Children {
 public:
  Children(const Cst& cst, uint32_t parent) : cst_(cst), at_(parent + 1), end_(cst.nodes[parent].next) {}
  bool done() const { return at_ >= end_; }
  uint32_t index() const { return at_; }
  const CstNode& node() const { return cst_.nodes[at_]; }
  void Next() { at_ = cst_.nodes[at_].next; }

 private:
  const Cst& cst_;
  uint32_t at_, end_;
};

// The first child of that rule.
std::optional<uint32_t> FindChild(const Cst& cst, uint32_t parent, Rule rule);

}  // namespace sluice::syntax

#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/cst.h"

namespace sluice::syntax {

// Makes the syntax tree from a concrete one, for the files build_expr.cpp and build_items.cpp. Whatever a damaged item
// lacks is an Error node or empty.
class Builder {
 public:
  Builder(const source::SourceMap& sources, const Reading& reading, diagnostics::Sink& sink);
  Ast Run();

 private:
  using Node = uint32_t;
  using Found = std::optional<Node>;

  // ---- build_items.cpp
  std::vector<ItemId> Items(Node parent, Rule element);
  ItemId BuildItem(Node item);
  ItemId BuildStep(Node rule, std::optional<StepLet> let);
  ItemNode Declaration(Node rule, source::Span& keyword);
  ItemNode Step(Node rule);
  ItemNode Delivery(Node rule);
  ItemNode Named(Node rule);
  ItemNode IfChain(Node rule);
  ItemNode BuildLet(Node rule);
  JobDecl Job(Node rule);
  ImportDecl Import(Node rule);
  GateDecl Gate(Node rule);
  RunStep Run(Node rule);
  CheckItem Check(Node rule);
  Block BuildBlock(Found block);
  Target BuildTarget(Found target);
  std::vector<Param> Params(Node parent);
  std::vector<std::string> DocsAbove(uint32_t token);
  ItemId Add(Item item);

  // ---- build_expr.cpp
  ExprId BuildExpr(Found node);
  ExprId BuildFlatExpr(Node node);
  ExprId BuildOperand(Node node);
  ExprId Primary(Node node);
  ExprId Postfix(ExprId base, Node node);
  ExprId Literal(Node node);
  ExprId BuildString(Node node);
  ExprId List(Node node);
  ExprId Record(Node node);
  ExprId Match(Node node);
  ExprId Comprehension(Node node, ExprKind kind, source::Span span);
  ExprId Combine(std::vector<ExprId>& operands, const std::vector<uint32_t>& operators);
  void Reduce(std::vector<ExprId>& values, std::vector<uint32_t>& pending);
  void Text(Expr& string, uint32_t token);
  std::vector<Entry> Arguments(Found args);
  Entry BuildEntry(Node node);
  Key BuildKey(Node node);
  ExprId AddExpr(Expr expr);
  ExprId Hole(Node near);
  void ReportTooDeep(source::Span at);
  TypeId BuildType(Found node);
  Type TypeAtom(Node node);

  // ---- both
  Found Child(Node parent, Rule rule) const { return FindChild(cst_, parent, rule); }
  std::vector<Node> ChildrenOf(Node parent, Rule rule) const;
  std::vector<uint32_t> Tokens(Node parent) const;  // its own leaves
  bool HasToken(Node parent, TokenKind kind) const;
  Name NameOf(Found node) const;  // of a `name`, `member` or `key`
  std::vector<Name> Names(Node parent, Rule rule) const;
  QualifiedName Qualified(Found node) const;
  const CstNode& At(Node node) const { return cst_.nodes[node]; }
  const Token& TokenAt(uint32_t token) const { return list_.tokens[token]; }
  source::Span TokenSpan(uint32_t token) const;
  source::Span SpanOf(Node node) const;
  std::string_view TextOf(uint32_t token) const { return list_.Text(list_.tokens[token]); }

  const source::SourceMap& sources_;
  const TokenList& list_;
  const Cst& cst_;
  diagnostics::Sink& sink_;
  Ast ast_;
  std::vector<int> heights_;  // of the expressions, by id
  bool damaged_ = false;      // the item at hand
  int open_exprs_ = 0;        // expressions inside one another, being built
};

}  // namespace sluice::syntax

#include <fmt/format.h>

#include "compiler/syntax/messages.h"

namespace sluice::syntax {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

class SeparatorCheck {
 public:
  SeparatorCheck(const source::SourceMap& sources, const TokenList& list, const Cst& cst)
      : sources_(sources), list_(list), cst_(cst) {}

  std::vector<Diagnostic> Run() {
    for (uint32_t i = 0; i < cst_.nodes.size() && problems_.size() < 1000; ++i) {
      switch (cst_.nodes[i].rule) {
        case Rule::File:
        case Rule::Block:
        case Rule::CheckBlock:
          Neighbours(i, "item");
          break;
        case Rule::Record:
          Neighbours(i, "entry");
          break;
        case Rule::RecordType:
          Neighbours(i, "field");
          break;
        case Rule::MatchExpr:
          Neighbours(i, "case");
          break;
        case Rule::Args:
          Neighbours(i, "argument");
          break;
        default:
          break;
      }
    }
    return std::move(problems_);
  }

 private:
  static bool IsElement(Rule rule) {
    return rule == Rule::Item || rule == Rule::CheckItem || rule == Rule::Entry || rule == Rule::Field ||
           rule == Rule::Arm || rule == Rule::Arg;
  }

  void Neighbours(uint32_t parent, std::string_view what) {
    std::optional<uint32_t> before, comma;
    for (Children child(cst_, parent); !child.done(); child.Next()) {
      const CstNode& node = child.node();
      if (node.rule == Rule::Junk) before = comma = std::nullopt;
      if (node.rule == Rule::Token && list_.tokens[node.token].kind == TokenKind::Comma) {
        comma = node.token;
        if (before && cst_.nodes[*before].rule == Rule::Item && !TakesComma(*before)) CommaAfter(*before, node.token);
      }
      if (!IsElement(node.rule)) continue;
      if (before && !comma && !Apart(child.index())) Touching(*before, child.index(), what);
      before = child.index();
      comma = std::nullopt;
    }
  }

  // Positional arguments need their comma; everything else may stand on a line of its own.
  bool Apart(uint32_t node) const {
    if (!list_.tokens[cst_.nodes[node].token].first) return false;
    return cst_.nodes[node].rule != Rule::Arg || FindChild(cst_, node, Rule::Key);
  }

  bool TakesComma(uint32_t item) const {
    return cst_.nodes[item].next == item + 1 || cst_.nodes[item + 1].rule == Rule::Setting;
  }

  void CommaAfter(uint32_t item, uint32_t comma) {
    if (cst_.nodes[item].damaged) return;
    problems_.push_back(Build(Code::P0112, Span(comma), "only settings, entries and arguments have a comma behind them",
                              "write what follows on a line of its own"));
  }

  void Touching(uint32_t before, uint32_t node, std::string_view what) {
    const CstNode &first = cst_.nodes[before], &second = cst_.nodes[node];
    const bool items = second.rule == Rule::Item;
    const bool comma_helps = !items || TakesComma(before);
    const bool line_helps = second.rule != Rule::Arg || FindChild(cst_, node, Rule::Key).has_value();
    const std::string needed = comma_helps && line_helps ? "a line break or a comma is"
                               : comma_helps             ? "a comma is"
                                                         : "a line break is";
    const source::Span at = Head(node);
    const std::string name = items ? ItemName(node) : std::string(what);
    Build problem(Code::P0110, at, fmt::format("{} needed before `{}`", needed, sources_.Text(at)),
                  fmt::format("another {} begins here", name));
    if (comma_helps) {
      const Token& last = list_.tokens[first.end_token - 1];
      const source::Span behind = sources_.MakeSpan(list_.file, last.end, last.end);
      problem.Say(fmt::format("Insert `,` after `{}`.", LastText(first)), Replace(behind, ",", "insert `,`"));
    }
    problems_.push_back(std::move(problem));
  }

  std::string ItemName(uint32_t item) const {
    switch (item + 1 < cst_.nodes[item].next ? cst_.nodes[item + 1].rule : Rule::Junk) {
      case Rule::Setting:
        return "setting";
      case Rule::RunStep:
      case Rule::UsesStep:
      case Rule::NamedStep:
        return "step";
      default:
        return "item";
    }
  }

  // What the underline of a neighbour covers: its key, or its first token.
  source::Span Head(uint32_t node) const {
    const CstNode& n = cst_.nodes[node];
    const Token& end = list_.tokens[OtherEndOfString(list_.tokens, n.token)];
    return sources_.MakeSpan(list_.file, list_.tokens[n.token].begin, end.end);
  }

  // The last token in words that stand in the source; of a string all of it.
  std::string LastText(const CstNode& node) const {
    size_t last = node.end_token - 1;
    while (last > node.token && list_.tokens[last].end == list_.tokens[last].begin) --last;
    const size_t first = OtherEndOfString(list_.tokens, last);
    return std::string(
        list_.text.substr(list_.tokens[first].begin, list_.tokens[last].end - list_.tokens[first].begin));
  }

  source::Span Span(uint32_t token) const {
    return sources_.MakeSpan(list_.file, list_.tokens[token].begin, list_.tokens[token].end);
  }

  const source::SourceMap& sources_;
  const TokenList& list_;
  const Cst& cst_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

std::vector<Diagnostic> CheckSeparators(const source::SourceMap& sources, const TokenList& list, const Cst& cst) {
  return SeparatorCheck(sources, list, cst).Run();
}

}  // namespace sluice::syntax

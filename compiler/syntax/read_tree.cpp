#include <algorithm>
#include <unordered_set>

#include "compiler/syntax/brackets.h"
#include "compiler/syntax/cst.h"
#include "compiler/syntax/lexer.h"
#include "compiler/syntax/messages.h"

namespace sluice::syntax {
namespace {

using diagnostics::Diagnostic;

constexpr size_t kMostProblems = 1000;

// Finds the item that a problem damages, so that each has one problem: the first that was found. Also one a line: what
// else is wrong there is nearly always its consequence (the placeholders of a script excepted).
class Damage {
 public:
  Damage(const source::SourceMap& sources, const TokenList& list, Cst& cst)
      : sources_(sources), list_(list), cst_(cst), begin_(sources.WholeFile(list.file).begin) {
    uint32_t script_end = 0, placeholder_end = 0;  // in a script each outermost placeholder is an item of its own
    for (uint32_t i = 0; i < cst.nodes.size(); ++i) {
      const Rule rule = cst.nodes[i].rule;
      if (rule == Rule::RunStep)
        if (auto script = FindChild(cst, i, Rule::String)) script_end = cst.nodes[*script].next;
      const bool part_of_script = rule == Rule::Placeholder && i < script_end && i >= placeholder_end;
      if (part_of_script) placeholder_end = cst.nodes[i].next;
      if (part_of_script || rule == Rule::Item || rule == Rule::CheckItem || rule == Rule::Junk) items_.push_back(i);
    }
  }

  // Is this the first problem of its item?
  bool Take(const Diagnostic& problem) {
    const uint32_t item = Innermost(problem.primary.at.begin - begin_);
    if (cst_.nodes[item].damaged && item != 0) return false;
    cst_.nodes[item].damaged = true;
    const uint32_t line = sources_.Locate(problem.primary.at.begin).line;
    return lines_.insert(line).second || cst_.nodes[item].rule == Rule::Placeholder;
  }

 private:
  // The last item that begins at or before the byte and, of those, does not end before it; 0 (the file) if none does.
  uint32_t Innermost(uint32_t at) const {
    auto it = std::ranges::upper_bound(items_, at, {},
                                       [&](uint32_t item) { return list_.tokens[cst_.nodes[item].token].begin; });
    if (it == items_.begin()) return 0;
    uint32_t item = *--it;
    while (End(item) <= at && item != 0) item = Parent(item);
    return item;
  }

  uint32_t End(uint32_t item) const {
    const CstNode& node = cst_.nodes[item];
    const Token& last = list_.tokens[std::max(node.end_token, node.token + 1) - 1];
    return std::max(last.end, list_.tokens[node.token].begin + 1);
  }

  uint32_t Parent(uint32_t item) const {
    auto it = std::ranges::lower_bound(items_, item);
    while (it != items_.begin())
      if (cst_.nodes[*--it].next > item) return *it;
    return 0;
  }

  const source::SourceMap& sources_;
  const TokenList& list_;
  Cst& cst_;
  const uint32_t begin_;
  std::unordered_set<uint32_t> lines_;  // that have their problem
  std::vector<uint32_t> items_;
};

}  // namespace

Reading ReadTree(const source::SourceMap& sources, source::FileId file) {
  Reading reading;
  reading.list = Lex(sources, file);
  if (!reading.list.unreadable) RepairBrackets(sources, reading.list);
  reading.cst = RunGrammar(reading.list);
  std::vector<Diagnostic> found = std::move(reading.list.problems);
  reading.list.problems.clear();
  for (const SyntaxError& error : reading.cst.errors) {
    if (found.size() > 3 * kMostProblems) break;
    found.push_back(Explain(sources, reading.list, error));
  }
  for (Diagnostic& problem : CheckSeparators(sources, reading.list, reading.cst)) found.push_back(std::move(problem));
  if (found.empty()) return reading;
  Damage damage(sources, reading.list, reading.cst);
  for (Diagnostic& problem : found) {
    if (reading.problems.size() >= kMostProblems) break;
    if (damage.Take(problem)) reading.problems.push_back(std::move(problem));
  }
  return reading;
}

}  // namespace sluice::syntax

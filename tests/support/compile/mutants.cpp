#include "tests/support/compile/mutants.h"

#include <cstdint>

#include "compiler/source/source_map.h"
#include "compiler/syntax/lexer.h"

namespace sluice::tests {

std::vector<Mutant> Mutants(const std::string& text) {
  source::SourceMap sources;
  const syntax::TokenList list = syntax::Lex(sources, sources.Add("program.pipe", text));
  std::vector<Mutant> mutants;
  const auto slice = [&](uint32_t begin, uint32_t end) { return text.substr(begin, end - begin); };
  const auto end = static_cast<uint32_t>(text.size());
  for (size_t i = 0; i + 1 < list.tokens.size(); ++i) {
    const syntax::Token &t = list.tokens[i], &n = list.tokens[i + 1];
    if (t.begin == t.end) continue;
    const std::string at = " `" + slice(t.begin, t.end) + "` at byte " + std::to_string(t.begin);
    mutants.push_back({"delete" + at, slice(0, t.begin) + slice(t.end, end), 1, t.begin, t.end});
    // A line of a text block is doubled with its indentation.
    const size_t line = text.rfind('\n', t.begin) + 1;
    const bool whole_line = text[t.end - 1] == '\n';
    const std::string between = whole_line ? text.substr(line, text.find_first_not_of(" \t", line) - line) : " ";
    mutants.push_back({"double" + at, slice(0, t.end) + between + slice(t.begin, end), 1, t.begin, t.end});
    if (n.begin == n.end) continue;
    mutants.push_back(
        {"swap" + at,
         slice(0, t.begin) + slice(n.begin, n.end) + slice(t.end, n.begin) + slice(t.begin, t.end) + slice(n.end, end),
         text[n.end - 1] == '\n' ? 3u : 2u, t.begin, n.end});
  }
  return mutants;
}

}  // namespace sluice::tests

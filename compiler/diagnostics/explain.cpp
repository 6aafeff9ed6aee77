#include "compiler/diagnostics/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "compiler/base/embedded.h"
#include "compiler/base/text.h"

namespace sluice::diagnostics {

std::span<const EmbeddedFile> ExplanationFiles();  // generated

namespace {

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

// The content of the first fenced block after `heading`, and its language.
std::string_view Program(std::string_view text, std::string_view heading, std::string_view* language) {
  size_t at = text.find(heading);
  if (at == std::string_view::npos) return {};
  at = text.find("```", at);
  if (at == std::string_view::npos) return {};
  const size_t line_end = text.find('\n', at);
  *language = text.substr(at + 3, line_end - at - 3);
  const size_t end = text.find("\n```", line_end);
  return text.substr(line_end + 1, end - line_end);
}

std::string Indented(std::string_view program) {
  std::string out;
  for (std::string_view line : SplitString(Trim(program), '\n'))
    out += line.empty() ? "\n" : fmt::format("    {}\n", line);
  return out;
}

}  // namespace

std::optional<Explanation> Explain(Code code) {
  const auto files = ExplanationFiles();
  const auto it = std::ranges::find(files, Info(code).name, &EmbeddedFile::name);
  if (it == files.end()) return std::nullopt;
  Explanation e;
  e.text = Trim(it->content.substr(0, it->content.find("## Wrong")));
  e.wrong = Program(it->content, "## Wrong", &e.language);
  e.right = Program(it->content, "## Right", &e.language);
  return e;
}

std::string RenderExplanation(Code code) {
  const CodeInfo& info = Info(code);
  std::string out = fmt::format("{}[{}]: {}\n", SeverityName(info.severity), info.name, info.title);
  if (const auto e = Explain(code)) {
    out += fmt::format("\n{}\n", e->text);
    if (!e->wrong.empty()) out += fmt::format("\nWrong:\n\n{}", Indented(e->wrong));
    if (!e->right.empty()) out += fmt::format("\nRight:\n\n{}", Indented(e->right));
  }
  out += info.allowable ? fmt::format("\nWhere it is meant, say why:   # sluice: allow[{}] REASON\n", info.name)
                        : "\nIt cannot be allowed.\n";
  return out;
}

}  // namespace sluice::diagnostics

#include "compiler/import/script.h"

#include <algorithm>

#include "compiler/lower/scripts/scan.h"

namespace sluice::import {

namespace scripts = lower::scripts;

std::vector<bool> SeveralWords(const model::Value& script, std::string_view shell,
                               const std::function<bool(const expr::Expr&)>& one_word) {
  scripts::Template text;
  std::vector<const expr::Expr*> expressions;
  const auto hole = [&](const expr::Expr& e) {
    text.holes.push_back(text.text.size());
    text.text += scripts::kHole;
    expressions.push_back(&e);
  };
  if (script.expr) hole(*script.expr);
  for (const model::TextPart& part : script.parts) {
    if (part.expr)
      hole(*part.expr);
    else
      text.text += part.literal;
  }
  std::vector<bool> result(expressions.size(), false);
  const std::string_view program = shell.substr(0, shell.find(' '));
  if (program != "bash" && program != "sh") return result;
  const scripts::Scan scan = scripts::ScanScript(program == "sh" ? scripts::Shell::Sh : scripts::Shell::Bash, text);
  for (size_t i = 0; i < expressions.size() && i < scan.places.size(); ++i)
    result[i] = scan.places[i].alone && scan.places[i].list && !one_word(*expressions[i]);
  return result;
}

bool FlushLeft(std::string_view script) {
  if (script.empty() || script.front() == '\n') return false;
  size_t begin = 0;
  while (begin <= script.size()) {
    const size_t end = std::min(script.find('\n', begin), script.size());
    if (end > begin && script[begin] != ' ' && script[begin] != '\t') return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace sluice::import

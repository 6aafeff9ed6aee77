#include "compiler/import/same_script.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/canonical_expr.h"
#include "compiler/import/printer.h"

namespace sluice::import {
namespace {

using model::Value;

// Lines of blanks are empty in .pipe, and how many line ends close a script means nothing.
std::string Tidy(std::string_view text) {
  std::string out;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (line.find_first_not_of(" \t") != std::string_view::npos) out += line;
    if (end < text.size()) out += '\n';
    begin = end + 1;
  }
  return out;
}

// Lines that lowering writes before the first line of the script.
bool IsGenerated(std::string_view line) {
  return line == "set -f" || line.starts_with("IFS=$' \\t\\n' read -r -d '' -a PIPE_") ||
         (line.starts_with("case \"${PIPE_") && line.ends_with(" ;; esac"));
}

// How a value that GitHub pastes stands in the text that is compared.
std::string PastedForm(const std::string& placeholder) { return "\x01" + placeholder + "\x02"; }

// The lowered text, as one.
std::string LoweredText(const Value& script, const Names& names) {
  if (script.is(Value::Kind::Expression)) return PastedForm(CanonicalText(script, names));
  if (!script.is(Value::Kind::Text)) return script.is(Value::Kind::String) ? script.text : "";
  std::string text;
  for (const model::TextPart& part : script.parts)
    text += part.expr ? PastedForm(CanonicalText(Value::Expression(*part.expr), names)) : part.literal;
  return text;
}

class Matcher {
 public:
  Matcher(std::string text, std::map<std::string, std::string> variables)
      : text_(std::move(text)), variables_(std::move(variables)) {}

  // The pieces of the script, literal and placeholder by turns, from `at` on.
  bool Match(const std::vector<std::pair<bool, std::string>>& pieces, size_t index, size_t at) {
    if (++tries_ > 100'000) return false;
    while (index < pieces.size() && !pieces[index].first) {
      if (!std::string_view(text_).substr(at).starts_with(pieces[index].second)) return false;
      at += pieces[index++].second.size();
    }
    if (index == pieces.size()) return std::string_view(text_).substr(at).find_first_not_of('\n') == std::string::npos;
    for (const std::string& form : Forms(pieces[index].second))
      if (std::string_view(text_).substr(at).starts_with(form) && Match(pieces, index + 1, at + form.size()))
        return true;
    return false;
  }

 private:
  // How a placeholder may stand in the lowered text.
  std::vector<std::string> Forms(const std::string& placeholder) const {
    std::vector<std::string> forms{PastedForm(placeholder)};
    for (const auto& [name, value] : variables_) {
      if (value != placeholder) continue;
      const std::string braces = "${" + name + "}";
      forms.insert(forms.end(), {"${" + name + "_WORDS[@]+\"${" + name + "_WORDS[@]}\"}", "'\"" + braces + "\"$'",
                                 "'\"" + braces + "\"'", "\"" + braces + "\"", braces, "$env:" + name, name});
    }
    // Constants are written as they are, quoted for their place.
    if (!placeholder.starts_with("${{")) forms.insert(forms.end(), {placeholder, "'" + placeholder + "'"});
    return forms;
  }

  std::string text_;
  std::map<std::string, std::string> variables_;
  size_t tries_ = 0;
};

std::vector<std::pair<bool, std::string>> PiecesOf(const Value& script, const Names& names) {
  // Placeholders are bytes that no script has, so that lines are tidied as a whole.
  std::string text;
  std::vector<std::string> placeholders;
  const auto hole = [&](const expr::Expr& e) {
    text += '\0';
    placeholders.push_back(CanonicalText(Value::Expression(e), names));
  };
  if (script.is(Value::Kind::Expression)) hole(*script.expr);
  for (const model::TextPart& part : script.parts) {
    if (part.expr)
      hole(*part.expr);
    else
      text += part.literal;
  }
  if (script.parts.empty() && !script.expr) text = ScalarText(script);
  std::vector<std::pair<bool, std::string>> pieces;
  size_t next = 0;
  for (const char c : Tidy(text)) {
    if (c == '\0')
      pieces.emplace_back(true, placeholders[next++]);
    else if (pieces.empty() || pieces.back().first)
      pieces.emplace_back(false, std::string(1, c));
    else
      pieces.back().second += c;
  }
  // The line end at the end.
  while (!pieces.empty() && !pieces.back().first) {
    std::string& last = pieces.back().second;
    while (last.ends_with('\n')) last.pop_back();
    if (!last.empty()) break;
    pieces.pop_back();
  }
  return pieces;
}

}  // namespace

void RaiseScript(const model::Step& loaded, model::Step& lowered, const Names& names) {
  const auto* before = std::get_if<model::Run>(&loaded.body);
  auto* after = std::get_if<model::Run>(&lowered.body);
  if (before == nullptr || after == nullptr || !(after->script.is(Value::Kind::String) || after->pasted)) return;
  std::map<std::string, std::string> variables;
  if (lowered.env)
    for (const auto& [name, value] : lowered.env->entries)
      if (name.text.starts_with("PIPE_")) variables.emplace(name.text, CanonicalText(value, names));
  std::string text = Tidy(LoweredText(after->script, names));
  while (IsGenerated(std::string_view(text).substr(0, text.find('\n')))) {
    const size_t end = text.find('\n');
    text.erase(0, end == std::string::npos ? text.size() : end + 1);
  }
  if (!Matcher(text, variables).Match(PiecesOf(before->script, {}), 0, 0)) return;
  after->script = before->script;
  if (!lowered.env) return;
  std::erase_if(lowered.env->entries, [](const auto& entry) { return entry.first.text.starts_with("PIPE_"); });
  if (lowered.env->is(Value::Kind::Map) && lowered.env->entries.empty()) lowered.env.reset();
}

}  // namespace sluice::import

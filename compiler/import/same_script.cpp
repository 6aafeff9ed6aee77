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
         (line.starts_with("case \"${PIPE_") && line.ends_with(" ;; esac")) || line == "import os";
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
    // In a comment stands the source of the value, in parentheses.
    if (!InComment(at) || text_.substr(at, 1) != "(") return false;
    const size_t line_end = std::min(text_.find('\n', at), text_.size());
    for (size_t close = text_.find(')', at); close < line_end; close = text_.find(')', close + 1))
      if (Match(pieces, index + 1, close + 1)) return true;
    return false;
  }

 private:
  bool InComment(size_t at) const {
    const size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
    const std::string_view before = std::string_view(text_).substr(begin, at - begin);
    const size_t mark = before.find('#');
    return mark != std::string_view::npos &&
           (before.find_first_not_of(" \t") == mark || before[mark - 1] == ' ' || before[mark - 1] == '\t');
  }
  // How a placeholder may stand in the lowered text.
  std::vector<std::string> Forms(const std::string& placeholder) const {
    std::vector<std::string> forms{PastedForm(placeholder)};
    for (const auto& [name, value] : variables_) {
      if (value != placeholder) continue;
      const std::string braces = "${" + name + "}";
      forms.insert(forms.end(), {"${" + name + "_WORDS[@]+\"${" + name + "_WORDS[@]}\"}", "'\"" + braces + "\"$'",
                                 "'\"" + braces + "\"'", "\"" + braces + "\"", braces, "$env:" + name, name});
      // Inside of literals that expand, and numbers in code.
      forms.insert(forms.end(), {"$($env:" + name + ")", "${process.env." + name + "}",
                                 "Number(process.env." + name + ")", "{os.environ[\"" + name + "\"]}",
                                 "{os.environ['" + name + "']}", "int(os.environ[\"" + name + "\"])"});
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

namespace {

// Is `after` what lowering makes of `before`?
bool IsLowered(const Value& before, const Value& after, const std::map<std::string, std::string>& variables,
               const Names& names) {
  Names own = names;
  own.axes.clear();
  own.steps.clear();
  own.row.clear();
  const auto pieces = PiecesOf(before, own);
  std::string text = Tidy(LoweredText(after, names));
  // What the script itself begins with is no addition.
  if (Matcher(text, variables).Match(pieces, 0, 0)) return true;
  while (IsGenerated(std::string_view(text).substr(0, text.find('\n')))) {
    const size_t end = text.find('\n');
    text.erase(0, end == std::string::npos ? text.size() : end + 1);
  }
  return Matcher(text, variables).Match(pieces, 0, 0);
}

// The programs among the inputs of an action; false when one of them is another one.
bool RaiseInputs(const model::Uses& before, model::Uses& after, const std::map<std::string, std::string>& variables,
                 const Names& names) {
  if (!before.with || !after.with) return variables.empty();
  for (auto& [key, value] : after.with->entries) {
    const Value* old = before.with->Find(key.text);
    const bool program = old != nullptr && (old->is(Value::Kind::Text) || old->expr) &&
                         (value.is(Value::Kind::String) || value.is(Value::Kind::Text));
    if (!program || CanonicalText(*old, {}) == CanonicalText(value, names)) continue;
    if (!IsLowered(*old, value, variables, names)) return false;
    value = *old;
  }
  return true;
}

}  // namespace

void RaiseScript(const model::Step& loaded, model::Step& lowered, const Names& names) {
  std::map<std::string, std::string> variables;
  if (lowered.env)
    for (const auto& [name, value] : lowered.env->entries)
      if (name.text.starts_with("PIPE_")) variables.emplace(name.text, CanonicalText(value, names));
  const auto* before = std::get_if<model::Run>(&loaded.body);
  auto* after = std::get_if<model::Run>(&lowered.body);
  const auto* uses_before = std::get_if<model::Uses>(&loaded.body);
  auto* uses_after = std::get_if<model::Uses>(&lowered.body);
  if (before != nullptr && after != nullptr) {
    if (!(after->script.is(Value::Kind::String) || after->pasted)) return;
    if (!IsLowered(before->script, after->script, variables, names)) return;
    after->script = before->script;
  } else if (uses_before != nullptr && uses_after != nullptr) {
    if (!RaiseInputs(*uses_before, *uses_after, variables, names)) return;
  } else {
    return;
  }
  if (!lowered.env) return;
  std::erase_if(lowered.env->entries, [](const auto& entry) { return entry.first.text.starts_with("PIPE_"); });
  if (lowered.env->is(Value::Kind::Map) && lowered.env->entries.empty()) lowered.env.reset();
}

}  // namespace sluice::import

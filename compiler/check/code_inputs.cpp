// Inputs of actions that take a program.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/shells.h"
#include "compiler/check/steps.h"

namespace sluice::check {
namespace {

using catalogue::InputKind;

// The programs whose language is known. Others run in shells elsewhere, or are split into words first.
std::string_view LanguageOf(std::string_view target, std::string_view input) {
  const auto ref = catalogue::SplitActionRef(target);
  const bool github_script = ref && EqualsIgnoreCase(ref->first, "actions/github-script");
  return github_script && EqualsIgnoreCase(input, "script") ? "node" : "";
}

}  // namespace

// A program with placeholders, written out where the action is used: they are handed over through the step's `env`.
std::optional<RunBody> BodyChecker::CodeArgument(const syntax::UsesStep& decl, const syntax::Entry& entry,
                                                 const catalogue::ActionInput& input, const Env& env) {
  const std::string_view language =
      input.kind == InputKind::Code ? LanguageOf(decl.target.text, input.name) : std::string_view();
  if (language.empty() || !entry.value.valid()) return std::nullopt;
  const syntax::Expr& script = ast_[entry.value];
  const bool placeholders = std::ranges::any_of(script.parts, &syntax::StringPart::is_placeholder);
  if (script.kind != syntax::ExprKind::String || !placeholders) return std::nullopt;
  RunBody body;
  body.shell = body.program = language;
  Step holder;
  ReadScript(script, holder, body, env);
  return body;
}

// P0503: nobody knows how the program reads variables, so that the value would be pasted into it.
void BodyChecker::RefusePasted(const TermPtr& value, const syntax::Entry& entry) {
  if (value->contexts.empty()) return;
  const Term* untrusted = FindUntrusted(value);
  const Term* secret = FindSecret(value);
  const Term* culprit = untrusted != nullptr ? untrusted : secret != nullptr ? secret : FindRead(value);
  session_.report.Add(Build(Code::P0503, culprit->at,
                            untrusted != nullptr ? "text written by an outsider would become a program"
                            : secret != nullptr  ? "a secret would become part of a program"
                                                 : "a value would become part of a program",
                            untrusted != nullptr ? fmt::format("untrusted: {}", untrusted->labels.untrusted->text)
                            : secret != nullptr  ? std::string("a secret")
                                                 : std::string("known only in the run"))
                          .Also(entry.key->span, "a code input")
                          .Say("Set it in the step's `env`, and let the program read it there.")
                          .Say("If its text can be nothing but harmless, add  # sluice: allow[P0503] reason"));
}

}  // namespace sluice::check

// What a step runs: its script with the variables that carry values into it, or an action with its arguments.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/shells.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/scripts_of.h"
#include "compiler/lower/steps.h"

namespace sluice::lower {
namespace {

using check::Term;
using check::TermKind;
using check::TermPtr;
using model::Value;

// The value of a script's variable. A text with placeholders comes as `format('a {0} b', x)`, and is written as the text.
Value VariableValue(expr::Expr value) {
  const bool format = value.op == expr::Op::Call && EqualsIgnoreCase(value.text, "format") && !value.args.empty() &&
                      value.args[0].op == expr::Op::String;
  if (!format) return Value::Expression(std::move(value));
  std::vector<model::TextPart> parts(1);
  const std::string& text = value.args[0].text;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i] == text[i + 1] && (text[i] == '{' || text[i] == '}');
    if (doubled || (text[i] != '{' && text[i] != '}')) {
      parts.back().literal += text[i];
      i += doubled ? 1 : 0;
      continue;
    }
    const size_t close = text.find('}', i);
    size_t index = 0;
    for (size_t k = i + 1; k < close && close != std::string::npos; ++k) {
      if (!IsAsciiDigit(text[k]) || index > 255) return Value::Expression(std::move(value));
      index = index * 10 + static_cast<size_t>(text[k] - '0');
    }
    if (close == std::string::npos || close == i + 1 || index + 1 >= value.args.size())
      return Value::Expression(std::move(value));
    parts.emplace_back().expr = value.args[index + 1];
    parts.emplace_back();
    i = close;
  }
  std::erase_if(parts, [](const model::TextPart& part) { return !part.expr && part.literal.empty(); });
  return Value::Text(std::move(parts));
}

// One diagnostic an item: a placeholder with a mistake was reported already.
bool IsAboutMistake(const diagnostics::Diagnostic& diagnostic, const check::RunBody& body) {
  return std::ranges::any_of(body.script, [&](const check::ScriptPart& part) {
    return part.placeholder != nullptr && part.placeholder->is(TermKind::Error) &&
           part.at.contains(diagnostic.primary.at);
  });
}

// Does the shell give up when a command fails? GitHub's ways to call one do; a way of the program's own says it.
bool GivesUp(const check::RunBody& body) {
  if (body.shell == check::kDefaultShell || body.shell.find(' ') == std::string::npos) return true;
  const size_t options = body.shell.find(" -");
  return options != std::string::npos && body.shell.find('e', options) < body.shell.find('{');
}

// The text of a script; values that are pasted into it are parts of their own.
Value ScriptText(scripts::LoweredScript& lowered) {
  if (lowered.pasted.empty()) return Value::String(std::move(lowered.text));
  std::vector<model::TextPart> parts;
  size_t begin = 0;
  for (expr::Expr& value : lowered.pasted) {
    const size_t end = lowered.text.find(scripts::kPasted, begin);
    if (end > begin) parts.emplace_back().literal = lowered.text.substr(begin, end - begin);
    parts.emplace_back().expr = std::move(value);
    begin = end + 1;
  }
  if (begin < lowered.text.size()) parts.emplace_back().literal = lowered.text.substr(begin);
  return Value::Text(std::move(parts));
}

}  // namespace

// Only programs are read that a value can be handed over to; the text of others is theirs.
scripts::LoweredScript StepLowering::Lowered(const scripts::Script& script, const check::RunBody& body, bool unread) {
  diagnostics::Sink found;
  scripts::LoweredScript lowered = scripts::LowerScript(script, shared_.sources, found);
  const bool read = !unread && check::HandoverTo(body.program) != check::Handover::None;
  for (diagnostics::Diagnostic& diagnostic : found.all())
    if (read && !IsAboutMistake(diagnostic, body) &&
        shared_.said.emplace(diagnostic.code, diagnostic.primary.at.begin, diagnostic.message).second)
      shared_.sink.Add(std::move(diagnostic));
  return lowered;
}

void StepLowering::AddVariables(scripts::LoweredScript& lowered, model::Step& result) {
  if (!lowered.env.empty() && !result.env) result.env = Value::Map({});
  for (scripts::EnvVariable& variable : lowered.env)
    result.env->entries.emplace_back(Value::String(variable.name), VariableValue(std::move(variable.value)));
}

// How what the step prints is kept; nothing for a shell whose scripts are not read, which is reported.
std::optional<scripts::Capture> StepLowering::CaptureOf(const check::Step& step, const check::RunBody& body) {
  if (check::HandoverTo(body.program) != check::Handover::Words) {
    if (!step.unread)
      shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0115, step.at,
                                          fmt::format("`{}.stdout` is not supported yet", step.binder),
                                          "only what bash and sh print can be read"));
    return std::nullopt;
  }
  scripts::Capture capture;
  capture.file = "pipe-" + step.binder;
  capture.pipefail = body.shell == "bash" || (body.shell.find("pipefail") != std::string::npos && GivesUp(body));
  return capture;
}

model::Run StepLowering::RunOf(const check::Step& step, const check::RunBody& body, model::Step& result) {
  model::Run run;
  scripts::Script script = ScriptOf(shared_.pipeline, job_, step, body, expressions_, shared_.sources);
  if (printed_.contains(step.binder)) script.capture = CaptureOf(step, body);
  script.errexit = GivesUp(body);
  script.attempts = step.attempts;
  if (step.attempts > 1 && body.program != "bash" && body.program != "sh" && !step.unread)
    shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0208, step.SettingAt("retry"),
                                        "only scripts of bash and sh can be repeated", "no setting of GitHub does it"));
  scripts::LoweredScript lowered = Lowered(script, body, step.unread);
  run.pasted = !lowered.pasted.empty();
  run.script = ScriptText(lowered);
  run.lines = std::move(lowered.lines);
  AddVariables(lowered, result);
  if (body.shell_written) run.shell = Value::String(body.shell);
  if (step.working_directory != nullptr) run.working_directory = expressions_.Value(step.working_directory);
  return run;
}

model::Value StepLowering::ArgumentOf(const check::Argument& argument) {
  if (argument.separator == 0) return expressions_.Value(argument.value);
  std::vector<model::TextPart> parts;
  auto literal = [&](std::string text) {
    model::TextPart part;
    part.literal = std::move(text);
    parts.push_back(std::move(part));
  };
  const Term& list = *argument.value;
  if (list.is(TermKind::List) || list.is(TermKind::Record)) {
    for (size_t i = 0; i < list.args.size(); ++i) {
      if (i > 0) literal(std::string(1, argument.separator));
      if (list.is(TermKind::Record)) literal(list.keys[i] + "=");
      const Value item = expressions_.Value(list.args[i]);
      if (item.is(Value::Kind::Text))
        parts.insert(parts.end(), item.parts.begin(), item.parts.end());
      else if (item.is(Value::Kind::Expression))
        parts.emplace_back().expr = item.expr;
      else
        literal(list.args[i]->is_constant() ? check::RenderConstant(list.args[i]->constant) : item.text);
    }
    return Value::Text(std::move(parts));
  }
  const std::string separator(1, argument.separator);
  return Value::Expression(expr::Call("join", {expressions_.Typed(argument.value), expr::String(separator)}));
}

// A program that an action runs; it hands its environment on.
model::Value StepLowering::CodeArgument(const check::Step& step, const check::Argument& argument, model::Step& result) {
  check::Step named = step;
  // Several such inputs share the step's variables, each under a name of its own.
  if (result.env)
    for (const auto& [name, value] : result.env->entries) named.env.push_back({name.text, nullptr, {}});
  const scripts::Script script = CodeOf(shared_.pipeline, job_, named, argument, expressions_, shared_.sources);
  scripts::LoweredScript lowered = Lowered(script, *argument.code, false);
  AddVariables(lowered, result);
  return ScriptText(lowered);
}

model::Uses StepLowering::UsesOf(const check::Step& step, const check::UsesBody& body, model::Step& result) {
  model::Uses uses;
  const catalogue::ImagePin* image = nullptr;
  if (body.uses.starts_with("docker://")) image = shared_.lock.FindImage(body.uses);
  uses.target = Value::String(image != nullptr   ? "docker://" + image->Pinned()
                              : body.sha.empty() ? body.uses
                                                 : body.uses + "@" + body.sha);
  uses.version = body.version;
  Value with = Value::Map({});
  for (const check::Argument& argument : body.arguments)
    with.entries.emplace_back(Value::String(argument.name),
                              argument.code ? CodeArgument(step, argument, result) : ArgumentOf(argument));
  if (body.keeps_credentials && EqualsIgnoreCase(body.uses, "actions/checkout")) {
    const bool given = std::ranges::any_of(body.arguments, [](const check::Argument& argument) {
      return EqualsIgnoreCase(argument.name, "persist-credentials");
    });
    if (!given) with.entries.emplace_back(Value::String("persist-credentials"), Value::Boolean(false));
  }
  if (!with.entries.empty()) uses.with = std::move(with);
  return uses;
}

}  // namespace sluice::lower

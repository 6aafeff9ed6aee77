#include "compiler/lower/scripts_of.h"

#include <string_view>
#include <utility>

#include "compiler/check/constants.h"
#include "compiler/check/shells.h"

namespace sluice::lower {
namespace {

using check::Term;
using check::TermKind;
using check::TermPtr;
using scripts::Placeholder;
using types::Kind;

// Does the value have a name, which its variable can get?
bool IsNamed(const Term& term) {
  return term.is(TermKind::Path) || term.is(TermKind::Param) || term.is(TermKind::Axis) ||
         term.is(TermKind::StepOutput) || term.is(TermKind::JobOutput) ||
         (term.is(TermKind::Member) && IsNamed(*term.args[0]));
}

// The name of the value: as it was written, or of the `let` that it came through.
std::string NameOf(const Term& term, std::string written) {
  if (!term.let.empty()) return term.let;
  if (check::IsUntyped(term)) return NameOf(*term.args[0], "(");
  if (!IsNamed(term)) return {};
  // `github['sha']` and the like are written otherwise than they are called.
  if (written.find_first_of("[('\" ") != std::string::npos) {
    if (term.is(TermKind::Path) || term.is(TermKind::Param) || term.is(TermKind::Axis)) return term.name;
    if (term.is(TermKind::Member)) return NameOf(*term.args[0], std::move(written)) + "." + term.name;
    return term.owner + "." + term.name;
  }
  return written;
}

// When a value is known, in the five steps of the language (language.md 2.3).
std::string_view KnownWhen(types::ContextSet contexts) {
  using types::Context;
  const types::ContextSet run = Context::Github | Context::Inputs | Context::Vars;
  if (run.contains(contexts)) return "known only when the run starts";
  if ((run | Context::Needs).contains(contexts)) return "known only when the job is considered";
  if ((run | Context::Needs | Context::Strategy | Context::Matrix).contains(contexts))
    return "known only when the job starts";
  return "known only inside the job";
}

Placeholder::Shape ShapeOf(const check::Constant& constant) {
  if (constant.kind == check::Constant::Kind::Bool) return Placeholder::Shape::Bool;
  return constant.kind == check::Constant::Kind::Number ? Placeholder::Shape::Number : Placeholder::Shape::Text;
}

scripts::Shell ReaderOf(std::string_view program) {
  if (program == "sh") return scripts::Shell::Sh;
  if (program == "pwsh" || program == "powershell") return scripts::Shell::PowerShell;
  if (program == "node") return scripts::Shell::JavaScript;
  return program.starts_with("python") ? scripts::Shell::Python : scripts::Shell::Bash;
}

class ScriptMaker {
 public:
  ScriptMaker(const check::Pipeline& pipeline, const check::Job& job, const Expressions& expressions,
              const source::SourceMap& sources)
      : pipeline_(pipeline), job_(job), expressions_(expressions), sources_(sources) {}

  Placeholder Make(const check::ScriptPart& part) const;

 private:
  void SetKind(const TermPtr& value, Placeholder& result) const;
  void SetStructure(const TermPtr& value, Placeholder& result) const;
  source::Span BlankValue(const Term& term) const;

  const check::Pipeline& pipeline_;
  const check::Job& job_;
  const Expressions& expressions_;
  const source::SourceMap& sources_;
};

void ScriptMaker::SetKind(const TermPtr& value, Placeholder& result) const {
  const bool flag = result.use == Placeholder::Use::Flag;
  if (IsStructure(value->type)) {
    SetStructure(value, result);
  } else if (value->is_constant()) {
    result.kind = Placeholder::Kind::Constant;
    result.constant = check::RenderConstant(value->constant);
    result.shape = ShapeOf(value->constant);
  } else if (check::IsFilePath(*value)) {
    result.kind = Placeholder::Kind::File;
    result.constant = expressions_.ArrivalPath(*value);
  } else if (value->type.is(Kind::Bool)) {
    result.kind = Placeholder::Kind::Bool;
    result.value = flag ? expressions_.Typed(value) : expressions_.Text(value);
  } else {
    result.kind = value->type.is(Kind::Int)     ? Placeholder::Kind::Int
                  : value->type.is(Kind::Float) ? Placeholder::Kind::Float
                                                : Placeholder::Kind::Text;
    result.value = expressions_.Text(value);
  }
}

// Lists and records go as JSON.
void ScriptMaker::SetStructure(const TermPtr& value, Placeholder& result) const {
  result.is_list = value->type.is(Kind::List) && value->type.element != nullptr && value->type.element->is_text();
  if (value->is_known()) {
    result.kind = Placeholder::Kind::Constant;
    result.shape = Placeholder::Shape::Json;
    result.constant = expr::PrintCompactJson(check::ToValue(value));
    for (const TermPtr& item : value->args)
      if (result.is_list && item->is_constant()) result.items.push_back(check::RenderConstant(item->constant));
    return;
  }
  result.kind = Placeholder::Kind::Json;
  const bool wire = value->is(TermKind::StepOutput) || value->is(TermKind::JobOutput);
  result.value = wire ? expressions_.Text(value) : expr::Call("toJSON", {expressions_.Typed(value)});
}

// Where a value stands that the term is known to have and that contains a blank.
source::Span ScriptMaker::BlankValue(const Term& term) const {
  auto blank = [](const check::Constant& c) {
    return c.kind == check::Constant::Kind::String && c.text.find(' ') != std::string::npos;
  };
  if (term.is(TermKind::Param)) {
    const check::Parameter* parameter = pipeline_.FindParameter(term.name);
    if (parameter != nullptr && parameter->default_value && blank(*parameter->default_value))
      return parameter->default_at;
  }
  if (term.is(TermKind::Axis))
    for (const check::MatrixAxis& axis : job_.matrix)
      for (const TermPtr& value : axis.values)
        if (axis.name == term.name && blank(value->constant)) return value->at;
  if (term.is_constant() && !term.let.empty() && blank(term.constant)) return term.declared;
  return {};
}

Placeholder ScriptMaker::Make(const check::ScriptPart& part) const {
  Placeholder result;
  TermPtr value = part.placeholder;
  result.span = part.at;
  result.expression = part.expression;
  result.source = part.source;
  if (value->is(TermKind::Words) || value->is(TermKind::Flag)) {
    result.use = value->name == check::kPaste && value->is(TermKind::Words) ? Placeholder::Use::Paste
                 : value->is(TermKind::Words)                               ? Placeholder::Use::Words
                                                                            : Placeholder::Use::Flag;
    result.flag_name = value->is(TermKind::Flag) ? value->name : "";
    value = value->args[0];
    result.argument = sources_.Text(value->at);
    result.path = NameOf(*value, result.argument);
  } else {
    result.path = NameOf(*value, result.source);
  }
  if (value->labels.untrusted) result.untrusted = value->labels.untrusted->text;
  result.secret = value->labels.secret.has_value();
  result.is_string = value->type.is(Kind::String);
  result.blank_value = BlankValue(*value);
  result.description = types::WithArticle(value->type) + ", " + std::string(KnownWhen(value->contexts));
  const check::Parameter* parameter = value->is(TermKind::Param) ? pipeline_.FindParameter(value->name) : nullptr;
  if (parameter != nullptr && parameter->at.valid())
    result.declaration = {parameter->at.begin, parameter->at.begin + static_cast<uint32_t>(parameter->name.size())};
  if (value->is(TermKind::Axis)) result.declaration = value->declared;
  SetKind(value, result);
  return result;
}

void AddParts(const check::RunBody& body, const ScriptMaker& maker, scripts::Script& script) {
  const bool known = check::HandoverTo(body.program) != check::Handover::None;
  script.shell = known ? ReaderOf(body.program) : scripts::Shell::Unknown;
  script.span = body.script_at;
  for (const check::ScriptPart& part : body.script) {
    scripts::Part piece;
    piece.span = part.at;
    piece.escapes = body.escapes;
    if (part.placeholder == nullptr) {
      piece.text = part.text;
    } else {
      piece.placeholder = script.placeholders.size();
      script.placeholders.push_back(maker.Make(part));
    }
    script.parts.push_back(std::move(piece));
  }
}

}  // namespace

scripts::Script ScriptOf(const check::Pipeline& pipeline, const check::Job& job, const check::Step& step,
                         const check::RunBody& body, const Expressions& expressions, const source::SourceMap& sources) {
  scripts::Script script;
  if (step.at.valid() && sources.Text(step.at).starts_with("run")) script.keyword = {step.at.begin, step.at.begin + 3};
  AddParts(body, ScriptMaker(pipeline, job, expressions, sources), script);
  for (const check::DeclaredOutput& output : body.outputs) {
    scripts::Output declared;
    declared.name = output.name;
    declared.span = output.at;
    if (output.type.is(Kind::Bool)) declared.check = scripts::Output::Check::Bool;
    if (output.type.is(Kind::Int)) declared.check = scripts::Output::Check::Int;
    script.outputs.push_back(std::move(declared));
  }
  for (const check::EnvEntry& entry : step.env) script.env_names.push_back(entry.name);
  return script;
}

scripts::Script CodeOf(const check::Pipeline& pipeline, const check::Job& job, const check::Step& step,
                       const check::Argument& argument, const Expressions& expressions,
                       const source::SourceMap& sources) {
  scripts::Script script;
  script.code_input = scripts::CodeInput{argument.name, argument.at};
  AddParts(*argument.code, ScriptMaker(pipeline, job, expressions, sources), script);
  for (const check::EnvEntry& entry : step.env) script.env_names.push_back(entry.name);
  return script;
}

}  // namespace sluice::lower

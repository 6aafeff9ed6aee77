#include <fmt/format.h>

#include <utility>

#include "compiler/check/slots.h"
#include "compiler/check/triggers.h"

namespace sluice::check {
namespace {

const Trigger* OtherTrigger(const Pipeline& pipeline) {
  for (const Trigger& trigger : pipeline.triggers)
    if (trigger.event != "workflow_dispatch" && trigger.event != "workflow_call") return &trigger;
  return nullptr;
}

std::string ExampleDefault(const Type& type) {
  switch (type.kind) {
    case Kind::Bool:
      return "bool = false";
    case Kind::Int:
      return "int = 1";
    case Kind::String:
      return "string = \"main\"";
    default:
      return types::ToText(type) + " = ...";
  }
}

bool CanBeInput(const Type& type) {
  return type.is(Kind::String) || type.is(Kind::Bool) || type.is_number() || type.is(Kind::Enum) ||
         type.is(Kind::Environment);
}

std::string JoinDocs(const std::vector<std::string>& docs) {
  std::string text;
  for (const std::string& line : docs) text += (text.empty() ? "" : " ") + line;
  return text;
}

void ReadDefault(const syntax::Param& param, Parameter& parameter, const Env& env, Elaborator& elaborator) {
  const std::string what = fmt::format("`{}`", param.name.text);
  TermPtr value = elaborator.ElaborateAs(param.default_value, env, parameter.type, what);
  if (value->is(TermKind::Error)) {
    parameter.type = Type{};
    return;
  }
  if (value->type.is(Kind::Null)) {
    parameter.null_default = true;
    return;
  }
  if (!CheckConstant(value, "the default of a parameter", elaborator.session())) return;
  if (value->is_constant()) parameter.default_value = value->constant;
}

void ReportNoValue(const syntax::Param& param, const Parameter& parameter, const Trigger& trigger, Session& session) {
  session.report.Add(
      Build(Code::P0620, param.name.span,
            fmt::format("`{}` has no value when the pipeline starts by `{}`", param.name.text, trigger.event),
            "a parameter without default")
          .Also(trigger.at, "this trigger passes no inputs")
          .Say(fmt::format("Give it a default:   {}: {}", param.name.text, ExampleDefault(parameter.type)))
          .Say(fmt::format("Or leave `on {}` to another pipeline that calls this one.", trigger.event)));
}

}  // namespace

void ReadParameters(const PipelineScope& scope, Pipeline& pipeline, Elaborator& elaborator) {
  Session& session = elaborator.session();
  const Ast& ast = *scope.file->ast;
  Env env;
  env.file = scope.file;
  pipeline.environments = session.names.EnvironmentNames();
  const bool called = pipeline.HasTrigger("workflow_dispatch") || pipeline.HasTrigger("workflow_call");
  const Trigger* other = OtherTrigger(pipeline);
  bool reported = false;
  for (const syntax::Param& param : scope.decl->params) {
    Reporter::Item item(session.report, &param, ast[scope.item].damaged);
    Parameter parameter;
    parameter.name = param.name.text;
    parameter.description = JoinDocs(param.docs);
    parameter.at = param.name.span;
    if (param.type.valid()) {
      parameter.type = elaborator.ReadType(ast, param.type);
      parameter.at = source::Join(param.name.span, ast[param.type].span);
    } else {
      parameter.type = types::Simple(Kind::String);
    }
    if (param.type.valid() && !CanBeInput(parameter.type) && !parameter.type.is(Kind::Error)) {
      session.report.Add(Build(Code::P0302, ast[param.type].span,
                               fmt::format("GitHub cannot ask for {}", types::WithArticle(parameter.type)),
                               "inputs are texts, numbers, bools, enums and environments")
                             .Say("Take it as text, and read it in a script."));
      parameter.type = Type{};
    }
    if (parameter.type.is(Kind::Environment) && pipeline.environments.empty()) {
      session.report.Add(Build(Code::P0301, ast[param.type].span, "the project declares no environment",
                               "there is nothing to choose from")
                             .Say("Declare them:   environment staging { }   environment prod { approval: { ... } }"));
      parameter.type = Type{};
    }
    if (param.default_value.valid()) parameter.default_at = ast[param.default_value].span;
    if (param.default_value.valid()) ReadDefault(param, parameter, env, elaborator);
    if (!called && !pipeline.triggers.empty() && !reported) {
      reported = true;
      Build report(Code::P0621, param.name.span, fmt::format("nothing can pass `{}`", param.name.text),
                   "parameters come from `workflow_dispatch` and `workflow_call`");
      const Span first = ast[scope.decl->block.items.front()].span;
      report.Say("Add   on workflow_dispatch",
                 Replace(Span{first.begin, first.begin}, "on workflow_dispatch\n  ", "let people start it", false));
      session.report.Add(std::move(report));
    } else if (called && other != nullptr && !param.default_value.valid()) {
      ReportNoValue(param, parameter, *other, session);
    }
    pipeline.parameters.push_back(std::move(parameter));
  }
}

bool Pipeline::HasTrigger(std::string_view event) const {
  for (const Trigger& trigger : triggers)
    if (trigger.event == event) return true;
  return false;
}

bool Pipeline::HasOtherTrigger() const { return OtherTrigger(*this) != nullptr; }

const Parameter* Pipeline::FindParameter(std::string_view parameter) const {
  for (const Parameter& each : parameters)
    if (each.name == parameter) return &each;
  return nullptr;
}

}  // namespace sluice::check

// `uses` steps: the pin of the action, its inputs, and the permissions that it needs.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/actions.h"
#include "compiler/check/patterns.h"
#include "compiler/check/pins.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"
#include "compiler/check/uses_target.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

using catalogue::ActionInput;
using catalogue::ActionPin;
using catalogue::InputKind;

std::string InputsAsIn(const UsesTarget& target) { return fmt::format("Inputs as in {}.", target.source); }

// The argument of that input, in any case.
const Argument* FindArgument(const UsesBody& body, std::string_view name) {
  for (const Argument& argument : body.arguments)
    if (EqualsIgnoreCase(argument.name, name)) return &argument;
  return nullptr;
}

bool Applies(const catalogue::ConditionalPermissions& rule, const UsesBody& body) {
  const Argument* argument = FindArgument(body, rule.input);
  if (rule.negated) return argument == nullptr;
  if (argument == nullptr) return false;
  // What is known only at run time may have the value.
  return !rule.value || !argument->value->is_constant() || RenderConstant(argument->value->constant) == *rule.value;
}

// Names of artifacts and keys of caches, which everybody sees who can see the run.
bool IsShownName(std::string_view target, std::string_view input) {
  const auto is = [&](std::string_view action) { return EqualsIgnoreCase(target, action); };
  if (is("actions/upload-artifact") || is("actions/download-artifact") || is("actions/upload-artifact/merge"))
    return EqualsIgnoreCase(input, "name") || EqualsIgnoreCase(input, "pattern");
  if (is("actions/cache") || is("actions/cache/save") || is("actions/cache/restore"))
    return EqualsIgnoreCase(input, "key") || EqualsIgnoreCase(input, "restore-keys");
  return false;
}

char SeparatorOf(InputKind kind) {
  switch (kind) {
    case InputKind::Lines:
      return '\n';
    case InputKind::Commas:
      return ',';
    case InputKind::Spaces:
      return ' ';
    case InputKind::Pairs:
      return '\n';
    default:
      return 0;
  }
}

// The type that an `extern` declares; null for lists, of which GitHub takes the text as well.
const Type* TypeOfInput(const UsesTarget& target, const ActionInput& input) {
  if (target.declared == nullptr || SeparatorOf(input.kind) != 0) return nullptr;
  const auto& params = target.declared->decl->params;
  for (size_t i = 0; i < params.size(); ++i)
    if (EqualsIgnoreCase(params[i].name.text, input.name)) {
      const Type& type = target.declared->parameters[i].type;
      return type.is(Kind::Error) ? nullptr : &type;
    }
  return nullptr;
}

}  // namespace

bool MayFillFolder(const Node& node) {
  if (const auto* raw = std::get_if<RawStep>(&node.what)) return raw->block.text.find("checkout") != std::string::npos;
  const auto* step = std::get_if<Step>(&node.what);
  if (step == nullptr) return false;
  if (const auto* uses = std::get_if<UsesBody>(&step->body))
    return AsciiLower(uses->uses).find("checkout") != std::string::npos;
  return std::ranges::any_of(std::get<RunBody>(step->body).script, [](const ScriptPart& part) {
    return part.text.find("git clone") != std::string::npos || part.text.find("git init") != std::string::npos;
  });
}

// The text behind `uses`; nothing when it is no constant, which was reported.
std::optional<std::string> BodyChecker::TargetText(const syntax::Target& target, const Env& env) {
  if (target.kind == syntax::Target::Kind::ActionRef) return target.text;
  if (target.kind != syntax::Target::Kind::String) return std::nullopt;
  const TermPtr text = elaborator_.ElaborateAs(target.string, env, types::Simple(Kind::String), "`uses`");
  if (text->is(TermKind::Error)) return std::nullopt;
  if (text->is_text_constant()) return text->constant.text;
  if (text->may_be_known()) return std::nullopt;
  session_.report.Add(Build(Code::P0403, text->at, "`uses` takes constants only",
                            "GitHub fetches all actions before the first step runs")
                          .Say("Write one step for each, and choose by `if`."));
  return std::nullopt;
}

// Reports what GitHub cannot run; false when it was.
bool BodyChecker::CheckTarget(const UsesTarget& target, std::string_view text, Span at) {
  if (target.kind == UsesTarget::Kind::Unknown) {
    const bool workflow = text.ends_with(".yml") || text.ends_with(".yaml");
    session_.report.Add(
        Build(Code::P0305, at, fmt::format("`{}` is no action", text),
              workflow ? "a workflow is called by a job" : "this is in none of the forms of `uses`")
            .Say(workflow ? fmt::format("Write   job NAME uses \"{}{}\"", text.starts_with("./") ? "" : "./", text)
                          : "Forms:   owner/repository@v1   \"./folder\"   \"docker://image:1.0\""));
    return false;
  }
  if (target.kind == UsesTarget::Kind::Image)
    if (const auto wrong = types::CheckLiteral(types::Refined::Image, text.substr(9))) {
      session_.report.Add(WrongLiteral(*wrong, at));
      if (!wrong->moves) return false;
    }
  if (!target.problem.empty()) {
    session_.report.Add(
        Build(Code::P0701, at, fmt::format("the action `{}` cannot be read", target.name), target.problem));
    return false;
  }
  if (target.pin != nullptr) return true;
  session_.report.Add(Build(Code::P0701, at, fmt::format("`{}` is not in {}", text, LockName(session_.lock)),
                            "no commit is known for it")
                          .Say("Run `sluice lock`.", diagnostics::Fix{"run `sluice lock`", false, {}}));
  return false;
}

// P0619: the folder of a job is empty at first.
void BodyChecker::CheckFolder(std::string_view text, Span at) {
  if (checked_out_ || text.starts_with('$')) return;
  session_.report.Add(Build(Code::P0619, at, fmt::format("`{}` is not there yet", text),
                            "the folder of a job is empty until a checkout")
                          .Say("Check the repository out first:   uses actions/checkout@v7")
                          .Say("If an earlier step puts it there, add  # sluice: allow[P0619] reason"));
}

// P0202 for a name that no action has.
void BodyChecker::NoAction(const syntax::Target& target) {
  const FileScope& file = *scope_.pipeline->file;
  if (!target.name.empty())
    if (auto import = file.imports.find(target.name[0].text);
        import != file.imports.end() && import->second.file == nullptr)
      return;  // the import was reported, or names a thing of a later version
  std::vector<std::string> names;
  for (const auto& [name, action] : file.actions) names.push_back(name);
  for (const auto& [name, entry] : file.externs) names.push_back(name);
  const std::string name = TextOfName(target.name);
  Build report(Code::P0202, target.span, fmt::format("there is no action `{}`", name));
  Suggest(report, name, target.span, names, "not declared in this file, and not imported");
  report.Say(
      fmt::format("Declare it:   action {}(...) {{ ... }}", target.name.empty() ? "NAME" : target.name.back().text));
  session_.report.Add(std::move(report));
}

// What the declaration of a foreign action says beyond its inputs.
void BodyChecker::CheckExtern(const ExternEntry& declared, Span at, const Step& step, const Env& env) {
  const std::string& name = declared.decl->name.text;
  for (const std::string& variable : declared.env) {
    const auto sets = [&](const std::vector<EnvEntry>& entries) {
      return std::ranges::find(entries, variable, &EnvEntry::name) != entries.end();
    };
    if (sets(step.env) || sets(job_.env) || sets(pipeline_.env)) continue;
    session_.report.Add(
        Build(Code::P0301, at, fmt::format("`{}` reads the variable `{}`", name, variable), "nothing sets it")
            .Also(declared.decl->name.span, "declared here")
            .Say(fmt::format("Set it:   step {{ env: {{ {}: ... }}, uses ... }}", variable)));
    return;
  }
  if (declared.events.empty()) return;
  for (const Trigger& trigger : pipeline_.triggers) {
    const bool works = std::ranges::find(declared.events, trigger.event) != declared.events.end();
    if (works || (env.events && !env.events->contains(trigger.event))) continue;
    session_.report.Add(
        Build(Code::P0204, at, fmt::format("`{}` does not work on `{}`", name, trigger.event),
              fmt::format("it works on {}", JoinNames(declared.events)))
            .Also(trigger.at, "the pipeline starts by this, too")
            .Say(fmt::format("Test it first:   if github.event_name == '{}' {{ ... }}", declared.events.front())));
    return;
  }
}

void BodyChecker::Uses(const syntax::UsesStep& decl, Step& step, const Env& env) {
  UsesBody body;
  body.at = decl.target.span;
  step.body = UsesBody{};
  std::optional<std::string> text;
  UsesTarget target;
  ExternEntry* declared = FindExtern(decl.target.name, *scope_.pipeline->file);
  if (declared != nullptr) {
    ReadExtern(*declared, elaborator_);
    if (!declared->bad) text = declared->decl->from.text;
    target = TargetOf(*declared);
  } else if (decl.target.kind == syntax::Target::Kind::Name) {
    NoAction(decl.target);
  } else if ((text = TargetText(decl.target, env))) {
    target = FindUses(*text, session_);
  }
  if (!text || !CheckTarget(target, *text, decl.target.span)) {
    step.broken = true;
    // Nobody knows what the inputs take: a bare word may be a member of an enum. What they read is read all the same.
    std::optional<Reporter::Trial> quiet;
    if (decl.target.kind == syntax::Target::Kind::Name) quiet.emplace(session_.report);
    for (const syntax::Entry& entry : decl.args) elaborator_.Elaborate(entry.value, env);
    return;
  }
  CheckPin(*target.pin, target.name, decl.target.span, LockName(session_.lock), session_.report);
  if (target.kind == UsesTarget::Kind::Local) CheckFolder(*text, decl.target.span);
  body.uses = target.name;
  body.sha = target.pin->sha;
  body.version = target.pin->version;
  body.keeps_credentials = target.pin->open || target.pin->FindInput("persist-credentials") != nullptr;
  Arguments(decl, target, body, env);
  CheckRequired(decl, target, body, env);
  AddPermissions(target, body, decl.target.span);
  if (declared != nullptr) CheckExtern(*declared, decl.target.span, step, env);
  step.body = std::move(body);
}

void BodyChecker::Arguments(const syntax::UsesStep& decl, const UsesTarget& target, UsesBody& body, const Env& env) {
  const ActionPin& pin = *target.pin;
  for (const syntax::Entry& entry : decl.args) {
    const Reporter::Part part(session_.report, &entry);
    if (!entry.key) {
      session_.report.Add(Build(Code::P0302, entry.span, "arguments of an action have names", "which input is this?")
                              .Say("Write   input: value"));
      continue;
    }
    static const ActionInput kUnknown;
    const ActionInput* input = pin.FindInput(entry.key->text);
    if (input == nullptr && pin.open) input = &kUnknown;
    if (input == nullptr) {
      std::vector<std::string> names;
      for (const ActionInput& each : pin.inputs) names.push_back(each.name);
      Build report(Code::P0702, entry.key->span, fmt::format("`{}` has no input `{}`", target.name, entry.key->text));
      Suggest(report, entry.key->text, entry.key->span, names, "GitHub would only warn");
      report.Say(InputsAsIn(target));
      if (session_.report.Add(std::move(report))) {
        elaborator_.Elaborate(entry.value, env);
        continue;
      }
      input = &kUnknown;  // a directive allows it: GitHub hands it on
    }
    if (const Argument* other = FindArgument(body, entry.key->text)) {
      session_.report.Add(
          Build(Code::P0205, entry.key->span, fmt::format("`{}` is given twice", entry.key->text), "the second one")
              .Also(other->at, "the first one")
              .Say("Remove one of them."));
      continue;
    }
    if (input->deprecated)
      session_.report.Add(Build(Code::P0704, entry.key->span,
                                fmt::format("`{}` wants its input `{}` no longer", target.name, entry.key->text),
                                "deprecated: a later version will not know it")
                              .Say(InputsAsIn(target)));
    std::optional<RunBody> code = CodeArgument(decl, entry, *input, env);
    TermPtr value = code ? NullTerm(entry.span) : ArgumentValue(target, entry, *input, env);
    if (code) {
      body.arguments.push_back({entry.key->text, std::move(value), 0, entry.key->span, std::move(code)});
      continue;
    }
    if (value->type.is(Kind::Null) && value->is_constant()) continue;  // `null` omits the input
    const bool list = value->type.is(Kind::List) || value->type.is(Kind::Record);
    body.arguments.push_back(
        {entry.key->text, std::move(value), list ? SeparatorOf(input->kind) : char{0}, entry.key->span});
  }
}

TermPtr BodyChecker::ArgumentValue(const UsesTarget& target, const syntax::Entry& entry, const ActionInput& input,
                                   const Env& env) {
  const Type members = types::EnumOf(input.members);
  // `true` is a word like others to an action that takes it for one.
  const syntax::ExprKind kind = entry.value.valid() ? ast_[entry.value].kind : syntax::ExprKind::Error;
  if (input.kind == InputKind::Enum && (kind == syntax::ExprKind::True || kind == syntax::ExprKind::False)) {
    const std::string word = kind == syntax::ExprKind::True ? "true" : "false";
    if (std::ranges::find(input.members, word) != input.members.end())
      return BoolTerm(kind == syntax::ExprKind::True, ast_[entry.value].span);
  }
  const Type* declared = TypeOfInput(target, input);
  TermPtr value =
      declared != nullptr
          ? elaborator_.ElaborateAs(entry.value, env, types::Optional(*declared), fmt::format("`{}`", input.name))
      : input.kind == InputKind::Enum
          ? elaborator_.ElaborateAs(entry.value, env, types::Optional(members), fmt::format("`{}`", input.name))
          : elaborator_.Elaborate(entry.value, env);
  if (value->is(TermKind::Error)) return value;
  if (input.kind == InputKind::Code) RefusePasted(value, entry);
  const bool shown = IsShownName(target.name, input.name);
  if (shown && RefuseCacheKey(value, target.name, env)) return ErrorTerm(value->at);
  if (!CheckSlot(value, shown ? slots::kShownName : slots::kStepWith, env, session_)) return ErrorTerm(value->at);
  if (value->type.optional && input.required && elaborator_.RefuseAbsent(value)) return ErrorTerm(value->at);
  if (value->type.is(Kind::Null)) return value;
  const bool list = value->type.is(Kind::List) || value->type.is(Kind::Record);
  return list ? CheckListArgument(value, input) : CheckScalarArgument(value, input);
}

TermPtr BodyChecker::CheckScalarArgument(const TermPtr& value, const ActionInput& input) {
  const std::string what = fmt::format("`{}`", input.name);
  const Type type = types::Present(value->type);
  if (type.is(Kind::Object) || type.is(Kind::Duration)) {
    elaborator_.RefuseNoText(value);
    return ErrorTerm(value->at);
  }
  const bool text = input.kind == InputKind::String || input.kind == InputKind::Secret ||
                    input.kind == InputKind::Code || input.kind == InputKind::Path || SeparatorOf(input.kind) != 0;
  if (type.is_file()) {
    if (text) return value;
    return elaborator_.Require(value, types::Simple(Kind::Bool), what);
  }
  if (text) {
    if (!type.is(Kind::Float)) return value;
    session_.report.Add(elaborator_.NumberForText(value, what));
    return ErrorTerm(value->at);
  }
  // Texts that are known only at run time may hold a bool or a number; GitHub hands on text anyway.
  if (type.is(Kind::String) && !value->is_constant()) return value;
  if (input.kind == InputKind::Bool)
    return elaborator_.Require(value, types::Optional(types::Simple(Kind::Bool)), what);
  if (input.kind == InputKind::Number)
    return elaborator_.Require(value, types::Optional(types::Simple(Kind::Float)), what);
  return value;
}

TermPtr BodyChecker::CheckListArgument(const TermPtr& value, const ActionInput& input) {
  const std::string what = fmt::format("`{}`", input.name);
  if (value->type.is(Kind::Record)) {
    if (input.kind == InputKind::Pairs && value->is(TermKind::Record)) {
      for (const TermPtr& item : value->args)
        if (elaborator_.RefuseAbsent(item) || elaborator_.RefuseNoText(item)) return ErrorTerm(value->at);
      return value;
    }
    return elaborator_.Require(value, types::Simple(Kind::String), what);
  }
  if (SeparatorOf(input.kind) == 0 || input.kind == InputKind::Pairs) {
    Type scalar = types::Simple(input.kind == InputKind::Bool     ? Kind::Bool
                                : input.kind == InputKind::Number ? Kind::Float
                                                                  : Kind::String);
    return elaborator_.Require(value, scalar, what);
  }
  for (const TermPtr& item : value->args) {
    if (elaborator_.RefuseNoText(item)) return ErrorTerm(value->at);
    if (item->type.is(Kind::Float)) {
      session_.report.Add(elaborator_.NumberForText(item, what));
      return ErrorTerm(value->at);
    }
  }
  return value;
}

void BodyChecker::CheckRequired(const syntax::UsesStep& decl, const UsesTarget& target, const UsesBody& body,
                                const Env& env) {
  const Trigger* fork = nullptr;
  for (const Trigger& trigger : pipeline_.triggers)
    if (trigger.event == "pull_request") fork = &trigger;
  for (const ActionInput& input : target.pin->inputs) {
    if (!input.required) continue;
    const bool written = std::ranges::any_of(decl.args, [&](const syntax::Entry& entry) {
      return entry.key && EqualsIgnoreCase(entry.key->text, input.name);
    });
    const Argument* argument = FindArgument(body, input.name);
    if (!written) {
      session_.report.Add(Build(Code::P0301, decl.target.span,
                                fmt::format("`{}` needs the input `{}`", target.name, input.name), "not given")
                              .Say(InputsAsIn(target)));
      continue;
    }
    const Term* secret = argument == nullptr ? nullptr : FindSecret(argument->value);
    if (secret == nullptr || fork == nullptr || !secret->name.starts_with("secrets.")) continue;
    const bool excluded = env.events && !env.events->contains("pull_request");
    if (excluded || env.facts.contains("present:" + Fingerprint(argument->value))) continue;
    const std::string test = fmt::format("if {} != '' {{ ", session_.sources.Text(secret->at));
    diagnostics::Fix fix{"test it first", false, {}};
    const Span whole =
        source::Join(ast_[scope_.item].span.contains(decl.target.span) ? decl.target.span : Span{}, decl.args_span);
    const uint32_t begin = whole.begin >= 5 ? whole.begin - 5 : whole.begin;  // with `uses `
    if (session_.sources.Text(Span{begin, whole.begin}) == "uses ") {
      fix.edits.push_back({Span{begin, begin}, test});
      fix.edits.push_back({Span{whole.end, whole.end}, " }"});
    }
    session_.report.Add(Build(Code::P0509, argument->value->at,
                              fmt::format("`{}` is empty in pull requests from forks", secret->name.substr(8)),
                              fmt::format("`{}` needs this input", target.name))
                            .Also(fork->at, "runs for forks and Dependabot too, and they get no secrets")
                            .Say(fmt::format("Test it first:   {}... }}", test), std::move(fix)));
  }
}

void BodyChecker::AddPermissions(const UsesTarget& target, const UsesBody& body, Span at) {
  const ActionPin& pin = *target.pin;
  if (job_.permissions_exact) return;
  const std::string reason = body.uses;
  if (pin.permissions) {
    for (const catalogue::PermissionGrant& grant : *pin.permissions)
      AddGrant(job_.permissions, grant.scope, grant.access, reason, at);
  } else if (!job_.permissions_given) {
    session_.report.Add(Build(Code::P0903, at, fmt::format("I do not know which permissions `{}` needs", body.uses),
                              target.kind == UsesTarget::Kind::Local
                                  ? "nothing says it, so the job gets none for it"
                                  : "sluice.lock does not say, so the job gets none for it")
                            .Say("Say it in the job:   permissions: { contents: read }"));
  }
  for (const catalogue::ConditionalPermissions& rule : pin.permissions_if)
    if (Applies(rule, body))
      for (const catalogue::PermissionGrant& grant : rule.grants)
        AddGrant(job_.permissions, grant.scope, grant.access, reason, at);
}

}  // namespace sluice::check

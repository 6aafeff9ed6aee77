#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

const std::vector<std::string>& Shells() {
  static const auto& shells = *new std::vector<std::string>{"bash", "sh", "pwsh", "powershell", "cmd", "python"};
  return shells;
}

bool Contains(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

std::string KindOfName(const TermPtr& term) {
  if (!term->let.empty()) return "`let`";
  if (term->is(TermKind::Param)) return "parameter";
  if (term->is(TermKind::Axis)) return "axis";
  if (term->is(TermKind::Path) && term->name.starts_with("needs.")) return "job";
  return "step";
}

// The place of the name itself in its declaration.
Span NameOf(const Term& term, std::string_view name) {
  if (!term.declared.valid()) return {};
  const Span at = term.declared;
  return {at.begin, std::min(at.end, at.begin + static_cast<uint32_t>(name.size()))};
}

// What a `let` in `block` sees of the names around its reader: those that its own blocks bind.
LocalsPtr BlockLocals(const LocalsPtr& locals, const BlockScope* block) {
  if (locals == nullptr || block == nullptr) return nullptr;
  const Locals* local = locals.get();
  LocalsPtr found = locals;
  while (local != nullptr) {
    for (const BlockScope* around = block; around != nullptr && local->block != nullptr; around = around->parent)
      if (local->block == around) return found;
    found = local->outer;
    local = found.get();
  }
  return nullptr;
}

template <class Map>
void AddKeys(const Map& map, std::vector<std::string>& names) {
  for (const auto& [name, value] : map) names.push_back(name);
}

}  // namespace

TermPtr Elaborator::EvalName(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (expected != nullptr)
    if (TermPtr member = FindMember(e, env, *expected)) return member;
  if (ContextSet context = types::FindContext(e.text); !context.empty() && Contains(types::ContextNames(), e.text))
    return Share(PathTerm(e.text, types::Simple(Kind::Object), {}, e.span));
  if (TermPtr local = FindLocal(e.text, e.span, env)) return local;
  if (env.file->functions.contains(e.text))
    return Fail(Build(Code::P0302, e.span, fmt::format("`{}` is a function", e.text), "it has a value only when called")
                    .Also(env.file->functions.find(e.text)->second.decl->name.span, "this function")
                    .Say(fmt::format("Call it:   {}(...)", e.text)),
                e.span);
  if (e.text == "NaN" || e.text == "Infinity")
    return NumberTerm(
        e.text == "NaN" ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity(), e.text,
        types::Simple(Kind::Float), e.span);
  if (catalogue::FindRunnerLabel(e.text) != nullptr || session_.project.FindRunner(e.text) != nullptr)
    return StringTerm(e.text, types::Simple(Kind::Runner), e.span);
  return UnknownName(e, env, expected);
}

// A bare word in a place of runner, shell or enum type is a member if there is one.
TermPtr Elaborator::FindMember(const syntax::Expr& e, const Env& env, const Type& expected) {
  bool is_member = false;
  if (expected.is(Kind::Enum)) is_member = Contains(expected.members, e.text);
  if (expected.is(Kind::Environment)) is_member = session_.names.FindEnvironment(e.text) != nullptr;
  if (expected.is(Kind::Shell)) is_member = Contains(Shells(), e.text);
  if (expected.is(Kind::Runner))
    is_member = catalogue::FindRunnerLabel(e.text) != nullptr || session_.project.FindRunner(e.text) != nullptr;
  if (!is_member) {
    // A quoted text can be nothing but a member.
    if (e.kind == syntax::ExprKind::String && !expected.is(Kind::String)) {
      const bool closed = expected.is(Kind::Enum) || expected.is(Kind::Runner) || expected.is(Kind::Shell) ||
                          expected.is(Kind::Environment);
      return closed ? UnknownName(e, env, &expected) : nullptr;
    }
    return nullptr;
  }
  TermPtr rival;
  if (e.kind == syntax::ExprKind::Name) {
    Reporter::Trial trial(session_.report);
    TermPtr local = FindLocal(e.text, e.span, env);
    const bool itself = local != nullptr && local->is_text_constant() && local->type.is(Kind::Environment);
    if (local != nullptr && !itself && (local->type.kind == expected.kind || local->type.is(Kind::String)))
      rival = local;
  }
  if (rival != nullptr) {
    const std::string kind = KindOfName(rival);
    const std::string owner = expected.is(Kind::Enum) && expected.members == types::JobResult().members
                                  ? "job-result"
                                  : types::ToText(types::Present(expected));
    Build report(Code::P0210, e.span, fmt::format("`{}` has two meanings here", e.text),
                 fmt::format("a member of {}, and the name of {} {}", owner, kind == "axis" ? "an" : "a", kind));
    if (const Span name = NameOf(*rival, e.text); name.valid()) report.Also(name, fmt::format("the {}", kind));
    report.Say(fmt::format("If the member is meant, quote it:   \"{}\"", e.text),
               Replace(e.span, fmt::format("\"{}\"", e.text), "quote the member", false));
    const std::string context = kind == "parameter" ? "inputs." : kind == "axis" ? "matrix." : "";
    if (!context.empty())
      report.Say(fmt::format("If the {} is meant:   {}{}", kind, context, e.text),
                 Replace(e.span, context + e.text, fmt::format("read the {}", kind), false));
    return Fail(std::move(report), e.span);
  }
  return StringTerm(e.text, types::Present(expected), e.span);
}

// What a body or a `for` around binds.
TermPtr Elaborator::FindBound(std::string_view name, Span at, const Env& env) {
  for (const Locals* local = env.locals.get(); local != nullptr; local = local->outer.get()) {
    if (local->name != name) continue;
    Term copy = *local->value;
    if (!local->argument) copy.at = at;
    if (!copy.declared.valid()) copy.declared = local->declared;
    return Share(std::move(copy));
  }
  return nullptr;
}

// The name of an enum: its members are read with a dot.
TermPtr Elaborator::EnumTerm(const EnumEntry& entry, Span at) {
  Type type = types::Simple(Kind::Object);
  type.name = entry.type.name;
  type.members = entry.type.members;
  Term term = PathTerm("enum." + entry.type.name, std::move(type), {}, at);
  term.declared = entry.name.span;
  return Share(std::move(term));
}

TermPtr Elaborator::FindLocal(std::string_view name, Span at, const Env& env) {
  if (TermPtr bound = FindBound(name, at, env)) return bound;
  for (BlockScope* block = env.block; block != nullptr; block = block->parent) {
    if (LetEntry* let = Find(block->lets, name)) return UseLet(*let, at, env);
    if (StepEntry* step = Find(block->steps, name); step != nullptr && (step->passed || env.neutral || env.at_end)) {
      Term term = PathTerm("steps." + step->id, types::Simple(Kind::Object), Context::Steps, at);
      term.declared = step->name.span;
      return Share(std::move(term));
    }
  }
  if (env.job != nullptr) {
    for (AxisEntry& axis : env.job->axes)
      if (axis.name.text == name && !types::IsContextName(name)) return AxisTerm(*env.job, axis, at, env);
    // A step of an inner block is visible after it, in the rest of the blocks around.
    if (StepEntry* step = Find(env.job->all_steps, name); step != nullptr && (step->passed || env.at_end) &&
                                                          env.block != nullptr &&
                                                          (step->loop == nullptr || step->loop->Holds(env.block))) {
      Term term = PathTerm("steps." + step->id, types::Simple(Kind::Object), Context::Steps, at);
      term.declared = step->name.span;
      return Share(std::move(term));
    }
  }
  if (env.pipeline != nullptr) {
    if (auto it = env.pipeline->parameters.find(name); it != env.pipeline->parameters.end())
      return ParamTerm(*env.pipeline, it->second, at);
    if (LetEntry* let = Find(env.pipeline->lets, name)) return UseLet(*let, at, env);
    // A job and an environment may have one name; inside the job it is the environment's.
    JobScope* job = Find(env.pipeline->jobs, name);
    if (job != nullptr && job == env.job && session_.names.FindEnvironment(name) != nullptr)
      return FindEnvironmentValue(name, at, env);
    if (job != nullptr) {
      Term term = PathTerm("needs." + job->name.text, types::Simple(Kind::Object), Context::Needs, at);
      term.declared = job->name.span;
      return Share(std::move(term));
    }
    if (auto group = env.pipeline->groups.find(name); group != env.pipeline->groups.end())
      return GroupTerm(group->second, ChosenFor(group->second, env.rounds != nullptr ? env.rounds : env.job), at);
  }
  if (name == "environment" && env.job != nullptr && env.job->of_action) return EnteredEnvironment(at, env);
  if (LetEntry* let = Find(env.file->lets, name)) return UseLet(*let, at, env);
  if (env.file->actions.contains(name) || env.file->externs.contains(name)) return RefuseAction(name, at);
  if (auto it = env.file->enums.find(name); it != env.file->enums.end()) return EnumTerm(it->second, at);
  if (TermPtr environment = FindEnvironmentValue(name, at, env)) return environment;
  if (auto it = env.file->imports.find(name); it != env.file->imports.end()) {
    const Imported& imported = it->second;
    if (imported.name.empty()) {
      Term term = PathTerm("import." + std::string(name), types::Simple(Kind::Object), {}, at);
      term.declared = imported.at;
      return Share(std::move(term));
    }
    if (imported.file != nullptr) {
      if (LetEntry* let = Find(imported.file->lets, imported.name)) return UseLet(*let, at, env);
      const auto& enums = imported.file->enums;
      if (auto e = enums.find(imported.name); e != enums.end()) return EnumTerm(e->second, at);
      if (imported.file->actions.contains(imported.name) || imported.file->externs.contains(imported.name))
        return RefuseAction(name, at);
    }
    return ErrorTerm(at);  // the import was reported, or names a thing of a later version
  }
  if (env.file->other_names.contains(name)) return ErrorTerm(at);
  if (name == "schedule" && env.run() != nullptr && env.run()->checked != nullptr &&
      env.run()->checked->HasTrigger("schedule"))
    return Share(PathTerm("schedule", types::Simple(Kind::Object), {}, at));
  if ((name == "services" && env.job != nullptr && env.job->settings.contains(name)) ||
      (name == "self" && (env.self != nullptr || env.neutral)))
    return Share(PathTerm(std::string(name), types::Simple(Kind::Object), {}, at));
  return nullptr;
}

// P0302: an action is used, and not read.
TermPtr Elaborator::RefuseAction(std::string_view name, Span at) {
  return Fail(Build(Code::P0302, at, fmt::format("`{}` is an action", name), "it is no value")
                  .Say(fmt::format("Use it as a step:   uses {}(...)", name)),
              at);
}

// `environment` in an action that is declared `in environment`: that of the job that uses it.
TermPtr Elaborator::EnteredEnvironment(Span at, const Env& env) {
  const auto* decl = env.job->pipeline->file->ast->As<syntax::ActionDecl>(env.job->item);
  if (decl == nullptr || !decl->in_environment) return nullptr;
  if (env.job->caller == nullptr) return UnknownTerm(types::Simple(Kind::Environment), at);
  const TermPtr entered = JobEnvironment(*env.job);
  if (entered == nullptr) return ErrorTerm(at);
  Term term = *entered;
  term.at = at;
  return Share(std::move(term));
}

// An environment of this file, or one that it imports: its settings can be read, and its text is its name.
TermPtr Elaborator::FindEnvironmentValue(std::string_view name, Span at, const Env& env) {
  const EnvironmentEntry* environment = session_.names.FindEnvironment(name);
  if (environment == nullptr || environment->name != name) return nullptr;
  auto import = env.file->imports.find(name);
  const bool imported = import != env.file->imports.end() && import->second.file == environment->file;
  if (environment->file != env.file && !imported) return nullptr;
  Term term = *StringTerm(environment->name, types::Simple(Kind::Environment), at);
  term.declared = environment->at;
  return Share(std::move(term));
}

// `prod.url`
TermPtr Elaborator::ReadEnvironment(const TermPtr& environment, const std::string& key, Span key_at, Span at) {
  if (key == "name") return StringTerm(environment->constant.text, types::Simple(Kind::String), at);
  const EnvironmentEntry* entry = session_.names.FindEnvironment(environment->constant.text);
  if (entry == nullptr) return ErrorTerm(at);
  auto setting = entry->settings.find(key);
  if (key != "url" || setting == entry->settings.end())
    return UnknownProperty(entry->name, key, key_at, {"name", "url"});
  Env env;
  env.file = entry->file;
  TermPtr url = Elaborate(entry->file->ast->As<syntax::Setting>(setting->second)->value, env);
  if (url->is(TermKind::Error)) return ErrorTerm(at);
  Term copy = *url;
  copy.at = at;
  return Share(std::move(copy));
}

bool Elaborator::IsValueName(const syntax::Expr& word, const Env& env) {
  if (types::IsContextName(word.text)) return true;
  Reporter::Trial trial(session_.report);
  return FindLocal(word.text, word.span, env) != nullptr;
}

TermPtr Elaborator::UseLet(LetEntry& let, Span at, const Env& env) {
  if (let.state == LetEntry::State::Busy) {
    let.state = LetEntry::State::Bad;
    return Fail(Build(Code::P0606, at, fmt::format("`{}` is defined by itself", let.name.text), "read again here")
                    .Also(let.name.span, "this `let`"),
                at);
  }
  if (let.state == LetEntry::State::New) CheckLet(let);
  if (let.state == LetEntry::State::Bad) return ErrorTerm(at);
  TermPtr value = let.constant;
  // Inlining again what is big already would take long before it is refused.
  if (value == nullptr && budget_ + let.size > kMaxNodes) {
    too_big_ = true;
    return ErrorTerm(at);
  }
  if (value == nullptr) {
    Env inner = env;
    inner.file = let.file;
    inner.pipeline = let.pipeline;
    inner.job = let.job;
    inner.block = let.block;
    inner.locals = BlockLocals(env.locals, let.block);
    if (inner.reader == nullptr) inner.reader = env.pipeline;
    std::vector<Diagnostic> found;
    {
      Reporter::Trial trial(session_.report);
      std::optional<Type> declared;
      if (let.type.valid()) declared = ReadType(*let.file->ast, let.type);
      value = Elaborate(let.value, inner, declared ? &*declared : nullptr);
      if (declared && !value->is(TermKind::Error))
        value = Require(value, *declared, fmt::format("`{}`", let.name.text));
      found = trial.found();
    }
    if (!found.empty()) {
      Diagnostic first = found.front();
      first.labels.push_back({at, fmt::format("`{}` is read here", let.name.text), {}});
      session_.report.Add(std::move(first));
      return ErrorTerm(at);
    }
  }
  Term copy = *value;
  copy.at = at;
  copy.let = let.name.text;
  if (!copy.declared.valid()) copy.declared = (*let.file->ast)[let.value].span;
  return Share(std::move(copy));
}

void Elaborator::CheckLet(LetEntry& let) {
  if (let.state != LetEntry::State::New) return;
  const syntax::Item& written = (*let.file->ast)[let.item];
  Reporter::Aloud aloud(session_.report);
  Reporter::Item item(session_.report, &written, written.damaged);
  let.state = LetEntry::State::Busy;
  Env env;
  env.file = let.file;
  env.pipeline = let.pipeline;
  env.job = let.job;
  env.block = let.block;
  for (const BlockScope* block = let.block; block != nullptr && env.locals == nullptr; block = block->parent)
    env.locals = block->locals;
  env.neutral = true;
  std::optional<Type> declared;
  if (let.type.valid()) declared = ReadType(*let.file->ast, let.type);
  TermPtr value = Elaborate(let.value, env, declared ? &*declared : nullptr);
  if (declared && !value->is(TermKind::Error)) value = Require(value, *declared, fmt::format("`{}`", let.name.text));
  let.size = value->size;
  const bool good = !value->is(TermKind::Error) && let.state == LetEntry::State::Busy;
  let.state = good ? LetEntry::State::Good : LetEntry::State::Bad;
  if (good && value->contexts.empty() && !value->unknown && !value->type.is(Kind::Object)) let.constant = value;
}

TermPtr Elaborator::ParamTerm(const PipelineScope& pipeline, size_t index, Span at) {
  if (pipeline.checked == nullptr || index >= pipeline.checked->parameters.size()) return ErrorTerm(at);
  const Parameter& parameter = pipeline.checked->parameters[index];
  Term term;
  term.kind = parameter.type.is(Kind::Error) ? TermKind::Error : TermKind::Param;
  term.type = parameter.type;
  term.at = at;
  term.contexts = Context::Inputs;
  term.name = parameter.name;
  term.declared = parameter.at;
  if (term.type.optional) {
    Absence absence;
    absence.cause = parameter.at;
    absence.cause_text = fmt::format("`{}` need not be given", parameter.name);
    absence.because = fmt::format("because `{}` is an optional parameter", parameter.name);
    absence.test = fmt::format("{} != null", parameter.name);
    term.absence = std::make_shared<const Absence>(std::move(absence));
  }
  return Share(std::move(term));
}

TermPtr Elaborator::AxisTerm(JobScope& job, AxisEntry& axis, Span at, const Env& env) {
  const AxisEntry& typed = TypedAxis(job, axis);
  if (env.row != nullptr)
    if (auto value = env.row->find(axis.name.text); value != env.row->end()) {
      Term copy = *value->second;
      copy.at = at;
      return Share(std::move(copy));
    }
  Term term;
  term.kind = typed.type.is(Kind::Error) ? TermKind::Error : TermKind::Axis;
  term.type = typed.type;
  term.at = at;
  term.contexts = Context::Matrix;
  term.name = axis.name.text;
  term.declared = axis.name.span;
  return Share(std::move(term));
}

std::vector<std::string> Elaborator::VisibleNames(const Env& env) const {
  std::vector<std::string> names;
  for (const Locals* local = env.locals.get(); local != nullptr; local = local->outer.get())
    names.push_back(local->name);
  for (const BlockScope* block = env.block; block != nullptr; block = block->parent) {
    AddKeys(block->lets, names);
    for (const auto& [name, step] : block->steps)
      if (step->passed || env.neutral) names.push_back(name);
  }
  if (env.job != nullptr)
    for (const AxisEntry& axis : env.job->axes) names.push_back(axis.name.text);
  if (env.pipeline != nullptr) {
    AddKeys(env.pipeline->parameters, names);
    AddKeys(env.pipeline->lets, names);
    AddKeys(env.pipeline->jobs, names);
    AddKeys(env.pipeline->groups, names);
  }
  AddKeys(env.file->lets, names);
  AddKeys(env.file->enums, names);
  AddKeys(env.file->imports, names);
  for (const std::string& context : types::ContextNames()) names.push_back(context);
  return names;
}

TermPtr Elaborator::UnknownName(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (expected != nullptr && expected->is(Kind::Runner))
    return Fail(UnknownRunner(session_.project, e.text, e.span), e.span);
  if (expected != nullptr && expected->is(Kind::Environment)) {
    const std::vector<std::string> known = session_.names.EnvironmentNames();
    Build report(Code::P0309, e.span, fmt::format("there is no environment `{}`", e.text));
    Suggest(report, e.text, e.span, known, "no file of the project declares it");
    const bool plain = std::ranges::all_of(e.text, [](char c) { return IsAsciiAlnum(c) || c == '-' || c == '_'; });
    const std::string name = plain ? e.text : fmt::format("\"{}\"", e.text);
    report.Say(fmt::format("Declare it, once in the project:   environment {} {{ }}", name));
    return Fail(std::move(report), e.span);
  }
  if (expected != nullptr && (expected->is(Kind::Enum) || expected->is(Kind::Shell))) {
    const std::vector<std::string>& members = expected->is(Kind::Enum) ? expected->members : Shells();
    const std::string owner = place_.empty() ? fmt::format("`{}`", types::ToText(types::Present(*expected))) : place_;
    Build report(Code::P0309, e.span, fmt::format("`{}` is not a value of {}", e.text, owner));
    // A quoted member stays quoted: `"3.10"` is no number.
    const std::string_view written = TextOf(e.span);
    const bool quoted = written.size() > 1 && (written[0] == '"' || written[0] == '\'');
    Suggest(report, e.text, quoted ? Span{e.span.begin + 1, e.span.end - 1} : e.span, members, "not one of them");
    report.Say(fmt::format("Values: {}.", JoinNames(members)));
    return Fail(std::move(report), e.span);
  }
  if (env.job != nullptr)
    if (const StepEntry* step = Find(env.job->all_steps, e.text)) {
      if (step->loop != nullptr && !step->loop->Holds(env.block))
        return Fail(Build(Code::P0202, e.span, fmt::format("the step `{}` stands in a `for`", e.text),
                          "there is one for each item")
                        .Also(step->name.span, "this step")
                        .Say("Read it inside of the `for`."),
                    e.span);
      if (step->started)
        return Fail(Build(Code::P0202, e.span, fmt::format("the step `{}` may still run here", e.text),
                          "its values exist only after it")
                        .Also(step->name.span, "started in the background")
                        .Say(fmt::format("Wait for it first:   wait {}", e.text)),
                    e.span);
      return Fail(Build(Code::P0202, e.span, fmt::format("the step `{}` has not run yet here", e.text),
                        "its values exist only after it")
                      .Also(step->name.span, "this step")
                      .Say("Move the reader behind the step."),
                  e.span);
    }
  const std::vector<std::string> visible = VisibleNames(env);
  Build report(Code::P0202, e.span, fmt::format("I do not know the name `{}`", e.text));
  Suggest(report, e.text, e.span, visible, "not a parameter, axis, `let`, step or job that is visible here");
  if (e.kind == syntax::ExprKind::Name && !DidYouMean(e.text, visible))
    report.Say(fmt::format("If the text itself is meant, quote it:   \"{}\"", e.text),
               Replace(e.span, fmt::format("\"{}\"", e.text), "quote the text", false));
  return Fail(std::move(report), e.span);
}

}  // namespace sluice::check

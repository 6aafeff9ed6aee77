// Functions of the program: `fn f(x: T) -> U = e`. Bodies are checked once; a call elaborates the body with its
// arguments, and what only the call finds is shown there (chain.h).
#include <fmt/format.h>

#include <utility>

#include "compiler/check/arguments.h"
#include "compiler/check/chain.h"
#include "compiler/check/elaborate.h"

namespace sluice::check {
namespace {

FnEntry* Find(const FileScope& file, std::string_view name) {
  auto it = file.functions.find(name);
  return it == file.functions.end() ? nullptr : &it->second;
}

}  // namespace

LocalsPtr Bind(LocalsPtr outer, const syntax::Name& name, TermPtr value, const BlockScope* block) {
  return std::make_shared<const Locals>(Locals{name.text, std::move(value), name.span, block, false, std::move(outer)});
}

LocalsPtr BindArgument(LocalsPtr outer, const syntax::Name& name, TermPtr value, const BlockScope* block) {
  return std::make_shared<const Locals>(Locals{name.text, std::move(value), name.span, block, true, std::move(outer)});
}

// `f`, or `file.f` of an imported file.
FnEntry* Elaborator::FindFunctionOf(const syntax::Expr& callee, const Env& env) const {
  if (callee.kind == syntax::ExprKind::Name) {
    if (FnEntry* own = Find(*env.file, callee.text)) return own;
    auto import = env.file->imports.find(callee.text);
    if (import == env.file->imports.end() || import->second.file == nullptr) return nullptr;
    return Find(*import->second.file, import->second.name);
  }
  if (callee.kind != syntax::ExprKind::Member || callee.args.empty() || callee.name.text.starts_with('_'))
    return nullptr;
  const syntax::Expr& root = (*ast_)[callee.args[0]];
  auto import = root.kind == syntax::ExprKind::Name ? env.file->imports.find(root.text) : env.file->imports.end();
  if (import == env.file->imports.end() || import->second.file == nullptr || !import->second.name.empty())
    return nullptr;
  return Find(*import->second.file, callee.name.text);
}

void Elaborator::CheckFn(FnEntry& fn) {
  if (fn.state != FnEntry::State::New) return;
  const Ast& ast = *fn.file->ast;
  const syntax::Item& written = ast[fn.item];
  Reporter::Aloud aloud(session_.report);
  Reporter::Item item(session_.report, &written, written.damaged);
  fn.state = FnEntry::State::Busy;
  bool good = true;
  {
    Reporter::Trial trial(session_.report);
    Env env;
    env.file = fn.file;
    env.neutral = true;
    for (const syntax::Param& param : fn.decl->params) {
      FnEntry::Parameter parameter;
      parameter.type = ReadType(ast, param.type, &parameter.secret);
      if (param.default_value.valid() && !parameter.type.is(Kind::Error))
        ElaborateAs(param.default_value, env, parameter.type, fmt::format("`{}`", param.name.text));
      fn.parameters.push_back(std::move(parameter));
    }
    const Type declared = ReadType(ast, fn.decl->result);
    Env inside = env;
    for (size_t i = 0; i < fn.decl->params.size(); ++i) {
      Term unknown = *UnknownTerm(fn.parameters[i].type, fn.decl->params[i].name.span);
      if (fn.parameters[i].secret) unknown.labels.secret = {fn.decl->params[i].span, "declared secret here"};
      inside.locals = Bind(inside.locals, fn.decl->params[i].name, Share(std::move(unknown)));
    }
    const TermPtr value = FnBody(fn, inside, declared);
    fn.result = declared.is(Kind::Error) ? value->type : declared;
    fn.size = value->size;
    good = !value->is(TermKind::Error) && fn.state == FnEntry::State::Busy;
    fn.found = trial.found();
  }
  for (const Diagnostic& found : fn.found) session_.report.Add(found);
  fn.state = good ? FnEntry::State::Good : FnEntry::State::Bad;
}

TermPtr Elaborator::FnBody(const FnEntry& fn, const Env& env, const Type& declared) {
  if (declared.is(Kind::Error)) return Elaborate(fn.decl->body, env);
  return ElaborateAs(fn.decl->body, env, declared, fmt::format("the result of `{}`", fn.decl->name.text));
}

TermPtr Elaborator::CallFn(FnEntry& fn, const syntax::Expr& e, const Env& env) {
  const std::string name = fn.decl->name.text;
  if (fn.state == FnEntry::State::Busy) {
    fn.state = FnEntry::State::Bad;
    return Fail(Build(Code::P0606, e.span, fmt::format("`{}` is defined by itself", name), "called again here")
                    .Also(fn.decl->name.span, "this function")
                    .Say("Programs end: a function cannot call itself, and not through others."),
                e.span);
  }
  CheckFn(fn);
  if (fn.state == FnEntry::State::Bad) return ErrorTerm(e.span);
  const auto entries = MatchArguments(fn.decl->params, e.entries, e.span, fmt::format("`{}`", name), session_.report);
  if (!entries) return ErrorTerm(e.span);
  Instance instance{fmt::format("`{}`", name), (*fn.file->ast)[fn.item].span, e.span, {}, &fn.found};
  Env inner;
  inner.file = fn.file;
  inner.reader = env.run();
  inner.self = env.self;
  inner.facts = env.facts;
  inner.events = env.events;
  inner.guards = env.guards;
  inner.job_status = env.job_status;
  inner.step_status = env.step_status;
  inner.neutral = env.neutral;
  const Env defaults = inner;
  bool broken = false;
  for (size_t i = 0; i < entries->size(); ++i) {
    const syntax::Param& param = fn.decl->params[i];
    const syntax::Entry* entry = (*entries)[i];
    const std::string what = fmt::format("`{}` of `{}`", param.name.text, name);
    TermPtr value = entry != nullptr ? ElaborateAs(entry->value, env, fn.parameters[i].type, what)
                                     : ElaborateAs(param.default_value, defaults, fn.parameters[i].type, what);
    if (!value->is(TermKind::Error) && value->labels.secret && !fn.parameters[i].secret)
      value = Fail(Build(Code::P0502, value->at, fmt::format("{} takes no secret", what), "a secret")
                       .Also(param.span, "not declared `secret<...>`"),
                   value->at);
    broken = broken || value->is(TermKind::Error);
    instance.arguments.push_back({param.name.text, entry != nullptr ? (*ast_)[entry->value].span : Span{}});
    inner.locals = BindArgument(inner.locals, param.name, std::move(value));
  }
  if (broken) return ErrorTerm(e.span);
  if (budget_ + fn.size > kMaxNodes) {
    too_big_ = true;
    return ErrorTerm(e.span);
  }
  InstanceFindings findings(session_.report, session_.sources, std::move(instance));
  TermPtr value = FnBody(fn, inner, fn.decl->result.valid() ? fn.result : Type{});
  if (value->is(TermKind::Error)) return ErrorTerm(e.span);
  Term copy = *value;
  copy.at = e.span;
  copy.let = name;
  if (!copy.declared.valid()) copy.declared = fn.decl->name.span;
  return Share(std::move(copy));
}

}  // namespace sluice::check

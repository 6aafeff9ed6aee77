// `untyped(e)`: a value as GitHub takes it in its place, with GitHub's own conversions and without a check.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"

namespace sluice::check {
namespace {

struct Root {
  std::string_view name;
  Context context;
};
constexpr auto kRoots = std::to_array<Root>({{"github", Context::Github},
                                             {"env", Context::Env},
                                             {"vars", Context::Vars},
                                             {"job", Context::Job},
                                             {"steps", Context::Steps},
                                             {"runner", Context::Runner},
                                             {"strategy", Context::Strategy},
                                             {"matrix", Context::Matrix},
                                             {"needs", Context::Needs},
                                             {"inputs", Context::Inputs}});

const Root* FindRoot(std::string_view name) {
  const auto root = std::ranges::find(kRoots, name, &Root::name);
  return root == kRoots.end() ? nullptr : &*root;
}

// The constant name of a step of a path, `.x` or `['x']`; empty when it is none.
std::string KeyOf(const Ast& ast, const syntax::Expr& e) {
  if (e.star) return {};
  if (e.kind == syntax::ExprKind::Member) return e.name.text;
  if (e.kind != syntax::ExprKind::Index || e.args.size() != 2 || !e.args[1].valid()) return {};
  const syntax::Expr& key = ast[e.args[1]];
  const bool text = key.kind == syntax::ExprKind::String && key.parts.size() == 1 && !key.parts[0].placeholder.valid();
  return text ? key.parts[0].text : "";
}

TermPtr Wrapped(const TermPtr& value, Span at) {
  Term term = NodeOver(TermKind::Call, types::Simple(Kind::String), at, {value});
  term.name = kUntyped;
  return Share(std::move(term));
}

}  // namespace

bool IsUntyped(const Term& term) {
  if (term.is(TermKind::Default)) return IsUntyped(*term.args[0]) || IsUntyped(*term.args[1]);
  return term.is(TermKind::Call) && term.name == kUntyped;
}

// A path of a context that nobody declared, `steps.gone.outputs.x` or `env[matrix.name]`; null when it is none. GitHub puts
// what it has there, or nothing.
TermPtr Elaborator::UndeclaredPath(ExprId id, const Env& env) {
  if (!id.valid()) return nullptr;
  const syntax::Expr& e = (*ast_)[id];
  const Type json = types::Simple(Kind::Json);
  if (e.kind == syntax::ExprKind::Name) {
    const Root* root = FindRoot(e.text);
    return root == nullptr ? nullptr : Share(PathTerm(e.text, json, root->context, e.span));
  }
  // A part of JSON: `fromJSON(text)[name]`.
  if (e.kind == syntax::ExprKind::Call) {
    const TermPtr value = Eval(id, env, nullptr);
    return value->type.is(Kind::Json) ? value : nullptr;
  }
  if (e.kind != syntax::ExprKind::Member && e.kind != syntax::ExprKind::Index) return nullptr;
  const TermPtr object = UndeclaredPath(e.args.empty() ? ExprId{} : e.args[0], env);
  if (object == nullptr) return nullptr;
  const bool plain = object->is(TermKind::Path) && KeyOf(*ast_, e).find('.') == std::string::npos;
  if (const std::string key = KeyOf(*ast_, e); !key.empty() && plain) {
    Term term = PathTerm(object->name + "." + key, json, object->contexts, e.span);
    // In an event an outsider may have written it.
    if (term.name.starts_with("github.event.")) term.labels.untrusted = {Span{}, "what an event carries"};
    return Share(std::move(term));
  } else if (!key.empty()) {
    Term term = NodeOver(TermKind::Member, json, e.span, {object});
    term.name = key;
    return Share(std::move(term));
  }
  if (e.star || e.args.size() != 2) return nullptr;
  const TermPtr key = Eval(e.args[1], env, nullptr);
  if (key->is(TermKind::Error)) return nullptr;
  return Share(NodeOver(TermKind::Index, json, e.span, {object, key}));
}

// What is known keeps its labels. Of what nobody declared only the path is known.
TermPtr Elaborator::EvalUntyped(const syntax::Expr& e, const Env& env) {
  const ExprId id = e.entries[0].value;
  const bool known = [&] {
    const Reporter::Trial trial(session_.report);
    // What a step prints is a value of .pipe, and not the output of that name.
    const TermPtr path = UndeclaredPath(id, env);
    const bool printed = path != nullptr && path->is(TermKind::Path) && path->name.starts_with("steps.") &&
                         path->name.ends_with(".outputs.stdout");
    return !printed && !Eval(id, env, nullptr)->is(TermKind::Error);
  }();
  if (!known)
    if (const TermPtr path = UndeclaredPath(id, env)) return Wrapped(path, e.span);
  const TermPtr value = Eval(id, env, nullptr);
  return value->is(TermKind::Error) ? value : Wrapped(value, e.span);
}

}  // namespace sluice::check

#include "compiler/check/term.h"

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/expr/text_case.h"
#include "compiler/expr/value.h"
#include "compiler/types/quantity.h"

namespace sluice::check {
namespace {

Term ConstantTerm(Constant::Kind kind, Type type, Span at) {
  Term term;
  term.kind = TermKind::Constant;
  term.type = std::move(type);
  term.at = at;
  term.constant.kind = kind;
  return term;
}

bool IsStatusFunction(std::string_view name) {
  return name == "success" || name == "failure" || name == "always" || name == "cancelled" || name == "ok";
}

std::string ConstantFingerprint(const Constant& c) {
  switch (c.kind) {
    case Constant::Kind::Null:
      return "null";
    case Constant::Kind::Bool:
      return c.boolean ? "true" : "false";
    case Constant::Kind::Number:
      return expr::NumberToText(c.number);
    case Constant::Kind::String:
      return "'" + AsciiLower(c.text) + "'";
  }
  return {};
}

}  // namespace

bool SameConstant(const Constant& a, const Constant& b) {
  return a.kind == b.kind && a.boolean == b.boolean && a.number == b.number && a.text == b.text;
}

TermPtr Share(Term term) { return std::make_shared<const Term>(std::move(term)); }

TermPtr ErrorTerm(Span at) {
  Term term;
  term.at = at;
  return Share(std::move(term));
}

TermPtr NullTerm(Span at) { return Share(ConstantTerm(Constant::Kind::Null, types::Simple(Kind::Null), at)); }

TermPtr BoolTerm(bool value, Span at) {
  Term term = ConstantTerm(Constant::Kind::Bool, types::Simple(Kind::Bool), at);
  term.constant.boolean = value;
  return Share(std::move(term));
}

TermPtr NumberTerm(double value, std::string spelling, Type type, Span at) {
  Term term = ConstantTerm(Constant::Kind::Number, std::move(type), at);
  term.constant.number = value;
  term.constant.spelling = std::move(spelling);
  return Share(std::move(term));
}

TermPtr UnknownTerm(Type type, Span at) {
  Term term;
  term.kind = type.is(Kind::Error) ? TermKind::Error : TermKind::Unknown;
  term.type = std::move(type);
  term.at = at;
  term.unknown = true;
  return Share(std::move(term));
}

TermPtr QuantityTerm(Refined unit, double value, std::string text, Span at) {
  if (text.empty()) text = types::QuantityText(unit, value);
  Term term = ConstantTerm(Constant::Kind::String, types::Text(unit), at);
  term.constant.text = std::move(text);
  term.constant.number = value;
  return Share(std::move(term));
}

bool Term::is_known() const {
  if (is_constant()) return true;
  if (kind != TermKind::List && kind != TermKind::Record) return false;
  return contexts.empty() && std::ranges::all_of(args, [](const TermPtr& arg) { return arg->is_known(); });
}

TermPtr StringTerm(std::string text, Type type, Span at) {
  Term term = ConstantTerm(Constant::Kind::String, std::move(type), at);
  term.size = 1 + static_cast<uint32_t>(text.size() / 256);
  term.constant.text = std::move(text);
  return Share(std::move(term));
}

Term PathTerm(std::string name, Type type, ContextSet contexts, Span at) {
  Term term;
  term.kind = TermKind::Path;
  term.type = std::move(type);
  term.at = at;
  term.contexts = contexts;
  term.name = std::move(name);
  return term;
}

TermPtr Path(std::string name, Type type, ContextSet contexts, Span at, Span declared) {
  Term term = PathTerm(std::move(name), std::move(type), contexts, at);
  term.declared = declared;
  return Share(std::move(term));
}

Term NodeOver(TermKind kind, Type type, Span at, std::vector<TermPtr> args) {
  Term term;
  term.kind = kind;
  term.type = std::move(type);
  term.at = at;
  for (const TermPtr& arg : args) {
    if (arg->is(TermKind::Error)) {
      term.kind = TermKind::Error;
      term.type = Type{};
    }
    term.contexts |= arg->contexts;
    term.labels = Join(std::move(term.labels), arg->labels);
    term.size += arg->size;
    term.compiler_env = term.compiler_env || arg->compiler_env;
    term.unknown = term.unknown || arg->unknown;
  }
  term.args = std::move(args);
  return term;
}

const Term* FindStatusCall(const TermPtr& term) {
  if (term == nullptr) return nullptr;
  if (term->is(TermKind::Call) && IsStatusFunction(term->name)) return term.get();
  for (const TermPtr& arg : term->args) {
    const Term* found = FindStatusCall(arg);
    if (found == nullptr) continue;
    // `!cancelled()` is one thing to a reader.
    return term->is(TermKind::Not) && found == arg.get() ? term.get() : found;
  }
  return nullptr;
}

bool MayChange(const TermPtr& condition) { return FindChanging(condition) != nullptr; }

const Term* FindChanging(const TermPtr& condition) {
  const Term* found = nullptr;
  Walk(condition, [&](const Term& term) {
    if (found != nullptr || (!term.args.empty() && !term.is(TermKind::Call))) return;
    const ContextSet contexts = term.contexts;
    if (contexts.has(Context::Env) || contexts.has(Context::Job) || contexts.has(Context::HashFiles)) found = &term;
  });
  return found;
}

std::vector<TermPtr> Conjuncts(const TermPtr& term) {
  if (term == nullptr) return {};
  if (!term->is(TermKind::And)) return {term};
  std::vector<TermPtr> all;
  for (const TermPtr& arg : term->args)
    for (TermPtr& part : Conjuncts(arg)) all.push_back(std::move(part));
  return all;
}

TermPtr Conjunction(std::vector<TermPtr> terms, Span at) {
  std::vector<TermPtr> flat;
  for (const TermPtr& term : terms)
    for (TermPtr& part : Conjuncts(term)) {
      if (part->is_bool(true)) continue;
      const std::string print = Fingerprint(part);
      if (std::ranges::none_of(flat, [&](const TermPtr& t) { return Fingerprint(t) == print; }))
        flat.push_back(std::move(part));
    }
  if (flat.empty()) return nullptr;
  if (flat.size() == 1) return flat[0];
  return Share(NodeOver(TermKind::And, types::Simple(Kind::Bool), at, std::move(flat)));
}

std::pair<TermPtr, TermPtr> ConstantTest(const TermPtr& term) {
  if (term->args.size() != 2) return {};
  if (term->args[1]->is_constant()) return {term->args[0], term->args[1]};
  if (term->args[0]->is_constant()) return {term->args[1], term->args[0]};
  return {};
}

TermPtr Negation(const TermPtr& term) {
  if (term->is_constant()) return BoolTerm(!term->constant.boolean, term->at);
  if (term->is(TermKind::Not)) return term->args[0];
  if (term->is(TermKind::Equal) || term->is(TermKind::NotEqual)) {
    Term opposite = *term;
    opposite.kind = term->is(TermKind::Equal) ? TermKind::NotEqual : TermKind::Equal;
    return Share(std::move(opposite));
  }
  return Share(NodeOver(TermKind::Not, types::Simple(Kind::Bool), term->at, {term}));
}

bool SameValue(const TermPtr& a, const TermPtr& b) {
  if (a->type.is_quantity() && b->type.is_quantity() && a->type.refined == b->type.refined)
    return a->constant.number == b->constant.number;
  const bool texts = a->is_text_constant() && b->is_text_constant();
  return texts ? expr::EqualText(a->constant.text, b->constant.text) : SameConstant(a->constant, b->constant);
}

std::string Fingerprint(const TermPtr& term) {
  if (term == nullptr) return {};
  std::string text = std::to_string(static_cast<int>(term->kind));
  if (term->is_constant()) return ConstantFingerprint(term->constant);
  text += ":" + AsciiLower(term->owner) + "." + AsciiLower(term->name) + "(";
  for (const std::string& key : term->keys) text += key + ":";
  for (const TermPtr& arg : term->args) text += Fingerprint(arg) + ",";
  return text + ")";
}

expr::Expr LiteralOf(const Constant& c) {
  switch (c.kind) {
    case Constant::Kind::Null:
      return expr::Null();
    case Constant::Kind::Bool:
      return expr::Boolean(c.boolean);
    case Constant::Kind::Number:
      return expr::Number(c.number);
    case Constant::Kind::String:
      return expr::String(c.text);
  }
  return expr::Null();
}

std::string RenderConstant(const Constant& c) {
  switch (c.kind) {
    case Constant::Kind::Null:
      return "";
    case Constant::Kind::Bool:
      return c.boolean ? "true" : "false";
    case Constant::Kind::Number:
      return expr::NumberToText(c.number);
    case Constant::Kind::String:
      return c.text;
  }
  return {};
}

}  // namespace sluice::check

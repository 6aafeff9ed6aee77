// `[for x in C if c: e]`, `{for x in C: k -> v}` and `match e { … }`: written out while compiling.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

const Type kBool = types::Simple(Kind::Bool);

// The words that a value of a closed type can be, or nothing.
std::optional<std::vector<std::string>> ValuesOf(const Type& type) {
  if (type.is(Kind::Enum)) return type.members;
  if (type.is(Kind::Bool)) return std::vector<std::string>{"true", "false"};
  return std::nullopt;
}

std::string Quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
  return text;
}

}  // namespace

// The items that a `for` goes over; null when that was reported. `unknown`: they are not known in this body.
const std::vector<TermPtr>* Elaborator::ItemsOf(const TermPtr& list, std::string_view who, bool& unknown) {
  unknown = false;
  if (list->is(TermKind::Error)) return nullptr;
  if (!list->type.is(Kind::List)) {
    Fail(Build(Code::P0302, list->at, fmt::format("{} goes over a list, not {}", who, types::WithArticle(list->type)),
               types::ToText(list->type)),
         list->at);
    return nullptr;
  }
  if (RefuseAbsent(list)) return nullptr;
  unknown = !list->is(TermKind::List) && list->may_be_known();
  if (list->is(TermKind::List) || unknown) return &list->args;
  Fail(Build(Code::P0403, list->at, fmt::format("{} goes over constants only", who), "known only at run time")
           .Say("Over a list that is known at run time goes a matrix:   job NAME for x in LIST"),
       list->at);
  return nullptr;
}

// Calls `one(env)` with `name` bound to each item that the condition lets through. False when something was reported.
bool Elaborator::ForEachItem(const syntax::Expr& e, const Env& env, bool& unknown,
                             const std::function<bool(const Env&)>& one) {
  const TermPtr list = Eval(e.args[0], env, nullptr);
  const std::vector<TermPtr>* items = ItemsOf(list, "`for`", unknown);
  if (items == nullptr) return false;
  std::vector<TermPtr> values = *items;
  if (unknown) values = {UnknownTerm(list->type.element != nullptr ? *list->type.element : Type{}, list->at)};
  bool good = true;
  for (const TermPtr& value : values) {
    Env inner = env;
    inner.locals = Bind(env.locals, e.name, value);
    if (e.args[1].valid()) {
      const TermPtr condition = RequireBool(Eval(e.args[1], inner, nullptr), (*ast_)[e.args[1]], "if");
      if (condition->is(TermKind::Error)) return false;
      if (condition->may_be_known()) unknown = true;
      if (!condition->is_constant() && !condition->may_be_known()) {
        Fail(Build(Code::P0403, condition->at, "the `if` of a `for` is a constant", "known only at run time"), e.span);
        return false;
      }
      if (condition->is_bool(false)) continue;
    }
    good = one(inner) && good;
    if (too_big_ || !good) return false;
  }
  return good;
}

TermPtr Elaborator::EvalListFor(const syntax::Expr& e, const Env& env, const Type* expected) {
  const Type* wanted = expected != nullptr && expected->is(Kind::List) ? expected->element.get() : nullptr;
  std::vector<TermPtr> items;
  bool unknown = false;
  const bool good = ForEachItem(e, env, unknown, [&](const Env& inner) {
    items.push_back(Eval(e.args[2], inner, wanted));
    return !items.back()->is(TermKind::Error) && !RefuseAbsent(items.back());
  });
  if (!good) return ErrorTerm(e.span);
  TermPtr list = MakeList(std::move(items), wanted, e.span);
  return unknown ? UnknownTerm(list->type, e.span) : list;
}

TermPtr Elaborator::EvalRecordFor(const syntax::Expr& e, const Env& env, const Type* expected) {
  const Type* wanted = expected != nullptr && expected->is(Kind::Map) ? expected->element.get() : nullptr;
  std::vector<TermPtr> values;
  Term record;
  bool unknown = false;
  const bool good = ForEachItem(e, env, unknown, [&](const Env& inner) {
    const TermPtr key = Eval(e.args[2], inner, nullptr);
    const TermPtr value = Eval(e.args[3], inner, wanted);
    if (key->is(TermKind::Error) || value->is(TermKind::Error) || RefuseAbsent(value)) return false;
    if (key->may_be_known()) unknown = true;
    if (!key->is_text_constant() && !key->may_be_known()) {
      Fail(Build(Code::P0403, key->at, "a key is a constant text", types::ToText(key->type)), e.span);
      return false;
    }
    if (std::ranges::find(record.keys, key->constant.text) != record.keys.end() && !unknown) {
      Fail(Build(Code::P0205, key->at, fmt::format("two entries are called `{}`", key->constant.text),
                 "made for two items"),
           e.span);
      return false;
    }
    record.keys.push_back(key->constant.text);
    record.key_spans.push_back(key->at);
    values.push_back(value);
    return true;
  });
  if (!good) return ErrorTerm(e.span);
  const TermPtr list = MakeList(values, wanted, e.span);
  if (list->is(TermKind::Error)) return list;
  const Type element = list->type.element != nullptr ? *list->type.element : Type{};
  const Type map = expected != nullptr && expected->is(Kind::Map) ? types::Present(*expected)
                                                                  : types::MapOf(types::Simple(Kind::String), element);
  if (unknown) return UnknownTerm(map, e.span);
  Term made = NodeOver(TermKind::Record, map, e.span, list->args);
  made.keys = std::move(record.keys);
  made.key_spans = std::move(record.key_spans);
  return Share(std::move(made));
}

// Which values the arms name, and that each is named once; false when something was reported.
bool Elaborator::ReadArms(const syntax::Expr& e, const TermPtr& subject, const Env& env,
                          std::vector<TermPtr>& patterns) {
  const Type type = types::Present(subject->type);
  const std::string outer = std::exchange(place_, fmt::format("`{}`", TextOf(subject->at)));
  bool good = true;
  bool otherwise = false;
  for (const syntax::MatchArm& arm : e.arms) {
    if (otherwise)
      good =
          !Fail(Build(Code::P0311, (*ast_)[arm.value].span, "no value comes here", "`else` took all of them"), e.span)
               ->is(TermKind::Error);
    otherwise = otherwise || !arm.pattern.valid();
    TermPtr pattern = arm.pattern.valid() ? Eval(arm.pattern, env, &type) : nullptr;
    if (pattern != nullptr && !pattern->is(TermKind::Error)) pattern = Require(pattern, type, place_);
    if (pattern != nullptr && !pattern->is(TermKind::Error) && !pattern->is_constant())
      pattern =
          Fail(Build(Code::P0403, pattern->at, "the values of a `match` are constants", "not a constant"), e.span);
    for (const TermPtr& other : patterns)
      if (pattern != nullptr && other != nullptr && pattern->is_constant() && other->is_constant() &&
          SameValue(pattern, other))
        pattern = Fail(Build(Code::P0205, pattern->at,
                             fmt::format("`{}` is matched twice", RenderConstant(pattern->constant)), "the second one")
                           .Also(other->at, "the first one"),
                       e.span);
    good = good && (pattern == nullptr || !pattern->is(TermKind::Error));
    patterns.push_back(std::move(pattern));
  }
  place_ = outer;
  return good;
}

// P0311 for values that no arm takes.
bool Elaborator::CheckExhaustive(const syntax::Expr& e, const TermPtr& subject, const std::vector<TermPtr>& patterns) {
  if (std::ranges::find(patterns, nullptr) != patterns.end()) return true;
  const auto all = ValuesOf(subject->type);
  if (!all) {
    Fail(Build(Code::P0311, e.span, "this `match` says nothing about other values",
               fmt::format("{} can have others", types::WithArticle(types::Present(subject->type))))
             .Say("Add   else -> ..."),
         e.span);
    return false;
  }
  std::vector<std::string> missing;
  for (const std::string& value : *all)
    if (std::ranges::none_of(patterns, [&](const TermPtr& p) { return RenderConstant(p->constant) == value; }))
      missing.push_back(value);
  if (missing.empty()) return true;
  Fail(Build(Code::P0311, e.span, fmt::format("this `match` leaves out {}", Quoted(missing)),
             fmt::format("{} of {} values", patterns.size(), all->size()))
           .Also(subject->declared == e.span || e.span.contains(subject->declared) ? Span{} : subject->declared,
                 "declared here")
           .Say(missing.size() == 1 ? fmt::format("Add   {} -> ...   or   else -> ...", missing[0])
                                    : std::string("Add them, or   else -> ...")),
       e.span);
  return false;
}

TermPtr Elaborator::EvalMatch(const syntax::Expr& e, const Env& env, const Type* expected) {
  const TermPtr subject = Eval(e.args.empty() ? ExprId{} : e.args[0], env, nullptr);
  if (subject->is(TermKind::Error) || RefuseAbsent(subject)) return ErrorTerm(e.span);
  if (!subject->type.is_scalar())
    return Fail(Build(Code::P0303, subject->at, fmt::format("`match` cannot compare {}s", types::ToText(subject->type)),
                      types::ToText(subject->type)),
                e.span);
  std::vector<TermPtr> patterns;
  if (!ReadArms(e, subject, env, patterns) || !CheckExhaustive(e, subject, patterns)) return ErrorTerm(e.span);
  // Only the arm that is taken counts for a constant.
  if (subject->is_constant()) {
    for (size_t i = 0; i < patterns.size(); ++i)
      if (patterns[i] == nullptr || SameValue(patterns[i], subject)) return Eval(e.arms[i].value, env, expected);
    return ErrorTerm(e.span);
  }
  std::vector<TermPtr> tests, values;
  Env rest = env;
  bool broken = false;
  for (size_t i = 0; i < patterns.size(); ++i) {
    Env inner = rest;
    TermPtr test;
    if (patterns[i] != nullptr) {
      test = Share(NodeOver(TermKind::Equal, kBool, subject->at, {subject, patterns[i]}));
      Assume(test, inner);
      Assume(Negation(test), rest);
    }
    tests.push_back(std::move(test));
    values.push_back(Eval(e.arms[i].value, inner, expected));
    broken = broken || values.back()->is(TermKind::Error);
  }
  if (broken || values.empty()) return ErrorTerm(e.span);
  // What comes last needs no test: it is all that is left.
  TermPtr choice = values.back();
  for (size_t i = values.size() - 1; i-- > 0;) {
    choice = Choose(tests[i], values[i], choice, e.span);
    if (choice->is(TermKind::Error)) return choice;
  }
  return choice;
}

}  // namespace sluice::check

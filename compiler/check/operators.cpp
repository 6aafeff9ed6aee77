#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/types/quantity.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

using syntax::ExprKind;

const Type kBool = types::Simple(Kind::Bool);

bool IsNull(const TermPtr& term) { return term->is_constant() && term->constant.kind == Constant::Kind::Null; }
bool IsEmptyText(const TermPtr& term) { return term->is_text_constant() && term->constant.text.empty(); }

// Types whose values are found as members of the other side.
bool IsClosed(const Type& type) {
  return type.is(Kind::Enum) || type.is(Kind::Runner) || type.is(Kind::Shell) || type.is(Kind::Environment);
}

bool Comparable(const Type& a, const Type& b) {
  const Type x = types::Present(a), y = types::Present(b);
  if (x.is(Kind::Enum) && y.is(Kind::Enum)) return true;
  if ((x.is(Kind::Enum) && y.is(Kind::String)) || (x.is(Kind::String) && y.is(Kind::Enum))) return true;
  return types::Fits(x, y) || types::Fits(y, x);
}

// A duration that a run knows: a number of minutes.
bool IsMinutes(const TermPtr& term) { return term->is(TermKind::Call) && term->type.is(Kind::Duration); }

// Durations as numbers of minutes, when one of them is known only at run time.
TermPtr InMinutes(const TermPtr& term) {
  if (IsMinutes(term)) return term->args[0];
  return NumberTerm(term->constant.number / 60'000, "", types::Simple(Kind::Float), term->at);
}

bool BothAre(const TermPtr& a, const TermPtr& b, Refined refined) { return a->type.is(refined) && b->type.is(refined); }

bool SameQuantity(const TermPtr& a, const TermPtr& b) {
  return a->type.is_quantity() && b->type.is_quantity() && a->type.refined == b->type.refined;
}

bool Holds(std::string_view op, double order) {
  return op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0;
}

// When a value that reads these contexts is known.
std::string KnownWhen(ContextSet contexts) {
  if (contexts.has(Context::Steps) || contexts.has(Context::Env) || contexts.has(Context::Job))
    return "known only inside the job";
  if (contexts.has(Context::Matrix) || contexts.has(Context::Strategy) || contexts.has(Context::Runner))
    return "known only when the job starts";
  if (contexts.has(Context::Needs)) return "known only when the job is considered";
  return "known only when the run starts";
}

Type BothMembers(const Type& a, const Type& b) {
  Type both = types::Present(a);
  for (const std::string& member : b.members)
    if (std::ranges::find(both.members, member) == both.members.end()) both.members.push_back(member);
  return both;
}

std::string KindName(const Type& type) { return types::ToText(types::Present(type)); }

}  // namespace

TermPtr Elaborator::EvalUnary(const syntax::Expr& e, const Env& env) {
  TermPtr operand = Eval(e.args.empty() ? ExprId{} : e.args[0], env, nullptr);
  if (operand->is(TermKind::Error)) return ErrorTerm(e.span);
  if (operand->may_be_known() && operand->type.is_number() && e.text != "!") return UnknownTerm(operand->type, e.span);
  if (e.text == "!") {
    operand = RequireBool(operand, e, "!");
    if (operand->is(TermKind::Error)) return operand;
    if (operand->is_constant()) return BoolTerm(!operand->constant.boolean, e.span);
    return Share(NodeOver(TermKind::Not, kBool, e.span, {operand}));
  }
  if (!operand->type.is_number())
    return Fail(
        Build(Code::P0303, operand->at, fmt::format("`-` takes a number, not {}", types::WithArticle(operand->type)),
              types::ToText(operand->type)),
        e.span);
  if (!operand->is_constant())
    return Fail(Build(Code::P0403, e.span, "`-` works on constants only", KnownWhen(operand->contexts))
                    .Say("GitHub's expressions cannot calculate. A script can:   $(( ... ))"),
                e.span);
  const std::string spelling = operand->constant.spelling.empty() ? "" : "-" + operand->constant.spelling;
  return NumberTerm(-operand->constant.number, spelling, operand->type, e.span);
}

TermPtr Elaborator::RequireBool(const TermPtr& term, const syntax::Expr& at, std::string_view op) {
  if (term->is(TermKind::Error)) return term;
  if (term->type.is(Kind::Bool)) return RefuseAbsent(term) ? ErrorTerm(term->at) : term;
  if (IsUntyped(*term)) return Require(term, kBool, op);
  Build report(Code::P0303, term->at, fmt::format("`{}` takes bools only", op), types::ToText(term->type));
  if (term->declared.valid() && !(term->declared == term->at)) report.Also(term->declared, "declared here");
  if (op == "!" && term->type.is(Kind::String))
    report.Say(
        fmt::format("To ask whether it is empty:   {} == ''", TextOf(term->at)),
        Replace(Span{at.span.begin, at.span.end}, fmt::format("{} == ''", TextOf(term->at)), "compare it", false));
  else if (op == "&&" || op == "||")
    SayChoice(report, at);
  return Fail(std::move(report), at.span);
}

// GitHub's way to choose, `c && a || b`, is written `c ? a : b`.
void Elaborator::SayChoice(Build& report, const syntax::Expr& operand) {
  if (choice_ != nullptr && choice_->kind == ExprKind::Binary && choice_->text == "||") {
    const syntax::Expr& left = (*ast_)[choice_->args[0]];
    if (left.kind == ExprKind::Binary && left.text == "&&") {
      const std::string better =
          fmt::format("{} ? {} : {}", TextOf((*ast_)[left.args[0]].outer), TextOf((*ast_)[left.args[1]].outer),
                      TextOf((*ast_)[choice_->args[1]].outer));
      report.Say(fmt::format("To choose between two values:   {}", better),
                 Replace(choice_->span, better, "write a choice"));
      return;
    }
    report.Say(fmt::format("For a default of a text:   {} ?? ...   To choose between two values:   c ? a : b",
                           TextOf(operand.outer)));
    return;
  }
  report.Say("To choose between two values:   c ? a : b");
}

TermPtr Elaborator::EvalBinary(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (e.args.size() != 2) return ErrorTerm(e.span);
  const std::string& op = e.text;
  if (op == "&&" || op == "||") return EvalLogic(e, env);
  if (op == "==" || op == "!=") return EvalComparison(e, env);
  if (op == "<" || op == "<=" || op == ">" || op == ">=") return EvalOrder(e, env);
  if (op == "??") return EvalDefault(e, env, expected);
  if (op == "in") return EvalIn(e, env);
  return EvalArithmetic(e, env, expected);
}

TermPtr Elaborator::EvalLogic(const syntax::Expr& e, const Env& env) {
  const syntax::Expr* outer_choice = choice_;
  if (choice_ == nullptr || e.text == "||") choice_ = &e;
  // A chain of one operator is one node: long conditions are not deep.
  std::vector<ExprId> operands;
  const syntax::Expr* node = &e;
  while (true) {
    operands.push_back(node->args[1]);
    const syntax::Expr& left = (*ast_)[node->args[0]];
    if (left.kind != ExprKind::Binary || left.text != e.text || left.args.size() != 2) break;
    node = &left;
  }
  operands.push_back(node->args[0]);
  std::ranges::reverse(operands);
  const bool is_and = e.text == "&&";
  Env inner = env;
  std::vector<TermPtr> terms;
  bool broken = false;
  for (ExprId id : operands) {
    TermPtr term = RequireBool(Eval(id, inner, nullptr), (*ast_)[id], e.text);
    broken = broken || term->is(TermKind::Error);
    if (is_and && !broken) Assume(term, inner);
    if (term->is_bool(is_and)) continue;  // changes nothing
    // `always() || true` runs also after a failure, and `true` does not.
    const auto has_status = [&](ExprId operand) {
      return env.file != nullptr && FindStatusSyntax(*env.file, operand, env, 0).has_value();
    };
    if (term->is_bool(!is_and) && !broken && (is_and || !std::ranges::any_of(operands, has_status))) {
      choice_ = outer_choice;
      return BoolTerm(!is_and, e.span);
    }
    if (!is_and && term->is(TermKind::Or))
      terms.insert(terms.end(), term->args.begin(), term->args.end());
    else if (is_and && term->is(TermKind::And))
      terms.insert(terms.end(), term->args.begin(), term->args.end());
    else
      terms.push_back(std::move(term));
  }
  choice_ = outer_choice;
  if (broken) return ErrorTerm(e.span);
  if (terms.empty()) return BoolTerm(is_and, e.span);
  if (terms.size() == 1) return terms[0];
  return Share(NodeOver(is_and ? TermKind::And : TermKind::Or, kBool, e.span, std::move(terms)));
}

TermPtr Elaborator::Mismatch(const TermPtr& a, const TermPtr& b, const syntax::Expr& e) {
  Build report(Code::P0303, a->at,
               fmt::format("this compares {} with {}", types::WithArticle(types::Present(a->type)),
                           types::WithArticle(types::Present(b->type))),
               KindName(a->type));
  report.Also(b->at, KindName(b->type));
  for (const TermPtr& side : {a, b})
    if (side->declared.valid() && !(side->declared == side->at)) report.Also(side->declared, "declared here");
  const TermPtr& flag = a->type.is(Kind::Bool) ? a : b;
  const TermPtr& text = a->type.is(Kind::Bool) ? b : a;
  if (flag->type.is(Kind::Bool) && text->is_text_constant() &&
      (text->constant.text == "true" || text->constant.text == "false")) {
    const bool positive = (text->constant.text == "true") == (e.text == "==");
    const std::string better = fmt::format("{}{}", positive ? "" : "!", TextOf(flag->at));
    report.Say(fmt::format("{} are typed here, so the usual quoting is not needed:   {}{}",
                           flag->is(TermKind::Param)  ? "Parameters"
                           : flag->is(TermKind::Path) ? "Contexts"
                                                      : "Outputs",
                           KeyBefore(e.outer), better),
               Replace(e.span, better, "compare nothing"));
  } else if (a->type.is_number() && b->is_text_constant()) {
    report.Say("A number is written without quotes.");
  }
  return Fail(std::move(report), e.span);
}

// What stands before `at` on its line.
std::string_view Elaborator::LineBefore(Span at) const {
  if (!at.valid()) return {};
  const source::Position begin = session_.sources.Begin(at);
  const std::string_view line = session_.sources.Line(begin.file, begin.line);
  const size_t start = session_.sources.file(begin.file).line_starts[begin.line - 1];
  return line.substr(0, std::min(line.size(), begin.byte - start));
}

// `if: ` when the expression is the whole value of that setting, to show a replacement as it will look.
std::string Elaborator::KeyBefore(Span at) const {
  std::string_view before = LineBefore(at);
  if (!before.ends_with(": ")) return {};
  size_t begin = before.size() - 2;
  while (begin > 0 && (IsAsciiAlnum(before[begin - 1]) || before[begin - 1] == '-' || before[begin - 1] == '_'))
    --begin;
  before.remove_prefix(begin);
  return std::string(before);
}

TermPtr Elaborator::EvalComparison(const syntax::Expr& e, const Env& env) {
  // A bare word is looked up among the members of the other side, so that one comes first.
  const bool right_first = (*ast_)[e.args[0]].kind == ExprKind::Name || (*ast_)[e.args[0]].kind == ExprKind::String;
  const bool both_names = right_first && (*ast_)[e.args[1]].kind == ExprKind::Name;
  TermPtr sides[2];
  const int first = right_first && !both_names && (*ast_)[e.args[1]].kind != ExprKind::String ? 1 : 0;
  sides[first] = Eval(e.args[static_cast<size_t>(first)], env, nullptr);
  const Type closed = types::Present(sides[first]->type);
  const std::string outer_place = std::exchange(place_, fmt::format("`{}`", TextOf(sides[first]->at)));
  sides[1 - first] = Eval(e.args[static_cast<size_t>(1 - first)], env, IsClosed(closed) ? &closed : nullptr);
  place_ = outer_place;
  for (int i : {0, 1})  // a text beside a quantity is one too
    if (sides[1 - i]->type.is_quantity() && !SameQuantity(sides[0], sides[1]))
      if (TermPtr adapted = Adapt(sides[i], types::Present(sides[1 - i]->type))) sides[i] = std::move(adapted);
  const TermPtr &a = sides[0], &b = sides[1];
  if (a->is(TermKind::Error) || b->is(TermKind::Error)) return ErrorTerm(e.span);
  const TermKind kind = e.text == "==" ? TermKind::Equal : TermKind::NotEqual;
  for (const auto& [value, other] : {std::pair(a, b), std::pair(b, a)}) {
    if (value->labels.secret && !IsEmptyText(other))
      return Fail(Build(Code::P0502, value->at, "a secret cannot be compared", "only its emptiness can be tested")
                      .Say(fmt::format("To ask whether it is there:   {} != ''", TextOf(value->at))),
                  e.span);
  }
  const bool untyped = IsUntyped(*a) || IsUntyped(*b);
  if (!IsNull(a) && !IsNull(b) && !untyped) {
    if (!Comparable(a->type, b->type)) return Mismatch(a, b, e);
    for (const auto& [value, other] : {std::pair(a, b), std::pair(b, a)}) {
      const bool says_something = other->is_text_constant() && (!other->constant.text.empty());
      const bool optional_other = other->type.optional;
      if (value->type.optional && !says_something && !optional_other && RefuseAbsent(value)) return ErrorTerm(e.span);
    }
    if (a->type.is(Kind::Json))
      return Fail(Build(Code::P0303, a->at, "json is compared when it is known what it is", "json")
                      .Say(fmt::format("Say what it is:   ({} as string)", TextOf(a->at))),
                  e.span);
    if (!a->type.is_scalar() && !a->type.is(Kind::Duration) && !a->type.is(Kind::Error))
      return Fail(Build(Code::P0303, a->at, fmt::format("GitHub cannot compare {}s", types::ToText(a->type)),
                        types::ToText(a->type))
                      .Say("Compare a text of it:   toJSON(a) == toJSON(b)"),
                  e.span);
  }
  if (a->is_constant() && b->is_constant()) return BoolTerm(SameValue(a, b) == (kind == TermKind::Equal), e.span);
  if (SameQuantity(a, b) && !a->may_be_known() && !b->may_be_known()) return RefuseUnits(e, a->is_constant() ? b : a);
  const bool minutes = a->type.is(Kind::Duration) && b->type.is(Kind::Duration) && (IsMinutes(a) || IsMinutes(b));
  Term term =
      minutes ? NodeOver(kind, kBool, e.span, {InMinutes(a), InMinutes(b)}) : NodeOver(kind, kBool, e.span, {a, b});
  // Whether a secret is there is no secret.
  const bool tests_secret = (a->labels.secret && IsEmptyText(b)) || (b->labels.secret && IsEmptyText(a));
  if (tests_secret) {
    term.labels.secret.reset();
    const TermPtr& tested = a->labels.secret ? a : b;
    term.compiler_env = tested->is(TermKind::Path) && tested->name.starts_with("secrets.");
  }
  term.labels.untrusted.reset();
  return Share(std::move(term));
}

TermPtr Elaborator::EvalOrder(const syntax::Expr& e, const Env& env) {
  TermPtr a = Eval(e.args[0], env, nullptr);
  TermPtr b = Eval(e.args[1], env, nullptr);
  if (a->is(TermKind::Error) || b->is(TermKind::Error)) return ErrorTerm(e.span);
  if (RefuseAbsent(a) || RefuseAbsent(b)) return ErrorTerm(e.span);
  const bool numbers = (a->type.is_number() && b->type.is_number()) || IsUntyped(*a) || IsUntyped(*b);
  const bool durations = a->type.is(Kind::Duration) && b->type.is(Kind::Duration);
  if (SameQuantity(a, b) || BothAre(a, b, Refined::Semver)) return OrderTexts(e, a, b);
  if (!numbers && !durations) {
    if (a->type.kind != b->type.kind && !(a->type.is_number() && b->type.is_number())) return Mismatch(a, b, e);
    return Fail(Build(Code::P0303, a->at, fmt::format("`{}` compares numbers, not {}s", e.text, types::ToText(a->type)),
                      types::ToText(a->type))
                    .Say("GitHub compares texts letter by letter: 10 would be less than 9."),
                e.span);
  }
  if (a->is_constant() && b->is_constant()) {
    const double x = a->constant.number, y = b->constant.number;
    const bool result = e.text == "<" ? x < y : e.text == "<=" ? x <= y : e.text == ">" ? x > y : x >= y;
    return BoolTerm(result, e.span);
  }
  if (IsMinutes(a) || IsMinutes(b)) {
    a = InMinutes(a);
    b = InMinutes(b);
  }
  const TermKind kind = e.text == "<"    ? TermKind::Less
                        : e.text == "<=" ? TermKind::LessEqual
                        : e.text == ">"  ? TermKind::Greater
                                         : TermKind::GreaterEqual;
  return Share(NodeOver(kind, kBool, e.span, {a, b}));
}

// GitHub's expressions know no units: at run time a quantity is a text.
TermPtr Elaborator::RefuseUnits(const syntax::Expr& e, const TermPtr& side) {
  return Fail(Build(Code::P0403, side->at, fmt::format("`{}` compares constants of this type only", e.text),
                    fmt::format("{}, {}", types::WithArticle(side->type), KnownWhen(side->contexts)))
                  .Say("GitHub's expressions know no units: compare it in a script."),
              e.span);
}

// Quantities and versions: texts that have an order while they are compiled.
TermPtr Elaborator::OrderTexts(const syntax::Expr& e, const TermPtr& a, const TermPtr& b) {
  if (a->is_constant() && b->is_constant()) {
    const double order = a->type.is(Refined::Semver) ? types::CompareSemver(a->constant.text, b->constant.text)
                                                     : a->constant.number - b->constant.number;
    return BoolTerm(Holds(e.text, order), e.span);
  }
  const TermPtr& side = a->is_constant() || a->may_be_known() ? b : a;
  if (side->is_constant() || side->may_be_known()) return UnknownTerm(kBool, e.span);
  if (!a->type.is(Refined::Semver)) return RefuseUnits(e, side);
  return Fail(Build(Code::P0403, side->at, fmt::format("`{}` compares versions that are constants only", e.text),
                    KnownWhen(side->contexts))
                  .Say("At run time the step `semver-at-least` of `std` compares them, or a script:   sort -V"),
              e.span);
}

TermPtr Elaborator::EvalDefault(const syntax::Expr& e, const Env& env, const Type* expected) {
  TermPtr value = Eval(e.args[0], env, expected);
  if (value->is(TermKind::Error)) {
    (void)Eval(e.args[1], env, expected);
    return ErrorTerm(e.span);
  }
  const Type type = types::Present(value->type);
  TermPtr otherwise = Eval(e.args[1], env, &type);
  if (otherwise->is(TermKind::Error)) return ErrorTerm(e.span);
  // A number in a text has a text as its default.
  const bool untyped = IsUntyped(*value) || IsUntyped(*otherwise);
  const bool as_text = (type.is_number() && otherwise->type.is(Kind::String) && !value->is_constant()) || untyped;
  if (!types::Fits(types::Present(otherwise->type), type) && !IsNull(value) && !as_text) {
    Build report(Code::P0303, value->at,
                 fmt::format("the default of {} is {}", types::WithArticle(type), types::WithArticle(otherwise->type)),
                 types::ToText(value->type));
    report.Also(otherwise->at, types::ToText(otherwise->type));
    if (value->declared.valid() && !(value->declared == value->at)) report.Also(value->declared, "declared here");
    return Fail(std::move(report), e.span);
  }
  if (IsNull(value)) return otherwise;
  // The empty text counts as absent: GitHub cannot tell. Other values that are always there need no default.
  if (!value->type.optional && (value->is_constant() || !type.is(Kind::String)) && !as_text) {
    return Fail(Build(Code::P0303, value->at, fmt::format("`{}` is always there", TextOf(value->at)),
                      types::ToText(value->type))
                    .Say(fmt::format("Leave the default away:   {}", TextOf(value->at)),
                         Replace(e.span, std::string(TextOf(value->at)), "remove the default")),
                e.span);
  }
  // `a ?? b ?? c` is `a ?? (b ?? c)`: what is on the wire is asked for being there before it is read.
  if (value->is(TermKind::Default)) {
    const bool optional = otherwise->type.optional;
    Term rest = NodeOver(TermKind::Default,
                         untyped    ? types::Simple(Kind::String)
                         : as_text  ? otherwise->type
                         : optional ? types::Optional(type)
                                    : type,
                         e.span, {value->args[1], otherwise});
    if (optional) rest.absence = otherwise->absence;
    otherwise = Share(std::move(rest));
    value = value->args[0];
  }
  Term term = NodeOver(TermKind::Default,
                       untyped                    ? types::Simple(Kind::String)
                       : as_text                  ? otherwise->type
                       : otherwise->type.optional ? types::Optional(type)
                                                  : type,
                       e.span, {value, otherwise});
  if (otherwise->type.optional) term.absence = otherwise->absence;
  return Share(std::move(term));
}

TermPtr Elaborator::EvalIn(const syntax::Expr& e, const Env& env) {
  TermPtr value = Eval(e.args[0], env, nullptr);
  if (value->is(TermKind::Error)) return ErrorTerm(e.span);
  const Type wanted = types::ListOf(types::Present(value->type));
  TermPtr list = Eval(e.args[1], env, IsClosed(value->type) ? &wanted : nullptr);
  if (list->is(TermKind::Error)) return ErrorTerm(e.span);
  if (RefuseAbsent(value) || RefuseAbsent(list)) return ErrorTerm(e.span);
  if (!list->type.is(Kind::List)) {
    Build report(Code::P0303, list->at, fmt::format("`in` looks into a list, not {}", types::WithArticle(list->type)),
                 types::ToText(list->type));
    if (list->type.is(Kind::String))
      report.Say(fmt::format("For a part of a text:   contains({}, {})", TextOf(list->at), TextOf(value->at)));
    return Fail(std::move(report), e.span);
  }
  if (list->type.element != nullptr && !Comparable(value->type, *list->type.element)) return Mismatch(value, list, e);
  const bool constant = std::ranges::all_of(list->args, [](const TermPtr& item) { return item->is_constant(); });
  if (list->is(TermKind::List) && constant && value->is_constant())
    return BoolTerm(std::ranges::any_of(list->args, [&](const TermPtr& item) { return SameValue(item, value); }),
                    e.span);
  Term term = NodeOver(TermKind::In, kBool, e.span, {value, list});
  term.labels.untrusted.reset();
  return Share(std::move(term));
}

TermPtr Elaborator::EvalConditional(const syntax::Expr& e, const Env& env, const Type* expected) {
  if (e.args.size() != 3) return ErrorTerm(e.span);
  TermPtr condition = RequireBool(Eval(e.args[0], env, nullptr), (*ast_)[e.args[0]], "?:");
  Env holds = env, fails = env;
  if (!condition->is(TermKind::Error)) {
    Assume(condition, holds);
    Assume(Negation(condition), fails);
  }
  TermPtr a = Eval(e.args[1], holds, expected);
  TermPtr b = Eval(e.args[2], fails, expected);
  if (condition->is(TermKind::Error) || a->is(TermKind::Error) || b->is(TermKind::Error)) return ErrorTerm(e.span);
  return Choose(condition, a, b, e.span);
}

// `condition ? a : b` of values that were elaborated.
TermPtr Elaborator::Choose(const TermPtr& condition, const TermPtr& a, const TermPtr& b, Span at) {
  Type type;
  if (types::Fits(b->type, types::Optional(a->type)))
    type = types::Present(a->type);
  else if (types::Fits(a->type, types::Optional(b->type)))
    type = types::Present(b->type);
  else if (a->type.is(Kind::Enum) && b->type.is(Kind::Enum) && a->type.name == b->type.name)
    type = BothMembers(a->type, b->type);
  else
    return Fail(Build(Code::P0303, a->at, "the two values of a choice have different types", types::ToText(a->type))
                    .Also(b->at, types::ToText(b->type)),
                at);
  if (type.is(Kind::Null)) type = types::Present(b->type);
  if (condition->is_constant()) return condition->constant.boolean ? a : b;
  const bool optional = a->type.optional || b->type.optional || IsNull(a) || IsNull(b);
  Term term = NodeOver(TermKind::Conditional, optional ? types::Optional(type) : type, at, {condition, a, b});
  if (optional) term.absence = a->absence != nullptr ? a->absence : b->absence;
  return Share(std::move(term));
}

TermPtr Elaborator::EvalArithmetic(const syntax::Expr& e, const Env& env, const Type* expected) {
  TermPtr a = Eval(e.args[0], env, nullptr);
  TermPtr b = Eval(e.args[1], env, nullptr);
  if (a->is(TermKind::Error) || b->is(TermKind::Error)) return ErrorTerm(e.span);
  const bool numbers = a->type.is_number() && b->type.is_number();
  const bool durations = a->type.is(Kind::Duration) && b->type.is(Kind::Duration) && (e.text == "+" || e.text == "-");
  if (e.text == "..") return EvalRange(e, a, b, expected);
  if (RefuseAbsent(a) || RefuseAbsent(b)) return ErrorTerm(e.span);
  const bool quantities = SameQuantity(a, b) && (e.text == "+" || e.text == "-");
  const bool has_unit = a->type.is(Kind::Duration) || a->type.is_quantity();
  const bool scaled = has_unit && b->type.is_number() && (e.text == "*" || e.text == "/");
  if (!numbers && !durations && !quantities && !scaled) {
    Build report(Code::P0303, a->at, fmt::format("`{}` takes numbers", e.text), types::ToText(a->type));
    report.Also(b->at, types::ToText(b->type));
    if (e.text == "+" && (a->type.is(Kind::String) || b->type.is(Kind::String)))
      report.Say("Texts are joined by placeholders:   \"${{ a }}${{ b }}\"");
    return Fail(std::move(report), e.span);
  }
  const bool unknown = a->may_be_known() || b->may_be_known();
  for (const TermPtr& side : {a, b})
    if (!side->is_constant() && !side->may_be_known())
      return Fail(
          Build(Code::P0403, side->at, fmt::format("`{}` works on constants only", e.text), KnownWhen(side->contexts))
              .Say("GitHub's expressions cannot calculate. A script can:   $(( ... ))"),
          e.span);
  if (unknown) {
    const bool float_result = numbers && (e.text == "/" || a->type.is(Kind::Float) || b->type.is(Kind::Float));
    return UnknownTerm(float_result ? types::Simple(Kind::Float) : types::Present(a->type), e.span);
  }
  const double x = a->constant.number, y = b->constant.number;
  if (e.text == "/" && y == 0)
    return Fail(Build(Code::P0305, b->at, "a number cannot be divided by zero", "zero"), e.span);
  const double value = e.text == "+" ? x + y : e.text == "-" ? x - y : e.text == "*" ? x * y : x / y;
  if (a->type.is_quantity()) {
    if (value < 0)
      return Fail(Build(Code::P0305, e.span, "this quantity is less than nothing",
                        types::QuantityText(a->type.refined, -value)),
                  e.span);
    return QuantityTerm(a->type.refined, value, "", e.span);
  }
  Type type = a->type.is(Kind::Float) ? a->type : b->type.is(Kind::Float) && numbers ? b->type : a->type;
  if (type.is(Kind::Int) && value != std::floor(value)) type = types::Simple(Kind::Float);
  return NumberTerm(value, "", std::move(type), e.span);
}

// `a .. b`: where a range is expected, and of anything but whole numbers, its two ends; else the numbers themselves.
TermPtr Elaborator::EvalRange(const syntax::Expr& e, const TermPtr& from, const TermPtr& to, const Type* expected) {
  const bool same = from->type.kind == to->type.kind && from->type.refined == to->type.refined;
  const bool numbers = from->type.is_number() && to->type.is_number();
  const bool ordered = from->type.is(Kind::Duration) || from->type.is_quantity();
  if (RefuseAbsent(from) || RefuseAbsent(to)) return ErrorTerm(e.span);
  if (!numbers && !(same && ordered))
    return Fail(Build(Code::P0303, from->at, "`..` goes from one number to another", types::ToText(from->type))
                    .Also(to->at, types::ToText(to->type)),
                e.span);
  for (const TermPtr& side : {from, to})
    if (!side->is_constant() && !side->may_be_known())
      return Fail(Build(Code::P0403, side->at, "`..` works on constants only", KnownWhen(side->contexts)), e.span);
  const bool whole = from->type.is(Kind::Int) && to->type.is(Kind::Int);
  const bool list = whole && (expected == nullptr || !expected->is(Kind::Range));
  const Type element = whole ? from->type : numbers ? types::Simple(Kind::Float) : from->type;
  if (!from->is_constant() || !to->is_constant())
    return UnknownTerm(list ? types::ListOf(element) : types::RangeOf(element), e.span);
  const double x = from->constant.number, y = to->constant.number;
  if (y < x)
    return Fail(Build(Code::P0305, e.span, "this range is empty", "its end is less than its beginning"), e.span);
  if (!list) {
    Term range = NodeOver(TermKind::Record, types::RangeOf(element), e.span, {from, to});
    range.keys = {"min", "max"};
    range.key_spans = {from->at, to->at};
    return Share(std::move(range));
  }
  if (y - x >= 10'000)
    return Fail(Build(Code::P0906, e.span, "this range is too big", fmt::format("{} numbers", y - x + 1)), e.span);
  std::vector<TermPtr> items;
  for (double i = x; i <= y; ++i) items.push_back(NumberTerm(i, "", types::Simple(Kind::Int), e.span));
  return Share(NodeOver(TermKind::List, types::ListOf(element), e.span, std::move(items)));
}

}  // namespace sluice::check

#include "compiler/check/elaborate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/types/quantity.h"
#include "compiler/types/refined.h"

namespace sluice::check {
namespace {

using syntax::ExprKind;

// How deep expressions may nest, `let`s included.
constexpr size_t kMaxDepth = 300;

}  // namespace

TermPtr Elaborator::Elaborate(ExprId id, const Env& env, const Type* expected) {
  if (!id.valid()) return ErrorTerm({});
  const bool outermost = depth_ == 0;
  if (outermost) budget_ = 0;
  const Ast* outer = std::exchange(ast_, env.file->ast);
  TermPtr term = Eval(id, env, expected);
  if (outermost && std::exchange(too_big_, false))
    term = Fail(Build(Code::P0906, (*ast_)[id].span, "this value is too big once everything is filled in",
                      "more than 100,000 parts")
                    .Say("Build it in a script, or use fewer `let`s that contain each other."),
                term->at);
  ast_ = outer;
  return term;
}

TermPtr Elaborator::Eval(ExprId id, const Env& env, const Type* expected) {
  if (!id.valid()) return ErrorTerm({});
  const syntax::Expr& e = (*ast_)[id];
  if (depth_ >= kMaxDepth)
    return Fail(Build(Code::P0906, e.span, "this expression is nested too deep once everything is filled in",
                      "more than 300 levels")
                    .Say("Compute it in a script, or in several steps."),
                e.span);
  if (too_big_ || ++budget_ > kMaxNodes) {
    too_big_ = true;
    return ErrorTerm(e.span);
  }
  ++depth_;
  const Span place = session_.report.place();
  session_.report.set_place(e.span);
  TermPtr term = EvalKind(e, id, env, expected);
  session_.report.set_place(place);
  --depth_;
  if (term->size > kMaxNodes) {
    too_big_ = true;
    return ErrorTerm(e.span);
  }
  return term;
}

TermPtr Elaborator::EvalKind(const syntax::Expr& e, ExprId id, const Env& env, const Type* expected) {
  (void)id;
  switch (e.kind) {
    case ExprKind::Error:
      return ErrorTerm(e.span);
    case ExprKind::Int:
    case ExprKind::Float:
      return EvalNumber(e);
    case ExprKind::Semver:
      return StringTerm(e.text, types::Text(Refined::Semver), e.span);
    case ExprKind::Duration:
      return EvalDuration(e);
    case ExprKind::Quantity:
      return EvalQuantity(e);
    case ExprKind::True:
      return BoolTerm(true, e.span);
    case ExprKind::False:
      return BoolTerm(false, e.span);
    case ExprKind::Null:
      return NullTerm(e.span);
    case ExprKind::String:
      return EvalString(e, env, expected);
    case ExprKind::Name:
      return EvalName(e, env, expected);
    case ExprKind::Member:
      return EvalMember(e, env);
    case ExprKind::Index:
      return EvalIndex(e, env);
    case ExprKind::Call:
      return EvalCall(e, env, expected);
    case ExprKind::Unary:
      return EvalUnary(e, env);
    case ExprKind::Binary:
      return EvalBinary(e, env, expected);
    case ExprKind::Conditional:
      return EvalConditional(e, env, expected);
    case ExprKind::List:
      return EvalList(e, env, expected);
    case ExprKind::Record:
      return EvalRecord(e, env, expected);
    case ExprKind::Cast:
      return EvalCast(e, env);
    case ExprKind::ListFor:
      return EvalListFor(e, env, expected);
    case ExprKind::RecordFor:
      return EvalRecordFor(e, env, expected);
    case ExprKind::Match:
      return EvalMatch(e, env, expected);
  }
  return ErrorTerm(e.span);
}

TermPtr Elaborator::NotYet(Span at, std::string_view what, diagnostics::Rule rule) {
  return Fail(Build(Code::P0115, at, fmt::format("{} not supported yet", what), "comes with a later version", rule),
              at);
}

TermPtr Elaborator::ElaborateAs(ExprId id, const Env& env, const Type& expected, std::string_view what) {
  if (id.valid() && expected.is_scalar()) {
    const syntax::Expr& e = (*env.file->ast)[id];
    const bool list = e.kind == ExprKind::List;
    if (list || e.kind == ExprKind::Record)
      return Fail(
          Build(Code::P0302, e.span, fmt::format("{} takes {}", what, types::WithArticle(types::Present(expected))),
                list ? "a list" : "a record"),
          e.span);
  }
  const std::string outer = std::exchange(place_, std::string(what));
  TermPtr term = Elaborate(id, env, &expected);
  place_ = outer;
  return Require(term, expected, what);
}

TermPtr Elaborator::AdaptText(const TermPtr& term, const Type& expected) {
  const Refined refined = expected.refined;
  if (term->is(TermKind::Text) && term->type.refined == Refined::None) {
    // A text with placeholders has the format if a plain word in their place does.
    std::string text;
    for (const TermPtr& part : term->args) text += part->is_text_constant() ? part->constant.text : "1";
    if (types::CheckLiteral(refined, text)) return nullptr;
    Term copy = *term;
    copy.type = types::Text(refined);
    return Share(std::move(copy));
  }
  if (term->is_constant() && term->type.is_number() && (refined == Refined::Cpu || refined == Refined::Bytes))
    if (const std::string text = RenderConstant(term->constant); !types::CheckLiteral(refined, text))
      return QuantityTerm(refined, term->constant.number, text, term->at);
  if (term->is_constant() && term->type.is(Kind::Duration) && refined == Refined::Cpu)  // `500m` is both
    if (const auto cores = types::QuantityValue(refined, term->constant.spelling))
      return QuantityTerm(refined, *cores, term->constant.spelling, term->at);
  if (!term->is_text_constant() || term->type.refined != Refined::None || !term->type.is(Kind::String)) return nullptr;
  const std::string& text = term->constant.text;
  if (auto wrong = types::CheckLiteral(refined, text)) {
    Build report(wrong->moves ? Code::P0705 : Code::P0305, term->at, wrong->message, wrong->label);
    if (!wrong->note.empty()) report.Say(wrong->note);
    if (term->declared.valid() && !(term->declared == term->at)) report.Also(term->declared, "written here");
    if (!wrong->moves) return Fail(std::move(report), term->at);
    session_.report.Add(std::move(report));
  }
  Term copy = *term;
  copy.type = types::Text(refined);
  if (const auto value = types::QuantityValue(refined, text); value && expected.is_quantity())
    copy.constant.number = *value;
  return Share(std::move(copy));
}

TermPtr Elaborator::Adapt(const TermPtr& term, const Type& expected) {
  if (term->is(TermKind::Error) || term->type.optional) return nullptr;
  if (expected.is(Kind::String) && expected.refined != Refined::None) return AdaptText(term, expected);
  const bool list = term->is(TermKind::List) && expected.is(Kind::List) && expected.element != nullptr;
  const bool record = term->is(TermKind::Record) && (expected.is(Kind::Record) || expected.is(Kind::Map));
  if (!list && !record) return nullptr;
  std::vector<TermPtr> items;
  for (size_t i = 0; i < term->args.size(); ++i) {
    const types::Field* field = expected.is(Kind::Record) ? types::FindField(expected, term->keys[i]) : nullptr;
    if (expected.is(Kind::Record) && field == nullptr) {  // wider is allowed
      items.push_back(term->args[i]);
      continue;
    }
    const Type wanted =
        field != nullptr ? (field->optional ? types::Optional(field->type) : field->type) : *expected.element;
    const TermPtr& item = term->args[i];
    items.push_back(types::Fits(item->type, wanted) ? item : Adapt(item, wanted));
    if (items.back() == nullptr || items.back()->is(TermKind::Error)) return items.back();
  }
  if (expected.is(Kind::Record))
    for (const types::Field& field : expected.fields)
      if (!field.optional && std::ranges::find(term->keys, field.name) == term->keys.end()) return nullptr;
  Term copy = *term;
  copy.args = std::move(items);
  copy.type = types::Present(expected);
  return Share(std::move(copy));
}

TermPtr Elaborator::Require(const TermPtr& term, const Type& expected, std::string_view what) {
  if (expected.is(Kind::Service) && !term->is(TermKind::Error)) return RequireService(term, what);
  if (types::Fits(term->type, expected)) return term;
  if (IsUntyped(*term) && (expected.is_scalar() || expected.is(Kind::Json))) {
    Term copy = *term;
    copy.type = types::Present(expected);
    return Share(std::move(copy));
  }
  if (TermPtr adapted = Adapt(term, expected)) return adapted;
  if (!expected.optional && term->type.optional && types::Fits(types::Present(term->type), expected)) {
    RefuseAbsent(term);
    return ErrorTerm(term->at);
  }
  if (expected.is(Kind::String) && term->type.is(Kind::Float)) return Fail(NumberForText(term, what), term->at);
  const std::string given = term->type.is(Kind::List) ? "a list" : types::WithArticle(term->type);
  Build report(Code::P0302, term->at, fmt::format("{} takes {}", what, types::WithArticle(types::Present(expected))),
               given);
  if (term->declared.valid() && !(term->declared == term->at)) report.Also(term->declared, "declared here");
  if (expected.is(Kind::String) && term->is_constant() && term->type.is_scalar())
    report.Say(fmt::format("Quote it:   \"{}\"", TextOf(term->at)),
               Replace(term->at, fmt::format("\"{}\"", TextOf(term->at)), "quote it"));
  if (expected.is(Kind::Duration) && term->type.is_number())
    report.Say(fmt::format("Give it a unit:   {}m", TextOf(term->at)),
               Replace(term->at, fmt::format("{}m", TextOf(term->at)), "add the unit", false));
  if (expected.is(Kind::Bool) && term->is_text_constant() &&
      (term->constant.text == "true" || term->constant.text == "false"))
    report.Say(fmt::format("Leave the quotes away:   {}", term->constant.text),
               Replace(term->at, term->constant.text, "remove the quotes"));
  return Fail(std::move(report), term->at);
}

Diagnostic Elaborator::NumberForText(const TermPtr& term, std::string_view what) const {
  const std::string text = term->constant.spelling.empty() ? std::string(TextOf(term->at)) : term->constant.spelling;
  Build report(Code::P0304, term->at, fmt::format("{} is a number, and text is meant", text),
               fmt::format("{} takes text", what));
  if (TextOf(term->at) == text)
    report.Say(fmt::format("Versions are text: quote it:   \"{}\"", text),
               Replace(term->at, fmt::format("\"{}\"", text), "quote the version"));
  else
    report.Say("Versions are text: quote it where it is written.").Also(term->declared, "declared here");
  return report;
}

bool Elaborator::RefuseNoText(const TermPtr& term) {
  if (term->is(TermKind::Error)) return true;
  const Kind kind = term->type.kind;
  const std::string text(TextOf(term->at));
  Build report(Code::P0308, term->at,
               fmt::format("{} has no text form", kind == Kind::List ? "a list" : types::WithArticle(term->type)),
               types::ToText(term->type));
  if (term->declared.valid() && !(term->declared == term->at))
    report.Also(term->declared, kind == Kind::List ? "the list" : "declared here");
  switch (kind) {
    case Kind::List:
      if (term->is(TermKind::JobFile)) {
        report.Say(fmt::format("Read the folder that has all of them, or a pattern:   {0}.dir   {0}.glob", text));
        break;
      }
      report.Say(fmt::format("Say how its elements are joined:   join({}, ' ')", text),
                 Replace(term->at, fmt::format("join({}, ' ')", text), "join the list", false));
      break;
    case Kind::Record:
    case Kind::Object:
      report.Say(fmt::format("Read one of its properties, or write it as JSON:   toJSON({})", text),
                 Replace(term->at, fmt::format("toJSON({})", text), "write it as JSON", false));
      break;
    case Kind::Duration:
      report.Say("A duration has a text only in a setting with a unit, such as `timeout`.");
      break;
    case Kind::Null:
      report.Say("Leave the placeholder out.");
      break;
    case Kind::Json:
      report.Say(fmt::format("Say what it is:   {} as string", text),
                 Replace(term->at, fmt::format("({} as string)", text), "read it as text", false));
      break;
    case Kind::Map:
    case Kind::Range:
    case Kind::Service:
      if (term->gathered)
        report.Say(fmt::format("Name the row:   {}[\"...\"]", text));
      else
        report.Say("Read one of its values.");
      break;
    default:
      return false;
  }
  session_.report.Add(std::move(report));
  return true;
}

Env Elaborator::JobEnv(JobScope& job) const {
  Env env;
  env.file = job.pipeline->file;
  env.pipeline = job.pipeline;
  env.job = &job;
  env.rounds = &job;
  env.locals = job.locals;
  return env;
}

Env Elaborator::BodyEnv(JobScope& job) {
  Env env = JobEnv(job);
  const TermPtr condition = JobCondition(job);
  if (const Term* status = FindStatusCall(condition)) env.job_status = StatusUse{status->at};
  Assume(condition, env);
  // The list of a run-time axis was there, else the job would not run.
  for (AxisEntry& axis : job.axes)
    Walk(TypedAxis(job, axis).run_time, [&](const Term& term) {
      if (term.is(TermKind::JobOutput)) env.facts.insert("job:" + term.owner);
    });
  env.block = &job.body;
  return env;
}

}  // namespace sluice::check

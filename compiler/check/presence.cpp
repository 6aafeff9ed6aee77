#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"

namespace sluice::check {
namespace {

// Which events a test of github.event_name admits: `== 'a'`, `!= 'a'`, such tests joined by `||`, or `in [...]`.
std::optional<std::set<std::string>> AdmittedEvents(const TermPtr& term, const PipelineScope* run) {
  auto is_name = [](const TermPtr& t) { return t->is(TermKind::Path) && t->name == "github.event_name"; };
  if (term->is(TermKind::Equal)) {
    auto [tested, constant] = ConstantTest(term);
    if (tested != nullptr && is_name(tested) && constant->is_text_constant())
      return std::set<std::string>{constant->constant.text};
    return std::nullopt;
  }
  std::set<std::string> events;
  // What is left of the triggers. In a called run the event is the caller's, and may be any.
  if (term->is(TermKind::NotEqual) && run != nullptr && run->checked != nullptr &&
      !run->checked->HasTrigger("workflow_call")) {
    auto [tested, constant] = ConstantTest(term);
    if (tested == nullptr || !is_name(tested) || !constant->is_text_constant()) return std::nullopt;
    for (const Trigger& trigger : run->checked->triggers)
      if (!EqualsIgnoreCase(trigger.event, constant->constant.text)) events.insert(trigger.event);
    return events;
  }
  if (term->is(TermKind::In) && is_name(term->args[0]) && term->args[1]->is(TermKind::List)) {
    for (const TermPtr& item : term->args[1]->args) {
      if (!item->is_text_constant()) return std::nullopt;
      events.insert(item->constant.text);
    }
    return events;
  }
  if (!term->is(TermKind::Or)) return std::nullopt;
  for (const TermPtr& arg : term->args) {
    auto some = AdmittedEvents(arg, run);
    if (!some) return std::nullopt;
    events.insert(some->begin(), some->end());
  }
  return events;
}

void AssumeEqual(const TermPtr& test, Env& env) {
  auto [tested, constant] = ConstantTest(test);
  if (tested == nullptr || constant->constant.kind == Constant::Kind::Null) return;
  if (tested->is(TermKind::Path) && constant->is_text_constant() && constant->constant.text == "success") {
    const std::string& name = tested->name;
    if (name.starts_with("needs.") && name.ends_with(".result"))
      env.facts.insert("job:" + name.substr(6, name.size() - 13));
    if (name.starts_with("steps.") && name.ends_with(".outcome"))
      env.facts.insert("step:" + name.substr(6, name.size() - 14));
  }
  // What equals something that is not empty is there.
  if (constant->is_text_constant() && constant->constant.text.empty()) return;
  env.facts.insert("present:" + Fingerprint(tested));
}

void AssumeNotEqual(const TermPtr& test, Env& env) {
  auto [tested, constant] = ConstantTest(test);
  if (tested == nullptr) return;
  const bool null = constant->constant.kind == Constant::Kind::Null;
  const bool empty = constant->is_text_constant() && constant->constant.text.empty();
  if (null || empty) env.facts.insert("present:" + Fingerprint(tested));
}

std::string DefaultText(const Type& type) {
  switch (type.kind) {
    case Kind::Bool:
      return "false";
    case Kind::Int:
    case Kind::Float:
      return "0";
    case Kind::String:
      return "\"\"";
    default:
      return "";
  }
}

bool IsPrefix(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  return a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace

void Assume(const TermPtr& condition, Env& env) {
  for (const TermPtr& conjunct : Conjuncts(condition)) {
    env.guards.push_back(Fingerprint(conjunct));
    if (conjunct->is(TermKind::Equal)) AssumeEqual(conjunct, env);
    if (conjunct->is(TermKind::NotEqual)) AssumeNotEqual(conjunct, env);
    if (auto events = AdmittedEvents(conjunct, env.run())) {
      if (env.events) std::erase_if(*events, [&](const std::string& e) { return !env.events->contains(e); });
      env.events = std::move(events);
    }
  }
}

std::shared_ptr<const Absence> Elaborator::JobAbsence(JobScope& job, const std::string& what, const Env& env) {
  (void)what;
  const std::string& name = job.name.text;
  if (!env.job_status || env.facts.contains("job:" + name)) return nullptr;
  Absence absence;
  if (auto it = job.settings.find("if"); it != job.settings.end()) {
    absence.cause = (*job.pipeline->file->ast)[it->second].span;
    absence.cause_text = fmt::format("`{}` can be skipped", name);
  }
  absence.reader = env.job_status->at;
  absence.reader_text = "a status function: the job does not wait for success";
  absence.because = fmt::format("because this job also runs when `{}` did not succeed", name);
  absence.test = fmt::format("{}.result == success", name);
  return std::make_shared<const Absence>(std::move(absence));
}

std::shared_ptr<const Absence> Elaborator::StepAbsence(const StepEntry& step, const std::string& what, const Env& env) {
  (void)what;
  const std::string& name = step.name.text;
  if (env.neutral || env.facts.contains("step:" + step.id)) return nullptr;
  Absence absence;
  absence.test = fmt::format("{}.outcome == success", name);
  absence.because = fmt::format("because this step also runs when `{}` did not succeed", name);
  const bool inside = IsPrefix(step.path, env.path) && !step.own_condition;
  const bool same_guards = !step.guards.empty() && std::ranges::all_of(step.guards, [&](const std::string& guard) {
    return std::ranges::find(env.guards, guard) != env.guards.end();
  });
  if (step.cancelled.valid()) {
    absence.cause = step.cancelled;
    absence.cause_text = "it may be cancelled here";
    absence.because = fmt::format("because `{}` may have been cancelled", name);
  } else if (step.continue_on_error.valid()) {
    absence.cause = step.continue_on_error;
    absence.cause_text = fmt::format("the job goes on when `{}` fails", name);
  } else if (env.step_status) {
    absence.reader = env.step_status->at;
    absence.reader_text = "a status function: the step does not wait for success";
  } else if (!inside && !same_guards) {
    absence.cause = step.condition_at;
    absence.cause_text = fmt::format("`{}` can be skipped", name);
  } else {
    return nullptr;
  }
  return std::make_shared<const Absence>(std::move(absence));
}

bool Elaborator::RefuseAbsent(const TermPtr& term) {
  if (term->is(TermKind::Error)) return true;
  if (!term->type.optional) return false;
  const std::string text(TextOf(term->at));
  const Absence none;
  const Absence& why = term->absence != nullptr ? *term->absence : none;
  std::string label = types::ToText(term->type);
  if (!why.because.empty()) label += ", " + why.because;
  Build report(Code::P0307, term->at, fmt::format("`{}` may be absent here", text), std::move(label));
  if (why.cause.valid() && !why.cause_text.empty()) report.Also(why.cause, why.cause_text);
  if (why.reader.valid() && !(why.reader == term->at)) report.Also(why.reader, why.reader_text);
  if (const std::string value = DefaultText(term->type); !value.empty())
    report.Say(fmt::format("Say what absent means:   {} ?? {}", text, value),
               Replace(term->at, fmt::format("({} ?? {})", text, value), "give a default", false));
  else
    report.Say(fmt::format("Say what absent means:   {} ?? ...", text));
  if (!why.test.empty())
    report.Say(term->type.is(Kind::Bool) ? fmt::format("Or test it first:   {} && {}", why.test, text)
                                         : fmt::format("Or test it first:   if {} {{ ... }}", why.test));
  session_.report.Add(std::move(report));
  return true;
}

}  // namespace sluice::check

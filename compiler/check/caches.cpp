// `cache: { path: …, key: …, restore-keys: … }`: the step of actions/cache behind the checkout (language reference 2.5).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/servers.h"
#include "compiler/check/settings.h"
#include "compiler/check/slots.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

using catalogue::ActionInput;
using catalogue::InputKind;

constexpr std::string_view kExample =
    "Write   cache: { path: [\"~/.npm\"], key: \"npm-${{ hashFiles('package-lock.json') }}\" }";

ActionInput InputOf(std::string_view name, InputKind kind, bool required) {
  ActionInput input;
  input.name = name;
  input.kind = kind;
  input.required = required;
  return input;
}

// Of the action's inputs those that say what a cache is; the others change how the step works.
const std::array<ActionInput, 3>& Fields() {
  static const auto& fields =
      *new std::array<ActionInput, 3>{InputOf("path", InputKind::Lines, true), InputOf("key", InputKind::String, true),
                                      InputOf("restore-keys", InputKind::Lines, false)};
  return fields;
}

bool FillsFolder(const std::vector<Node>& nodes) {
  bool fills = false;
  ForEachStep(nodes, [&](const Node& node) { fills = fills || MayFillFolder(node); });
  return fills;
}

bool FillsFolder(const Node& node) {
  if (const auto* branch = std::get_if<IfBlock>(&node.what))
    return FillsFolder(branch->then) || FillsFolder(branch->otherwise);
  if (const auto* parallel = std::get_if<ParallelBlock>(&node.what)) return FillsFolder(parallel->steps);
  return MayFillFolder(node);
}

// How many nodes stand before the place where the job's files are there; nothing when no step brings them.
std::optional<size_t> NodesToFiles(const std::vector<Node>& body) {
  std::optional<size_t> started;
  std::string running;
  for (size_t i = 0; i < body.size(); ++i) {
    const auto* step = std::get_if<Step>(&body[i].what);
    const auto* wait = std::get_if<WaitPlace>(&body[i].what);
    if (started) {
      if (wait != nullptr && (wait->all || std::ranges::find(wait->ids, running) != wait->ids.end())) return i + 1;
    } else if (FillsFolder(body[i])) {
      if (step == nullptr || !step->background) return i + 1;
      started = i + 1;
      running = step->binder;
    }
  }
  return started;
}

const Term* FindFiles(const TermPtr& value) {
  const Term* found = nullptr;
  Walk(value, [&](const Term& term) {
    if (found == nullptr && term.is(TermKind::Call) && term.contexts.has(Context::HashFiles) &&
        term.name == "hashFiles")
      found = &term;
  });
  return found;
}

}  // namespace

// The value of one field; null when it is wrong or says nothing.
TermPtr BodyChecker::CacheField(const TermPtr& value, const ActionInput& field, const Env& env) {
  if (value->is(TermKind::Error) || (value->type.is(Kind::Null) && !field.required)) return nullptr;
  const bool shown = field.name != "path";
  if (shown && RefuseCacheKey(value, "actions/cache", env)) return nullptr;
  if (!CheckSlot(value, shown ? slots::kShownName : slots::kStepWith, env, session_)) return nullptr;
  if (elaborator_.RefuseAbsent(value)) return nullptr;
  const bool list = value->type.is(Kind::List) || value->type.is(Kind::Record);
  TermPtr checked = list ? CheckListArgument(value, field) : CheckScalarArgument(value, field);
  if (checked->is(TermKind::Error)) return nullptr;
  if (!checked->is(TermKind::List) || !checked->args.empty()) return checked;
  if (field.required)
    session_.report.Add(Build(Code::P0301, checked->at, "a cache keeps at least one path", "the list is empty"));
  return nullptr;
}

// The step for one record; nothing when it has a mistake.
std::optional<Step> BodyChecker::CacheStep(const TermPtr& record, const catalogue::ActionPin& pin, Span key,
                                           const Env& env) {
  if (record->is(TermKind::Error)) return std::nullopt;
  if (!record->is(TermKind::Record)) {
    session_.report.Add(
        Build(Code::P0302, record->at, "`cache` takes a record, or a list of them", types::WithArticle(record->type))
            .Say(std::string(kExample)));
    return std::nullopt;
  }
  UsesBody body;
  body.uses = pin.uses;
  body.sha = pin.sha;
  body.version = pin.version;
  body.at = key;
  bool broken = false;
  std::vector<std::string> names;
  for (const ActionInput& field : Fields()) {
    names.push_back(field.name);
    const auto found = std::ranges::find(record->keys, field.name);
    if (found != record->keys.end()) {
      const TermPtr& written = record->args[static_cast<size_t>(found - record->keys.begin())];
      const Reporter::Part part(session_.report, nullptr);
      const TermPtr value = CacheField(written, field, env);
      broken = broken || (value == nullptr && field.required);
      const bool lines = value != nullptr && value->type.is(Kind::List);
      if (value != nullptr) body.arguments.push_back({field.name, value, lines ? '\n' : char{0}, written->at});
    } else if (field.required) {
      session_.report.Add(Build(Code::P0301, record->at, fmt::format("a cache needs a `{}`", field.name), "not given")
                              .Say(std::string(kExample)));
      broken = true;
    }
  }
  for (size_t i = 0; i < record->keys.size(); ++i) {
    if (std::ranges::find(names, record->keys[i]) != names.end()) continue;
    const Reporter::Part part(session_.report, nullptr);
    Build report(Code::P0208, record->key_spans[i], fmt::format("`cache` has no setting `{}`", record->keys[i]));
    Suggest(report, record->keys[i], record->key_spans[i], names, "not known");
    report.Say("For other inputs of the action write the step:   uses actions/cache@v5(...)");
    session_.report.Add(std::move(report));
    broken = true;
  }
  if (broken) return std::nullopt;
  Step step;
  step.at = key;
  step.body = std::move(body);
  return step;
}

// One record, or those of a list, which need not have the same fields.
std::vector<TermPtr> BodyChecker::CacheRecords(ExprId value, const Env& env) {
  const syntax::Expr& written = ast_[value];
  std::vector<TermPtr> records;
  const bool spread = std::ranges::any_of(written.entries, [](const syntax::Entry& entry) { return entry.spread; });
  if (written.kind == syntax::ExprKind::List && !spread) {
    for (const syntax::Entry& entry : written.entries)
      if (entry.value.valid()) records.push_back(elaborator_.Elaborate(entry.value, env));
    return records;
  }
  const TermPtr whole = elaborator_.Elaborate(value, env);
  return whole->is(TermKind::List) ? whole->args : std::vector{whole};
}

// The steps that the setting asks for. They see what the job knows before its first step.
std::vector<Step> BodyChecker::CacheSteps(const Env& env) {
  std::vector<Step> steps;
  const auto found = scope_.settings.find("cache");
  if (found == scope_.settings.end()) return steps;
  const syntax::Item& written = ast_[found->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  const auto& setting = std::get<syntax::Setting>(written.node);
  const catalogue::ActionPin* pin =
      catalogue::NewestOn(catalogue::ServerOf(session_.project.server), session_.lock, "actions/cache");
  if (pin == nullptr)
    session_.report.Add(Build(Code::P0701, setting.key.span,
                              fmt::format("`actions/cache` is not in {}", LockName(session_.lock)),
                              "the cache of a job is kept by it")
                            .Say("Run `sluice lock`.", diagnostics::Fix{"run `sluice lock`", false, {}}));
  if (setting.value.valid() && pin != nullptr) {
    const UsesTarget target = FindUses(fmt::format("{}@{}", pin->uses, pin->ref), session_);
    for (const TermPtr& record : CacheRecords(setting.value, env)) {
      const Reporter::Part part(session_.report, nullptr);
      auto step = CacheStep(record, *pin, setting.key.span, env);
      if (!step) continue;
      AddPermissions(target, std::get<UsesBody>(step->body), setting.key.span);
      steps.push_back(std::move(*step));
    }
  }
  if (!steps.empty()) steps.front().docs = written.docs;
  job_.broken = job_.broken || item.broken();
  return steps;
}

// Behind the step that brings the files, which the keys read; before all others when none does.
void BodyChecker::PlaceCaches(std::vector<Step> steps) {
  if (steps.empty()) return;
  const std::optional<size_t> place = NodesToFiles(job_.body);
  const syntax::Item& written = ast_[scope_.settings.find("cache")->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  const Term* files = nullptr;
  for (const Step& step : steps)
    ForEachValue(step, [&](const TermPtr& value) {
      if (files == nullptr) files = FindFiles(value);
    });
  if (!place && files != nullptr)
    session_.report.Add(Build(Code::P0619, files->at, "there are no files yet that `hashFiles` could read",
                              "the folder of a job is empty until a checkout")
                            .Say("Check the repository out:   uses actions/checkout@v7"));
  auto at = job_.body.begin() + static_cast<std::ptrdiff_t>(place.value_or(0));
  for (Step& step : steps) at = job_.body.insert(at, Node{std::move(step)}) + 1;
}

}  // namespace sluice::check

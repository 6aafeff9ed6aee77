#include "compiler/check/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/check/actions.h"
#include "compiler/check/collect.h"

namespace sluice::check {
namespace {

// The `run` or `uses` of a step: the step itself, or what a named one holds.
ItemId BodyOf(const Ast& ast, ItemId id) {
  const auto* named = ast.As<syntax::NamedStep>(id);
  return named != nullptr && named->body.valid() ? named->body : id;
}

// Does the written type say `untrusted<T>`, also inside of `secret<…>`?
bool SaysUntrusted(const Ast& ast, TypeId id) {
  while (id.valid() && ast[id].kind == syntax::TypeKind::Named && ast[id].args.size() == 1 &&
         ast[id].name.size() == 1) {
    if (ast[id].name[0].text == "untrusted") return true;
    id = ast[id].args[0];
  }
  return false;
}

std::string NameOfStep(const Step& step) {
  return step.binder.empty() ? "this step" : fmt::format("`{}`", step.binder);
}

}  // namespace

size_t CountSteps(const std::vector<Node>& nodes) {
  size_t count = 0;
  for (const Node& node : nodes) {
    if (const auto* block = std::get_if<IfBlock>(&node.what))
      count += CountSteps(block->then) + CountSteps(block->otherwise);
    else if (const auto* parallel = std::get_if<ParallelBlock>(&node.what))
      count += parallel->steps.size();
    else
      ++count;
  }
  return count;
}

namespace {

void DeclareRun(const syntax::RunStep& run, const Ast& ast, StepEntry& step, Elaborator& elaborator) {
  step.known = true;
  if (!run.outputs.valid()) return;
  for (const syntax::TypeField& field : ast[run.outputs].fields) {
    DeclaredOutput output;
    output.name = field.name.text;
    output.type = elaborator.ReadType(ast, field.type, &output.secret);
    output.untrusted = SaysUntrusted(ast, field.type);
    output.at = field.type.valid() ? source::Join(field.name.span, ast[field.type].span) : field.name.span;
    if (field.optional) output.type = types::Optional(output.type);
    step.outputs.push_back(std::move(output));
  }
}

// A step that uses an action of the program, or an `extern`.
void DeclareOwn(const syntax::UsesStep& uses, const Ast& ast, StepEntry& step, Elaborator& elaborator) {
  const FileScope& file = *elaborator.session().names.FileOf(ast);
  step.action = TextOfName(uses.target.name);
  step.known = true;
  if (ActionEntry* action = FindAction(uses.target.name, file)) {
    step.inlined = true;
    CheckAction(*action, elaborator);
    step.outputs = action->outputs;
    step.later = step.later || action->state == ActionEntry::State::Bad;
  } else if (ExternEntry* found = FindExtern(uses.target.name, file)) {
    ReadExtern(*found, elaborator);
    step.outputs = found->outputs;
  } else {
    step.later = true;  // reported where it is used
  }
}

// The outputs of a target that is chosen by a `for` are not known before its rounds: any name is one.
void DeclareUses(const syntax::UsesStep& uses, const Ast& ast, StepEntry& step, Elaborator& elaborator) {
  if (uses.target.kind == syntax::Target::Kind::Name) return DeclareOwn(uses, ast, step, elaborator);
  const std::string text =
      uses.target.kind == syntax::Target::Kind::ActionRef ? uses.target.text : PlainText(ast, uses.target.string);
  if (text.empty()) return;
  const UsesTarget target = FindUses(text, elaborator.session());
  step.action = target.name;
  if (target.pin == nullptr) return;
  step.known = !target.pin->open;
  for (const std::string& output : target.pin->outputs)
    step.outputs.push_back({output, types::Simple(Kind::String), false, Span{}});
}

// A raw step has a name for others when its YAML gives it an `id`.
void DeclareRaw(JobScope& job, const RawStepPlace& place, Elaborator& elaborator) {
  const Ast& ast = *job.pipeline->file->ast;
  Session& session = elaborator.session();
  const auto* raw = ast.As<syntax::StepRaw>(place.item);
  if (raw == nullptr || !raw->text.valid() || !session.readers.raw_step) return;
  const RawStepFacts facts = session.readers.raw_step(ReadRaw(ast, raw->text, session.sources).text);
  if (facts.id.empty() || Find(job.all_steps, facts.id) != nullptr) return;
  StepEntry& entry = session.names.steps.emplace_back();
  entry.name = {facts.id, ast[place.item].keyword};
  entry.id = facts.id;
  entry.item = place.item;
  entry.path = place.path;
  entry.loop = place.loop;
  entry.condition_at = place.condition;
  entry.own_condition = facts.conditional;
  if (facts.conditional) entry.condition_at = ast[raw->text].span;
  if (facts.goes_on) entry.continue_on_error = ast[raw->text].span;
  place.block->steps[facts.id] = &entry;
  job.all_steps[facts.id] = &entry;
}

}  // namespace

void DeclareSteps(JobScope& job, Elaborator& elaborator) {
  const Ast& ast = *job.pipeline->file->ast;
  for (auto& [name, step] : job.all_steps) {
    const StepParts parts = PartsOf(ast, step->item);
    Reporter::Item item(elaborator.session().report, &ast[step->item], ast[step->item].damaged);
    step->later = ast[step->item].damaged;
    if (parts.run != nullptr) DeclareRun(*parts.run, ast, *step, elaborator);
    if (parts.uses != nullptr) DeclareUses(*parts.uses, ast, *step, elaborator);
  }
  for (const RawStepPlace& place : job.raw_steps) DeclareRaw(job, place, elaborator);
}

RawBlock ReadRaw(const Ast& ast, ExprId id, const source::SourceMap& sources) {
  RawBlock raw;
  if (!id.valid()) return raw;
  raw.at = ast[id].span;
  for (const syntax::StringPart& part : ast[id].parts) {
    raw.pieces.push_back({raw.text.size(), part.span});
    raw.text += part.placeholder.valid() ? std::string(sources.Text(part.span)) : part.text;
  }
  return raw;
}

void BodyChecker::Check(const syntax::Block& block, const Env& env) {
  for (ItemId id : block.items)
    if (const auto* raw = ast_.As<syntax::RawDecl>(id); raw != nullptr && !ast_[id].damaged) {
      job_.raw = ReadRaw(ast_, raw->text, session_.sources);
    }
  std::vector<Step> caches = CacheSteps(env);
  job_.body = Nodes(block, env);
  PlaceCaches(std::move(caches));
  CheckTokenWrites();
  CheckHeadCheckout();
}

std::vector<Node> BodyChecker::Nodes(const syntax::Block& block, Env env) {
  std::vector<Node> nodes;
  for (ItemId id : block.items) {
    if (ast_[id].damaged) job_.broken = true;
    AddItem(id, env, nodes);
  }
  return nodes;
}

void BodyChecker::AddItem(ItemId id, Env& env, std::vector<Node>& nodes) {
  Reporter::Item item(session_.report, &ast_[id], ast_[id].damaged);
  const syntax::ItemNode& node = ast_[id].node;
  if (const auto* let = std::get_if<syntax::LetDecl>(&node)) {
    auto it = env.block->lets.find(let->name.text);
    if (it != env.block->lets.end()) elaborator_.CheckLet(*it->second);
    if (it != env.block->lets.end() && it->second->state == LetEntry::State::Bad) job_.broken = true;
  } else if (const auto* branch = std::get_if<syntax::IfStep>(&node)) {
    AddBranch(Branch(id, *branch, env), nodes);
  } else if (const auto* output = std::get_if<syntax::OutputDecl>(&node)) {
    if (action_ != nullptr)
      ActionOutput(id, *output, env);
    else
      OutputOf(id, *output, env, nodes);
  } else if (const auto* loop = std::get_if<syntax::ForDecl>(&node)) {
    Loop(id, *loop, env, nodes);
  } else if (const auto* parallel = std::get_if<syntax::ParallelStep>(&node)) {
    nodes.push_back({Parallel(id, *parallel, env)});
  } else if (const auto* wait = std::get_if<syntax::WaitStep>(&node)) {
    Wait(id, *wait, env, nodes);
  } else if (const auto* cancel = std::get_if<syntax::CancelStep>(&node)) {
    Cancel(id, *cancel, env, nodes);
  } else if (const auto* once = std::get_if<syntax::OnceStep>(&node)) {
    if (action_ != nullptr) Once(*once, env, nodes);
  } else if (const auto* needed = std::get_if<syntax::RequiresStep>(&node)) {
    if (action_ != nullptr) Requires(*needed, env);
  } else if (const auto* assertion = std::get_if<syntax::AssertStep>(&node)) {
    if (action_ != nullptr) Assert(*assertion, env);
  } else if (const auto* call = CallOf(id)) {
    Inline(id, *call, env, nodes);
  } else if (auto step = PlainStep(id, env)) {
    nodes.push_back(std::move(*step));
  }
  if (item.broken()) job_.broken = true;
}

// A step that is no block; nothing for other items.
std::optional<Node> BodyChecker::PlainStep(ItemId id, const Env& env) {
  if (PartsOf(ast_, id).is_step()) {
    Node node{WholeStep(id, env)};
    checked_out_ = checked_out_ || MayFillFolder(node);
    return node;
  }
  const auto* raw = ast_.As<syntax::StepRaw>(id);
  if (raw == nullptr || !raw->text.valid()) return std::nullopt;
  RawStep step{ReadRaw(ast_, raw->text, session_.sources), ast_[id].docs, ast_[id].keyword};
  for (auto& [name, entry] : scope_.all_steps)
    if (entry->item == id) {
      scope_.step_ids[entry->id] = entry;
      Pass(*entry);
      entry->guards = env.guards;
    }
  Node node{std::move(step)};
  checked_out_ = checked_out_ || MayFillFolder(node);
  return node;
}

Step BodyChecker::WholeStep(ItemId id, const Env& env) {
  Reporter::Item item(session_.report, &ast_[id], ast_[id].damaged);
  Step step = OneStep(id, env);
  step.broken = step.broken || item.broken();
  step.unread = step.unread || ast_[id].damaged || ast_[BodyOf(ast_, id)].damaged;
  job_.broken = job_.broken || step.broken;
  NoteFiles(step);
  return step;
}

// In a round of a `for` a condition that is a constant is decided there.
bool BodyChecker::IsFolded(const IfBlock& branch) const {
  return folds_ && !branch.condition->is(TermKind::Error) && branch.condition->is_constant();
}

void BodyChecker::AddBranch(IfBlock branch, std::vector<Node>& nodes) {
  if (!IsFolded(branch)) {
    nodes.push_back({std::move(branch)});
    return;
  }
  std::vector<Node>& taken = branch.condition->is_bool(true) ? branch.then : branch.otherwise;
  std::ranges::move(taken, std::back_inserter(nodes));
}

IfBlock BodyChecker::Branch(ItemId id, const syntax::IfStep& decl, const Env& env) {
  IfBlock branch;
  branch.at = ast_[id].keyword;
  branch.condition = elaborator_.ElaborateCondition(decl.condition, env, false);
  if (!CheckSlot(branch.condition, slots::kStepIf, env, session_)) branch.condition = ErrorTerm(branch.condition->at);
  CheckElse(decl, branch.condition);
  const bool folded = IsFolded(branch), never = branch.condition->is_bool(false);
  if (never && !folded)
    session_.report.Add(Build(Code::P0616, branch.condition->at, "these steps never run", "always false")
                            .Say("Remove them, or make the condition a parameter."));
  auto enter = [&](int32_t key, const TermPtr& condition) {
    Env inner = env;
    if (auto it = scope_.blocks.find(key); it != scope_.blocks.end()) inner.block = it->second;
    inner.path.push_back(key);
    if (!condition->is(TermKind::Error)) Assume(condition, inner);
    if (const Term* status = FindStatusCall(condition)) inner.step_status = StatusUse{status->at};
    return inner;
  };
  if (!folded || !never) branch.then = Nodes(decl.then, enter(id.index, branch.condition));
  branch.has_else = decl.otherwise.has_value() || decl.else_if.valid();
  if (branch.has_else || CountSteps(branch.then) > 1) CheckMixed(branch.condition);
  if (!branch.has_else || (folded && !never)) return branch;
  const TermPtr opposite = branch.condition->is(TermKind::Error) ? branch.condition : Negation(branch.condition);
  Env inner = enter(~id.index, opposite);
  if (decl.otherwise)
    branch.otherwise = Nodes(*decl.otherwise, std::move(inner));
  else
    AddItem(decl.else_if, inner, branch.otherwise);
  return branch;
}

// P0612: an `else` whose condition would not be the opposite, because GitHub adds `success()` only to conditions
// without a status function.
void BodyChecker::CheckElse(const syntax::IfStep& decl, const TermPtr& condition) {
  const Term* status = FindStatusCall(condition);
  if (status == nullptr || !decl.else_keyword.valid()) return;
  std::string opposite, reason;
  if (status->is(TermKind::Call) && condition.get() == status) {
    if (status->name == "success") opposite = "failure()", reason = "this part would run only if nothing failed before";
    if (status->name == "failure") opposite = "success()", reason = "this part would run after a cancelled step too";
    if (status->name == "always") reason = "this part would never run";
  }
  if (reason.empty()) reason = "this part would not wait for success, nor for its opposite";
  Build report(Code::P0612, decl.else_keyword, "`else` after a status function does not mean its opposite", reason);
  report.Also(status->at, "a status function");
  if (!opposite.empty())
    report.Say(fmt::format("Write two blocks:   if {} {{ ... }}   if {} {{ ... }}",
                           session_.sources.Text(condition->at), opposite),
               Replace(decl.else_keyword, "\nif " + opposite, "write two blocks", false));
  else
    report.Say("Write two blocks, each with its own condition.");
  session_.report.Add(std::move(report));
}

// P0612: what may change is asked once, before the block; a status function in each of its steps. One conjunct cannot be
// both.
void BodyChecker::CheckMixed(const TermPtr& condition) {
  for (const TermPtr& conjunct : Conjuncts(condition)) {
    const Term* status = FindStatusCall(conjunct);
    const Term* read = FindChanging(conjunct);
    if (status == nullptr || read == nullptr) continue;
    session_.report.Add(
        Build(Code::P0612, conjunct->at, "this is asked once for the block, and again for each of its steps",
              "one condition that `&&` does not take apart")
            .Say(fmt::format(
                "`{}` may change while the block runs, so it is asked before it; `{}` is asked in each step.",
                session_.sources.Text(read->at), session_.sources.Text(status->at)))
            .Say("Join them by `&&`, or write two blocks, each with its own condition."));
    return;
  }
}

Step BodyChecker::OneStep(ItemId id, const Env& env) {
  const StepParts parts = PartsOf(ast_, id);
  Step step;
  step.at = ast_[id].span;
  step.docs = ast_[id].docs;
  StepEntry* entry = nullptr;
  if (parts.let != nullptr) {
    step.binder = parts.let->name.text;
    step.background = parts.let->background;
    auto it = scope_.all_steps.find(step.binder);
    if (it != scope_.all_steps.end() && it->second->item == id) {
      entry = it->second;
      step.binder = entry->id = NewId(*entry);
      scope_.step_ids[entry->id] = entry;
    }
  }
  Env inner = env;
  if (parts.named != nullptr) StepSettings(id, *parts.named, step, inner);
  const ItemId body = parts.named != nullptr ? parts.named->body : id;
  named_ = parts.named;
  simple_ = body;
  if (parts.run != nullptr) Run(*parts.run, step, inner);
  if (parts.uses != nullptr) Uses(*parts.uses, step, inner);
  if (entry != nullptr) {
    Pass(*entry);
    entry->guards = inner.guards;
    entry->outsider = head_ && PrivilegedTrigger(inner) != nullptr;
  }
  if (!step.broken) NoteToken(id, step, inner);
  if (!step.broken) NotePrivileged(id, step, inner);
  return step;
}

void BodyChecker::StepSettings(ItemId id, const syntax::NamedStep& named, Step& step, Env& env) {
  if (named.name.valid()) {
    step.name = elaborator_.ElaborateAs(named.name, env, types::Simple(Kind::String), "the name of a step");
    if (!CheckSlot(step.name, slots::kStepName, env, session_)) step.name = nullptr;
  }
  if (!named.block) return;
  CheckKnownSettings(ast_, *named.block, Place::Step, session_);
  SettingMap settings;
  for (ItemId inner : named.block->items) {
    if (const auto* setting = ast_.As<syntax::Setting>(inner)) settings.emplace(setting->key.text, inner);
    if (const auto* raw = ast_.As<syntax::RawDecl>(inner); raw != nullptr && !ast_[inner].damaged) {
      step.raw = ReadRaw(ast_, raw->text, session_.sources);
    }
    step.broken = step.broken || ast_[inner].damaged;
  }
  (void)id;
  for (const auto& [key, setting] : settings) step.settings.emplace_back(key, ast_[setting].keyword);
  if (auto it = settings.find("if"); it != settings.end()) {
    const syntax::Item& written = ast_[it->second];
    Reporter::Item item(session_.report, &written, written.damaged);
    step.condition = elaborator_.ElaborateCondition(ast_.As<syntax::Setting>(it->second)->value, env, false);
    if (!CheckSlot(step.condition, slots::kStepIf, env, session_)) step.broken = true;
    if (step.condition->is_bool(false))
      session_.report.Add(
          Build(Code::P0616, step.condition->at, fmt::format("{} never runs", NameOfStep(step)), "always false")
              .Say("Remove the step, or make the condition a parameter."));
    if (const Term* status = FindStatusCall(step.condition)) env.step_status = StatusUse{status->at};
    if (!step.condition->is(TermKind::Error)) Assume(step.condition, env);
  }
  SettingReader reader(settings, env, elaborator_);
  step.env = reader.EnvOf(slots::kStepEnv);
  step.timeout = reader.Timeout(slots::kStepTimeout);
  step.continue_on_error = reader.Value("continue-on-error", types::Simple(Kind::Bool), slots::kStepContinue);
  if (reader.has("retry")) step.attempts = Attempts(*ast_.As<syntax::Setting>(settings.find("retry")->second), env);
  step.working_directory = reader.Text("working-directory", slots::kStepFolder);
  step.shell = reader.Shell(slots::kShell, true);
  step.broken = step.broken || reader.broken();
}

// `retry: 3`: how often a script is started until it succeeds.
int BodyChecker::Attempts(const syntax::Setting& setting, const Env& env) {
  const TermPtr times = elaborator_.ElaborateAs(setting.value, env, types::Simple(Kind::Int), "`retry`");
  if (times->is(TermKind::Error) || times->may_be_known() || !CheckConstant(times, "`retry`", session_)) return 1;
  if (times->constant.number >= 2 && times->constant.number <= 10) return static_cast<int>(times->constant.number);
  session_.report.Add(Build(Code::P0305, times->at, "`retry` is the number of attempts, from 2 to 10",
                            times->constant.number < 2 ? "this repeats nothing" : "too many"));
  return 1;
}

void BodyChecker::NoteFiles(const Step& step) {
  if (first_file_.valid()) {
    const auto* uses = std::get_if<UsesBody>(&step.body);
    if (uses != nullptr && uses->uses == "actions/checkout")
      session_.report.Add(Build(Code::P0617, uses->at, fmt::format("this checkout would delete `{}`", first_file_name_),
                                "it empties the folder of the job first")
                              .Also(first_file_, "the file arrives before this step")
                              .Say("Do the checkout first."));
    return;
  }
  ForEachValue(step, [&](const TermPtr& value) {
    Walk(value, [&](const Term& term) {
      if (!term.is(TermKind::JobFile) || first_file_.valid()) return;
      first_file_ = term.at;
      first_file_name_ = fmt::format("{}.{}", term.owner, term.name);
    });
  });
}

void AddGrant(std::vector<Grant>& grants, const std::string& scope, const std::string& access,
              const std::string& reason, Span at) {
  auto rank = [](const std::string& a) { return a == "write" ? 2 : a == "read" ? 1 : 0; };
  for (Grant& grant : grants)
    if (grant.scope == scope) {
      if (rank(access) > rank(grant.access)) grant.access = access;
      if (std::ranges::find(grant.reasons, reason) == grant.reasons.end()) grant.reasons.push_back(reason);
      return;
    }
  grants.push_back({scope, access, {reason}, at});
  std::ranges::stable_sort(grants, {}, &Grant::scope);
}

}  // namespace sluice::check

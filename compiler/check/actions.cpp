// Actions of the program: `action NAME(x: T) -> { … } { … }`. Blocks are checked once; a `uses` elaborates the block with its
// arguments, and its steps stand in place of the call. What only a call finds is shown there (chain.h).
#include "compiler/check/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/arguments.h"
#include "compiler/check/chain.h"
#include "compiler/check/collect.h"
#include "compiler/check/steps.h"

namespace sluice::check {
namespace {

// The entry of that name in the file, or in one that it imports. `entries` gives those of a file.
template <class Entries>
auto FindDeclared(const syntax::QualifiedName& name, const FileScope& file, const Entries& entries) {
  using Entry = std::remove_reference_t<decltype(entries(file).begin()->second)>;
  const auto in = [&](const FileScope& where, const std::string& wanted) -> Entry* {
    auto it = entries(where).find(wanted);
    return it == entries(where).end() ? nullptr : &it->second;
  };
  if (name.empty() || name.size() > 2) return static_cast<Entry*>(nullptr);
  if (name.size() == 1)
    if (Entry* own = in(file, name[0].text)) return own;
  auto import = file.imports.find(name[0].text);
  if (import == file.imports.end() || import->second.file == nullptr) return static_cast<Entry*>(nullptr);
  const bool whole_file = import->second.name.empty();
  if (whole_file != (name.size() == 2)) return static_cast<Entry*>(nullptr);
  if (whole_file && name[1].text.starts_with('_')) return static_cast<Entry*>(nullptr);
  return in(*import->second.file, whole_file ? name[1].text : import->second.name);
}

void ReadParameters(ActionEntry& action, Elaborator& elaborator) {
  const Ast& ast = *action.file->ast;
  Env env;
  env.file = action.file;
  env.neutral = true;
  for (const syntax::Param& param : action.decl->params) {
    FnEntry::Parameter parameter;
    parameter.type = elaborator.ReadType(ast, param.type, &parameter.secret);
    if (param.binding)
      elaborator.session().report.Add(Build(Code::P0114, param.binding->span,
                                            "a parameter of an action is a value, and has no form",
                                            "only inputs of an `extern action` are texts"));
    if (param.default_value.valid() && !parameter.type.is(Kind::Error))
      elaborator.ElaborateAs(param.default_value, env, parameter.type, fmt::format("`{}`", param.name.text));
    action.parameters.push_back(std::move(parameter));
  }
}

void ReadOutputs(ActionEntry& action, Elaborator& elaborator) {
  if (!action.decl->outputs.valid()) return;
  const Ast& ast = *action.file->ast;
  for (const syntax::TypeField& field : ast[action.decl->outputs].fields) {
    DeclaredOutput output;
    output.name = field.name.text;
    output.type = elaborator.ReadType(ast, field.type, &output.secret);
    if (field.optional) output.type = types::Optional(output.type);
    output.at = field.name.span;
    if (!action.body->outputs.contains(output.name))
      elaborator.session().report.Add(Build(Code::P0301, field.name.span,
                                            fmt::format("`{}` never gives `{}`", action.decl->name.text, output.name),
                                            "promised here")
                                          .Say(fmt::format("Give it:   output {} = ...", output.name)));
    action.outputs.push_back(std::move(output));
  }
}

// Variables of scripts are called like the parameter.
TermPtr Named(TermPtr value, const std::string& name) {
  if (!value->let.empty() || value->is_known() || value->is(TermKind::Error)) return value;
  Term term = *value;
  term.let = name;
  return Share(std::move(term));
}

// The block with parameters that nobody knows yet.
Env UnknownArguments(const ActionEntry& action) {
  Env env;
  env.file = action.file;
  env.pipeline = action.body->pipeline;
  env.job = action.body;
  env.block = &action.body->body;
  for (size_t i = 0; i < action.decl->params.size(); ++i) {
    const syntax::Param& param = action.decl->params[i];
    Term unknown = *UnknownTerm(action.parameters[i].type, param.name.span);
    if (action.parameters[i].secret) unknown.labels.secret = {param.span, "declared secret here"};
    env.locals = Bind(env.locals, param.name, Share(std::move(unknown)), &action.body->body);
  }
  return env;
}

// A call with a mistake has no values. Who reads them makes no second one.
struct Forgotten {
  StepEntry* entry;
  bool done = false;
  ~Forgotten() {
    if (entry != nullptr && !done) entry->later = entry->passed = true;
  }
};

}  // namespace

ActionEntry* FindAction(const syntax::QualifiedName& name, const FileScope& file) {
  return FindDeclared(
      name, file, [](const FileScope& where) -> auto& { return where.actions; });
}

ExternEntry* FindExtern(const syntax::QualifiedName& name, const FileScope& file) {
  return FindDeclared(
      name, file, [](const FileScope& where) -> auto& { return where.externs; });
}

std::string TextOfName(const syntax::QualifiedName& name) {
  std::string text;
  for (const syntax::Name& part : name) text += (text.empty() ? "" : ".") + part.text;
  return text;
}

void CheckAction(ActionEntry& action, Elaborator& elaborator) {
  if (action.state != ActionEntry::State::New) return;
  Reporter& report = elaborator.session().report;
  const syntax::Item& written = (*action.file->ast)[action.item];
  Reporter::Aloud aloud(report);
  Reporter::Item item(report, &written, written.damaged);
  action.state = ActionEntry::State::Busy;
  std::vector<size_t> items;
  {
    Reporter::Trial trial(report);
    ReadParameters(action, elaborator);
    ReadOutputs(action, elaborator);
    DeclareSteps(*action.body, elaborator);
    static const Pipeline& nobody = *new Pipeline;
    Job job;
    job.permissions_given = true;  // jobs that use it are asked
    BodyChecker(*action.body, job, nobody, elaborator).CheckAlone(action, UnknownArguments(action));
    action.found = trial.found();
    items = trial.items();
  }
  report.Replay(action.found, items);
  const bool bad = written.damaged || std::ranges::any_of(action.found, [](const Diagnostic& found) {
                     return found.severity == diagnostics::Severity::Error;
                   });
  const bool damaged =
      std::ranges::any_of(action.decl->block.items, [&](ItemId id) { return (*action.file->ast)[id].damaged; });
  const bool busy = action.state == ActionEntry::State::Busy;
  action.state = bad || damaged || !busy ? ActionEntry::State::Bad : ActionEntry::State::Good;
}

BodyChecker& BodyChecker::Root() {
  BodyChecker* root = this;
  while (root->outer_ != nullptr) root = root->outer_;
  return *root;
}

void BodyChecker::CheckAlone(ActionEntry& action, const Env& env) {
  action_ = &action;
  checked_out_ = true;  // perhaps, by the job
  scope_.body.locals = env.locals;
  Nodes(action.decl->block, env);
  if (action.decl->outputs.valid()) return;
  for (const std::string& name : scope_.output_order) {
    DeclaredOutput output;
    output.name = name;
    output.at = scope_.outputs.find(name)->second.name.span;
    if (auto value = values_.find(name); value != values_.end()) output.type = value->second->type;
    action.outputs.push_back(std::move(output));
  }
}

// The call, when the item is a step that uses an action of the program.
const syntax::UsesStep* BodyChecker::CallOf(ItemId id) const {
  const StepParts parts = PartsOf(ast_, id);
  const bool named = parts.uses != nullptr && parts.uses->target.kind == syntax::Target::Kind::Name;
  return named && FindAction(parts.uses->target.name, *scope_.pipeline->file) != nullptr ? parts.uses : nullptr;
}

// The `if` of a call; other settings have no step that they could be of.
TermPtr BodyChecker::CallSettings(ItemId id, Env& env) {
  const auto* named = ast_.As<syntax::NamedStep>(id);
  if (named == nullptr) return nullptr;
  if (named->name.valid())
    session_.report.Add(
        Build(Code::P0208, ast_[named->name].span, "a call of an action has no name", "its steps have their own"));
  if (!named->block) return nullptr;
  TermPtr condition;
  for (ItemId inner : named->block->items) {
    const auto* setting = ast_.As<syntax::Setting>(inner);
    const bool raw = ast_.As<syntax::RawDecl>(inner) != nullptr;
    if (setting == nullptr && !raw) continue;
    Reporter::Item item(session_.report, &ast_[inner], ast_[inner].damaged);
    if (raw || setting->key.text != "if") {
      session_.report.Add(Build(Code::P0208, ast_[inner].keyword,
                                fmt::format("a call of an action has no setting `{}`", raw ? "raw" : setting->key.text),
                                "there is no one step that it could be of")
                              .Say("Hand it over as a parameter, and set it in the action."));
      job_.broken = true;
      continue;
    }
    condition = elaborator_.ElaborateCondition(setting->value, env, false);
    if (!CheckSlot(condition, slots::kStepIf, env, session_)) job_.broken = true;
    if (const Term* status = FindStatusCall(condition)) env.step_status = StatusUse{status->at};
    if (!condition->is(TermKind::Error)) Assume(condition, env);
  }
  return condition;
}

// Binds the arguments of a call; false when one of them is wrong.
bool BodyChecker::BindArguments(const ActionEntry& action, const std::vector<const syntax::Entry*>& entries,
                                const Env& env, Env& inner, std::vector<Instance::Argument>& arguments) {
  const Env defaults = inner;
  bool good = true;
  for (size_t i = 0; i < entries.size(); ++i) {
    const syntax::Param& param = action.decl->params[i];
    const Type& type = action.parameters[i].type;
    const std::string what = fmt::format("`{}` of `{}`", param.name.text, action.decl->name.text);
    const syntax::Entry* entry = entries[i];
    std::optional<Reporter::Part> part;
    if (entry != nullptr) part.emplace(session_.report, entry);
    TermPtr value = entry != nullptr ? elaborator_.ElaborateAs(entry->value, env, type, what)
                                     : elaborator_.ElaborateAs(param.default_value, defaults, type, what);
    if (!value->is(TermKind::Error) && value->labels.secret && !action.parameters[i].secret) {
      session_.report.Add(Build(Code::P0502, value->at, fmt::format("{} takes no secret", what), "a secret")
                              .Also(param.span, "not declared `secret<...>`"));
      good = false;
    }
    if (param.is_static && !value->may_be_known() && !CheckConstant(value, what, session_)) good = false;
    good = good && !value->is(TermKind::Error);
    arguments.push_back({param.name.text, entry != nullptr ? ast_[entry->value].span : Span{}});
    inner.locals = BindArgument(inner.locals, param.name, Named(std::move(value), param.name.text), &action.body->body);
  }
  return good;
}

// Every call sees the names of the block anew.
void BodyChecker::Restart(const LocalsPtr& locals) {
  Renew(scope_.body, locals);
  for (auto& [key, block] : scope_.blocks) block->locals = nullptr;
  for (auto& [name, step] : scope_.all_steps) {
    step->passed = step->started = false;
    step->cancelled = step->secret_read = {};
    step->values.clear();
  }
}

std::vector<Node> BodyChecker::InlineBody(ActionEntry& action, const std::string& name, const Env& inner) {
  BodyChecker body(*action.body, job_, pipeline_, elaborator_);
  body.outer_ = this;
  body.action_ = &action;
  body.prefix_ = prefix_.empty() ? name : prefix_ + "-" + name;
  body.folds_ = true;
  body.checked_out_ = checked_out_;
  body.first_file_ = first_file_;
  body.first_file_name_ = first_file_name_;
  JobScope* caller = std::exchange(action.body->caller, &scope_);
  body.Restart(inner.locals);
  std::vector<Node> nodes = body.Nodes(action.decl->block, inner);
  body.CheckTokenWrites();
  action.body->caller = caller;
  checked_out_ = body.checked_out_;
  first_file_ = body.first_file_;
  first_file_name_ = body.first_file_name_;
  values_of_call_ = std::move(body.values_);
  return nodes;
}

// P0906, once a job: what calls of calls write out.
bool BodyChecker::CheckCallBudget(Span at, const std::vector<Node>& added) {
  BodyChecker& root = Root();
  root.unrolled_ += 1 + CountSteps(added);
  ForEachValue(added, [&](const TermPtr& value) { root.unrolled_ += value->size; });
  if (root.too_big_ || root.unrolled_ <= kMostNodes) return !root.too_big_;
  root.too_big_ = true;
  session_.report.Add(Build(Code::P0906, at, "these steps are too many once they are written out",
                            "more than 100,000 parts, with those of the actions that this one uses"));
  return false;
}

void BodyChecker::Inline(ItemId id, const syntax::UsesStep& decl, const Env& env, std::vector<Node>& nodes) {
  ActionEntry& action = *FindAction(decl.target.name, *scope_.pipeline->file);
  const std::string name = action.decl->name.text;
  if (Root().too_big_) return;
  if (action.state == ActionEntry::State::Busy) {
    session_.report.Add(Build(Code::P0606, decl.target.span, fmt::format("`{}` uses itself", name), "used again here")
                            .Also(action.decl->name.span, "this action")
                            .Say("Programs end: an action cannot use itself, and not through others."));
    return;
  }
  CheckAction(action, elaborator_);
  StepEntry* entry = nullptr;
  if (const StepParts parts = PartsOf(ast_, id); parts.let != nullptr)
    if (auto it = scope_.all_steps.find(parts.let->name.text); it != scope_.all_steps.end() && it->second->item == id)
      entry = it->second;
  Forgotten forgotten{entry};
  if (entry != nullptr && entry->background)
    session_.report.Add(Build(Code::P0114, entry->name.span, "a call of an action cannot run in the background",
                              "it may be many steps, or none"));
  Env outer = env;
  const TermPtr condition = CallSettings(id, outer);
  if (action.state == ActionEntry::State::Bad) {
    job_.broken = true;
    return;
  }
  const Span use = decl.args.empty() ? decl.target.span : source::Join(decl.target.span, decl.args_span);
  const auto entries = MatchArguments(action.decl->params, decl.args, use, fmt::format("`{}`", name), session_.report);
  if (!entries) return;
  Env inner;
  inner.file = action.file;
  inner.pipeline = action.body->pipeline;
  inner.reader = outer.run();
  inner.job = action.body;
  inner.block = &action.body->body;
  inner.facts = outer.facts;
  inner.events = outer.events;
  inner.guards = outer.guards;
  inner.job_status = outer.job_status;
  inner.step_status = outer.step_status;
  Instance instance{fmt::format("`{}`", name), (*action.file->ast)[action.item].span, use, {}, &action.found};
  if (!BindArguments(action, *entries, outer, inner, instance.arguments)) return;
  if (!CheckEnters(action, decl.target.span)) return;
  std::vector<Node> inlined;
  {
    InstanceFindings findings(session_.report, session_.sources, std::move(instance));
    inlined = InlineBody(action, entry != nullptr ? entry->name.text : name, inner);
  }
  if (!CheckCallBudget(use, inlined)) return;
  forgotten.done = true;
  if (entry != nullptr) {
    entry->inlined = true;
    entry->values = std::move(values_of_call_);
    entry->guards = outer.guards;
    Pass(*entry);
  }
  if (condition == nullptr) {
    std::ranges::move(inlined, std::back_inserter(nodes));
    return;
  }
  IfBlock block;
  block.at = use;
  block.condition = condition;
  block.then = std::move(inlined);
  AddBranch(std::move(block), nodes);
}

// `action x() in environment`: the job that uses it has to enter one.
bool BodyChecker::CheckEnters(const ActionEntry& action, Span at) {
  if (!action.decl->in_environment || job_.environment != nullptr) return true;
  if (scope_.of_action && scope_.caller == nullptr && action_ != nullptr && action_->decl->in_environment) return true;
  const bool within = scope_.of_action && scope_.caller == nullptr;
  session_.report.Add(Build(Code::P0301, at, fmt::format("`{}` needs an environment", action.decl->name.text),
                            within ? "this action is not declared `in environment`" : "the job enters none")
                          .Also(action.decl->name.span, "declared `in environment`")
                          .Say(within ? "Declare it so:   action NAME(...) in environment { ... }"
                                      : "Let the job enter one:   environment: NAME"));
  return false;
}

// A value that the action gives to those that use it.
void BodyChecker::ActionOutput(ItemId id, const syntax::OutputDecl& decl, const Env& env) {
  auto it = scope_.outputs.find(decl.name.text);
  if (it == scope_.outputs.end() || it->second.item != id) return;
  if (!env.path.empty()) {
    session_.report.Add(Build(Code::P0114, ast_[id].keyword, "an output of an action cannot stand under a condition",
                              "those who use it read it anyway")
                            .Say(fmt::format("Choose by value:   output {} = CONDITION ? ... : ...", decl.name.text)));
    return;
  }
  const auto promised = std::ranges::find(action_->outputs, decl.name.text, &DeclaredOutput::name);
  if (action_->decl->outputs.valid() && promised == action_->outputs.end()) {
    session_.report.Add(Build(Code::P0302, decl.name.span,
                              fmt::format("`{}` does not promise `{}`", action_->decl->name.text, decl.name.text),
                              "not among its outputs")
                            .Also(ast_[action_->decl->outputs].span, "its outputs"));
    return;
  }
  Type type = elaborator_.ReadType(ast_, decl.type);
  if (type.is_file()) {
    session_.report.Add(Build(Code::P0302, ast_[decl.type].span, "an action hands over values", types::ToText(type))
                            .Say("Files are outputs of jobs: name it in the job that uses the action."));
    return;
  }
  if (type.is(Kind::Error) && promised != action_->outputs.end()) type = promised->type;
  const std::string what = fmt::format("`{}`", decl.name.text);
  TermPtr value = type.is(Kind::Error) ? elaborator_.Elaborate(decl.value, env)
                                       : elaborator_.ElaborateAs(decl.value, env, type, what);
  if (value->is(TermKind::Error)) return;
  if (promised != action_->outputs.end() && promised->secret && !value->labels.secret) {
    Term secret = *value;
    secret.labels.secret = {promised->at, "declared secret here"};
    value = Share(std::move(secret));
  }
  values_[decl.name.text] = std::move(value);
}

void BodyChecker::Once(const syntax::OnceStep& decl, const Env& env, std::vector<Node>& nodes) {
  if (!decl.step.valid()) return;
  auto& done = Root().once_[&ast_[decl.step]];
  // It surely ran where everything holds that held around an earlier one.
  const bool ran = std::ranges::any_of(done, [&](const std::vector<std::string>& guards) {
    return std::ranges::all_of(
        guards, [&](const std::string& guard) { return std::ranges::find(env.guards, guard) != env.guards.end(); });
  });
  if (ran) return;
  done.push_back(env.guards);
  Env inner = env;
  AddItem(decl.step, inner, nodes);
}

void BodyChecker::Requires(const syntax::RequiresStep& decl, const Env& env) {
  if (decl.what.text != "permissions") {
    session_.report.Add(Build(Code::P0302, decl.what.span, "`requires` takes permissions", "not known here")
                            .Say("Write   requires permissions { contents: read }"));
    return;
  }
  const SettingMap none;
  SettingReader reader(none, env, elaborator_);
  for (const Grant& grant : reader.Grants(decl.record))
    if (!job_.permissions_exact && grant.access != "none")
      AddGrant(job_.permissions, grant.scope, grant.access, action_->decl->name.text, grant.at);
}

void BodyChecker::Assert(const syntax::AssertStep& decl, const Env& env) {
  const TermPtr condition = elaborator_.ElaborateAs(decl.condition, env, types::Simple(Kind::Bool), "`assert`");
  if (condition->is(TermKind::Error) || condition->may_be_known()) return;
  if (!CheckConstant(condition, "what `assert` looks at", session_)) return;
  if (condition->is_bool(false))
    session_.report.Add(Build(Code::P0312, condition->at, "this does not hold",
                              fmt::format("`{}` asserts it", action_->decl->name.text)));
}

}  // namespace sluice::check

#include "compiler/check/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/base/text.h"
#include "compiler/check/collector.h"
#include "compiler/check/limits.h"
#include "compiler/types/contexts.h"

namespace sluice::check {
void Collector::File() {
  for (ItemId id : ast_.items) {
    Reporter::Item item(report_, &ast_[id], ast_[id].damaged);
    const syntax::ItemNode& node = ast_[id].node;
    if (const auto* let = std::get_if<syntax::LetDecl>(&node)) {
      const std::string& name = let->name.text;
      const bool other = file_.enums.contains(name) || file_.functions.contains(name) || file_.actions.contains(name) ||
                         file_.externs.contains(name);
      if (other && !NewInFile(let->name)) continue;
      if (LetEntry* entry = Let(id, *let, file_.lets)) entry->file = &file_;
    } else if (const auto* secret = std::get_if<syntax::SecretDecl>(&node)) {
      Secrets(*secret);
    } else if (const auto* variable = std::get_if<syntax::VarDecl>(&node)) {
      Variable(*variable);
    } else if (const auto* pipeline = std::get_if<syntax::PipelineDecl>(&node)) {
      Pipeline(id, *pipeline);
    } else if (const auto* declared = std::get_if<syntax::EnumDecl>(&node)) {
      Enum(*declared);
    } else if (const auto* fn = std::get_if<syntax::FnDecl>(&node)) {
      Function(id, *fn);
    } else if (const auto* action = std::get_if<syntax::ActionDecl>(&node)) {
      Action(id, *action);
    } else if (const auto* foreign = std::get_if<syntax::ExternDecl>(&node)) {
      Extern(id, *foreign);
    } else if (const auto* environment = std::get_if<syntax::EnvironmentDecl>(&node)) {
      Environment(id, *environment);
    } else {
      Later(node);
    }
  }
}

void Collector::Secrets(const syntax::SecretDecl& decl) {
  for (const syntax::Name& name : decl.names) {
    CheckSettingName("secret", name.text, name.span, report_);
    if (const SecretEntry* first = names_.FindSecret(name.text)) {
      report_.Add(
          Build(Code::P0205, name.span, fmt::format("the secret `{}` is declared twice", name.text), "the second one")
              .Also(first->at, "the first one")
              .Say("Once in the project is enough: remove one of them."));
      continue;
    }
    names_.secrets.push_back({name.text, name.span, decl.environments});
  }
}

void Collector::Variable(const syntax::VarDecl& decl) {
  CheckSettingName("variable", decl.name.text, decl.name.span, report_);
  if (const VariableEntry* first = names_.FindVariable(decl.name.text)) {
    report_.Add(Build(Code::P0205, decl.name.span, fmt::format("the variable `{}` is declared twice", decl.name.text),
                      "the second one")
                    .Also(first->at, "the first one")
                    .Say("Once in the project is enough: remove one of them."));
    return;
  }
  VariableEntry entry;
  entry.name = decl.name.text;
  entry.type = types::Simple(Kind::String);
  entry.at = decl.name.span;
  entry.ast = &ast_;
  entry.written = decl.type;
  entry.environments = decl.environments;
  names_.variables.push_back(std::move(entry));
}

bool Collector::NewInFile(const syntax::Name& name) {
  CheckContextName(name, "a declaration");
  Span first;
  if (auto it = file_.lets.find(name.text); it != file_.lets.end()) first = it->second->name.span;
  if (auto it = file_.enums.find(name.text); it != file_.enums.end()) first = it->second.name.span;
  if (auto it = file_.functions.find(name.text); it != file_.functions.end()) first = it->second.decl->name.span;
  if (auto it = file_.actions.find(name.text); it != file_.actions.end()) first = it->second.decl->name.span;
  if (auto it = file_.externs.find(name.text); it != file_.externs.end()) first = it->second.decl->name.span;
  if (!first.valid()) return true;
  report_.Add(Build(Code::P0205, name.span, fmt::format("`{}` is declared twice", name.text), "the second one")
                  .Also(first, "the first one")
                  .Say("Give one of them another name."));
  return false;
}

void Collector::Enum(const syntax::EnumDecl& decl) {
  if (!NewInFile(decl.name)) return;
  Names members(report_, "member", "members");
  std::vector<std::string> names;
  for (const syntax::Name& member : decl.members)
    if (members.Add(member)) names.push_back(member.text);
  file_.enums[decl.name.text] = {decl.name, types::NamedEnum(decl.name.text, std::move(names))};
}

void Collector::Function(ItemId id, const syntax::FnDecl& decl) {
  if (!NewInFile(decl.name)) return;
  Names params(report_, "parameter", "parameters");
  for (const syntax::Param& param : decl.params) params.Add(param.name);
  FnEntry& entry = file_.functions[decl.name.text];
  entry.decl = &decl;
  entry.item = id;
  entry.file = &file_;
}

void Collector::Action(ItemId id, const syntax::ActionDecl& decl) {
  if (!NewInFile(decl.name)) return;
  CheckId(decl.name, report_);
  Names params(report_, "parameter", "parameters");
  for (const syntax::Param& param : decl.params) params.Add(param.name);
  if (file_.outside == nullptr) {
    file_.outside = &names_.outsides.emplace_back();
    file_.outside->file = &file_;
  }
  JobScope& body = names_.action_bodies.emplace_back();
  body.name = decl.name;
  body.item = id;
  body.pipeline = file_.outside;
  body.of_action = true;
  ActionEntry& entry = file_.actions[decl.name.text];
  entry.decl = &decl;
  entry.item = id;
  entry.file = &file_;
  entry.body = &body;
  action_ = &decl;
  Block(body, body.body, decl.block, {}, {});
  action_ = nullptr;
}

void Collector::Extern(ItemId id, const syntax::ExternDecl& decl) {
  if (!NewInFile(decl.name)) return;
  Names params(report_, "input", "inputs");
  for (const syntax::Param& param : decl.params) params.Add(param.name);
  ExternEntry& entry = file_.externs[decl.name.text];
  entry.decl = &decl;
  entry.item = id;
  entry.file = &file_;
}

void Collector::Environment(ItemId id, const syntax::EnvironmentDecl& decl) {
  if (const EnvironmentEntry* first = names_.FindEnvironment(decl.name.text)) {
    report_.Add(Build(Code::P0205, decl.name.span,
                      fmt::format("the environment `{}` is declared twice", decl.name.text), "the second one")
                    .Also(first->at, "the first one")
                    .Say("Once in the project is enough: remove one of them."));
    return;
  }
  EnvironmentEntry& entry = names_.environments.emplace_back();
  entry.name = decl.name.text;
  entry.at = decl.name.span;
  entry.file = &file_;
  entry.item = id;
  for (ItemId inner : decl.block.items)
    if (const auto* setting = ast_.As<syntax::Setting>(inner)) {
      Reporter::Item item(report_, &ast_[inner], ast_[inner].damaged);
      Setting(entry.settings, inner, *setting);
      if (setting->key.text == "approval") entry.approval = true, entry.approval_at = setting->key.span;
    }
}

// Declarations of a later version: what they are called is known, so that reading them is no second mistake.
void Collector::Later(const syntax::ItemNode& node) {
  auto add = [&](const syntax::Name& name) { file_.other_names.emplace(name.text, name.span); };
  if (const auto* d = std::get_if<syntax::TypeDecl>(&node)) add(d->name);
  if (const auto* d = std::get_if<syntax::ServiceDecl>(&node)) add(d->name);
  if (const auto* d = std::get_if<syntax::MetricDecl>(&node)) add(d->name);
}

LetEntry* Collector::Let(ItemId id, const syntax::LetDecl& decl, std::map<std::string, LetEntry*, std::less<>>& lets) {
  CheckContextName(decl.name, "a `let`");
  if (auto it = lets.find(decl.name.text); it != lets.end()) {
    report_.Add(
        Build(Code::P0205, decl.name.span, fmt::format("two `let`s are called `{}`", decl.name.text), "the second one")
            .Also(it->second->name.span, "the first one")
            .Say("Give one of them another name."));
    return nullptr;
  }
  LetEntry& entry = names_.lets.emplace_back();
  entry.name = decl.name;
  entry.type = decl.type;
  entry.value = decl.value;
  entry.item = id;
  entry.file = &file_;
  lets[decl.name.text] = &entry;
  return &entry;
}

void Collector::CheckContextName(const syntax::Name& name, std::string_view who) {
  const auto& contexts = types::ContextNames();
  if (std::ranges::find(contexts, name.text) == contexts.end()) return;
  report_.Add(
      Build(Code::P0213, name.span, fmt::format("`{}` is the name of a context", name.text),
            fmt::format("{} cannot take it", who))
          .Say("Any other name will do. Only parameters and axes may be called like a context (`inputs.env`)."));
}

void Collector::CheckShadow(const PipelineScope& pipeline, const syntax::Name& name, std::string_view kind) {
  auto report = [&](std::string_view other, Span at) {
    const bool vowel = other == "axis";
    report_.Add(Build(Code::P0211, name.span,
                      fmt::format("{} {} and {} {} are both called `{}`", kind == "axis" ? "an" : "a", kind,
                                  vowel ? "an" : "a", other, name.text),
                      fmt::format("the {} hides the {}", kind, other))
                    .Also(at, fmt::format("the {}", other))
                    .Say("Give one of them another name."));
  };
  if (action_ != nullptr)
    for (const syntax::Param& param : action_->params)
      if (param.name.text == name.text) return report("parameter", param.name.span);
  for (const syntax::Name* variable : job_variables_)
    if (variable->text == name.text) return report("variable", variable->span);
  if (auto it = pipeline.parameters.find(name.text); it != pipeline.parameters.end() && kind != "parameter")
    report("parameter", pipeline.decl->params[it->second].name.span);
  else if (auto let = pipeline.lets.find(name.text); let != pipeline.lets.end() && kind != "`let`")
    report("`let`", let->second->name.span);
  else if (auto job = pipeline.jobs.find(name.text); job != pipeline.jobs.end() && kind != "job")
    report("job", job->second->name.span);
  else if (auto group = pipeline.groups.find(name.text); group != pipeline.groups.end() && kind != "job")
    report("job", group->second.name.span);
}

void Collector::Setting(std::map<std::string, ItemId, std::less<>>& settings, ItemId id, const syntax::Setting& decl) {
  auto [it, fresh] = settings.emplace(decl.key.text, id);
  if (fresh) return;
  report_.Add(Build(Code::P0205, decl.key.span, fmt::format("`{}` is set twice", decl.key.text), "the second one")
                  .Also(ast_[it->second].keyword, "the first one")
                  .Say("Remove one of them."));
}

void Collector::Parameters(PipelineScope& pipeline) {
  Names names(report_, "parameter", "parameters");
  for (size_t i = 0; i < pipeline.decl->params.size(); ++i) {
    const syntax::Param& param = pipeline.decl->params[i];
    Reporter::Item item(report_, &param);
    CheckId(param.name, report_);
    if (names.Add(param.name)) pipeline.parameters[param.name.text] = i;
  }
}

void Collector::Pipeline(ItemId id, const syntax::PipelineDecl& decl) {
  PipelineScope& pipeline = names_.pipelines.emplace_back();
  file_.pipelines.push_back(&pipeline);
  pipeline.file = &file_;
  pipeline.name = decl.name;
  pipeline.item = id;
  pipeline.decl = &decl;
  Parameters(pipeline);
  // Lets first: jobs and steps are compared with them.
  for (ItemId inner : decl.block.items)
    if (const auto* let = ast_.As<syntax::LetDecl>(inner)) {
      Reporter::Item item(report_, &ast_[inner], ast_[inner].damaged);
      CheckShadow(pipeline, let->name, "`let`");
      if (LetEntry* entry = Let(inner, *let, pipeline.lets)) entry->pipeline = &pipeline;
    }
  Names jobs(report_, "job", "jobs");
  std::vector<std::pair<ItemId, const syntax::JobDecl*>> found;
  for (ItemId inner : decl.block.items) {
    Reporter::Item item(report_, &ast_[inner], ast_[inner].damaged);
    const syntax::ItemNode& node = ast_[inner].node;
    if (const auto* setting = std::get_if<syntax::Setting>(&node)) Setting(pipeline.settings, inner, *setting);
    if (const auto* secret = std::get_if<syntax::SecretDecl>(&node)) Secrets(*secret);
    if (const auto* variable = std::get_if<syntax::VarDecl>(&node)) Variable(*variable);
    if (const auto* gate = std::get_if<syntax::GateDecl>(&node)) {
      pipeline.gates.push_back(inner);
      CheckId(gate->name, report_);
      CheckContextName(gate->name, "a gate");
      CheckShadow(pipeline, gate->name, "gate");
      jobs.Add(gate->name);
    }
    if (const auto* job = std::get_if<syntax::JobDecl>(&node); job != nullptr && IsNewJob(*job, pipeline, jobs))
      NewJob(inner, *job, job->name, pipeline);
    if (const auto* loop = std::get_if<syntax::ForDecl>(&node)) JobLoop(inner, *loop, {}, pipeline, jobs);
  }
}

bool Collector::IsNewJob(const syntax::JobDecl& decl, const PipelineScope& pipeline, Names& jobs) {
  CheckContextName(decl.name, "a job");
  CheckId(decl.name, report_);
  CheckShadow(pipeline, decl.name, "job");
  const bool fresh = jobs.Add(decl.name);
  return fresh || (!pipeline.jobs.contains(decl.name.text) && !pipeline.groups.contains(decl.name.text));
}

// The names that stand in a `for`. Its jobs are made once its list can be read.
void Collector::JobLoop(ItemId id, const syntax::ForDecl& decl, std::vector<ItemId> loops, PipelineScope& pipeline,
                        Names& jobs) {
  CheckContextName(decl.name, "a variable");
  CheckShadow(pipeline, decl.name, "variable");
  loops.push_back(id);
  job_variables_.push_back(&decl.name);
  for (const ItemId inner : decl.block.items) {
    Reporter::Item item(report_, &ast_[inner], ast_[inner].damaged);
    if (const auto* loop = ast_.As<syntax::ForDecl>(inner)) JobLoop(inner, *loop, loops, pipeline, jobs);
    const auto* job = ast_.As<syntax::JobDecl>(inner);
    if (job == nullptr || !IsNewJob(*job, pipeline, jobs)) continue;
    pipeline.groups.emplace(job->name.text, JobGroup{job->name, inner, loops, {}});
  }
  job_variables_.pop_back();
}

JobScope& Collector::NewJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name, PipelineScope& pipeline) {
  JobScope& job = names_.jobs.emplace_back();
  job.name = name;
  job.item = id;
  job.decl = &decl;
  job.pipeline = &pipeline;
  job.index = pipeline.job_order.size();
  pipeline.jobs[name.text] = &job;
  pipeline.job_order.push_back(&job);
  if (decl.matrix) {
    Names axes(report_, "axis", "axes");
    for (const syntax::Axis& axis : decl.matrix->axes) {
      CheckId(axis.name, report_);
      CheckShadow(pipeline, axis.name, "axis");
      if (!axes.Add(axis.name)) continue;
      AxisEntry& entry = job.axes.emplace_back();
      entry.name = axis.name;
      entry.list = axis.list;
    }
  }
  if (decl.block) Block(job, job.body, *decl.block, {}, {});
  return job;
}

// One of the jobs of a `for`: the variables around it have their names there.
JobScope& Collector::MadeJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name,
                             PipelineScope& pipeline) {
  for (const ItemId loop : pipeline.groups.at(decl.name.text).loops)
    job_variables_.push_back(&std::get<syntax::ForDecl>(ast_[loop].node).name);
  return NewJob(id, decl, name, pipeline);
}

StepParts PartsOf(const Ast& ast, ItemId id) {
  StepParts parts;
  if (!id.valid()) return parts;
  parts.named = ast.As<syntax::NamedStep>(id);
  const ItemId body = parts.named != nullptr ? parts.named->body : id;
  parts.run = ast.As<syntax::RunStep>(body);
  parts.uses = ast.As<syntax::UsesStep>(body);
  if (parts.named != nullptr && parts.named->let)
    parts.let = &*parts.named->let;
  else if (parts.run != nullptr && parts.run->let)
    parts.let = &*parts.run->let;
  else if (parts.uses != nullptr && parts.uses->let)
    parts.let = &*parts.uses->let;
  return parts;
}

bool CheckId(const syntax::Name& name, Reporter& report) {
  const std::string_view rule =
      "Names of jobs, steps, axes, inputs and outputs: letters, digits, `_` and `-`, fewer than 100 characters.";
  const bool letters = !name.text.empty() && !IsAsciiDigit(name.text[0]) && name.text[0] != '-' &&
                       std::ranges::all_of(name.text, [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; });
  if (!name.present()) return true;
  if (!letters || name.text.starts_with("__")) {
    report.Add(Build(Code::P0214, name.span, fmt::format("`{}` is not a name that GitHub takes", name.text),
                     letters ? "names that begin with `__` are GitHub's own" : "other characters than GitHub allows")
                   .Say(std::string(rule)));
    return false;
  }
  if (name.text.size() >= 100) {
    report.Add(Build(Code::P0214, name.span, "this name is too long for GitHub",
                     fmt::format("{} characters", name.text.size()))
                   .Say(std::string(rule)));
    return false;
  }
  return true;
}

void CollectFile(const std::string& path, const Ast& ast, ProjectScope& names, Reporter& report) {
  FileScope& file = names.files.emplace_back();
  file.path = path;
  file.ast = &ast;
  Collector(file, names, report).File();
}

JobScope& CollectJob(ItemId id, const syntax::JobDecl& decl, const syntax::Name& name, PipelineScope& pipeline,
                     ProjectScope& names, Reporter& report) {
  FileScope* file = nullptr;
  for (FileScope& each : names.files)
    if (&each == pipeline.file) file = &each;
  SLUICE_CHECK(file != nullptr, "every pipeline stands in a file");
  Reporter::Item item(report, &(*file->ast)[id], (*file->ast)[id].damaged);
  return Collector(*file, names, report).MadeJob(id, decl, name, pipeline);
}

}  // namespace sluice::check

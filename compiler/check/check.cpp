#include "compiler/check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"
#include "compiler/check/actions.h"
#include "compiler/check/called.h"
#include "compiler/check/changes.h"
#include "compiler/check/collect.h"
#include "compiler/check/directives.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/environments.h"
#include "compiler/check/graph.h"
#include "compiler/check/imports.h"
#include "compiler/check/input_guards.h"
#include "compiler/check/jobs.h"
#include "compiler/check/limits.h"
#include "compiler/check/loops.h"
#include "compiler/check/settings.h"
#include "compiler/check/steps.h"
#include "compiler/check/triggers.h"
#include "compiler/check/verbatim.h"

namespace sluice::check {
namespace {

class PipelineChecker {
 public:
  PipelineChecker(PipelineScope& scope, Pipeline& pipeline, Elaborator& elaborator)
      : scope_(scope),
        pipeline_(pipeline),
        elaborator_(elaborator),
        session_(elaborator.session()),
        ast_(*scope.file->ast) {}

  void Check();

 private:
  void Settings();
  void Raw();
  void Outputs();
  void Empty();
  void SecretsRead();

  PipelineScope& scope_;
  Pipeline& pipeline_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
  JobDefaults defaults_;
};

// The head of a pipeline: what everything else in it asks about.
void ReadHead(PipelineScope& scope, Pipeline& pipeline, Elaborator& elaborator) {
  const syntax::Item& item = (*scope.file->ast)[scope.item];
  pipeline.name = scope.name.text;
  pipeline.name_at = scope.name.span;
  pipeline.display_name = scope.name.text;
  pipeline.docs = item.docs;
  pipeline.at = item.span;
  pipeline.sources = ReachedFiles(*scope.file);
  scope.checked = &pipeline;
  ReadTriggers(scope, pipeline, elaborator.session());
  ReadParameters(scope, pipeline, elaborator);
}

void PipelineChecker::Settings() {
  CheckKnownSettings(ast_, scope_.decl->block, Place::Pipeline, session_);
  for (const auto& [key, id] : scope_.settings) pipeline_.settings.emplace_back(key, ast_[id].keyword);
  Env env;
  env.file = scope_.file;
  env.pipeline = &scope_;
  SettingReader reader(scope_.settings, env, elaborator_);
  if (reader.has("name"))
    if (const std::string name = reader.ConstantText("name"); !name.empty()) pipeline_.display_name = name;
  const bool privileged = std::ranges::any_of(
      pipeline_.triggers, [](const Trigger& trigger) { return trigger.event == "pull_request_target"; });
  pipeline_.run_name = reader.Text("run-name", slots::kRunName);
  pipeline_.concurrency = reader.ConcurrencyOf(slots::kConcurrency, pipeline_.name, privileged);
  pipeline_.env = reader.EnvOf(slots::kPipelineEnv);
  pipeline_.shell = defaults_.shell = reader.Shell(slots::kShell);
  pipeline_.working_directory = defaults_.working_directory = reader.Text("working-directory", slots::kJobFolder);
  defaults_.runs_on = reader.RunsOn(&defaults_.runner_group);
  defaults_.timeout = reader.Timeout(slots::kJobTimeout);
  defaults_.container = reader.Container();
  if (defaults_.container == nullptr && (defaults_.container_record = reader.ContainerRecordOf()))
    defaults_.container = defaults_.container_record->image;
  pipeline_.permissions = defaults_.permissions = reader.Permissions(true);
}

void PipelineChecker::Raw() {
  for (ItemId id : scope_.decl->block.items) {
    const auto* raw = ast_.As<syntax::RawDecl>(id);
    if (raw == nullptr || !raw->text.valid() || ast_[id].damaged) continue;
    pipeline_.raw = ReadRaw(ast_, raw->text, session_.sources);
  }
}

// `output NAME = e`: what the caller of the pipeline reads.
void PipelineChecker::Outputs() {
  const bool called = pipeline_.HasTrigger("workflow_call");
  Env env;
  env.file = scope_.file;
  env.pipeline = &scope_;
  env.of_pipeline = true;
  for (ItemId id : scope_.decl->block.items) {
    const auto* decl = ast_.As<syntax::OutputDecl>(id);
    if (decl == nullptr) continue;
    Reporter::Item item(session_.report, &ast_[id], ast_[id].damaged);
    Output output;
    output.name = decl->name.text;
    output.at = output.whole = ast_[id].span;
    output.name_at = decl->name.span;
    output.docs = ast_[id].docs;
    CheckId(decl->name, session_.report);
    for (const Output& other : pipeline_.outputs)
      if (EqualsIgnoreCase(other.name, output.name))
        session_.report.Add(Build(Code::P0205, decl->name.span, fmt::format("two outputs are called `{}`", output.name),
                                  "the second one")
                                .Also(other.name_at, "the first one")
                                .Say("Give one of them another name."));
    const Type declared = elaborator_.ReadType(ast_, decl->type);
    output.value =
        decl->type.valid() && !declared.is(Kind::Error)
            ? elaborator_.ElaborateAs(decl->value, env, types::Optional(declared), fmt::format("`{}`", output.name))
            : elaborator_.Elaborate(decl->value, env);
    output.type = decl->type.valid() ? declared : output.value->type;
    if (output.type.is_file() || output.value->type.is_file() || output.value->type.is(Kind::Map))
      session_.report.Add(Build(Code::P0302, output.value->at, "an output of a pipeline is one value",
                                types::WithArticle(output.value->type)));
    else
      CheckSlot(output.value, slots::kPipelineOutput, env, session_);
    if (!called)
      session_.report.Add(Build(Code::P0624, output.name_at, fmt::format("nobody can read `{}`", output.name),
                                "outputs of a pipeline are for those who call it")
                              .Say("Let others call it:   on workflow_call"));
    if (!output.value->is(TermKind::Error)) pipeline_.outputs.push_back(std::move(output));
  }
}

void PipelineChecker::Empty() {
  const auto has = [&](auto type) {
    return std::ranges::any_of(scope_.decl->block.items, [&](ItemId id) {
      return std::holds_alternative<decltype(type)>(ast_[id].node) ||
             std::holds_alternative<syntax::ErrorItem>(ast_[id].node);
    });
  };
  auto report = [&](std::string_view what, std::string_view label) {
    return Build(Code::P0601, scope_.name.span, fmt::format("the pipeline `{}` has no {}", scope_.name.text, what),
                 std::string(label));
  };
  if (!has(syntax::JobDecl{}) && !has(syntax::ForDecl{}))
    session_.report.Add(report("job", "GitHub refuses a workflow without jobs"));
  else if (!has(syntax::JobDecl{}) && scope_.job_order.empty() && !scope_.unmade)
    session_.report.Add(report("job", "its `for` makes none, and GitHub refuses a workflow without jobs"));
  else if (!has(syntax::OnDecl{}))
    session_.report.Add(report("trigger", "it would never start").Say("Say when it runs:   on push"));
}

void PipelineChecker::SecretsRead() {
  std::vector<std::string> read;
  for (const Job& job : pipeline_.jobs)
    ForEachValue(job, [&](const TermPtr& value) {
      Walk(value, [&](const Term& term) {
        if (term.is(TermKind::Path) && term.name.starts_with("secrets.")) read.push_back(term.name.substr(8));
      });
    });
  for (const SecretEntry& secret : session_.names.secrets)
    if (std::ranges::find(read, secret.name) != read.end())
      pipeline_.secrets.push_back({secret.name, secret.environments.empty()});
}

void PipelineChecker::Check() {
  const syntax::Item& item = ast_[scope_.item];
  Reporter::Item own(session_.report, &item, item.damaged);
  const size_t before = session_.report.errors();
  Empty();
  for (auto& [name, let] : scope_.lets) elaborator_.CheckLet(*let);
  Settings();
  Raw();
  for (JobScope* job : scope_.job_order) pipeline_.jobs.push_back(CheckJob(*job, pipeline_, defaults_, elaborator_));
  Outputs();
  ConnectJobs(scope_, pipeline_, session_);
  GuardInputs(pipeline_);
  CheckApprovals(pipeline_, session_);
  ReadGates(scope_, pipeline_, session_.project.required, session_);
  CheckLimits(pipeline_, session_);
  CheckChanges(scope_, pipeline_, session_);
  SecretsRead();
  pipeline_.broken = pipeline_.broken || scope_.unmade || own.broken() || session_.report.errors() != before;
}

}  // namespace

Program Check(const source::SourceMap& sources, const std::vector<File>& files, const catalogue::Lock& lock,
              const catalogue::Project& project, const Readers& readers, const FileSystem* project_files,
              diagnostics::Sink& sink) {
  ProjectScope names;
  Reporter report;
  const std::vector<Allowance> allowances = FindAllowances(sources, files);
  if (!allowances.empty())
    report.set_allowed([&](const Diagnostic& found) { return IsAllowed(allowances, found, sources); });
  Session session{sources, lock, project, names, report, project_files, readers};
  Elaborator elaborator(session);
  for (const File& file : files)
    if (!file.ast->unreadable) CollectFile(file.path, *file.ast, names, report);
  ResolveImports(names, report);
  for (VariableEntry& variable : names.variables)
    if (variable.written.valid()) variable.type = elaborator.ReadType(*variable.ast, variable.written);
  std::vector<PipelineScope*> wanted;
  for (const FileScope& file : names.files)
    for (const File& root : files)
      if (root.root && root.path == file.path)
        wanted.insert(wanted.end(), file.pipelines.begin(), file.pipelines.end());
  Program program;
  program.pipelines.resize(wanted.size());
  CheckEnvironments(elaborator);
  ReadVerbatims(session);
  for (size_t i = 0; i < wanted.size(); ++i) ReadHead(*wanted[i], program.pipelines[i], elaborator);
  MakeJobs(elaborator);
  for (JobScope& job : names.jobs) DeclareSteps(job, elaborator);
  for (const FileScope& file : names.files) {
    for (auto& [name, fn] : file.functions) elaborator.CheckFn(fn);
    for (auto& [name, action] : file.actions) CheckAction(action, elaborator);
    for (auto& [name, entry] : file.externs) ReadExtern(entry, elaborator);
    for (const auto& [name, let] : file.lets) elaborator.CheckLet(*let);
  }
  for (size_t i = 0; i < wanted.size(); ++i) DeclareCalls(*wanted[i], elaborator);
  // Callees first: callers hand over the permissions and secrets that they turn out to need.
  for (size_t i : CalleesFirst(wanted, session)) PipelineChecker(*wanted[i], program.pipelines[i], elaborator).Check();
  report.Flush(sink);
  return program;
}

}  // namespace sluice::check

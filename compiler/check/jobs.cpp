#include "compiler/check/jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/events.h"
#include "compiler/catalogue/runners.h"
#include "compiler/check/called.h"
#include "compiler/check/collect.h"
#include "compiler/check/loops.h"
#include "compiler/check/matrix.h"
#include "compiler/check/settings.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

class JobChecker {
 public:
  JobChecker(JobScope& scope, const Pipeline& pipeline, const JobDefaults& defaults, Elaborator& elaborator)
      : scope_(scope),
        pipeline_(pipeline),
        defaults_(defaults),
        elaborator_(elaborator),
        session_(elaborator.session()),
        ast_(*scope.pipeline->file->ast),
        header_env_(elaborator.JobEnv(scope)) {}

  Job Check();

 private:
  void Environment();
  void Address(const Env& env);
  void Call();
  void Settings();
  void Permissions(SettingReader& reader, const TokenPermissions& inherited);
  void Condition();
  void WindowsShell();
  void BashInImage();
  void LinuxOnly();
  std::string OsOf(const std::string& label) const;
  void CheckSteps();

  JobScope& scope_;
  const Pipeline& pipeline_;
  const JobDefaults& defaults_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
  Env header_env_;
  Job job_;
};

Job JobChecker::Check() {
  const syntax::Item& item = ast_[scope_.item];
  Reporter::Item own(session_.report, &item, item.damaged);
  job_.name = scope_.name.text;
  job_.name_at = scope_.name.span;
  job_.docs = item.docs;
  job_.at = item.span;
  job_.broken = item.damaged;
  for (const auto& [key, id] : scope_.settings) job_.settings.emplace_back(key, ast_[id].keyword);
  ReadMatrix(scope_, job_, header_env_, elaborator_);
  if (scope_.decl->call) {
    Call();
    job_.broken = job_.broken || own.broken();
    return std::move(job_);
  }
  if (scope_.decl->block) CheckSteps();
  job_.broken = job_.broken || own.broken();
  return std::move(job_);
}

void JobChecker::Condition() {
  job_.condition = elaborator_.JobCondition(scope_);
  auto it = scope_.settings.find("if");
  if (it == scope_.settings.end()) return;
  const syntax::Item& written = ast_[it->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  job_.condition_at = written.span;
  if (job_.condition != nullptr && !CheckSlot(job_.condition, slots::kJobIf, header_env_, session_)) job_.broken = true;
  if (job_.condition != nullptr && job_.condition->is_bool(false))
    session_.report.Add(
        Build(Code::P0616, job_.condition->at, fmt::format("`{}` never runs", job_.name), "always false")
            .Say("Remove the job, or make the condition a parameter."));
  job_.broken = job_.broken || item.broken();
}

void JobChecker::Environment() {
  job_.environment = elaborator_.JobEnvironment(scope_);
  if (job_.environment == nullptr) return;
  const syntax::Item& written = ast_[scope_.settings.find("environment")->second];
  {
    Reporter::Item item(session_.report, &written, written.damaged);
    if (!CheckSlot(job_.environment, slots::kEnvironment, header_env_, session_) || item.broken()) job_.broken = true;
  }
  if (const EnvironmentEntry* entry = job_.environment->is_text_constant()
                                          ? session_.names.FindEnvironment(job_.environment->constant.text)
                                          : nullptr)
    if (auto url = entry->settings.find("url"); url != entry->settings.end()) {
      Env env;
      env.file = entry->file;
      Reporter::Trial trial(session_.report);
      const TermPtr value = elaborator_.Elaborate(entry->file->ast->As<syntax::Setting>(url->second)->value, env);
      if (value->is_text_constant()) job_.environment_url = value;
    }
}

// Its address may be an output of a step, and is shown when the job is over.
void JobChecker::Address(const Env& env) {
  if (job_.environment == nullptr) return;
  SettingReader reader(scope_.settings, env, elaborator_);
  reader.EnvironmentRecord(job_.environment_url, job_.deployment);
  job_.broken = job_.broken || reader.broken();
}

// A job that calls a pipeline has few settings, and those of the pipeline around it do not apply.
void JobChecker::Call() {
  if (scope_.decl->block) {
    CheckKnownSettings(ast_, *scope_.decl->block, Place::Call, session_);
    for (ItemId id : scope_.decl->block->items)
      if (const auto* raw = ast_.As<syntax::RawDecl>(id)) job_.raw = ReadRaw(ast_, raw->text, session_.sources);
  }
  Condition();
  const Env env = elaborator_.BodyEnv(scope_);
  SettingReader reader(scope_.settings, env, elaborator_);
  job_.display_name = reader.Text("name", slots::kJobName);
  job_.fail_fast = reader.Value("fail-fast", types::Simple(Kind::Bool), slots::kStrategy);
  job_.max_parallel = reader.Value("max-parallel", types::Simple(Kind::Int), slots::kStrategy);
  Permissions(reader, TokenPermissions{});
  std::ranges::stable_sort(job_.permissions, {}, &Grant::scope);
  job_.concurrency = reader.ConcurrencyOf(slots::kJobConcurrency, pipeline_.name + "-" + job_.name, false);
  CheckCall(scope_, job_, env, elaborator_);
  job_.broken = job_.broken || reader.broken();
}

void JobChecker::Settings() {
  const Env env = [&] {
    Env inner = elaborator_.BodyEnv(scope_);
    inner.block = nullptr;
    inner.block = &scope_.body;
    return inner;
  }();
  SettingReader reader(scope_.settings, env, elaborator_);
  job_.display_name = reader.Text("name", slots::kJobName);
  job_.runs_on = reader.RunsOn(&job_.runner_group);
  if (!reader.has("runs-on")) {
    job_.runs_on = defaults_.runs_on;
    job_.runner_group = defaults_.runner_group;
  }
  job_.timeout = reader.has("timeout") ? reader.Timeout(slots::kJobTimeout) : defaults_.timeout;
  job_.continue_on_error = reader.Value("continue-on-error", types::Simple(Kind::Bool), slots::kJobContinue);
  job_.fail_fast = reader.Value("fail-fast", types::Simple(Kind::Bool), slots::kStrategy);
  job_.max_parallel = reader.Value("max-parallel", types::Simple(Kind::Int), slots::kStrategy);
  job_.container = reader.has("container") ? reader.Container() : defaults_.container;
  if (job_.container == nullptr && (job_.container_record = reader.ContainerRecordOf()))
    job_.container = job_.container_record->image;
  if (!reader.has("container")) job_.container_record = defaults_.container_record;
  job_.services = reader.Services(scope_);
  job_.shell = reader.has("shell") ? reader.Shell(slots::kJobShell) : defaults_.shell;
  job_.working_directory = reader.has("working-directory") ? reader.Text("working-directory", slots::kJobFolder)
                                                           : defaults_.working_directory;
  Environment();
  job_.env = reader.EnvOf(slots::kJobEnv);
  Permissions(reader, defaults_.permissions);
  std::ranges::stable_sort(job_.permissions, {}, &Grant::scope);
  job_.concurrency = reader.ConcurrencyOf(slots::kJobConcurrency, pipeline_.name + "-" + job_.name, false);
  job_.broken = job_.broken || reader.broken();
}

// `inherited`: those of the pipeline, which a job that calls another does not get.
void JobChecker::Permissions(SettingReader& reader, const TokenPermissions& inherited) {
  const TokenPermissions own = reader.Permissions(false);
  const TokenPermissions& said = own.given ? own : inherited;
  const bool exact_pipeline = defaults_.permissions.github || defaults_.permissions.exact;
  job_.permissions = said.grants;
  job_.permissions_all = said.all;
  job_.permissions_given = said.given;
  job_.permissions_exact = said.exact || exact_pipeline;
  job_.permissions_unsaid = !own.given && exact_pipeline;
}

// P0514: every runner is a Windows machine, and nothing says which shell is meant.
void JobChecker::WindowsShell() {
  if (job_.runs_on == nullptr || job_.shell != nullptr || job_.container != nullptr) return;
  auto is_windows = [&](const std::string& label) { return OsOf(label) == "windows"; };
  bool windows = job_.runs_on->is_text_constant() && is_windows(job_.runs_on->constant.text);
  if (const std::vector<TermPtr> values = ValuesOverRows(job_.runs_on, scope_); !values.empty())
    windows = std::ranges::all_of(values, [&](const TermPtr& v) { return is_windows(v->constant.text); });
  if (!windows) return;
  bool open = false;
  for (const Node& node : job_.body)
    if (const auto* step = std::get_if<Step>(&node.what))
      if (const auto* run = std::get_if<RunBody>(&step->body))
        open = open || (!run->language.valid() && step->shell == nullptr);
  if (!open) return;
  const Span at = job_.runs_on->at;
  const uint32_t column =
      session_.sources
          .Begin(scope_.settings.contains("runs-on") ? ast_[scope_.settings.find("runs-on")->second].span : at)
          .column;
  session_.report.Add(
      Build(Code::P0514, at, fmt::format("`{}` runs on Windows and does not say its shell", job_.name),
            "Sluice takes bash, GitHub would take PowerShell")
          .Say("If bash is meant:   shell: bash",
               Replace(Span{at.end, at.end}, fmt::format("\n{}shell: bash", std::string(column - 1, ' ')),
                       "say the shell", false)));
}

// P0215: GitHub starts containers on Linux machines only.
void JobChecker::LinuxOnly() {
  Span image;
  ForEachStep(job_.body, [&](const Node& node) {
    const auto* step = std::get_if<Step>(&node.what);
    const auto* uses = step != nullptr ? std::get_if<UsesBody>(&step->body) : nullptr;
    if (uses != nullptr && !image.valid() && uses->uses.starts_with("docker://")) image = uses->at;
  });
  if (job_.runs_on == nullptr || (job_.container == nullptr && job_.services.empty() && !image.valid())) return;
  std::vector<TermPtr> runners = ValuesOverRows(job_.runs_on, scope_);
  if (job_.runs_on->is_text_constant()) runners.push_back(job_.runs_on);
  for (const TermPtr& runner : runners) {
    if (!runner->is_text_constant()) continue;
    const std::string os = OsOf(runner->constant.text);
    if (os.empty() || os == "linux") continue;
    const bool service = job_.container == nullptr && !job_.services.empty();
    const Span what = job_.container != nullptr ? job_.container->at : service ? job_.services.front().at : image;
    session_.report.Add(Build(Code::P0215, runner->at,
                              fmt::format("`{}` cannot start containers", runner->constant.text),
                              fmt::format("this is a {} machine", os == "windows" ? "Windows" : "macOS"))
                            .Also(what, service         ? "a service"
                                        : what == image ? "a step in a container"
                                                        : "the container")
                            .Say("GitHub starts containers and services on Linux only:   runs-on: ubuntu-latest"));
    return;
  }
}

// The operating system of a label, or nothing.
std::string JobChecker::OsOf(const std::string& label) const {
  if (const catalogue::OwnRunner* own = session_.project.FindRunner(label); own != nullptr && !own->os.empty())
    return own->os;
  const catalogue::RunnerLabel* known = catalogue::FindRunnerLabel(label);
  return known == nullptr ? "" : std::string(known->os);
}

// P0517 for the shell of the whole job; that of single steps is reported there.
void JobChecker::BashInImage() {
  if (job_.container == nullptr || !job_.container->is_text_constant()) return;
  if (job_.shell == nullptr || job_.shell->constant.text != "bash") return;
  const auto family = catalogue::FamilyWithoutBash(job_.container->constant.text);
  if (!family) return;
  session_.report.Add(
      Build(Code::P0517, job_.shell->at, "bash is not in this image", "its steps would fail: bash: not found")
          .Also(job_.container->at, fmt::format("images of the family {} have busybox sh only", *family))
          .Say("Write `shell: sh`, or leave the shell out: in a container it is sh.",
               Replace(job_.shell->at, "sh", "use sh", false))
          .Say("Or install it in an earlier step and add  # sluice: allow[P0517] reason"));
}

void JobChecker::CheckSteps() {
  CheckKnownSettings(ast_, *scope_.decl->block, Place::Job, session_);
  Condition();
  Settings();
  BashInImage();
  const Env env = elaborator_.BodyEnv(scope_);
  BodyChecker(scope_, job_, pipeline_, elaborator_).Check(*scope_.decl->block, env);
  Address(env);
  LinuxOnly();
  WindowsShell();
  const bool has_step = std::ranges::any_of(scope_.decl->block->items, [&](ItemId id) {
    if (ast_[id].damaged) return true;  // there may be one in it
    const syntax::ItemNode& node = ast_[id].node;
    return !std::holds_alternative<syntax::Setting>(node) && !std::holds_alternative<syntax::OutputDecl>(node) &&
           !std::holds_alternative<syntax::RawDecl>(node) && !std::holds_alternative<syntax::LetDecl>(node);
  });
  if (!has_step && !scope_.decl->call)
    session_.report.Add(Build(Code::P0601, scope_.name.span, fmt::format("the job `{}` has no step", job_.name),
                              "GitHub refuses a job without steps"));
}

}  // namespace

Job CheckJob(JobScope& scope, const Pipeline& pipeline, const JobDefaults& defaults, Elaborator& elaborator) {
  return JobChecker(scope, pipeline, defaults, elaborator).Check();
}

std::vector<Need> WrittenNeeds(JobScope& scope, Session& session) {
  std::vector<Need> needs;
  auto it = scope.settings.find("needs");
  if (it == scope.settings.end()) return needs;
  const Ast& ast = *scope.pipeline->file->ast;
  Reporter::Item item(session.report, &ast[it->second], ast[it->second].damaged);
  const ExprId value = std::get<syntax::Setting>(ast[it->second].node).value;
  if (!value.valid()) return needs;
  std::vector<ExprId> names;  // each is an item of its own
  if (ast[value].kind == syntax::ExprKind::List)
    for (const syntax::Entry& entry : ast[value].entries) names.push_back(entry.value);
  else
    names.push_back(value);
  for (ExprId id : names) {
    if (!id.valid() || ast[id].kind == syntax::ExprKind::Error) continue;
    const syntax::Expr& name = ast[id];
    const Reporter::Part part(session.report, &name);
    std::string text = name.text;
    if (name.kind == syntax::ExprKind::String && name.parts.size() == 1) text = name.parts[0].text;
    std::vector<JobScope*> jobs;
    if (name.kind == syntax::ExprKind::Index) {
      Elaborator elaborator(session);
      if (JobScope* job = elaborator.JobOf(id, elaborator.JobEnv(scope))) jobs = {job};
    } else if (name.kind != syntax::ExprKind::Name && name.kind != syntax::ExprKind::String) {
      session.report.Add(Build(Code::P0302, name.span, "`needs` takes names of jobs", "not a name")
                             .Say("Write   needs: [build, test]"));
    } else if (jobs = JobsNamed(*scope.pipeline, &scope, text);
               jobs.empty() && !scope.pipeline->groups.contains(text)) {
      std::vector<std::string> known;
      for (const JobScope* each : scope.pipeline->job_order) known.push_back(each->name.text);
      Build report(Code::P0202, name.span, fmt::format("there is no job `{}`", text));
      Suggest(report, text, name.span, known, "not a job of this pipeline");
      report.Say(fmt::format("Jobs of this pipeline: {}.", JoinNames(known)));
      session.report.Add(std::move(report));
    }
    for (const JobScope* job : jobs) {
      if (const auto twice = std::ranges::find(needs, job->index, &Need::job); twice != needs.end()) {
        session.report.Add(
            Build(Code::P0205, name.span, fmt::format("`{}` is needed twice", job->name.text), "the second one")
                .Also(twice->at, "the first one")
                .Say("Remove one of them."));
        break;
      }
      needs.push_back({job->index, NeedReason::Order, job->name.text, name.span});
    }
  }
  return needs;
}

}  // namespace sluice::check

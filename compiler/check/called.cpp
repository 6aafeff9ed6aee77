// `job x uses PIPELINE(…)`: own pipelines, workflow files of the repository, and workflows of others from the lock.
#include "compiler/check/called.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/check.h"
#include "compiler/check/slots.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"
#include "compiler/check/uses_target.h"

namespace sluice::check {
namespace {

// GitHub's limits, docs.github.com "Reusing workflow configurations", 2026.
constexpr size_t kMaxDepth = 10;
constexpr size_t kMaxCalled = 50;

PipelineScope* FindPipeline(const FileScope& file, std::string_view name) {
  for (PipelineScope* pipeline : file.pipelines)
    if (pipeline->name.text == name) return pipeline;
  return nullptr;
}

class CallFinder {
 public:
  CallFinder(JobScope& job, Elaborator& elaborator)
      : job_(job), session_(elaborator.session()), ast_(*job.pipeline->file->ast), target_(*job.decl->call) {}

  void Find();

 private:
  void Own();
  void InRepository(const std::string& path);
  void Foreign();
  void Take(const catalogue::WorkflowPin& pin);
  void Unknown(const std::string& name, const std::vector<std::string>& known);

  JobScope& job_;
  Session& session_;
  const Ast& ast_;
  const syntax::Target& target_;
  CallSignature found_;
};

void CallFinder::Find() {
  found_.shown = fmt::format("`{}`", session_.sources.Text(target_.span));
  if (target_.kind == syntax::Target::Kind::Name) Own();
  if (target_.kind == syntax::Target::Kind::String) InRepository(PlainText(ast_, target_.string));
  if (target_.kind == syntax::Target::Kind::ActionRef) Foreign();
}

void CallFinder::Unknown(const std::string& name, const std::vector<std::string>& known) {
  Build report(Code::P0202, target_.span, fmt::format("there is no pipeline `{}`", name));
  Suggest(report, name, target_.span, known, "no file that is read here declares it");
  session_.report.Add(std::move(report));
}

void CallFinder::Own() {
  const FileScope* file = job_.pipeline->file;
  if (target_.name.empty()) return;
  const std::string& last = target_.name.back().text;
  PipelineScope* pipeline = nullptr;
  std::vector<std::string> known;
  if (target_.name.size() == 2) {
    auto import = file->imports.find(target_.name[0].text);
    file = import == file->imports.end() ? nullptr : import->second.file;
  }
  if (file != nullptr) {
    pipeline = FindPipeline(*file, last);
    for (const PipelineScope* each : file->pipelines) known.push_back(each->name.text);
  }
  // A pipeline of another file that is imported by its name.
  if (pipeline == nullptr && target_.name.size() == 1)
    if (auto import = file->imports.find(last); import != file->imports.end() && import->second.file != nullptr)
      pipeline = FindPipeline(*import->second.file, last);
  const auto& carried = session_.names.verbatims;
  if (const auto file_of = std::ranges::find(carried, last, &VerbatimEntry::name);
      pipeline == nullptr && target_.name.size() == 1 && file_of != carried.end())
    return InRepository("./" + file_of->path);
  if (pipeline == nullptr) return Unknown(std::string(session_.sources.Text(target_.span)), known);
  const Pipeline* checked = pipeline->checked;
  if (checked == nullptr || !checked->HasTrigger("workflow_call")) {
    Build report(
        Code::P0602, target_.span, fmt::format("`{}` cannot be called", last),
        checked == nullptr ? "its file is not among the sources of the project" : "it has no `on workflow_call`");
    if (checked != nullptr) report.Also(pipeline->name.span, "this pipeline").Say("Add to it:   on workflow_call");
    session_.report.Add(std::move(report));
    return;
  }
  found_.own = pipeline;
  found_.target = fmt::format("./{}/{}.yml", session_.project.out, pipeline->name.text);
  for (const Parameter& parameter : checked->parameters)
    found_.inputs.push_back({parameter.name, parameter.type, !parameter.default_value && !parameter.null_default});
  job_.call = std::move(found_);
}

void CallFinder::Take(const catalogue::WorkflowPin& pin) {
  found_.foreign = &pin;
  for (const catalogue::ActionInput& input : pin.inputs) {
    const Kind kind = input.kind == catalogue::InputKind::Bool     ? Kind::Bool
                      : input.kind == catalogue::InputKind::Number ? Kind::Float
                                                                   : Kind::String;
    found_.inputs.push_back({input.name, types::Simple(kind), input.required});
  }
  job_.call = std::move(found_);
}

void CallFinder::InRepository(const std::string& path) {
  auto file = session_.readers.workflows.find(path.starts_with("./") ? path.substr(2) : path);
  if (!path.starts_with("./") || file == session_.readers.workflows.end()) {
    session_.report.Add(Build(Code::P0602, target_.span, fmt::format("`{}` cannot be called", path),
                              path.starts_with("./") ? "there is no such workflow with `on: workflow_call`"
                                                     : "the path counts from the root of the repository")
                            .Say("Write   uses \"./.github/workflows/NAME.yml\""));
    return;
  }
  found_.target = path;
  Take(file->second);
}

void CallFinder::Foreign() {
  const auto ref = catalogue::SplitActionRef(target_.text);
  const catalogue::WorkflowPin* pin = ref ? session_.lock.FindWorkflow(ref->first, ref->second) : nullptr;
  if (pin == nullptr) {
    session_.report.Add(Build(Code::P0701, target_.span,
                              fmt::format("`{}` is not in {}", target_.text,
                                          session_.lock.path.empty() ? "sluice.lock" : session_.lock.path),
                              "no commit is known for it")
                            .Say("Run `sluice lock`.", diagnostics::Fix{"run `sluice lock`", false, {}}));
    return;
  }
  found_.target = pin->uses + "@" + pin->sha;
  found_.version = pin->version.empty() ? pin->ref : pin->version;
  Take(*pin);
}

class CallChecker {
 public:
  CallChecker(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator)
      : scope_(scope),
        job_(job),
        env_(env),
        elaborator_(elaborator),
        session_(elaborator.session()),
        ast_(*scope.pipeline->file->ast),
        signature_(*scope.call) {}

  void Check();

 private:
  void Arguments();
  void Argue(const std::string& name, const TermPtr& value, Span at);
  void Secrets();
  void WrittenSecrets();
  void WrittenSecret(const syntax::Entry& entry);
  void Inherit(Span at, std::string_view written);
  void Hand(const std::string& name, Span at);
  void Permissions();
  void NothingElse();
  bool InheritsSecrets();

  JobScope& scope_;
  Job& job_;
  const Env& env_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
  const CallSignature& signature_;
};

void CallChecker::Check() {
  CallBody body;
  body.target = signature_.target;
  body.version = signature_.version;
  body.at = scope_.decl->call->span;
  job_.call = std::move(body);
  Arguments();
  if (scope_.settings.contains("secrets"))
    WrittenSecrets();
  else if (!InheritsSecrets())
    Secrets();
  Permissions();
  NothingElse();
}

void CallChecker::Arguments() {
  std::vector<std::string> names;
  for (const CallSignature::Input& input : signature_.inputs) names.push_back(input.name);
  std::set<std::string> given;
  for (const syntax::Entry& entry : scope_.decl->call_args) {
    Reporter::Item item(session_.report, &entry);
    if (!entry.key) {
      session_.report.Add(
          Build(Code::P0302, entry.span, "arguments of a pipeline have names", "no name")
              .Say(names.empty() ? "It takes none." : fmt::format("Its inputs: {}.", JoinNames(names))));
      continue;
    }
    auto input = std::ranges::find_if(signature_.inputs, [&](const CallSignature::Input& each) {
      return EqualsIgnoreCase(each.name, entry.key->text);
    });
    if (input == signature_.inputs.end()) {
      Build report(Code::P0702, entry.key->span,
                   fmt::format("{} has no input `{}`", signature_.shown, entry.key->text));
      auto open = names;  // an input that is given already is not what was meant
      std::erase_if(open, [&](const auto& name) {
        return std::ranges::any_of(scope_.decl->call_args, [&](const syntax::Entry& other) {
          return other.key && EqualsIgnoreCase(other.key->text, name);
        });
      });
      Suggest(report, entry.key->text, entry.key->span, open, "GitHub would refuse the call");
      session_.report.Add(std::move(report));
      Argue(entry.key->text, elaborator_.Elaborate(entry.value, env_), entry.span);
      continue;
    }
    if (!given.insert(input->name).second)
      session_.report.Add(
          Build(Code::P0205, entry.key->span, fmt::format("`{}` is given twice", input->name), "the second one"));
    const Type type = input->required ? input->type : types::Optional(input->type);
    const bool assumed = signature_.foreign != nullptr && signature_.foreign->assumed;
    Argue(input->name,
          assumed ? elaborator_.Elaborate(entry.value, env_)
                  : elaborator_.ElaborateAs(entry.value, env_, type, fmt::format("`{}`", input->name)),
          entry.span);
  }
  for (const CallSignature::Input& input : signature_.inputs)
    if (input.required && !given.contains(input.name))
      session_.report.Add(Build(Code::P0301, scope_.decl->call->span,
                                fmt::format("{} needs the input `{}`", signature_.shown, input.name), "not given")
                              .Say(fmt::format("Its inputs: {}.", JoinNames(names))));
}

void CallChecker::Argue(const std::string& name, const TermPtr& value, Span at) {
  if (value->is(TermKind::Error) || value->type.is(Kind::Null)) return;
  if (elaborator_.RefuseAbsent(value) || !CheckSlot(value, slots::kCallWith, env_, session_)) return;
  job_.call->arguments.push_back({name, value, 0, at});
}

// Everything is handed over; to another owner that is too much (P0505).
void CallChecker::Inherit(Span at, std::string_view written) {
  if (scope_.decl->call->kind != syntax::Target::Kind::ActionRef) return;
  session_.report.Add(
      Build(Code::P0505, at, "all secrets would go to a workflow of somebody else", std::string(written))
          .Also(scope_.decl->call->span, "this workflow")
          .Say("Leave it out: secrets that it names are handed over by name."));
}

// `raw | secrets: inherit`
bool CallChecker::InheritsSecrets() {
  if (!job_.raw || job_.raw->text.find("secrets:") == std::string::npos) return false;
  if (job_.raw->text.find("inherit") != std::string::npos) Inherit(job_.raw->at, "`secrets: inherit`");
  return true;
}

// `secrets: inherit`, or `secrets: { NAME: secrets.X }`: exactly these.
void CallChecker::WrittenSecrets() {
  const syntax::Item& written = ast_[scope_.settings.find("secrets")->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  const ExprId id = std::get<syntax::Setting>(written.node).value;
  if (!id.valid() || ast_[id].kind == syntax::ExprKind::Error) return;
  if (ast_[id].kind == syntax::ExprKind::Name && ast_[id].text == "inherit") {
    job_.call->inherit = true;
    return Inherit(ast_[id].span, "`secrets: inherit`");
  }
  if (ast_[id].kind != syntax::ExprKind::Record) {
    session_.report.Add(Build(Code::P0302, ast_[id].span, "`secrets` takes a record or `inherit`", "neither of them")
                            .Say("Say what is handed over:   secrets: { TOKEN: secrets.DEPLOY_TOKEN }"));
    return;
  }
  for (const syntax::Entry& entry : ast_[id].entries) {
    const Reporter::Part part(session_.report, &entry);
    WrittenSecret(entry);
  }
  if (signature_.foreign == nullptr) return;
  for (const catalogue::WorkflowSecret& secret : signature_.foreign->secrets) {
    const bool given = std::ranges::any_of(
        job_.call->secrets, [&](const EnvEntry& each) { return EqualsIgnoreCase(each.name, secret.name); });
    if (secret.required && !given)
      session_.report.Add(Build(Code::P0206, ast_[id].span,
                                fmt::format("{} needs the secret `{}`", signature_.shown, secret.name),
                                "not one of these")
                              .Say(fmt::format("Hand it over:   {0}: secrets.{0}", secret.name)));
  }
}

void CallChecker::WrittenSecret(const syntax::Entry& entry) {
  if (!entry.key || !entry.value.valid()) return;
  const std::string& name = entry.key->text;
  std::vector<std::string> known;
  if (signature_.foreign != nullptr)
    for (const catalogue::WorkflowSecret& secret : signature_.foreign->secrets) known.push_back(secret.name);
  if (signature_.own != nullptr)
    for (const Pipeline::Secret& secret : signature_.own->checked->secrets) known.push_back(secret.name);
  const bool takes = (signature_.foreign != nullptr && signature_.foreign->assumed) ||
                     std::ranges::any_of(known, [&](const auto& each) { return EqualsIgnoreCase(each, name); });
  if (!takes) {
    Build report(Code::P0702, entry.key->span, fmt::format("{} takes no secret `{}`", signature_.shown, name));
    Suggest(report, name, entry.key->span, known, "GitHub would refuse the call");
    session_.report.Add(std::move(report));
  }
  const TermPtr value =
      elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::String), fmt::format("`{}`", name));
  if (!value->is(TermKind::Error) && CheckSlot(value, slots::kCallSecrets, env_, session_))
    job_.call->secrets.push_back({name, value, entry.span});
}

void CallChecker::Hand(const std::string& name, Span at) {
  Term term;
  term.kind = TermKind::Path;
  term.type = types::Simple(Kind::String);
  term.at = at;
  term.contexts = Context::Secrets;
  term.name = "secrets." + name;
  term.labels.secret = {at, "a secret"};
  job_.call->secrets.push_back({name, Share(std::move(term)), at});
}

void CallChecker::Secrets() {
  const Span at = scope_.decl->call->span;
  if (signature_.own != nullptr) {
    // Also those of environments: GitHub hides them from the callee unless the caller passes the name.
    for (const Pipeline::Secret& secret : signature_.own->checked->secrets) Hand(secret.name, at);
    return;
  }
  for (const catalogue::WorkflowSecret& secret : signature_.foreign->secrets) {
    if (session_.names.FindSecret(secret.name) != nullptr || EqualsIgnoreCase(secret.name, "GITHUB_TOKEN"))
      Hand(secret.name, at);
    else if (secret.required)
      session_.report.Add(Build(Code::P0206, at, fmt::format("{} needs the secret `{}`", signature_.shown, secret.name),
                                "no file of the project declares it")
                              .Say(fmt::format("Declare it, once in the project:   secret {}", secret.name)));
  }
}

void CallChecker::Permissions() {
  if (job_.permissions_exact) return;
  const Span at = scope_.decl->call->span;
  if (signature_.own != nullptr) {
    for (const Job& job : signature_.own->checked->jobs)
      for (const Grant& grant : job.permissions)
        AddGrant(job_.permissions, grant.scope, grant.access, signature_.own->name.text, at);
    return;
  }
  if (signature_.foreign->permissions) {
    const std::string_view uses = signature_.foreign->uses;
    const std::string reason = uses.empty() ? signature_.target : std::string(uses);
    for (const catalogue::PermissionGrant& grant : *signature_.foreign->permissions)
      AddGrant(job_.permissions, grant.scope, grant.access, reason, at);
  } else if (!job_.permissions_given) {
    session_.report.Add(Build(Code::P0902, at,
                              fmt::format("I do not know which permissions {} needs", signature_.shown),
                              "it does not say, and GitHub refuses a callee that asks for more than its caller has")
                            .Say("Say it in the job:   permissions: { contents: read }"));
  }
}

void CallChecker::NothingElse() {
  if (!scope_.decl->block) return;
  for (ItemId id : scope_.decl->block->items) {
    const syntax::ItemNode& node = ast_[id].node;
    if (std::holds_alternative<syntax::Setting>(node) || std::holds_alternative<syntax::RawDecl>(node) ||
        std::holds_alternative<syntax::LetDecl>(node) || std::holds_alternative<syntax::ErrorItem>(node))
      continue;
    Reporter::Item item(session_.report, &ast_[id], ast_[id].damaged);
    session_.report.Add(Build(Code::P0114, ast_[id].keyword, "a job that calls a pipeline has settings only",
                              "GitHub runs the pipeline instead of steps")
                            .Also(scope_.decl->call->span, "the call")
                            .Say("Put it into a job of its own."));
  }
}

}  // namespace

void DeclareCalls(PipelineScope& pipeline, Elaborator& elaborator) {
  for (JobScope* job : pipeline.job_order) {
    if (!job->decl->call || job->decl->call->kind == syntax::Target::Kind::Error) continue;
    const syntax::Item& written = (*pipeline.file->ast)[job->item];
    Reporter::Item item(elaborator.session().report, &written, written.damaged);
    CallFinder(*job, elaborator).Find();
  }
}

std::vector<size_t> CalleesFirst(const std::vector<PipelineScope*>& pipelines, Session& session) {
  std::vector<size_t> order;
  std::map<const PipelineScope*, int> state;
  std::map<const PipelineScope*, size_t> depth;
  std::map<const PipelineScope*, std::set<std::string>> called;
  const std::function<void(size_t)> visit = [&](size_t index) {
    PipelineScope* pipeline = pipelines[index];
    state[pipeline] = 1;
    for (JobScope* job : pipeline->job_order) {
      if (!job->call) continue;
      called[pipeline].insert(job->call->target);
      depth[pipeline] = std::max<size_t>(depth[pipeline], 1);
      PipelineScope* callee = job->call->own;
      if (callee == nullptr) continue;
      if (state[callee] == 1) {
        session.report.Add(Build(Code::P0606, job->decl->call->span,
                                 fmt::format("`{}` would call itself", callee->name.text), "called again here")
                               .Also(callee->name.span, "this pipeline"));
        job->call.reset();
        continue;
      }
      if (state[callee] == 0) visit(static_cast<size_t>(std::ranges::find(pipelines, callee) - pipelines.begin()));
      depth[pipeline] = std::max(depth[pipeline], depth[callee] + 1);
      called[pipeline].insert(called[callee].begin(), called[callee].end());
    }
    state[pipeline] = 2;
    order.push_back(index);
    const bool deep = depth[pipeline] >= kMaxDepth;
    if (deep || called[pipeline].size() > kMaxCalled)
      session.report.Add(Build(Code::P0907, pipeline->name.span,
                               deep ? "GitHub nests at most 10 workflows" : "one run calls at most 50 workflows",
                               deep ? fmt::format("{} with this one", depth[pipeline] + 1)
                                    : fmt::format("{} are called", called[pipeline].size())));
  };
  for (size_t i = 0; i < pipelines.size(); ++i)
    if (state[pipelines[i]] == 0) visit(i);
  return order;
}

void CheckCall(JobScope& scope, Job& job, const Env& env, Elaborator& elaborator) {
  if (scope.call)
    CallChecker(scope, job, env, elaborator).Check();
  else
    job.broken = true;
}

// What a called pipeline gives back; nothing when it has no such output.
std::optional<Type> Elaborator::CalledOutput(const CallSignature& call, const std::string& name,
                                             std::vector<std::string>& known) {
  if (call.foreign != nullptr) {
    known = call.foreign->outputs;
    if (std::ranges::find(known, name) == known.end()) return std::nullopt;
    return types::Simple(Kind::String);
  }
  if (call.own == nullptr) return std::nullopt;
  const Ast& ast = *call.own->file->ast;
  for (ItemId id : call.own->decl->block.items) {
    const auto* output = ast.As<syntax::OutputDecl>(id);
    if (output == nullptr) continue;
    known.push_back(output->name.text);
    if (output->name.text != name) continue;
    Reporter::Trial trial(session_.report);
    if (output->type.valid()) return ReadType(ast, output->type);
    Env env;
    env.file = call.own->file;
    env.pipeline = call.own;
    env.of_pipeline = true;
    return Elaborate(output->value, env)->type;
  }
  return std::nullopt;
}

std::vector<std::string> CalledWorkflows(const Ast& ast) {
  std::vector<std::string> paths;
  for (const syntax::Item& item : ast.item_store)
    if (const auto* job = std::get_if<syntax::JobDecl>(&item.node))
      if (job->call && job->call->kind == syntax::Target::Kind::String)
        if (const std::string path = PlainText(ast, job->call->string); path.starts_with("./"))
          paths.push_back(path.substr(2));
  return paths;
}

}  // namespace sluice::check

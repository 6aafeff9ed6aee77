// What `github`, `secrets`, `vars` and a job's environment hold.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/facts.h"
#include "compiler/check/matrix.h"
#include "compiler/check/suggest.h"

namespace sluice::check {

TermPtr Elaborator::ReadGithub(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (path != "github") return ReadEvent(path, key, key_at, at, env);
  if (key == "event") return Path("github.event", types::Simple(Kind::Object), Context::Github, at);
  const auto type = ContextProperty("github", key);
  if (!type) return UnknownProperty("github", key, key_at, ContextProperties("github"));
  Term term = PathTerm("github." + key, *type, Context::Github, at);
  if (key == "token") term.labels.secret = {Span{}, "the token of the run"};
  if (EqualsIgnoreCase(key, "head_ref")) term.labels.untrusted = {Span{}, WhoWrites(term.name)};
  return Share(std::move(term));
}

TermPtr Elaborator::ReadDeclared(const std::string& context, const std::string& key, Span key_at, Span at,
                                 const Env& env) {
  if (context == "secrets") {
    const SecretEntry* secret = session_.names.FindSecret(key);
    if (secret == nullptr && !EqualsIgnoreCase(key, "GITHUB_TOKEN")) return Undeclared("secret", key, key_at);
    Term term = *Path("secrets." + key, types::Simple(Kind::String), Context::Secrets, at);
    term.labels.secret = {Span{}, "a secret"};
    if (secret != nullptr) term.declared = secret->at;
    if (secret != nullptr && !InEnvironment("secret", secret->name, secret->at, secret->environments, key_at, env))
      return ErrorTerm(at);
    return Share(std::move(term));
  }
  if (context == "vars") {
    const VariableEntry* variable = session_.names.FindVariable(key);
    if (variable == nullptr) return Undeclared("variable", key, key_at);
    if (!InEnvironment("variable", variable->name, variable->at, variable->environments, key_at, env))
      return ErrorTerm(at);
    Term term = *Path("vars." + key, variable->type, Context::Vars, at, variable->at);
    if (term.type.optional) {
      Absence absence{variable->at, fmt::format("`{}` may be unset", key), {}, {}, "because nobody has to set it", ""};
      absence.test = fmt::format("vars.{} != null", key);
      term.absence = std::make_shared<const Absence>(std::move(absence));
      if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
    }
    return Share(std::move(term));
  }
  if (context == "inputs") {
    const PipelineScope* pipeline = env.run();
    if (pipeline == nullptr) return Path("inputs." + key, types::Simple(Kind::String), Context::Inputs, at);
    if (auto it = pipeline->parameters.find(key); it != pipeline->parameters.end())
      return ParamTerm(*pipeline, it->second, at);
    if (pipeline->decl == nullptr)
      return Fail(Build(Code::P0203, key_at, "an action has no inputs of a pipeline", "it sees its own parameters only")
                      .Say(fmt::format("Hand it over as a parameter:   uses ...({0}: {0})", key)),
                  at);
    std::vector<std::string> names;
    for (const syntax::Param& param : pipeline->decl->params) names.push_back(param.name.text);
    Build report(Code::P0203, key_at, fmt::format("the pipeline has no parameter `{}`", key));
    Suggest(report, key, key_at, names, "GitHub would put nothing here, without a word");
    return Fail(std::move(report), at);
  }
  if (env.job != nullptr && env.job->whole_matrix())
    return Path("matrix." + key, types::Simple(Kind::Json), Context::Matrix, at, env.job->axes[0].name.span);
  if (env.job != nullptr)
    for (AxisEntry& axis : env.job->axes)
      if (axis.name.text == key) return AxisTerm(*env.job, axis, at, env);
  std::vector<std::string> axes;
  if (env.job != nullptr)
    for (const AxisEntry& axis : env.job->axes) axes.push_back(axis.name.text);
  Build report(Code::P0203, key_at,
               axes.empty() ? std::string("this job has no matrix") : fmt::format("the matrix has no axis `{}`", key));
  Suggest(report, key, key_at, axes, "GitHub would put nothing here, without a word");
  return Fail(std::move(report), at);
}

// `schedule.daily`: did that line of the triggers start the run?
TermPtr Elaborator::ReadSchedule(const std::string& key, Span key_at, Span at, const Env& env) {
  std::vector<std::string> names;
  for (const Trigger& trigger : env.run()->checked->triggers)
    for (size_t i = 0; i < trigger.schedule_names.size(); ++i) {
      if (!trigger.schedule_names[i].empty()) names.push_back(trigger.schedule_names[i]);
      if (trigger.schedule_names[i] != key) continue;
      TermPtr cron = StringTerm(trigger.schedules[i].first, types::Simple(Kind::String), at);
      return Share(NodeOver(TermKind::Equal, types::Simple(Kind::Bool), at,
                            {Path("github.event.schedule", types::Simple(Kind::String), Context::Github, at), cron}));
    }
  Build report(Code::P0203, key_at, fmt::format("no schedule is called `{}`", key));
  Suggest(report, key, key_at, names, "not one of the names");
  report.Say(fmt::format("A schedule gets a name in its trigger:   on schedule(\"0 3 * * *\", name: {})", key));
  return Fail(std::move(report), at);
}

// Secrets and variables of environments exist only in jobs that enter one of them (P0206).
bool Elaborator::InEnvironment(std::string_view what, const std::string& name, Span declared,
                               const std::vector<syntax::Name>& environments, Span at, const Env& env) {
  if (environments.empty() || env.neutral || env.of_call) return true;
  const auto among = [&](const std::string& entered) {
    return std::ranges::any_of(environments, [&](const syntax::Name& each) { return each.text == entered; });
  };
  std::string names;
  for (const syntax::Name& each : environments) names += (names.empty() ? "" : ", ") + each.text;
  // An action on its own: whoever uses it enters one, or not.
  if (env.job != nullptr && env.job->of_action && env.job->caller == nullptr) return true;
  const TermPtr entered = env.job == nullptr ? nullptr : JobEnvironment(*env.job);
  if (entered != nullptr && (entered->is(TermKind::Error) || !entered->is_text_constant())) return true;
  if (entered != nullptr && among(entered->constant.text)) return true;
  Build report(Code::P0206, at, fmt::format("the {} `{}` exists only in {}", what, name, names),
               env.job == nullptr   ? std::string("no environment is entered here")
               : entered == nullptr ? fmt::format("`{}` enters no environment", env.job->name.text)
                                    : fmt::format("`{}` enters `{}`", env.job->name.text, entered->constant.text));
  report.Also(declared, "declared here");
  report.Say(fmt::format("Let the job enter it:   environment: {}", environments.front().text));
  Fail(std::move(report), at);
  return false;
}

// `in_record`: as `name` of a record it may be a text that only the run knows. Its secrets and variables are those
// that no declaration ties to an environment.
TermPtr Elaborator::EnvironmentNamed(ExprId id, const Env& env, bool in_record) {
  const Type environment = types::Simple(Kind::Environment);
  if (in_record) {
    const bool text = [&] {
      const Reporter::Trial trial(session_.report);
      const TermPtr tried = Elaborate(id, env);
      return tried->type.is(Kind::String) && !tried->type.optional && !tried->is_constant();
    }();
    if (text) return Elaborate(id, env);
  }
  return ElaborateAs(id, env, environment, "`environment`");
}

// The environment that a job enters, elaborated once; null when it enters none.
TermPtr Elaborator::JobEnvironment(JobScope& job) {
  if (job.caller != nullptr) return JobEnvironment(*job.caller);
  auto setting = job.settings.find("environment");
  if (setting == job.settings.end()) return nullptr;
  if (std::exchange(job.environment_known, true)) return job.environment;
  const Ast& ast = *job.pipeline->file->ast;
  const syntax::Item& written = ast[setting->second];
  Reporter::Item item(session_.report, &written, written.damaged);
  const ExprId whole = std::get<syntax::Setting>(written.node).value;
  ExprId value = whole;
  if (value.valid() && ast[value].kind == syntax::ExprKind::Record) {
    ExprId name;
    for (const syntax::Entry& entry : ast[value].entries)
      if (entry.key && entry.key->text == "name") name = entry.value;
    if (!name.valid())
      session_.report.Add(Build(Code::P0301, ast[value].span, "`environment` needs a name", "not given")
                              .Say("Write   environment: { name: prod, deployment: false }"));
    value = name;
  }
  job.environment = value.valid() ? EnvironmentNamed(value, JobEnv(job), value != whole) : ErrorTerm(written.span);
  return job.environment;
}

TermPtr Elaborator::Undeclared(std::string_view what, const std::string& key, Span key_at) {
  std::vector<std::string> names;
  Span nearest_at;
  if (what == "secret")
    for (const SecretEntry& secret : session_.names.secrets) names.push_back(secret.name);
  else
    for (const VariableEntry& variable : session_.names.variables) names.push_back(variable.name);
  Build report(Code::P0206, key_at, fmt::format("the {} `{}` is not declared", what, key));
  const auto nearest = DidYouMean(key, names);
  if (nearest) {
    if (const SecretEntry* secret = what == "secret" ? session_.names.FindSecret(*nearest) : nullptr)
      nearest_at = secret->at;
    if (const VariableEntry* variable = what == "secret" ? nullptr : session_.names.FindVariable(*nearest))
      nearest_at = variable->at;
    report.Also(nearest_at, "declared here");
  }
  Suggest(report, key, key_at, names, "no file of the project declares it");
  const std::string line = fmt::format("{} {}", what == "secret" ? "secret" : "var", key);
  if (nearest) {
    report.Say(fmt::format("Or declare it, once in the project:   {}", line));
  } else {
    const source::FileId file = session_.sources.FileOf(key_at);
    report.Say(fmt::format("Declare it, once in the project:   {}", line),
               Replace(session_.sources.MakeSpan(file, 0, 0), line + "\n", "declare it", false));
  }
  return Fail(std::move(report), key_at);
}

}  // namespace sluice::check

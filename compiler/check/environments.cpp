// `environment NAME { … }`, as far as workflows read it, and jobs that enter one.
#include "compiler/check/environments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/check/settings.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

// Of the delivery of services: what they mean is not read here.
constexpr auto kDelivery = std::to_array<std::string_view>(
    {"delivery", "gateway", "gates", "namespace", "promote-from", "pull-secret", "secret-store"});

void CheckEnvironment(const EnvironmentEntry& environment, Elaborator& elaborator) {
  Session& session = elaborator.session();
  const Ast& ast = *environment.file->ast;
  static const auto& known = *new std::vector<std::string>{"approval", "url"};
  Env env;
  env.file = environment.file;
  for (const auto& [key, id] : environment.settings) {
    const auto& setting = *ast.As<syntax::Setting>(id);
    Reporter::Item item(session.report, &ast[id], ast[id].damaged);
    if (key == "url") {
      const TermPtr url = elaborator.ElaborateAs(setting.value, env, types::Simple(Kind::String), "`url`");
      CheckConstant(url, "`url` of an environment", session);
    } else if (std::ranges::find(kDelivery, key) != kDelivery.end()) {
      session.report.Add(Build(Code::P0115, setting.key.span, fmt::format("`{}` is not supported yet", key),
                               "this version of Sluice reads it, but cannot use it"));
    } else if (key != "approval") {
      Build report(Code::P0208, setting.key.span, fmt::format("an environment has no setting `{}`", key));
      Suggest(report, key, setting.key.span, known, "not known");
      session.report.Add(std::move(report));
    }
  }
}

void CheckNames(std::string_view what, const std::string& name, const std::vector<syntax::Name>& environments,
                Session& session) {
  for (const syntax::Name& environment : environments) {
    if (session.names.FindEnvironment(environment.text) != nullptr) continue;
    Build report(Code::P0309, environment.span, fmt::format("there is no environment `{}`", environment.text));
    Suggest(report, environment.text, environment.span, session.names.EnvironmentNames(),
            "no file of the project declares it");
    report.Say(fmt::format("The {} `{}` would exist nowhere. Declare it:   environment {} {{ }}", what, name,
                           environment.text));
    session.report.Add(std::move(report));
  }
}

}  // namespace

void CheckEnvironments(Elaborator& elaborator) {
  Session& session = elaborator.session();
  for (const EnvironmentEntry& environment : session.names.environments) CheckEnvironment(environment, elaborator);
  for (const SecretEntry& secret : session.names.secrets)
    CheckNames("secret", secret.name, secret.environments, session);
  for (const VariableEntry& variable : session.names.variables)
    CheckNames("variable", variable.name, variable.environments, session);
}

// P0808: every job that enters such an environment waits for people again.
void CheckApprovals(const Pipeline& pipeline, Session& session) {
  std::map<std::string, const Job*> first;
  for (const Job& job : pipeline.jobs) {
    if (job.environment == nullptr || !job.environment->is_text_constant()) continue;
    const EnvironmentEntry* environment = session.names.FindEnvironment(job.environment->constant.text);
    if (environment == nullptr || !environment->approval) continue;
    const bool rows = job.rows.size() > 1;
    auto [other, fresh] = first.emplace(environment->name, &job);
    if (fresh && !rows) continue;
    Reporter::Item item(session.report, &job.environment);
    Build report(Code::P0808, job.environment->at,
                 fmt::format("one run asks twice for the approval of `{}`", environment->name),
                 fresh ? "each row of the matrix waits for people" : "this job waits for people, too");
    if (!fresh) report.Also(other->second->environment->at, "this job waits for people");
    if (environment->approval_at.valid() && fresh) report.Also(environment->approval_at, "the approval");
    report.Say("Let one job enter the environment, and do the rest of the work in jobs without it.");
    session.report.Add(std::move(report));
  }
}

void SettingReader::EnvironmentRecord(TermPtr& url, TermPtr& deployment) {
  const syntax::Setting* setting = Find("environment");
  if (setting == nullptr || !setting->value.valid() || ast_[setting->value].kind != syntax::ExprKind::Record) return;
  InItem("environment", [&](const syntax::Setting& written) {
    static const auto& known = *new std::vector<std::string>{"deployment", "name", "url"};
    Session& session = elaborator_.session();
    Env env = env_;
    env.at_end = true;  // GitHub shows the address when the job is over
    for (const syntax::Entry& entry : ast_[written.value].entries) {
      if (!entry.key || entry.key->text == "name") continue;
      if (entry.key->text == "url") {
        const TermPtr value = elaborator_.ElaborateAs(entry.value, env, types::Simple(Kind::String), "`url`");
        if (CheckSlot(value, slots::kEnvironmentUrl, env, session)) url = value;
      } else if (entry.key->text == "deployment") {
        const TermPtr value = elaborator_.ElaborateAs(entry.value, env_, types::Simple(Kind::Bool), "`deployment`");
        if (CheckSlot(value, slots::kEnvironment, env_, session)) deployment = value;
      } else {
        Build report(Code::P0208, entry.key->span, fmt::format("`environment` has no setting `{}`", entry.key->text));
        Suggest(report, entry.key->text, entry.key->span, known, "not known");
        session.report.Add(std::move(report));
      }
    }
    return 0;
  });
}

}  // namespace sluice::check

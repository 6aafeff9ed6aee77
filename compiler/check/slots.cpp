#include "compiler/check/slots.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "compiler/catalogue/contexts.h"
#include "compiler/check/collect.h"

namespace sluice::check {
namespace slots {

#define SLUICE_PUBLIC "a secret cannot be part of a name", "names are shown to everybody who can read the run"
#define SLUICE_CONTROL(what) "a secret cannot decide about " what, "what a run does shows to everybody who can read it"

const SlotUse kRunName{"run-name", "run-name", SLUICE_PUBLIC};
const SlotUse kConcurrency{"concurrency", "concurrency", "a secret cannot be part of a concurrency group",
                           "groups are shown to everybody who can read the run"};
const SlotUse kPipelineEnv{"env", "env"};
const SlotUse kJobName{"jobs.*.name", "name", SLUICE_PUBLIC};
const SlotUse kJobIf{"jobs.*.if", "if", SLUICE_CONTROL("a job")};
const SlotUse kJobEnv{"jobs.*.env", "env"};
const SlotUse kRunsOn{"jobs.*.runs-on", "runs-on", SLUICE_CONTROL("a runner"), "the runner"};
const SlotUse kJobTimeout{"jobs.*.timeout-minutes", "timeout", SLUICE_CONTROL("a timeout")};
const SlotUse kJobContinue{"jobs.*.continue-on-error", "continue-on-error", SLUICE_CONTROL("a result")};
const SlotUse kJobConcurrency{"jobs.*.concurrency", "concurrency", "a secret cannot be part of a concurrency group",
                              "groups are shown to everybody who can read the run"};
const SlotUse kContainer{"jobs.*.container", "container", SLUICE_CONTROL("an image"), "the image"};
const SlotUse kContainerCredentials{"jobs.*.container.credentials", "credentials"};
const SlotUse kContainerEnv{"jobs.*.container.env.*", "env"};
const SlotUse kServices{"jobs.*.services", "services", SLUICE_CONTROL("an image"), "the image"};
const SlotUse kServiceCredentials{"jobs.*.services.*.credentials", "credentials"};
const SlotUse kServiceEnv{"jobs.*.services.*.env.*", "env"};
const SlotUse kPipelineOutput{"on.workflow_call.outputs.*.value", "output"};
const SlotUse kEnvironment{"jobs.*.environment", "environment", SLUICE_CONTROL("an environment"), "the environment"};
const SlotUse kEnvironmentUrl{"jobs.*.environment.url", "url", "a secret cannot be part of an address",
                              "the page of the run shows it"};
const SlotUse kCallWith{"jobs.*.with.*", "with", "a secret cannot be an input of a pipeline",
                        "inputs are shown to everybody who can read the run"};
const SlotUse kCallSecrets{"jobs.*.secrets.*", "secrets"};
const SlotUse kStrategy{"jobs.*.strategy", "fail-fast", SLUICE_CONTROL("a matrix")};
const SlotUse kJobShell{"jobs.*.defaults.run", "shell", SLUICE_CONTROL("a shell"), "the shell"};
const SlotUse kJobFolder{"jobs.*.defaults.run", "working-directory", SLUICE_CONTROL("a folder"), "the folder"};
const SlotUse kJobOutput{"jobs.*.outputs.*", "output"};
const SlotUse kMatrix{"jobs.*.strategy", "matrix", SLUICE_CONTROL("a matrix")};
const SlotUse kStepName{"jobs.*.steps.*.name", "name", SLUICE_PUBLIC};
const SlotUse kStepIf{"jobs.*.steps.*.if", "if", SLUICE_CONTROL("a step")};
const SlotUse kStepEnv{"jobs.*.steps.*.env", "env"};
const SlotUse kStepRun{"jobs.*.steps.*.env", "run"};
const SlotUse kStepWith{"jobs.*.steps.*.with", "with"};
const SlotUse kStepTimeout{"jobs.*.steps.*.timeout-minutes", "timeout", SLUICE_CONTROL("a timeout")};
const SlotUse kStepContinue{"jobs.*.steps.*.continue-on-error", "continue-on-error", SLUICE_CONTROL("a result")};
const SlotUse kStepFolder{"jobs.*.steps.*.working-directory", "working-directory", SLUICE_CONTROL("a folder"),
                          "the folder"};
const SlotUse kShell{"jobs.*.steps.*.shell", "shell", SLUICE_CONTROL("a shell"), "the shell"};

const SlotUse kShownName{"jobs.*.steps.*.with", "with", SLUICE_PUBLIC};

#undef SLUICE_PUBLIC
#undef SLUICE_CONTROL

}  // namespace slots

namespace {

// A leaf that `wanted` picks, and the place to show: the leaf itself, or the `let` that hides it from the reader.
struct Culprit {
  const Term* leaf = nullptr;
  Span shown;
  std::string let;
};
// A leaf that stands in the reader's own text, as an argument of a function does, is shown itself.
Culprit ShownFrom(const Term& leaf, const Term* let) {
  if (let == nullptr || let->at.contains(leaf.at)) return {&leaf, leaf.at, ""};
  return {&leaf, let->at, let->let};
}

Culprit FindLeaf(const TermPtr& term, const std::function<bool(const Term&)>& wanted, const Term* let = nullptr) {
  if (term == nullptr) return {};
  if (let == nullptr && !term->let.empty()) let = term.get();
  if (wanted(*term)) return ShownFrom(*term, let);
  for (const TermPtr& arg : term->args)
    if (Culprit found = FindLeaf(arg, wanted, let); found.leaf != nullptr) return found;
  return {};
}

// Whether a secret is there is asked by a variable that the compiler makes: in the `if` of a step it is known.
bool IsSecretTest(const Term& term) {
  return term.compiler_env && (term.is(TermKind::Equal) || term.is(TermKind::NotEqual));
}

Culprit FindForbidden(const TermPtr& term, ContextSet allowed, bool step_if, const Term* let = nullptr) {
  if (term == nullptr || (step_if && IsSecretTest(*term))) return {};
  if (let == nullptr && !term->let.empty()) let = term.get();
  for (const TermPtr& arg : term->args)
    if (Culprit found = FindForbidden(arg, allowed, step_if, let); found.leaf != nullptr) return found;
  if (allowed.contains(term->contexts)) return {};
  ContextSet below;
  for (const TermPtr& arg : term->args) below |= arg->contexts;
  if (term->contexts.without(below).empty() && !term->args.empty()) return {};
  return ShownFrom(*term, let);
}

std::string ForbiddenReason(const SlotUse& slot, ContextSet bad) {
  const bool matrix = bad.has(Context::Matrix) || bad.has(Context::Strategy);
  if (slot.path == "jobs.*.if") {
    if (matrix) return "GitHub decides about this `if` before it makes the matrix";
    if (bad.has(Context::Env)) return "GitHub decides about this `if` before it sets `env`";
    if (bad.has(Context::Secrets)) return "GitHub decides about this `if` before it opens the secrets";
    return "GitHub decides about this `if` before the job starts";
  }
  const std::string slot_name = fmt::format("`{}`", slot.key);
  if (bad.has(Context::Secrets)) return fmt::format("GitHub shows no secrets to {}", slot_name);
  if (!slot.path.starts_with("jobs.")) return fmt::format("GitHub reads {} when the run starts", slot_name);
  if (slot.path == "jobs.*.strategy" || matrix)
    return fmt::format("GitHub reads {} before it makes the matrix", slot_name);
  if (slot.path == "jobs.*.steps.*.shell") return fmt::format("GitHub takes only constants for {}", slot_name);
  return fmt::format("GitHub reads {} before the job starts", slot_name);
}

std::string KnownHere(ContextSet allowed, bool of_job_if) {
  if (of_job_if) return "Known at this point: github, inputs, vars, and results and outputs of jobs in `needs`.";
  std::string names;
  for (const std::string& name : types::ContextNames())
    if (allowed.contains(types::FindContext(name))) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "Only constants are known at this point." : fmt::format("Known at this point: {}.", names);
}

// Takes the `if:` out of the job and wraps its steps in an `if` block.
std::optional<diagnostics::Fix> SkipSteps(const Env& env, const source::SourceMap& sources,
                                          std::string_view condition) {
  if (env.job == nullptr || env.job->decl == nullptr || !env.job->decl->block) return std::nullopt;
  const Ast& ast = *env.file->ast;
  auto setting = env.job->settings.find("if");
  if (setting == env.job->settings.end()) return std::nullopt;
  Span first, last;
  for (ItemId id : env.job->decl->block->items) {
    if (!PartsOf(ast, id).is_step() && ast.As<syntax::IfStep>(id) == nullptr) continue;
    if (!first.valid()) first = ast[id].span;
    last = ast[id].span;
  }
  if (!first.valid()) return std::nullopt;
  const uint32_t column = sources.Begin(first).column;
  const std::string indent(column > 0 ? column - 1 : 0, ' ');
  diagnostics::Fix fix{"move the condition to the steps", false, {}};
  fix.edits.push_back({ast[setting->second].span, ""});
  fix.edits.push_back({Span{first.begin, first.begin}, fmt::format("if {} {{\n{}", condition, indent)});
  fix.edits.push_back({Span{last.end, last.end}, fmt::format("\n{}}}", indent)});
  return fix;
}

// `os == windows-latest` -> `os != windows-latest`; empty for what has no simple opposite.
std::string OppositeText(std::string_view text) {
  const size_t equal = text.find(" == "), unequal = text.find(" != ");
  if (text.find("&&") != std::string_view::npos || text.find("||") != std::string_view::npos) return {};
  std::string opposite(text);
  if (equal != std::string_view::npos && unequal == std::string_view::npos) return opposite.replace(equal, 4, " != ");
  if (unequal != std::string_view::npos && equal == std::string_view::npos) return opposite.replace(unequal, 4, " == ");
  return {};
}

void ReportStatus(const Culprit& culprit, const TermPtr& term, const SlotUse& slot, ContextSet allowed, const Env& env,
                  Session& session) {
  const bool files = culprit.leaf->contexts.has(Context::HashFiles);
  Build report(Code::P0402, culprit.shown, fmt::format("`{}()` has no value here", culprit.leaf->name),
               files ? "GitHub knows it only inside the job, where the files are"
                     : "GitHub knows status functions only in `if`");
  const std::string whole(session.sources.Text(term->at));
  if (files && slot.path == "jobs.*.if") {
    const std::string note = fmt::format("To skip steps only:   if {} {{ ... }} inside the job.", whole);
    if (auto fix = SkipSteps(env, session.sources, whole))
      report.Say(note, *fix);
    else
      report.Say(note);
  } else if (!files && allowed.has(Context::Job)) {
    const std::string& name = culprit.leaf->name;
    const std::string state = name == "always" ? "" : name == "ok" ? "success" : name;
    if (!state.empty()) {
      const std::string better = fmt::format("job.status == '{}'", state);
      report.Say(fmt::format("In a step the state of the job is `job.status`:   {}{}",
                             Elaborator(session).KeyBefore(culprit.shown), better),
                 Replace(culprit.shown, better, "read the state of the job"));
    }
  }
  session.report.Add(std::move(report));
}

void ReportUnknownYet(const Culprit& culprit, const TermPtr& term, const SlotUse& slot, ContextSet allowed,
                      const Env& env, Session& session) {
  const ContextSet bad = culprit.leaf->contexts.without(allowed);
  const bool job_if = slot.path == "jobs.*.if";
  Build report(Code::P0401, culprit.shown,
               fmt::format("`{}` is not known yet here", session.sources.Text(culprit.shown)),
               ForbiddenReason(slot, bad));
  if (!culprit.let.empty())
    report.Also(culprit.leaf->at, fmt::format("`{}` reads `{}`", culprit.let, session.sources.Text(culprit.leaf->at)));
  const bool axis = culprit.leaf->is(TermKind::Axis);
  if (axis && culprit.leaf->declared.valid())
    report.Also(culprit.leaf->declared, fmt::format("`{}` gets its value when the job starts", culprit.leaf->name));
  report.Say(KnownHere(allowed, job_if));
  if (job_if) {
    const std::string whole(session.sources.Text(term->at));
    if (axis && env.job != nullptr)
      if (const std::string opposite = OppositeText(whole); !opposite.empty())
        report.Say(fmt::format("To leave out a row:   job {} for {} in [...] where {}", env.job->name.text,
                               culprit.leaf->name, opposite));
    const std::string note = fmt::format("To skip steps only:   if {} {{ ... }} inside the job.", whole);
    if (auto fix = SkipSteps(env, session.sources, whole))
      report.Say(note, *fix);
    else
      report.Say(note);
  }
  session.report.Add(std::move(report));
}

}  // namespace

const Term* FindSecret(const TermPtr& term) {
  // The deepest term that still has the label on the way down.
  if (term == nullptr || !term->labels.secret) return nullptr;
  if (term->let.empty())
    for (const TermPtr& arg : term->args)
      if (const Term* found = FindSecret(arg)) return found;
  return term.get();
}

const Term* FindUntrusted(const TermPtr& term) {
  if (term == nullptr || !term->labels.untrusted) return nullptr;
  if (term->let.empty())
    for (const TermPtr& arg : term->args)
      if (const Term* found = FindUntrusted(arg)) return found;
  return term.get();
}

const Term* FindRead(const TermPtr& term) {
  if (term == nullptr || term->contexts.empty()) return nullptr;
  if (term->let.empty())
    for (const TermPtr& arg : term->args)
      if (const Term* found = FindRead(arg)) return found;
  return term.get();
}

bool CheckSlot(const TermPtr& term, const SlotUse& slot, const Env& env, Session& session) {
  if (term == nullptr || term->is(TermKind::Error)) return false;
  const ContextSet allowed = catalogue::FindSlot(slot.path).allowed;
  const bool step_if = slot.path == "jobs.*.steps.*.if";
  if (!slot.secret_message.empty())
    if (const Term* secret = FindSecret(term)) {
      session.report.Add(
          Build(Code::P0502, secret->at, std::string(slot.secret_message), std::string(slot.secret_label)));
      return false;
    }
  if (Culprit culprit = FindForbidden(term, allowed, step_if); culprit.leaf != nullptr) {
    const ContextSet bad = culprit.leaf->contexts.without(allowed);
    if (bad.has(Context::Status) || bad.has(Context::HashFiles))
      ReportStatus(culprit, term, slot, allowed, env, session);
    else
      ReportUnknownYet(culprit, term, slot, allowed, env, session);
    return false;
  }
  if (!slot.chosen.empty())
    if (const Term* untrusted = FindUntrusted(term)) {
      return !session.report.Add(
          Build(Code::P0504, untrusted->at, fmt::format("an outsider would choose {}", slot.chosen),
                fmt::format("untrusted: {}", untrusted->labels.untrusted->text))
              .Say("Take a value that an outsider cannot choose:   github.event.pull_request.number"));
    }
  return true;
}

bool CheckConstant(const TermPtr& term, std::string_view what, Session& session) {
  if (term->is(TermKind::Error)) return false;
  if (term->contexts.empty()) return true;
  Culprit culprit = FindLeaf(term, [](const Term& t) { return !t.contexts.empty() && t.args.empty(); });
  const Span at = culprit.leaf != nullptr ? culprit.shown : term->at;
  session.report.Add(Build(Code::P0403, at, fmt::format("{} is a constant", what), "known only when the run starts")
                         .Say("Constants are literals, and `let`s that read nothing else."));
  return false;
}

}  // namespace sluice::check

// What jobs and steps hand over: results, outcomes, outputs, exported variables.
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

TermPtr Elaborator::ReadNeeds(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (path == "needs.*") {
    if (key == "result") return Path("needs.*.result", types::ListOf(types::JobResult()), Context::Needs, at);
    return UnknownProperty("needs.*", key, key_at, {"result"});
  }
  const PipelineScope* pipeline = env.run();
  if (path == "needs" || path == "jobs") {
    JobScope* job = pipeline == nullptr ? nullptr : Find(pipeline->jobs, key);
    if (job != nullptr) return Path("needs." + key, types::Simple(Kind::Object), Context::Needs, at, job->name.span);
    if (pipeline != nullptr)
      if (auto group = pipeline->groups.find(key); group != pipeline->groups.end())
        return GroupTerm(group->second, ChosenFor(group->second, env.rounds != nullptr ? env.rounds : env.job), at);
    std::vector<std::string> names;
    if (pipeline != nullptr)
      for (const JobScope* each : pipeline->job_order) names.push_back(each->name.text);
    Build report(Code::P0202, key_at, fmt::format("there is no job `{}`", key));
    Suggest(report, key, key_at, names, "not a job of this pipeline");
    if (!names.empty()) report.Say(fmt::format("Jobs of this pipeline: {}.", JoinNames(names)));
    return Fail(std::move(report), at);
  }
  const bool outputs = path.ends_with(".outputs") && path != "needs.outputs";
  const std::string name = outputs ? path.substr(6, path.size() - 14) : path.substr(6);
  JobScope* job = pipeline == nullptr ? nullptr : Find(pipeline->jobs, name);
  if (job == nullptr) return ErrorTerm(at);
  if (pipeline->expanding) {
    if (auto output = job->outputs.find(key); output != job->outputs.end()) output->second.read = true;
    return Fail(Build(Code::P0403, at, "`for` goes over constants only", "known only at run time")
                    .Say("Over a list that is known at run time goes a matrix:   job NAME for x in LIST"),
                at);
  }
  if (job == env.job) {
    return Fail(Build(Code::P0401, at, fmt::format("`{}.{}` is not known yet here", name, key),
                      "a job cannot read its own outputs and result")
                    .Say(fmt::format("Inside the job read the step:   STEP.{}", key)),
                at);
  }
  if (!outputs && key == "result")
    return Path("needs." + name + ".result", types::JobResult(), env.of_pipeline ? Context::Jobs : Context::Needs, at,
                job->name.span);
  if (!outputs && key == "outputs")
    return Path("needs." + name + ".outputs", types::Simple(Kind::Object), Context::Needs, at, job->name.span);
  return JobOutputTerm(*job, key, key_at, at, env);
}

TermPtr Elaborator::ReadSteps(const std::string& path, const std::string& key, Span key_at, Span at, const Env& env) {
  if (env.job == nullptr) return ErrorTerm(at);
  if (path == "steps") {
    const StepEntry* step = Find(env.job->all_steps, key);
    const bool in_reach = step != nullptr && (step->loop == nullptr || step->loop->Holds(env.block));
    if (in_reach && (step->passed || env.neutral || env.at_end))
      return Path("steps." + step->id, types::Simple(Kind::Object), Context::Steps, at, step->name.span);
    syntax::Expr name;
    name.text = key;
    name.span = key_at;
    if (step != nullptr) return UnknownName(name, env, nullptr);
    std::vector<std::string> names;
    for (const auto& [each, entry] : env.job->all_steps) names.push_back(each);
    Build report(Code::P0202, key_at, fmt::format("there is no step `{}`", key));
    Suggest(report, key, key_at, names, "not a step of this job");
    report.Say(fmt::format("A step gets a name by `let`:   let {} = run ...", key));
    return Fail(std::move(report), at);
  }
  const bool outputs = path.ends_with(".outputs") && path != "steps.outputs";
  const std::string name = outputs ? path.substr(6, path.size() - 14) : path.substr(6);
  StepEntry* step = Find(env.job->step_ids, name);
  if (step == nullptr) step = Find(env.job->all_steps, name);
  if (step == nullptr) return ErrorTerm(at);
  if (!outputs && step->inlined && (key == "outcome" || key == "conclusion" || key == "outputs"))
    return Fail(
        Build(Code::P0203, key_at, fmt::format("a call of an action has no `{}`", key), "it may be many steps, or none")
            .Also(step->name.span, fmt::format("uses `{}`", step->action))
            .Say("Let the action give what is needed as an output."),
        at);
  if (!outputs && (key == "outcome" || key == "conclusion"))
    return Path("steps." + name + "." + key, types::JobResult(), Context::Steps, at, step->name.span);
  if (!outputs && key == "outputs")
    return Path("steps." + name + ".outputs", types::Simple(Kind::Object), Context::Steps, at, step->name.span);
  return StepOutputTerm(*step, key, key_at, at, env);
}

// A variable that an earlier step may have set: text on the wire, like outputs.
TermPtr Elaborator::ExportedTerm(const DeclaredOutput& variable, Span at, const Env& env) {
  Term term;
  term.kind = TermKind::StepOutput;
  term.type = types::Optional(variable.type);
  if (variable.type.is(Kind::Error)) return ErrorTerm(at);
  term.at = at;
  term.contexts = Context::Env;
  term.name = variable.name;
  term.declared = variable.at;
  if (variable.secret) term.labels.secret = {variable.at, "declared secret here"};
  Absence absence;
  absence.cause = variable.at;
  absence.cause_text = "a step may set it, or not";
  absence.because = "because a variable is there only once a step wrote it";
  absence.test = fmt::format("env.{} != null", variable.name);
  term.absence = std::make_shared<const Absence>(std::move(absence));
  if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  return Share(std::move(term));
}

// An output of a call of an action: the value itself, which may be absent where the call may have been skipped.
TermPtr Elaborator::InlinedOutput(const StepEntry& step, const std::string& key, const Term& value, Span at,
                                  const Env& env) {
  Term term = value;
  term.at = at;
  term.let = step.name.text + "." + key;
  if (term.type.optional) return Share(std::move(term));
  if (auto absence = StepAbsence(step, fmt::format("{}.{}", step.name.text, key), env)) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::StepOutputTerm(StepEntry& step, const std::string& key, Span key_at, Span at, const Env& env) {
  if (step.later) return ErrorTerm(at);
  const DeclaredOutput* found = nullptr;
  for (const DeclaredOutput& output : step.outputs)
    if (output.name == key) found = &output;
  // What a script prints becomes an output when somebody reads it.
  const bool printed = step.is_run && key == "stdout";
  if (found == nullptr && step.known && !printed) {
    std::vector<std::string> names;
    for (const DeclaredOutput& output : step.outputs) names.push_back(output.name);
    const bool action = !step.is_run;
    Build report(action ? Code::P0703 : Code::P0203, key_at,
                 action ? fmt::format("`{}` has no output `{}`", step.action, key)
                        : fmt::format("the step `{}` declares no output `{}`", step.name.text, key));
    Suggest(report, key, key_at, names, action ? "GitHub would put nothing here, without a word" : "not declared");
    if (!names.empty()) report.Say(fmt::format("Outputs: {}.", JoinNames(names)));
    if (!action && !DidYouMean(key, names))
      report.Say(fmt::format("Declare it:   let {} = run -> {{ {}: string }} ...", step.name.text, key));
    return Fail(std::move(report), at);
  }
  if (auto value = step.values.find(key); value != step.values.end())
    return InlinedOutput(step, key, *value->second, at, env);
  Term term;
  term.kind = TermKind::StepOutput;
  term.type = found != nullptr ? found->type : types::Simple(Kind::String);
  if (term.type.is(Kind::Error)) return ErrorTerm(at);
  term.at = at;
  term.contexts = Context::Steps;
  term.owner = step.id;
  term.name = found != nullptr ? found->name : key;
  if (found != nullptr) term.declared = found->at;
  if (found != nullptr && found->secret) term.labels.secret = {found->at, "declared secret here"};
  if (found != nullptr && found->untrusted) term.labels.untrusted = {found->at, "its step declares it so"};
  // Texts only: of other types it is tested what the text says.
  if (step.outsider && term.type.is(Kind::String))
    term.labels.untrusted = {step.name.span, "its step runs beside files of the pull request"};
  if (auto absence = StepAbsence(step, fmt::format("{}.{}", step.name.text, key), env)) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::CallOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env) {
  if (!job.call) return ErrorTerm(at);
  std::vector<std::string> known;
  std::optional<Type> type = CalledOutput(*job.call, key, known);
  if (!type) {
    Build report(Code::P0203, key_at, fmt::format("{} gives no output `{}`", job.call->shown, key));
    Suggest(report, key, key_at, known, "GitHub would put nothing here, without a word");
    if (!known.empty()) report.Say(fmt::format("Its outputs: {}.", JoinNames(known)));
    return Fail(std::move(report), at);
  }
  if (type->is(Kind::Error)) return ErrorTerm(at);
  if (!job.axes.empty())
    return Fail(Build(Code::P0302, key_at, fmt::format("`{}` is called once for each row", job.name.text),
                      "GitHub would give the value of the row that ends last"),
                at);
  Term term;
  term.kind = TermKind::JobOutput;
  term.type = *std::move(type);
  term.at = at;
  term.contexts = env.of_pipeline ? Context::Jobs : Context::Needs;
  term.owner = job.name.text;
  term.name = key;
  if (auto absence = JobAbsence(job, fmt::format("{}.{}", job.name.text, key), env); absence && !env.neutral) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

TermPtr Elaborator::JobOutputTerm(JobScope& job, const std::string& key, Span key_at, Span at, const Env& env) {
  if (job.decl->call) return CallOutputTerm(job, key, key_at, at, env);
  auto it = job.outputs.find(key);
  if (it == job.outputs.end()) {
    Build report(Code::P0203, key_at, fmt::format("the job `{}` has no output `{}`", job.name.text, key));
    Suggest(report, key, key_at, job.output_order, "GitHub would put nothing here, without a word");
    if (!job.output_order.empty())
      report.Say(fmt::format("Its outputs: {}.", JoinNames(job.output_order)));
    else
      report.Say(fmt::format("Give it one, among the steps of `{}`:   output {} = ...", job.name.text, key));
    return Fail(std::move(report), at);
  }
  OutputEntry& output = it->second;
  output.read = true;
  Term term;
  term.type = OutputType(job, output);
  if (term.type.is(Kind::Error)) return ErrorTerm(at);
  const bool file = term.type.is_file();
  term.kind = file ? TermKind::JobFile : TermKind::JobOutput;
  // One value for each row.
  if (!job.axes.empty() && file) term.type = types::ListOf(types::Present(term.type));
  if (!job.axes.empty() && !file) {
    for (AxisEntry& axis : job.axes)
      if (TypedAxis(job, axis).run_time != nullptr)
        return Fail(Build(Code::P0302, key_at,
                          fmt::format("`{}.{}` has one value for each row, and the rows are known only at run time",
                                      job.name.text, key),
                          "GitHub would give the value of the row that ends last")
                        .Also(axis.name.span, "these rows")
                        .Say(fmt::format("Hand over a file:   output {}: file = \"...\"   and read   {}.{}.dir", key,
                                         job.name.text, key)),
                    at);
    term.type = types::MapOf(types::Simple(Kind::String), term.type);
    term.gathered = true;
  }
  term.at = at;
  // A file arrives inside the job that reads it, and only there.
  term.contexts = file ? Context::Needs | Context::Steps : ContextSet(env.of_pipeline ? Context::Jobs : Context::Needs);
  term.owner = job.name.text;
  term.name = output.name.text;
  term.declared = output.declared;
  term.labels = output.labels;
  std::shared_ptr<const Absence> absence = JobAbsence(job, fmt::format("{}.{}", job.name.text, key), env);
  if (absence == nullptr && term.type.optional) absence = output.absence;
  if (absence != nullptr && !env.neutral) {
    term.type = types::Optional(std::move(term.type));
    term.absence = std::move(absence);
    if (env.facts.contains("present:" + Fingerprint(Share(term)))) term.type.optional = false;
  }
  return Share(std::move(term));
}

}  // namespace sluice::check

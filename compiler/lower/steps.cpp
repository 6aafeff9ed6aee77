#include "compiler/lower/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/shells.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/raw.h"
#include "compiler/lower/scripts_of.h"
#include "compiler/types/refined.h"

namespace sluice::lower {
namespace {

using check::Node;
using check::Term;
using check::TermKind;
using check::TermPtr;
using model::Value;

TermPtr OutcomeIs(const std::string& step, const std::string& outcome, source::Span at) {
  Term path = check::PathTerm("steps." + step + ".outcome", types::JobResult(), types::Context::Steps, at);
  return check::Share(
      check::NodeOver(TermKind::Equal, types::Simple(types::Kind::Bool), at,
                      {check::Share(std::move(path)), check::StringTerm(outcome, types::JobResult(), at)}));
}

// POSIX sh. What may be absent is tested only when it is there.
std::string InputTest(const check::Parameter& parameter, const std::string& variable,
                      const source::SourceMap& sources) {
  const types::Guard guard = types::GuardOf(parameter.type.refined);
  const std::string value = fmt::format("printf '%s\\n' \"${{{}}}\"", variable);
  const bool may_be_empty = parameter.null_default || parameter.type.optional ||
                            (parameter.default_value && parameter.default_value->text.empty());
  std::string wrong = fmt::format("[ \"$({} | wc -l)\" -ne 1 ]", value);
  wrong += fmt::format(" || ! {} | grep -Eq {}", value, scripts::QuoteWord(std::string(guard.accept)));
  if (!guard.refuse.empty())
    wrong += fmt::format(" || {} | grep -Eq {}", value, scripts::QuoteWord(std::string(guard.refuse)));
  if (may_be_empty) wrong = fmt::format("[ -n \"${{{}}}\" ] && {{ {}; }}", variable, wrong);
  const source::Position at = sources.Begin(parameter.at);
  return fmt::format("if {}; then\n  echo \"::error file={},line={}::input {} is not a {}\"\n  exit 1\nfi\n", wrong,
                     sources.file(at.file).path, at.line, parameter.name,
                     types::ToText(types::Present(parameter.type)));
}

}  // namespace

void StepLowering::Lower(model::Job& job) {
  CollectReads();
  CollectFiles(job_.body, {});
  CheckInputs();
  Nodes(job_.body, {});
  if (!tested_secrets_.empty()) {
    if (!job.env) job.env = Value::Map({});
    for (const std::string& secret : tested_secrets_) {
      expr::Expr there = expr::Binary(expr::Op::NotEqual, expr::Path(secret), expr::String(""));
      job.env->entries.emplace_back(Value::String(SecretVariable(secret)), Value::Expression(std::move(there)));
    }
  }
  CheckRawIds();
  job.steps = steps_;
}

// P1110: an `id` that a raw block gives is one of the job's own, too.
void StepLowering::CheckRawIds() {
  for (const auto& [id, at] : raw_ids_) {
    const auto same = [&, &id = id](model::StepId step) {
      return EqualsIgnoreCase(shared_.program.steps[step].id, id);
    };
    if (id.empty() || std::ranges::count_if(steps_, same) < 2) continue;
    shared_.sink.Add(diagnostics::Build(diagnostics::Code::P1110, at, fmt::format("two steps have the id `{}`", id),
                                        "ids are unique in a job"));
  }
}

// Inputs whose type has a format: a caller may pass any text. One line that matches, or the job fails.
void StepLowering::CheckInputs() {
  if (job_.checked_inputs.empty()) return;
  model::Step step;
  step.origin = {shared_.pipeline.parameters[job_.checked_inputs.front()].at, {}, model::Synth::Guard, "inputs"};
  step.name = Value::String("Check inputs");
  step.env = Value::Map({});
  std::string script;
  for (size_t index : job_.checked_inputs) {
    const check::Parameter& parameter = shared_.pipeline.parameters[index];
    Term read;
    read.kind = TermKind::Param;
    read.type = parameter.type;
    read.name = parameter.name;
    const std::string variable = "PIPE_" + ReplaceAll(AsciiUpper(parameter.name), "-", "_");
    step.env->entries.emplace_back(Value::String(variable),
                                   Value::Expression(expressions_.Typed(check::Share(std::move(read)))));
    script += InputTest(parameter, variable, shared_.sources);
  }
  model::Run run;
  run.script = Value::String(std::move(script));
  const std::string shell = job_.shell != nullptr       ? job_.shell->constant.text
                            : job_.container != nullptr ? "sh"
                                                        : "bash";
  if (shell != "bash" && shell != "sh") run.shell = Value::String("bash");
  step.body = std::move(run);
  Add(std::move(step));
}

void StepLowering::CollectReads() {
  check::ForEachValue(job_, [&](const TermPtr& value) {
    check::Walk(value, [&](const Term& term) {
      if (term.is(TermKind::StepOutput)) read_steps_[term.owner] = true;
      if (term.is(TermKind::StepOutput) && term.name == "stdout") printed_.insert(term.owner);
      if (term.is(TermKind::Path) && term.name.starts_with("steps."))
        read_steps_[term.name.substr(6, term.name.find('.', 6) - 6)] = true;
      if (const std::string secret = TestedSecret(term); !secret.empty())
        if (std::ranges::find(tested_secrets_, secret) == tested_secrets_.end()) tested_secrets_.push_back(secret);
    });
  });
  // Only conditions of steps ask the job's variable; other places can read the secret itself.
  std::vector<std::string> asked;
  auto look = [&](const TermPtr& condition) {
    check::Walk(condition, [&](const Term& term) {
      if (const std::string secret = TestedSecret(term); !secret.empty()) asked.push_back(secret);
    });
  };
  if (job_.raw) NoteRawReads(*job_.raw, false);
  const auto visit = [&](const auto& self, const std::vector<Node>& nodes) -> void {
    for (const Node& node : nodes) {
      if (const auto* step = std::get_if<check::Step>(&node.what)) {
        look(step->condition);
        if (step->raw) NoteRawReads(*step->raw, false);
      }
      if (const auto* raw = std::get_if<check::RawStep>(&node.what)) NoteRawReads(raw->block, true);
      if (const auto* block = std::get_if<check::IfBlock>(&node.what)) {
        look(block->condition);
        self(self, block->then);
        self(self, block->otherwise);
      }
      if (const auto* parallel = std::get_if<check::ParallelBlock>(&node.what)) self(self, parallel->steps);
      if (const auto* wait = std::get_if<check::WaitPlace>(&node.what))
        for (const std::string& id : wait->ids) read_steps_[id] = true;
      if (const auto* cancel = std::get_if<check::CancelPlace>(&node.what)) read_steps_[cancel->id] = true;
    }
  };
  visit(visit, job_.body);
  std::erase_if(tested_secrets_,
                [&](const std::string& secret) { return std::ranges::find(asked, secret) == asked.end(); });
}

// Text of GitHub's own names steps by their ids. A word too many only gives a step an id that nobody reads.
void StepLowering::NoteRawReads(const check::RawBlock& block, bool step) {
  const bool waits =
      step && (block.text.find("wait") != std::string::npos || block.text.find("cancel") != std::string::npos);
  const bool steps = block.text.find("steps") != std::string::npos;
  if (!waits && !steps) return;
  const auto is_word = [](char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; };
  for (size_t at = 0; at < block.text.size();) {
    size_t end = at;
    while (end < block.text.size() && is_word(block.text[end])) ++end;
    if (end > at) read_steps_[block.text.substr(at, end - at)] = true;
    at = std::max(end, at + 1);
  }
}

// Which conditions do all readers of a file share? Those that may change are left out: another reader may find another
// state, and a latch is not made yet. The file then arrives also where nobody reads it.
void StepLowering::Nodes(const std::vector<Node>& nodes, const Conditions& around) {
  for (const Node& node : nodes) {
    if (const auto* step = std::get_if<check::Step>(&node.what)) OneStep(*step, around);
    if (const auto* block = std::get_if<check::IfBlock>(&node.what)) Block(*block, around);
    if (const auto* put = std::get_if<check::PutPlace>(&node.what))
      if (put->output < job_.outputs.size()) Put(job_.outputs[put->output], around);
    if (const auto* parallel = std::get_if<check::ParallelBlock>(&node.what)) Parallel(*parallel, around);
    if (const auto* raw = std::get_if<check::RawStep>(&node.what)) RawStep(*raw, around);
    if (const auto* wait = std::get_if<check::WaitPlace>(&node.what)) Wait(*wait);
    if (const auto* cancel = std::get_if<check::CancelPlace>(&node.what)) Cancel(*cancel);
  }
}

// GitHub gives the block no condition: each of its steps has it. Files arrive before it.
void StepLowering::Parallel(const check::ParallelBlock& block, const Conditions& around) {
  for (const Node& node : block.steps)
    if (const auto* step = std::get_if<check::Step>(&node.what)) Gets(*step);
  std::vector<model::StepId> before = std::exchange(steps_, {});
  Nodes(block.steps, around);
  model::Step result;
  result.origin.at = block.at;
  result.comments = block.docs;
  result.body = model::Parallel{std::exchange(steps_, std::move(before))};
  Add(std::move(result));
}

void StepLowering::RawStep(const check::RawStep& raw, const Conditions& around) {
  std::vector<std::string> others;
  for (model::StepId id : steps_)
    if (const std::string& name = shared_.program.steps[id].id; !name.empty()) others.push_back(name);
  const check::Settings none;
  const auto id = StepOfRaw({raw.block, none, shared_.sources, shared_.program, shared_.sink}, others);
  if (!id) return;
  model::Step& step = shared_.program.steps[*id];
  step.comments = raw.docs;
  step.origin.at = raw.at;
  if (!step.id.empty()) raw_ids_.emplace_back(step.id, raw.block.at);
  if (const auto* parallel = std::get_if<model::Parallel>(&step.body)) {
    for (model::StepId inner : std::vector(parallel->steps))
      AddConditions(shared_.program.steps[inner], around, raw.at);
  } else {
    AddConditions(step, around, raw.at);
  }
  steps_.push_back(*id);
}

// What holds around a raw step, joined with what it says itself.
void StepLowering::AddConditions(model::Step& step, const Conditions& around, source::Span at) {
  auto outer = ConditionOf(around, expressions_, true);
  if (!outer) return;
  const bool waits = std::holds_alternative<model::Wait>(step.body) || std::holds_alternative<model::Cancel>(step.body);
  if (waits) {
    shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0615, at,
                                        "`wait` and `cancel` cannot stand under a condition",
                                        "GitHub has no `if` for it")
                         .Say("Move it out of the `if`: a step that was skipped has ended, too."));
    return;
  }
  if (!step.condition) {
    step.condition = std::move(outer);
    return;
  }
  const Value& own = step.condition->user;
  const bool plain = own.is(Value::Kind::Expression) && outer->user.is(Value::Kind::Expression);
  if (own.is(Value::Kind::Boolean) || outer->user.is(Value::Kind::Boolean)) {
    const bool own_decides = own.is(Value::Kind::Boolean) ? !own.boolean : outer->user.boolean;
    if (!own_decides) step.condition = std::move(outer);
  } else if (plain) {
    expr::Expr both = expr::And({*outer->user.expr, *own.expr});
    step.condition->implicit_success = !expr::CallsStatusFunction(both);
    step.condition->bare = false;
    step.condition->user = Value::Expression(std::move(both));
  } else {
    shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0623, at,
                                        "this `if` cannot be joined with the block around",
                                        "text around a placeholder is always true on GitHub")
                         .Say("Write it as one expression."));
  }
}

void StepLowering::Wait(const check::WaitPlace& place) {
  model::Step result;
  result.origin.at = place.at;
  result.comments = place.docs;
  std::vector<Value> ids;
  for (const std::string& id : place.ids) ids.push_back(Value::String(id));
  model::Wait wait;
  wait.all = place.all;
  if (!place.all) wait.targets = ids.size() == 1 ? std::move(ids[0]) : Value::List(std::move(ids));
  result.body = std::move(wait);
  Add(std::move(result));
}

void StepLowering::Cancel(const check::CancelPlace& place) {
  model::Step result;
  result.origin.at = place.at;
  result.comments = place.docs;
  result.body = model::Cancel{Value::String(place.id)};
  Add(std::move(result));
}

// A step that remembers whether the condition held, since what it reads may change while the block runs.
TermPtr StepLowering::Latch(const check::IfBlock& block, const Conditions& around) {
  model::Step latch;
  const auto taken = [&](const std::string& id) {
    return std::ranges::any_of(read_steps_, [&](const auto& step) { return EqualsIgnoreCase(step.first, id); });
  };
  do latch.id = fmt::format("pipe-if-{}", ++latches_);
  while (taken(latch.id));
  latch.origin = {block.at, {}, model::Synth::Latch, "the condition is read once for the whole block"};
  Conditions conditions = around;
  conditions.push_back(block.condition);
  SetCondition(latch, conditions);
  model::Run run;
  run.script = Value::String("exit 0");
  latch.body = std::move(run);
  const std::string id = latch.id;
  Add(std::move(latch));
  return OutcomeIs(id, "success", block.at);
}

void StepLowering::Block(const check::IfBlock& block, const Conditions& around) {
  if (block.condition->is(TermKind::Error)) {
    Nodes(block.then, around);
    Nodes(block.otherwise, around);
    return;
  }
  Conditions then = around, otherwise = around;
  const bool latched = check::MayChange(block.condition) && (block.has_else || check::CountSteps(block.then) > 1);
  if (latched) {
    const TermPtr held = Latch(block, around);
    for (const TermPtr& conjunct : check::Conjuncts(block.condition))
      if (!check::MayChange(conjunct)) then.push_back(conjunct);
    then.push_back(held);
    otherwise.push_back(OutcomeIs(fmt::format("pipe-if-{}", latches_), "skipped", block.at));
  } else {
    then.push_back(block.condition);
    otherwise.push_back(check::Negation(block.condition));
  }
  Nodes(block.then, then);
  Nodes(block.otherwise, otherwise);
}

void StepLowering::SetCondition(model::Step& step, const Conditions& conditions) {
  step.condition = ConditionOf(conditions, expressions_, true);
}

void StepLowering::Add(model::Step step) { steps_.push_back(shared_.program.steps.Add(std::move(step))); }

void StepLowering::OneStep(const check::Step& step, const Conditions& around) {
  Gets(step);
  model::Step result;
  if (read_steps_.contains(step.binder) && !step.binder.empty()) result.id = step.binder;
  result.origin.at = step.at;
  result.comments = step.docs;
  if (step.name != nullptr) result.name = expressions_.Value(step.name);
  Conditions conditions = around;
  conditions.push_back(step.condition);
  SetCondition(result, conditions);
  if (!step.env.empty()) {
    result.env = Value::Map({});
    for (const check::EnvEntry& entry : step.env)
      result.env->entries.emplace_back(Value::String(entry.name), expressions_.Value(entry.value));
  }
  if (step.continue_on_error != nullptr) result.continue_on_error = expressions_.TypedValue(step.continue_on_error);
  if (step.background) result.background = Value::Boolean(true);
  if (step.timeout != nullptr) result.timeout_minutes = expressions_.TypedValue(step.timeout);
  if (const auto* run = std::get_if<check::RunBody>(&step.body)) {
    result.body = RunOf(step, *run, result);
  } else {
    result.body = UsesOf(step, std::get<check::UsesBody>(step.body), result);
    if (step.attempts > 1)
      shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0208, step.SettingAt("retry"),
                                          "an action cannot be repeated", "GitHub has no setting for it")
                           .Say("Write the step twice, the second one with   if failure() { ... }"));
    if (step.working_directory != nullptr || step.shell != nullptr) {
      const TermPtr& setting = step.shell != nullptr ? step.shell : step.working_directory;
      shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0208, setting->at,
                                          "an action has no shell and no working folder", "GitHub ignores it here")
                           .Say("Remove it."));
    }
  }
  if (step.raw) {
    const std::string own_id = result.id;
    MergeRaw({*step.raw, step, shared_.sources, shared_.program, shared_.sink}, result);
    if (result.id != own_id) raw_ids_.emplace_back(result.id, step.raw->at);
  }
  Add(std::move(result));
}

}  // namespace sluice::lower

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

std::string FileKey(const Term& file) { return file.owner + "." + file.name; }

TermPtr OutcomeIs(const std::string& step, const std::string& outcome, source::Span at) {
  Term path = check::PathTerm("steps." + step + ".outcome", types::JobResult(), types::Context::Steps, at);
  return check::Share(
      check::NodeOver(TermKind::Equal, types::Simple(types::Kind::Bool), at,
                      {check::Share(std::move(path)), check::StringTerm(outcome, types::JobResult(), at)}));
}

// The value of a script's variable. A text with placeholders comes as `format('a {0} b', x)`, and is written as the text.
Value VariableValue(expr::Expr value) {
  const bool format = value.op == expr::Op::Call && EqualsIgnoreCase(value.text, "format") && !value.args.empty() &&
                      value.args[0].op == expr::Op::String;
  if (!format) return Value::Expression(std::move(value));
  std::vector<model::TextPart> parts(1);
  const std::string& text = value.args[0].text;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i] == text[i + 1] && (text[i] == '{' || text[i] == '}');
    if (doubled || (text[i] != '{' && text[i] != '}')) {
      parts.back().literal += text[i];
      i += doubled ? 1 : 0;
      continue;
    }
    const size_t close = text.find('}', i);
    size_t index = 0;
    for (size_t k = i + 1; k < close && close != std::string::npos; ++k) {
      if (!IsAsciiDigit(text[k]) || index > 255) return Value::Expression(std::move(value));
      index = index * 10 + static_cast<size_t>(text[k] - '0');
    }
    if (close == std::string::npos || close == i + 1 || index + 1 >= value.args.size())
      return Value::Expression(std::move(value));
    parts.emplace_back().expr = value.args[index + 1];
    parts.emplace_back();
    i = close;
  }
  std::erase_if(parts, [](const model::TextPart& part) { return !part.expr && part.literal.empty(); });
  return Value::Text(std::move(parts));
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

// One diagnostic an item: a placeholder with a mistake was reported already.
bool IsAboutMistake(const diagnostics::Diagnostic& diagnostic, const check::RunBody& body) {
  return std::ranges::any_of(body.script, [&](const check::ScriptPart& part) {
    return part.placeholder != nullptr && part.placeholder->is(TermKind::Error) &&
           part.at.contains(diagnostic.primary.at);
  });
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
void StepLowering::CollectFiles(const check::Step& step, const Conditions& conditions) {
  Conditions all;
  bool status = false;
  const auto add = [&](const TermPtr& condition) {
    for (const TermPtr& conjunct : check::Conjuncts(condition)) {
      status = status || check::FindStatusCall(conjunct) != nullptr;
      if (!check::MayChange(conjunct)) all.push_back(conjunct);
    }
  };
  for (const TermPtr& condition : conditions) add(condition);
  add(step.condition);
  std::set<std::string> read;
  check::ForEachValue(step, [&](const TermPtr& value) {
    check::Walk(value, [&](const Term& term) {
      if (term.is(TermKind::JobFile)) read.insert(FileKey(term));
    });
  });
  for (const std::string& file : read) {
    auto [it, first] = files_.emplace(file, FileUse{all, status});
    if (first) continue;
    FileUse& use = it->second;
    use.status = use.status || status;
    // The state of the job changes from reader to reader, too.
    std::erase_if(use.shared, [&](const TermPtr& mine) {
      const std::string print = check::Fingerprint(mine);
      return check::FindStatusCall(mine) != nullptr ||
             std::ranges::none_of(all, [&](const TermPtr& other) { return check::Fingerprint(other) == print; });
    });
  }
}

// The conditions under which the file is fetched.
StepLowering::Conditions StepLowering::ConditionsOf(const std::string& file) const {
  const FileUse& use = files_.at(file);
  const bool says_status = std::ranges::any_of(
      use.shared, [](const TermPtr& condition) { return check::FindStatusCall(condition) != nullptr; });
  if (!use.status || says_status) return use.shared;
  Term always = check::NodeOver(TermKind::Call, types::Simple(types::Kind::Bool), {}, {});
  always.name = "always";
  always.contexts = types::Context::Status;
  Conditions conditions{check::Share(std::move(always))};
  conditions.insert(conditions.end(), use.shared.begin(), use.shared.end());
  return conditions;
}

void StepLowering::CollectFiles(const std::vector<Node>& nodes, const Conditions& around) {
  for (const Node& node : nodes) {
    if (const auto* step = std::get_if<check::Step>(&node.what)) CollectFiles(*step, around);
    if (const auto* parallel = std::get_if<check::ParallelBlock>(&node.what)) CollectFiles(parallel->steps, around);
    if (const auto* block = std::get_if<check::IfBlock>(&node.what)) {
      Conditions then = around, otherwise = around;
      if (!block->condition->is(TermKind::Error)) {
        then.push_back(block->condition);
        otherwise.push_back(check::Negation(block->condition));
      }
      CollectFiles(block->then, then);
      CollectFiles(block->otherwise, otherwise);
    }
  }
}

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

void StepLowering::Gets(const check::Step& step) {
  check::ForEachValue(step, [&](const TermPtr& value) {
    check::Walk(value, [&](const Term& term) {
      if (!term.is(TermKind::JobFile) || std::exchange(fetched_[FileKey(term)], true)) return;
      auto transfer = shared_.transfers.find(FileKey(term));
      if (transfer == shared_.transfers.end()) return;
      std::vector<model::JobId>& readers = shared_.program.transfers[transfer->second].readers;
      if (std::ranges::find(readers, id_) == readers.end()) readers.push_back(id_);
      model::Step get;
      get.origin = {term.at, {}, model::Synth::Get, FileKey(term)};
      get.body = model::Get{transfer->second};
      SetCondition(get, ConditionsOf(FileKey(term)));
      Add(std::move(get));
    });
  });
}

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

// Only programs are read that a value can be handed over to; the text of others is theirs.
scripts::LoweredScript StepLowering::Lowered(const scripts::Script& script, const check::RunBody& body, bool unread) {
  diagnostics::Sink found;
  scripts::LoweredScript lowered = scripts::LowerScript(script, shared_.sources, found);
  const bool read = !unread && check::HandoverTo(body.program) != check::Handover::None;
  for (diagnostics::Diagnostic& diagnostic : found.all())
    if (read && !IsAboutMistake(diagnostic, body) &&
        shared_.said.emplace(diagnostic.code, diagnostic.primary.at.begin, diagnostic.message).second)
      shared_.sink.Add(std::move(diagnostic));
  return lowered;
}

void StepLowering::AddVariables(scripts::LoweredScript& lowered, model::Step& result) {
  if (!lowered.env.empty() && !result.env) result.env = Value::Map({});
  for (scripts::EnvVariable& variable : lowered.env)
    result.env->entries.emplace_back(Value::String(variable.name), VariableValue(std::move(variable.value)));
}

// Does the shell give up when a command fails? GitHub's ways to call one do; a way of the program's own says it.
static bool GivesUp(const check::RunBody& body) {
  if (body.shell == check::kDefaultShell || body.shell.find(' ') == std::string::npos) return true;
  const size_t options = body.shell.find(" -");
  return options != std::string::npos && body.shell.find('e', options) < body.shell.find('{');
}

// How what the step prints is kept; nothing for a shell whose scripts are not read, which is reported.
std::optional<scripts::Capture> StepLowering::CaptureOf(const check::Step& step, const check::RunBody& body) {
  if (check::HandoverTo(body.program) != check::Handover::Words) {
    if (!step.unread)
      shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0115, step.at,
                                          fmt::format("`{}.stdout` is not supported yet", step.binder),
                                          "only what bash and sh print can be read"));
    return std::nullopt;
  }
  scripts::Capture capture;
  capture.file = "pipe-" + step.binder;
  capture.pipefail = body.shell == "bash" || (body.shell.find("pipefail") != std::string::npos && GivesUp(body));
  return capture;
}

// The text of a script; values that are pasted into it are parts of their own.
static Value ScriptText(scripts::LoweredScript& lowered) {
  if (lowered.pasted.empty()) return Value::String(std::move(lowered.text));
  std::vector<model::TextPart> parts;
  size_t begin = 0;
  for (expr::Expr& value : lowered.pasted) {
    const size_t end = lowered.text.find(scripts::kPasted, begin);
    if (end > begin) parts.emplace_back().literal = lowered.text.substr(begin, end - begin);
    parts.emplace_back().expr = std::move(value);
    begin = end + 1;
  }
  if (begin < lowered.text.size()) parts.emplace_back().literal = lowered.text.substr(begin);
  return Value::Text(std::move(parts));
}

model::Run StepLowering::RunOf(const check::Step& step, const check::RunBody& body, model::Step& result) {
  model::Run run;
  scripts::Script script = ScriptOf(shared_.pipeline, job_, step, body, expressions_, shared_.sources);
  if (printed_.contains(step.binder)) script.capture = CaptureOf(step, body);
  script.errexit = GivesUp(body);
  script.attempts = step.attempts;
  if (step.attempts > 1 && body.program != "bash" && body.program != "sh" && !step.unread)
    shared_.sink.Add(diagnostics::Build(diagnostics::Code::P0208, step.SettingAt("retry"),
                                        "only scripts of bash and sh can be repeated", "no setting of GitHub does it"));
  scripts::LoweredScript lowered = Lowered(script, body, step.unread);
  run.pasted = !lowered.pasted.empty();
  run.script = ScriptText(lowered);
  run.lines = std::move(lowered.lines);
  AddVariables(lowered, result);
  if (body.shell_written) run.shell = Value::String(body.shell);
  if (step.working_directory != nullptr) run.working_directory = expressions_.Value(step.working_directory);
  return run;
}

model::Value StepLowering::ArgumentOf(const check::Argument& argument) {
  if (argument.separator == 0) return expressions_.Value(argument.value);
  std::vector<model::TextPart> parts;
  auto literal = [&](std::string text) {
    model::TextPart part;
    part.literal = std::move(text);
    parts.push_back(std::move(part));
  };
  const Term& list = *argument.value;
  if (list.is(TermKind::List) || list.is(TermKind::Record)) {
    for (size_t i = 0; i < list.args.size(); ++i) {
      if (i > 0) literal(std::string(1, argument.separator));
      if (list.is(TermKind::Record)) literal(list.keys[i] + "=");
      const Value item = expressions_.Value(list.args[i]);
      if (item.is(Value::Kind::Text))
        parts.insert(parts.end(), item.parts.begin(), item.parts.end());
      else if (item.is(Value::Kind::Expression))
        parts.emplace_back().expr = item.expr;
      else
        literal(list.args[i]->is_constant() ? check::RenderConstant(list.args[i]->constant) : item.text);
    }
    return Value::Text(std::move(parts));
  }
  const std::string separator(1, argument.separator);
  return Value::Expression(expr::Call("join", {expressions_.Typed(argument.value), expr::String(separator)}));
}

// A program that an action runs; it hands its environment on.
model::Value StepLowering::CodeArgument(const check::Step& step, const check::Argument& argument, model::Step& result) {
  check::Step named = step;
  // Several such inputs share the step's variables, each under a name of its own.
  if (result.env)
    for (const auto& [name, value] : result.env->entries) named.env.push_back({name.text, nullptr, {}});
  const scripts::Script script = CodeOf(shared_.pipeline, job_, named, argument, expressions_, shared_.sources);
  scripts::LoweredScript lowered = Lowered(script, *argument.code, false);
  AddVariables(lowered, result);
  return Value::String(std::move(lowered.text));
}

model::Uses StepLowering::UsesOf(const check::Step& step, const check::UsesBody& body, model::Step& result) {
  model::Uses uses;
  const catalogue::ImagePin* image = nullptr;
  if (body.uses.starts_with("docker://")) image = shared_.lock.FindImage(body.uses);
  uses.target = Value::String(image != nullptr   ? "docker://" + image->Pinned()
                              : body.sha.empty() ? body.uses
                                                 : body.uses + "@" + body.sha);
  uses.version = body.version;
  Value with = Value::Map({});
  for (const check::Argument& argument : body.arguments)
    with.entries.emplace_back(Value::String(argument.name),
                              argument.code ? CodeArgument(step, argument, result) : ArgumentOf(argument));
  if (body.keeps_credentials && EqualsIgnoreCase(body.uses, "actions/checkout")) {
    const bool given = std::ranges::any_of(body.arguments, [](const check::Argument& argument) {
      return EqualsIgnoreCase(argument.name, "persist-credentials");
    });
    if (!given) with.entries.emplace_back(Value::String("persist-credentials"), Value::Boolean(false));
  }
  if (!with.entries.empty()) uses.with = std::move(with);
  return uses;
}

void StepLowering::Put(const check::Output& output, const Conditions& around) {
  auto transfer = shared_.transfers.find(job_.name + "." + output.name);
  if (transfer == shared_.transfers.end() || output.value->is(TermKind::Error)) return;
  model::Step step;
  step.origin = {output.at, {}, model::Synth::Put, job_.name + "." + output.name};
  SetCondition(step, around);
  model::Put put;
  put.transfer = transfer->second;
  put.path = expressions_.Value(output.value);
  const bool folder = output.shape == check::OutputShape::Dir;
  if (!output.value->is_constant() && !output.raw) {
    // The folder is a word of the packing script, made like a placeholder of any script.
    check::RunBody body;
    body.shell = "sh";
    body.program = "sh";
    check::Step around_script;
    const std::vector<TermPtr> pieces =
        output.value->is(TermKind::Text) ? output.value->args : std::vector<TermPtr>{output.value};
    for (size_t i = 0; i < pieces.size(); ++i) {
      check::ScriptPart part;
      part.at = pieces[i]->at;
      if (pieces[i]->is_text_constant()) {
        part.text = pieces[i]->constant.text;
        if (i + 1 == pieces.size() && !folder) part.text.erase(part.text.rfind('/'));
      } else {
        part.placeholder = pieces[i];
        part.expression = pieces[i]->at;
        part.source = shared_.sources.Text(pieces[i]->at);
      }
      body.script.push_back(std::move(part));
    }
    const scripts::Script script = ScriptOf(shared_.pipeline, job_, around_script, body, expressions_, shared_.sources);
    diagnostics::Sink ignored;
    scripts::LoweredScript lowered = scripts::LowerScript(script, shared_.sources, ignored);
    put.folder_word = lowered.text;
    const std::string& last = pieces.back()->constant.text;
    if (!folder) put.name_word = scripts::QuoteWord(last.substr(last.rfind('/') + 1));
    step.env = Value::Map({});
    for (scripts::EnvVariable& variable : lowered.env)
      step.env->entries.emplace_back(Value::String(variable.name), VariableValue(std::move(variable.value)));
  }
  step.body = std::move(put);
  Add(std::move(step));
}

}  // namespace sluice::lower

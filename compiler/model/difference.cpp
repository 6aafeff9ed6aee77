#include "compiler/model/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/model/show.h"

namespace sluice::model {
namespace {

constexpr size_t kShortCommit = 7, kDigestPrefix = 12, kCommit = 40, kLabel = 60;

using Visit = std::function<void(const Expr&)>;

void Walk(const Expr& e, const Visit& visit) {
  visit(e);
  for (const Expr& arg : e.args) Walk(arg, visit);
}

void Walk(const Value& value, const Visit& visit) {
  if (value.expr) Walk(*value.expr, visit);
  for (const TextPart& part : value.parts)
    if (part.expr) Walk(*part.expr, visit);
  for (const Value& item : value.items) Walk(item, visit);
  for (const auto& [key, entry] : value.entries) {
    Walk(key, visit);
    Walk(entry, visit);
  }
}

bool IsSecrets(const Expr& e) { return e.op == expr::Op::Name && EqualsIgnoreCase(e.text, "secrets"); }

// The secrets that a value names, in capitals; "*" when which ones is known at run time only.
std::set<std::string> SecretsOf(const Value& value) {
  std::set<std::string> found;
  size_t mentioned = 0, named = 0;
  Walk(value, [&](const Expr& e) {
    mentioned += IsSecrets(e) ? 1 : 0;
    if (e.args.empty() || !IsSecrets(e.args[0])) return;
    if (e.op != expr::Op::Index || e.args[1].op != expr::Op::String) return;
    found.insert(AsciiUpper(e.args[1].text));
    ++named;
  });
  if (mentioned > named) found.insert("*");
  return found;
}

std::string FirstLine(const std::string& text) {
  for (const std::string_view line : SplitString(text, '\n')) {
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) continue;
    const std::string_view trimmed = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    if (trimmed.size() <= kLabel) return std::string(trimmed);
    size_t end = 0;
    for (size_t next = 0; next <= kLabel && next < trimmed.size(); next += Utf8Length(trimmed, next)) end = next;
    return std::string(trimmed.substr(0, end)) + "…";
  }
  return "";
}

// `owner/repo@SHA`: what it is, and which one.
struct Target {
  std::string name, version;
};

Target Split(const std::string& target, const std::string& comment) {
  const std::string_view docker = "docker://";
  const bool image = target.starts_with(docker);
  const size_t at = target.rfind('@');
  if (at == std::string::npos || at == 0) return {target, ""};
  std::string version = target.substr(at + 1);
  if (image || version.starts_with("sha256:")) return {target.substr(0, at), version.substr(0, 7 + kDigestPrefix)};
  if (version.size() == kCommit) version = version.substr(0, kShortCommit);
  return {target.substr(0, at), comment.empty() ? version : fmt::format("{} ({})", comment, version)};
}

class Collector {
 public:
  explicit Collector(const Program& program) : program_(program) {}

  std::vector<Fact> Collect(const Pipeline& pipeline) {
    Head(pipeline);
    for (const Trigger& trigger : pipeline.triggers) TriggerFacts(trigger);
    for (const JobId id : pipeline.jobs) JobFacts(pipeline, program_.jobs[id]);
    for (auto& [name, versions] : pins_) {
      std::string all;
      for (const std::string& version : versions) all += (all.empty() ? "" : ", ") + version;
      Add(Topic::Pins, name, all);
    }
    std::ranges::stable_sort(facts_, {}, &Fact::topic);
    return std::move(facts_);
  }

 private:
  void Add(Topic topic, std::string name, std::string value, std::string owner = "") {
    std::string unique = name;
    for (int i = 2; !names_.insert({topic, unique}).second; ++i) unique = fmt::format("{} #{}", name, i);
    facts_.push_back({topic, std::move(unique), std::move(value), std::move(owner)});
  }

  void AddValue(Topic topic, const std::string& name, const std::optional<Value>& value, const std::string& owner) {
    if (value) Add(topic, name, Show(*value), owner);
  }

  // Each entry of a mapping is a fact of its own; anything else is one.
  void AddMap(Topic topic, const std::string& name, const std::optional<Value>& value, const std::string& owner) {
    if (!value) return;
    if (!value->is(Value::Kind::Map)) return Add(topic, name, Show(*value), owner);
    for (const auto& [key, entry] : value->entries)
      Add(topic, fmt::format("{} {}", name, Show(key)), Show(entry), owner);
  }

  void AddConcurrency(Topic topic, const std::string& name, const std::optional<Concurrency>& concurrency,
                      const std::string& owner) {
    if (!concurrency) return;
    if (concurrency->whole) return Add(topic, name, Show(*concurrency->whole), owner);
    std::string text = Show(concurrency->group);
    if (concurrency->cancel_in_progress) text += ", cancel-in-progress: " + Show(*concurrency->cancel_in_progress);
    if (concurrency->queue) text += ", queue: " + Show(*concurrency->queue);
    Add(topic, name, text, owner);
  }

  void AddDefaults(Topic topic, const std::string& name, const std::optional<Defaults>& defaults,
                   const std::string& owner) {
    if (!defaults) return;
    AddValue(topic, name + "shell", defaults->shell, owner);
    AddValue(topic, name + "working-directory", defaults->working_directory, owner);
    AddValue(topic, name + "defaults", defaults->whole, owner);
  }

  void Head(const Pipeline& pipeline) {
    AddValue(Topic::Workflow, "name", pipeline.name, "");
    AddValue(Topic::Workflow, "run-name", pipeline.run_name, "");
    AddMap(Topic::Workflow, "env", pipeline.env, "");
    AddConcurrency(Topic::Workflow, "concurrency", pipeline.concurrency, "");
    AddDefaults(Topic::Workflow, "", pipeline.defaults, "");
    if (pipeline.env) Secrets("env of the workflow", *pipeline.env);
  }

  void TriggerFacts(const Trigger& trigger) {
    const std::string on = "on " + trigger.event;
    std::string value;
    for (const Filter& filter : trigger.filters)
      value += fmt::format("{}{}: {}", value.empty() ? "" : ", ", filter.name, Show(filter.value));
    for (const Schedule& schedule : trigger.schedules)
      value += fmt::format("{}{}{}", value.empty() ? "" : ", ", Show(schedule.cron),
                           schedule.timezone ? " " + Show(*schedule.timezone) : "");
    Add(Topic::Triggers, on, value);
    for (const Input& input : trigger.inputs) {
      std::string said = input.type.value_or("string");
      if (input.required) said += ", required: " + Show(*input.required);
      if (input.default_value) said += ", default: " + Show(*input.default_value);
      if (input.options) said += ", options: " + Show(*input.options);
      Add(Topic::Triggers, fmt::format("{}: input {}", on, input.name), said);
    }
    for (const CallSecret& secret : trigger.secrets)
      Add(Topic::Triggers, fmt::format("{}: secret {}", on, secret.name),
          secret.required ? "required: " + Show(*secret.required) : "");
    for (const CallOutput& output : trigger.outputs)
      Add(Topic::Triggers, fmt::format("{}: output {}", on, output.name), output.value ? Show(*output.value) : "");
  }

  // What the job's token may do in the end: its own list replaces the workflow's.
  void PermissionFacts(const Pipeline& pipeline, const Job& job) {
    const std::optional<Permissions>& said = job.permissions ? job.permissions : pipeline.permissions;
    if (!said) return Add(Topic::Permissions, job.id, "the default of the repository");
    if (!said->all.empty()) return Add(Topic::Permissions, job.id, said->all);
    for (const Permission& permission : said->scopes)
      Add(Topic::Permissions, fmt::format("{}: {}", job.id, permission.scope), permission.access);
  }

  void Secrets(const std::string& where, const Value& value) {
    for (const std::string& secret : SecretsOf(value))
      if (names_.insert({Topic::Secrets, where + ": " + secret}).second)
        facts_.push_back(
            {Topic::Secrets, fmt::format("{}: {}", where, secret == "*" ? "whichever it asks for" : secret), "", ""});
  }
  void Secrets(const std::string& where, const std::optional<Value>& value) {
    if (value) Secrets(where, *value);
  }

  void Pin(const std::string& target, const std::string& comment) {
    if (target.empty() || target.starts_with("./") || target.starts_with("$/")) return;
    Target split = Split(target, comment);
    std::vector<std::string>& versions = pins_[split.name];
    if (std::ranges::find(versions, split.version) == versions.end()) versions.push_back(std::move(split.version));
  }

  void ContainerFacts(const std::string& job, const std::string& what, const Container& container) {
    const std::string name = fmt::format("{}: {}", job, what);
    if (container.whole) return Add(Topic::Jobs, name, Show(*container.whole), job);
    if (container.image) {
      const Target image = Split(Show(*container.image), "");
      Add(Topic::Jobs, name, image.name, job);
      if (!image.version.empty()) Pin(Show(*container.image), "");
    }
    AddMap(Topic::Jobs, name + " env", container.env, job);
    for (const auto& [key, value] :
         {std::pair("ports", container.ports), std::pair("volumes", container.volumes),
          std::pair("options", container.options), std::pair("command", container.command),
          std::pair("entrypoint", container.entrypoint), std::pair("credentials", container.credentials)})
      AddValue(Topic::Jobs, fmt::format("{} {}", name, key), value, job);
    Secrets(name, container.env);
    Secrets(name, container.credentials);
  }

  std::string NeedsOf(const Job& job) const {
    std::string text;
    for (const Need& need : job.needs) text += (text.empty() ? "" : ", ") + program_.jobs[need.job].id;
    return text;
  }

  void MatrixFacts(const Job& job) {
    if (!job.strategy) return;
    const Strategy& strategy = *job.strategy;
    AddValue(Topic::Jobs, job.id + ": strategy", strategy.whole, job.id);
    AddValue(Topic::Jobs, job.id + ": fail-fast", strategy.fail_fast, job.id);
    AddValue(Topic::Jobs, job.id + ": max-parallel", strategy.max_parallel, job.id);
    if (!strategy.matrix) return;
    AddValue(Topic::Jobs, job.id + ": matrix", strategy.matrix->whole, job.id);
    for (const auto& [axis, values] : strategy.matrix->axes)
      Add(Topic::Jobs, fmt::format("{}: matrix {}", job.id, Show(axis)), Show(values), job.id);
    AddValue(Topic::Jobs, job.id + ": matrix include", strategy.matrix->include, job.id);
    AddValue(Topic::Jobs, job.id + ": matrix exclude", strategy.matrix->exclude, job.id);
  }

  void CallFacts(const Job& job) {
    const Target target = Split(Show(job.call->target), job.call->version);
    Add(Topic::Jobs, job.id + ": uses", target.name, job.id);
    Pin(Show(job.call->target), job.call->version);
    AddMap(Topic::Jobs, job.id + ": with", job.call->with, job.id);
    if (!job.call->secrets) return;
    if (!job.call->secrets->is(Value::Kind::Map)) return Add(Topic::Secrets, job.id + ": all (inherit)", "");
    for (const auto& [key, value] : job.call->secrets->entries)
      Add(Topic::Secrets, fmt::format("{}: passed on as {}", job.id, Show(key)), Show(value));
  }

  void RunnerFacts(const Job& job) {
    if (!job.runner) return;
    std::string text = job.runner->labels ? Show(*job.runner->labels) : "";
    if (job.runner->group) text = fmt::format("group {}{}{}", Show(*job.runner->group), text.empty() ? "" : ", ", text);
    Add(Topic::Jobs, job.id + ": runs-on", text, job.id);
  }

  void JobFacts(const Pipeline& pipeline, const Job& job) {
    Add(Topic::Jobs, job.id, "");
    AddValue(Topic::Jobs, job.id + ": name", job.name, job.id);
    if (!job.needs.empty()) Add(Topic::Jobs, job.id + ": needs", NeedsOf(job), job.id);
    if (job.condition) Add(Topic::Jobs, job.id + ": if", Show(job.condition->user), job.id);
    MatrixFacts(job);
    RunnerFacts(job);
    AddValue(Topic::Jobs, job.id + ": timeout-minutes", job.timeout_minutes, job.id);
    AddValue(Topic::Jobs, job.id + ": cancel-timeout-minutes", job.cancel_timeout_minutes, job.id);
    AddValue(Topic::Jobs, job.id + ": continue-on-error", job.continue_on_error, job.id);
    AddConcurrency(Topic::Jobs, job.id + ": concurrency", job.concurrency, job.id);
    if (job.container) ContainerFacts(job.id, "container", *job.container);
    for (const auto& [name, service] : job.services) ContainerFacts(job.id, "service " + name, service);
    AddValue(Topic::Jobs, job.id + ": services", job.services_whole, job.id);
    AddMap(Topic::Jobs, job.id + ": env", job.env, job.id);
    AddDefaults(Topic::Jobs, job.id + ": ", job.defaults, job.id);
    for (const auto& [name, value] : job.outputs)
      Add(Topic::Jobs, fmt::format("{}: output {}", job.id, Show(name)), Show(value), job.id);
    AddValue(Topic::Jobs, job.id + ": snapshot", job.snapshot, job.id);
    EnvironmentFacts(job);
    PermissionFacts(pipeline, job);
    Secrets(job.id + ": env", job.env);
    if (job.call) return CallFacts(job);
    std::string order;
    for (const StepId id : job.steps) order += (order.empty() ? "" : "\n") + StepFacts(job.id, program_.steps[id]);
    Add(Topic::Steps, job.id + ": order of steps", order, job.id);
  }

  void EnvironmentFacts(const Job& job) {
    if (!job.environment) return;
    const Environment& environment = *job.environment;
    if (environment.whole) return Add(Topic::Environments, job.id, Show(*environment.whole));
    std::string text = Show(environment.name);
    if (environment.url) text += ", url: " + Show(*environment.url);
    if (environment.deployment) text += ", deployment: " + Show(*environment.deployment);
    Add(Topic::Environments, job.id, text);
  }

  static std::string LabelOf(const Step& step) {
    if (step.name) return FirstLine(Show(*step.name));
    if (const auto* uses = std::get_if<Uses>(&step.body)) return "uses " + Split(Show(uses->target), "").name;
    if (const auto* run = std::get_if<Run>(&step.body)) return "run " + FirstLine(Show(run->script));
    if (!step.id.empty()) return step.id;
    if (std::holds_alternative<Parallel>(step.body)) return "parallel";
    if (const auto* wait = std::get_if<Wait>(&step.body)) return wait->all ? "wait-all" : "wait " + Show(wait->targets);
    if (const auto* cancel = std::get_if<Cancel>(&step.body)) return "cancel " + Show(cancel->target);
    return "step";
  }

  // Gives the name under which the step is known.
  std::string StepFacts(const std::string& job, const Step& step) {
    Add(Topic::Steps, fmt::format("{} / {}", job, LabelOf(step)), "", job);
    const std::string name = facts_.back().name;
    if (step.condition) Add(Topic::Steps, name + ": if", Show(step.condition->user), name);
    AddMap(Topic::Steps, name + ": env", step.env, name);
    AddValue(Topic::Steps, name + ": continue-on-error", step.continue_on_error, name);
    AddValue(Topic::Steps, name + ": timeout-minutes", step.timeout_minutes, name);
    AddValue(Topic::Steps, name + ": background", step.background, name);
    Secrets(name, step.env);
    if (step.condition) Secrets(name, step.condition->user);
    if (const auto* run = std::get_if<Run>(&step.body)) {
      Add(Topic::Steps, name + ": run", Show(run->script), name);
      AddValue(Topic::Steps, name + ": shell", run->shell, name);
      AddValue(Topic::Steps, name + ": working-directory", run->working_directory, name);
      Secrets(name, run->script);
    } else if (const auto* uses = std::get_if<Uses>(&step.body)) {
      const std::string target = Show(uses->target);
      Add(Topic::Steps, name + ": uses", Split(target, "").name, name);
      Pin(target, uses->version);
      AddMap(Topic::Steps, name + ": with", uses->with, name);
      Secrets(name, uses->with);
    } else if (const auto* parallel = std::get_if<Parallel>(&step.body)) {
      for (const StepId id : parallel->steps) StepFacts(job, program_.steps[id]);
    } else if (const auto* verbatim = std::get_if<Verbatim>(&step.body)) {
      AddMap(Topic::Steps, name + ":", verbatim->tree, name);
      Secrets(name, verbatim->tree);
    }
    return name;
  }

  const Program& program_;
  std::vector<Fact> facts_;
  std::set<std::pair<Topic, std::string>> names_;
  std::map<std::string, std::vector<std::string>> pins_;
};

using Index = std::map<std::pair<Topic, std::string>, const Fact*>;

Index IndexOf(const std::vector<Fact>& facts) {
  Index index;
  for (const Fact& fact : facts) index[{fact.topic, fact.name}] = &fact;
  return index;
}

// Is the owner new or gone, or its owner?
bool IsToldByOwner(const Fact& fact, const Index& own, const Index& other) {
  for (std::string owner = fact.owner; !owner.empty();) {
    const Fact* found = nullptr;
    for (const Topic topic : {Topic::Steps, Topic::Jobs}) {
      const auto it = own.find({topic, owner});
      if (it == own.end()) continue;
      if (!other.contains({topic, owner})) return true;
      found = it->second;
      break;
    }
    owner = found == nullptr ? "" : found->owner;
  }
  return false;
}

// An order of names compared by those that both sides have.
bool SameOrder(const std::string& a, const std::string& b) {
  const auto common = [](const std::string& of, const std::string& with) {
    std::vector<std::string_view> kept;
    const auto others = SplitString(with, '\n');
    for (const std::string_view name : SplitString(of, '\n'))
      if (std::ranges::find(others, name) != others.end()) kept.push_back(name);
    return kept;
  };
  return common(a, b) == common(b, a);
}

bool IsSame(const Fact& a, const Fact& b) {
  if (a.value == b.value) return true;
  return a.topic == Topic::Steps && a.name.ends_with(": order of steps") && SameOrder(a.value, b.value);
}

}  // namespace

std::string_view Name(Topic topic) {
  switch (topic) {
    case Topic::Workflow:
      return "workflow";
    case Topic::Triggers:
      return "triggers";
    case Topic::Permissions:
      return "permissions";
    case Topic::Secrets:
      return "secrets";
    case Topic::Environments:
      return "environments";
    case Topic::Pins:
      return "pins";
    case Topic::Jobs:
      return "jobs";
    case Topic::Steps:
      return "steps";
    case Topic::CheckNames:
      break;
  }
  return "check names";
}

std::vector<Fact> FactsOf(const Program& program, const Pipeline& pipeline) {
  return Collector(program).Collect(pipeline);
}

std::vector<Change> Differences(const std::vector<Fact>& before, const std::vector<Fact>& after) {
  const Index old = IndexOf(before), now = IndexOf(after);
  std::vector<Change> changes;
  for (const Fact& fact : after) {
    const auto found = old.find({fact.topic, fact.name});
    if (found == old.end() ? IsToldByOwner(fact, now, old) : IsSame(*found->second, fact)) continue;
    Change change{fact.topic, fact.name, std::nullopt, fact.value};
    if (found != old.end()) change.before = found->second->value;
    changes.push_back(std::move(change));
  }
  for (const Fact& fact : before)
    if (!now.contains({fact.topic, fact.name}) && !IsToldByOwner(fact, old, now))
      changes.push_back({fact.topic, fact.name, fact.value, std::nullopt});
  std::ranges::stable_sort(changes, {}, &Change::topic);
  return changes;
}

}  // namespace sluice::model

#include "compiler/lower/raw.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "compiler/catalogue/contexts.h"
#include "compiler/load/convert.h"
#include "compiler/lower/raw_text.h"

namespace sluice::lower {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using model::Value;
using source::Span;

// GitHub's keys whose values the program says in other words: a setting, or a statement.
struct Word {
  std::string_view key;
  std::string_view word;
  bool statement;
};
constexpr Word kWords[] = {{"timeout-minutes", "timeout", false},
                           {"strategy", "for", true},
                           {"matrix", "for", true},
                           {"outputs", "output", true},
                           {"steps", "run", true},
                           {"jobs", "job", true},
                           {"on", "on", true},
                           {"with", "uses", true},
                           {"uses", "uses", true},
                           {"run", "run", true},
                           {"id", "let", true}};

Word WordOf(std::string_view key) {
  for (const Word& word : kWords)
    if (word.key == key) return word;
  return {key, key, false};
}

// Merges the entries of one raw mapping. Each function gets the key, for its place, and the value.
class Merger {
 public:
  explicit Merger(const Raw& raw)
      : raw_(raw),
        problems_(raw.sink),
        placeholders_(raw.sources, problems_),
        context_{raw.sources, problems_, placeholders_, raw.program} {}

  void Into(model::Step& step, const Value& key, const Value& value);
  void Into(model::Job& job, const Value& key, const Value& value);
  void Into(model::Pipeline& pipeline, const Value& key, const Value& value);

 private:
  using Slot = std::optional<Value>;

  void Refuse(const Value& key, std::string_view word = {});
  void Put(Slot& slot, const Value& key, const Value& value);
  void Merge(Value& into, const Value& map, std::string_view word);
  void Condition(std::optional<model::Condition>& slot, std::string_view place, const Value& key, const Value& value);
  void Permissions(std::optional<model::Permissions>& slot, const Value& key, const Value& value);
  void Concurrency(std::optional<model::Concurrency>& slot, const Value& key, const Value& value);
  void Strategy(std::optional<model::Strategy>& slot, const Value& key, const Value& value);
  void Matrix(std::optional<model::Matrix>& slot, const Value& key, const Value& value);
  void Services(model::Job& job, const Value& value);
  void Outputs(model::Job& job, const Value& value);
  void On(model::Pipeline& pipeline, const Value& key, const Value& value);
  void Trigger(model::Trigger& trigger, model::Trigger more, const Value& key, const Value& value);
  void Jobs(model::Pipeline& pipeline, const Value& value);

  const Raw& raw_;
  load::Problems problems_;
  load::Placeholders placeholders_;
  load::Context context_;
};

// P0623. `word`: the key of GitHub's whose setting holds the value, when it is another one than `key`.
void Merger::Refuse(const Value& key, std::string_view word) {
  const Word setting = WordOf(word.empty() ? key.text : word);
  Build report(Code::P0623, key.origin.at, fmt::format("`raw` cannot change `{}`", key.text),
               "Sluice has written it already");
  if (const Span at = raw_.settings.SettingAt(setting.word); at.valid()) report.Also(at, "from this setting");
  report.Say(setting.statement ? fmt::format("Say it with `{}`.", setting.word)
                               : fmt::format("Set it with `{}:`.", setting.word));
  problems_.Add(std::move(report));
}

void Merger::Merge(Value& into, const Value& map, std::string_view word) {
  for (const auto& [key, value] : map.entries) {
    auto mine = std::ranges::find_if(into.entries, [&, &key = key](const auto& entry) { return entry.first == key; });
    if (mine == into.entries.end())
      into.entries.emplace_back(key, value);
    else if (mine->second.is(Value::Kind::Map) && value.is(Value::Kind::Map))
      Merge(mine->second, value, word);
    else
      Refuse(key, word);
  }
}

void Merger::Put(Slot& slot, const Value& key, const Value& value) {
  if (!slot)
    slot = value;
  else if (slot->is(Value::Kind::Map) && value.is(Value::Kind::Map))
    Merge(*slot, value, key.text);
  else
    Refuse(key);
}

void Merger::Condition(std::optional<model::Condition>& slot, std::string_view place, const Value& key,
                       const Value& value) {
  if (slot) return Refuse(key);
  const catalogue::Slot known = catalogue::FindSlot(place);
  slot = load::ConvertCondition(value, {known.allowed, known.status_of_jobs}, context_);
}

void Merger::Permissions(std::optional<model::Permissions>& slot, const Value& key, const Value& value) {
  // What is said with one word for all of them leaves nothing to merge.
  if (!slot) slot.emplace();
  if (!value.is(Value::Kind::Map)) return Refuse(key);
  model::Permissions more = load::ConvertPermissions(value);
  for (size_t i = 0; i < more.scopes.size(); ++i) {
    if (std::ranges::find(slot->scopes, more.scopes[i].scope, &model::Permission::scope) != slot->scopes.end()) {
      Refuse(value.entries[i].first, "permissions");
      continue;
    }
    more.scopes[i].reasons = {"declared"};
    slot->scopes.push_back(std::move(more.scopes[i]));
  }
  std::ranges::stable_sort(slot->scopes, {}, &model::Permission::scope);
}

void Merger::Concurrency(std::optional<model::Concurrency>& slot, const Value& key, const Value& value) {
  if (!slot) {
    slot = load::ConvertConcurrency(value);
    return;
  }
  if (!value.is(Value::Kind::Map) || load::IsDynamic(value)) return Refuse(key);
  for (const auto& [name, entry] : value.entries) {
    Slot* own = name.text == "cancel-in-progress" ? &slot->cancel_in_progress : &slot->queue;
    if (name.text == "group" || own->has_value())
      Refuse(name, key.text);
    else
      *own = entry;
  }
}

void Merger::Matrix(std::optional<model::Matrix>& slot, const Value& key, const Value& value) {
  if (!value.is(Value::Kind::Map)) return Refuse(key);
  for (const auto& [name, entry] : value.entries) {
    Slot* own = name.text == "include" ? &slot->include : name.text == "exclude" ? &slot->exclude : nullptr;
    const bool written =
        own != nullptr
            ? own->has_value()
            : std::ranges::any_of(slot->axes, [&, &name = name](const auto& axis) { return axis.first == name; });
    if (written)
      Refuse(name, "matrix");
    else if (own != nullptr)
      *own = entry;
    else
      slot->axes.emplace_back(name, entry);
  }
}

void Merger::Strategy(std::optional<model::Strategy>& slot, const Value& key, const Value& value) {
  if (!slot) {
    slot = load::ConvertStrategy(value, context_);
    return;
  }
  if (!value.is(Value::Kind::Map) || load::IsDynamic(value)) return Refuse(key);
  for (const auto& [name, entry] : value.entries) {
    if (name.text == "fail-fast") Put(slot->fail_fast, name, entry);
    if (name.text == "max-parallel") Put(slot->max_parallel, name, entry);
    if (name.text != "matrix") continue;
    if (slot->matrix)
      Matrix(slot->matrix, name, entry);
    else
      slot->matrix = load::ConvertStrategy(Value::Map({{name, entry}}), context_).matrix;
  }
}

void Merger::Services(model::Job& job, const Value& value) {
  if (load::IsDynamic(value)) {
    job.services_whole = value;
    return;
  }
  for (const auto& [name, service] : value.entries)
    if (std::ranges::any_of(job.services, [&, &name = name](const auto& own) { return own.first == name.text; }))
      Refuse(name, "services");
    else
      job.services.emplace_back(name.text, load::ConvertContainer(service, true, name.origin.at, context_));
}

void Merger::Outputs(model::Job& job, const Value& value) {
  for (const auto& [name, entry] : value.entries) {
    const bool written =
        std::ranges::any_of(job.outputs, [&, &name = name](const auto& own) { return own.first == name; });
    if (written)
      Refuse(name, "outputs");
    else
      job.outputs.emplace_back(name, entry);
  }
}

void Merger::Into(model::Step& step, const Value& key, const Value& value) {
  const std::string& name = key.text;
  auto* uses = std::get_if<model::Uses>(&step.body);
  auto* run = std::get_if<model::Run>(&step.body);
  if (name == "id") {
    if (!step.id.empty()) return Refuse(key);
    step.id = load::ConstantText(value).value_or("");
    if (const auto why = load::WhyNoId(step.id))
      problems_.Add(Build(Code::P1110, value.origin.at, fmt::format("`{}` cannot be the id of a step", step.id), *why));
  } else if (name == "if") {
    Condition(step.condition, "jobs.*.steps.*.if", key, value);
  } else if (name == "name") {
    Put(step.name, key, value);
  } else if (name == "env") {
    Put(step.env, key, value);
  } else if (name == "continue-on-error") {
    Put(step.continue_on_error, key, value);
  } else if (name == "timeout-minutes") {
    Put(step.timeout_minutes, key, value);
  } else if (name == "background") {
    Put(step.background, key, value);
  } else if (name == "working-directory" && run != nullptr) {
    Put(run->working_directory, key, value);
  } else if (name == "with" && uses != nullptr) {
    Put(uses->with, key, value);
  } else {
    // `run`, `uses`, and `shell`: the script was written for the shell that the program says.
    Refuse(key);
  }
}

void Merger::Into(model::Job& job, const Value& key, const Value& value) {
  const std::string& name = key.text;
  if (name == "name") {
    Put(job.name, key, value);
  } else if (name == "if") {
    Condition(job.condition, "jobs.*.if", key, value);
  } else if (name == "permissions") {
    Permissions(job.permissions, key, value);
  } else if (name == "strategy") {
    Strategy(job.strategy, key, value);
  } else if (name == "concurrency") {
    Concurrency(job.concurrency, key, value);
  } else if (name == "timeout-minutes") {
    Put(job.timeout_minutes, key, value);
  } else if (name == "cancel-timeout-minutes") {
    Put(job.cancel_timeout_minutes, key, value);
  } else if (name == "continue-on-error") {
    Put(job.continue_on_error, key, value);
  } else if (name == "environment") {
    if (job.environment) return Refuse(key);
    job.environment = load::ConvertEnvironment(value);
  } else if (name == "container" && !job.container) {
    job.container = load::ConvertContainer(value, false, key.origin.at, context_);
  } else if (name == "services") {
    Services(job, value);
  } else if (name == "snapshot") {
    Put(job.snapshot, key, value);
  } else if (name == "env") {
    Put(job.env, key, value);
  } else if (name == "outputs") {
    Outputs(job, value);
  } else if (name == "with" && job.call) {
    Put(job.call->with, key, value);
  } else if (name == "secrets" && job.call) {
    Put(job.call->secrets, key, value);
  } else if (name == "defaults") {
    // The runner takes the block as a whole, so the program has to write it.
    const Value* run = value.Find("run");
    Refuse(run != nullptr && !run->entries.empty() ? run->entries.front().first : key);
  } else {
    Refuse(key);  // `runs-on`, `needs`, `steps`: always Sluice's
  }
}

void Merger::Trigger(model::Trigger& trigger, model::Trigger more, const Value& key, const Value& value) {
  if (value.is(Value::Kind::Null)) return;
  if (!value.is(Value::Kind::Map)) return Refuse(key, "on");
  const auto add = [&](auto& into, auto& from, auto member, const Value& names) {
    for (size_t i = 0; i < from.size(); ++i) {
      if (std::ranges::find(into, from[i].*member, member) == into.end())
        into.push_back(std::move(from[i]));
      else
        Refuse(
            std::ranges::find_if(names.entries, [&](const auto& entry) { return entry.first.text == from[i].*member; })
                ->first,
            "on");
    }
  };
  const auto names = [&](std::string_view part) { return load::Get(value, part).value_or(Value()); };
  add(trigger.filters, more.filters, &model::Filter::name, value);
  // What a parameter does not say of its input.
  const Value inputs = names("inputs");
  std::erase_if(more.inputs, [&](model::Input& input) {
    const auto mine = std::ranges::find(trigger.inputs, input.name, &model::Input::name);
    if (mine == trigger.inputs.end() || input.type || input.default_value || input.options) return false;
    const auto fill = [](Slot& slot, Slot& from) {
      if (slot && from) return false;
      if (from) slot = std::move(from);
      return true;
    };
    return fill(mine->required, input.required) && fill(mine->deprecation_message, input.deprecation_message) &&
           fill(mine->description, input.description);
  });
  add(trigger.inputs, more.inputs, &model::Input::name, inputs);
  add(trigger.outputs, more.outputs, &model::CallOutput::name, names("outputs"));
  add(trigger.secrets, more.secrets, &model::CallSecret::name, names("secrets"));
}

void Merger::On(model::Pipeline& pipeline, const Value& key, const Value& value) {
  if (!value.is(Value::Kind::Map)) return Refuse(key);
  for (const auto& entry : value.entries) {
    model::Trigger more = load::ConvertTriggers(Value::Map({entry}), context_).front();
    auto mine = std::ranges::find(pipeline.triggers, more.event, &model::Trigger::event);
    if (mine == pipeline.triggers.end())
      pipeline.triggers.push_back(std::move(more));
    else
      Trigger(*mine, std::move(more), entry.first, entry.second);
  }
}

void Merger::Jobs(model::Pipeline& pipeline, const Value& value) {
  Value others = Value::Map({});
  for (const auto& [name, entry] : value.entries) {
    auto mine = std::ranges::find_if(
        pipeline.jobs, [&, &name = name](model::JobId id) { return raw_.program.jobs[id].id == name.text; });
    if (mine == pipeline.jobs.end())
      others.entries.emplace_back(name, entry);
    else
      for (const auto& [setting, inner] : entry.entries) Into(raw_.program.jobs[*mine], setting, inner);
  }
  if (others.entries.empty()) return;
  std::ranges::copy(load::ConvertJobs(others, context_, pipeline.jobs), std::back_inserter(pipeline.jobs));
}

void Merger::Into(model::Pipeline& pipeline, const Value& key, const Value& value) {
  const std::string& name = key.text;
  if (name == "run-name") {
    Put(pipeline.run_name, key, value);
  } else if (name == "description") {
    Put(pipeline.description, key, value);
  } else if (name == "on") {
    On(pipeline, key, value);
  } else if (name == "permissions") {
    Permissions(pipeline.permissions, key, value);
  } else if (name == "env") {
    Put(pipeline.env, key, value);
  } else if (name == "concurrency") {
    Concurrency(pipeline.concurrency, key, value);
  } else if (name == "jobs") {
    Jobs(pipeline, value);
  } else if (name == "defaults") {
    const Value* run = value.Find("run");
    const bool folder = run != nullptr && run->entries.size() == 1 && pipeline.defaults &&
                        run->entries.front().first.text == "working-directory";
    if (folder)
      Put(pipeline.defaults->working_directory, run->entries.front().first, run->entries.front().second);
    else
      Refuse(run != nullptr && !run->entries.empty() ? run->entries.front().first : key);
  } else {
    Refuse(key);  // `name`: always written
  }
}

template <class Node>
void MergeInto(Node& node, const Raw& raw, load::Part part,
               const std::function<bool(const std::vector<std::string>&)>& open) {
  const auto map = ReadRawText(raw, part, open);
  if (!map) return;
  Merger merger(raw);
  for (const auto& [key, value] : map->entries) merger.Into(node, key, value);
}

}  // namespace

void MergeRaw(const Raw& raw, model::Step& step) {
  const bool run = std::holds_alternative<model::Run>(step.body);
  MergeInto(step, raw, run ? load::Part::RunStep : load::Part::UsesStep,
            [](const std::vector<std::string>& path) { return path.empty(); });
}

void MergeRaw(const Raw& raw, model::Job& job) {
  MergeInto(job, raw, job.call ? load::Part::CallJob : load::Part::Job, [&](const std::vector<std::string>& path) {
    return path.empty() || (path.size() == 1 && path[0] == "concurrency" && job.concurrency);
  });
}

void MergeRaw(const Raw& raw, model::Pipeline& pipeline) {
  const auto open = [&](const std::vector<std::string>& path) {
    if (path.empty()) return true;
    if (path[0] == "concurrency") return pipeline.concurrency.has_value();
    if (path[0] == "on") return path.size() == 1;
    if (path[0] != "jobs") return false;
    if (path.size() == 1) return true;
    return std::ranges::any_of(pipeline.jobs, [&](model::JobId id) {
      const model::Job& job = raw.program.jobs[id];
      return job.id == path[1] && (path.size() == 2 || (path[2] == "concurrency" && job.concurrency));
    });
  };
  MergeInto(pipeline, raw, load::Part::Workflow, open);
}

std::optional<model::StepId> StepOfRaw(const Raw& raw, const std::vector<std::string>& others) {
  const auto map = ReadRawText(raw, load::Part::Step, [](const std::vector<std::string>&) { return false; });
  if (!map) return std::nullopt;
  load::Problems problems(raw.sink);
  load::Placeholders placeholders(raw.sources, problems);
  load::Context context{raw.sources, problems, placeholders, raw.program};
  const std::vector<model::StepId> steps = load::ConvertSteps(Value::List({*map}), context, others);
  if (problems.errors() > 0 || steps.empty()) return std::nullopt;
  return steps.front();
}

}  // namespace sluice::lower

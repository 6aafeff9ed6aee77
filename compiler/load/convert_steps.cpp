#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "compiler/base/text.h"
#include "compiler/catalogue/contexts.h"
#include "compiler/load/convert.h"
#include "compiler/load/yaml_places.h"

namespace sluice::load {
namespace {

using diagnostics::Build;
using diagnostics::Code;
using model::Step;
using model::StepId;
using model::Value;

// The steps of one list: a job's, or those of a `parallel`. Ids are their own there.
class StepConverter {
 public:
  StepConverter(Context& context, bool parallel, const std::vector<std::string>& others = {})
      : context_(context), parallel_(parallel), ids_(others.begin(), others.end()) {}

  std::vector<StepId> All(const Value& steps) {
    std::vector<StepId> ids;
    for (const Value& item : steps.items) ids.push_back(Convert(item));
    return ids;
  }

 private:
  StepId Convert(const Value& value) {
    Step step;
    step.origin = value.origin;
    step.name = Get(value, "name");
    step.env = Get(value, "env");
    step.continue_on_error = Get(value, "continue-on-error");
    step.timeout_minutes = Get(value, "timeout-minutes");
    step.background = Get(value, "background");
    if (const Value* condition = value.Find("if")) {
      const catalogue::Slot slot = catalogue::FindSlot("jobs.*.steps.*.if");
      step.condition = ConvertCondition(*condition, {slot.allowed, slot.status_of_jobs}, context_);
    }
    // In order of the keys: a wait may name only what stands before it.
    for (const auto& [key, entry] : value.entries) {
      if (key.text == "id") step.id = TakeId(entry);
      if (key.text == "wait" || key.text == "cancel") CheckTargets(entry, step.id);
    }
    step.body = Body(value);
    if (parallel_) CheckParallel(value, step);
    return context_.program.steps.Add(std::move(step));
  }

  std::string TakeId(const Value& value) {
    const std::string id = ConstantText(value).value_or("");
    if (const auto why = WhyNoId(id))
      context_.problems.Add(
          Build(Code::P1110, value.origin.at, fmt::format("`{}` cannot be the id of a step", id), *why));
    else if (!ids_.insert(id).second)
      context_.problems.Add(Build(Code::P1110, value.origin.at, fmt::format("two steps have the id `{}`", id),
                                  "ids are unique in a job"));
    return id;
  }

  void CheckTargets(const Value& value, const std::string& own) {
    const auto check = [&](const Value& target) {
      const std::string id = ConstantText(target).value_or("");
      if (EqualsIgnoreCase(id, own) && !own.empty()) {
        Complain(target.origin.at, "a step cannot wait for itself", "name another step");
      } else if (!ids_.contains(id)) {
        std::vector<std::string> known(ids_.begin(), ids_.end());
        std::ranges::sort(known);
        context_.problems.Add(UnknownWord(Code::P1114, target.origin.at,
                                          fmt::format("no step above has the id `{}`", id), id, known,
                                          "name a background step that stands before this one"));
      }
    };
    if (!value.is(Value::Kind::List)) check(value);
    for (const Value& item : value.items) check(item);
  }

  void CheckParallel(const Value& value, const Step& step) {
    const Span at = value.entries.empty() ? value.origin.at : value.entries[0].first.origin.at;
    if (step.background)
      Complain(at, "`background` has no place in `parallel`", "its steps run in the background anyway");
    if (!std::holds_alternative<model::Run>(step.body) && !std::holds_alternative<model::Uses>(step.body))
      Complain(at, "`parallel` takes steps with `run` or `uses` only", "move this step out");
  }

  void Complain(Span at, std::string message, std::string why, diagnostics::Rule rule = {}) {
    context_.problems.Add(Build(Code::P1114, at, std::move(message), std::move(why), rule));
  }

  model::StepBody Body(const Value& value) {
    if (const Value* script = value.Find("run"))
      return model::Run{*script, Get(value, "shell"), Get(value, "working-directory"), LinesOf(*script)};
    if (const Value* target = value.Find("uses")) return model::Uses{*target, "", Get(value, "with")};
    if (const Value* targets = value.Find("wait")) return model::Wait{false, *targets};
    if (const Value* all = value.Find("wait-all")) {
      if (all->is(Value::Kind::Boolean) && !all->boolean)
        Complain(all->origin.at, "`wait-all` cannot be false", "leave the step out");
      return model::Wait{true, *all};
    }
    if (const Value* target = value.Find("cancel")) return model::Cancel{*target};
    if (const Value* steps = value.Find("parallel")) {
      if (parallel_) return model::Parallel{};  // reported as a step that `parallel` does not take
      return model::Parallel{StepConverter(context_, true).All(*steps)};
    }
    return model::Verbatim{value};
  }

  // The place of each line of a script; only a literal block tells it.
  std::vector<Span> LinesOf(const Value& script) const {
    const Span at = script.origin.at;
    if (!at.valid()) return {};
    const source::FileId file = context_.sources.FileOf(at);
    const source::SourceFile& source = context_.sources.file(file);
    const size_t begin = at.begin - source.begin;
    if (!IsLiteralBlock(source.text, begin)) return {};
    std::vector<Span> lines;
    for (const auto& [from, to] : BlockLines(source.text, begin, at.end - source.begin))
      lines.push_back(context_.sources.MakeSpan(file, from, to));
    return lines;
  }

  Context& context_;
  bool parallel_;
  std::unordered_set<std::string> ids_;
};

}  // namespace

std::vector<StepId> ConvertSteps(const Value& steps, Context& context, const std::vector<std::string>& others) {
  return StepConverter(context, false, others).All(steps);
}

}  // namespace sluice::load

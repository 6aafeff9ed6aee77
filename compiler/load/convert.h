#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/load/placeholders.h"
#include "compiler/load/problems.h"
#include "compiler/model/program.h"

// From checked template values to the model. What GitHub's converter checks beyond its schema is checked here. A setting
// whose form the model does not tell apart (an empty list or mapping) goes to `raw`, so that nothing is lost.
namespace sluice::load {

// What all converters need.
struct Context {
  const SourceMap& sources;
  Problems& problems;
  Placeholders& placeholders;
  model::Program& program;
};

std::vector<model::Trigger> ConvertTriggers(const model::Value& on, Context& context);
// `others`: jobs that are there already, whose names the new ones may need.
std::vector<model::JobId> ConvertJobs(const model::Value& jobs, Context& context,
                                      const std::vector<model::JobId>& others = {});
// `others`: ids of steps that stand before, which a `wait` may name.
std::vector<model::StepId> ConvertSteps(const model::Value& steps, Context& context,
                                        const std::vector<std::string>& others = {});

model::Permissions ConvertPermissions(const model::Value& value);
model::Concurrency ConvertConcurrency(const model::Value& value);
model::Defaults ConvertDefaults(const model::Value& value);
model::Strategy ConvertStrategy(const model::Value& value, Context& context);
model::Environment ConvertEnvironment(const model::Value& value);
model::Container ConvertContainer(const model::Value& value, bool service, Span at, Context& context);
model::Runner ConvertRunner(const model::Value& value, Context& context);

// The `if` at this place; nothing after an error.
std::optional<model::Condition> ConvertCondition(const model::Value& value, const Scope& scope, Context& context);

// May `id` name a job or step? Otherwise the reason (GitHub: letters, digits, `_`, `-`, under 100, no leading `__`).
std::optional<std::string> WhyNoId(std::string_view id);

// A String, or an Expression that is one literal: GitHub reads both as text.
std::optional<std::string> ConstantText(const model::Value& value);
// A copy of the value of `key`, if it is there.
std::optional<model::Value> Get(const model::Value& map, std::string_view key);
// One expression for a whole mapping, or a mapping with a key that is an expression.
bool IsDynamic(const model::Value& value);
// Adds `key: value` to a `raw` Map.
void AddRaw(model::Value& raw, std::string_view key, const model::Value& value);

}  // namespace sluice::load

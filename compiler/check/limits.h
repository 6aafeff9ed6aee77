#pragma once

#include "compiler/check/checked.h"
#include "compiler/check/elaborate.h"

// What GitHub refuses, or ignores without a word, though every part of it is well formed.
namespace sluice::check {

// P0214 and P0516 for the name of a variable of `env`; false when one was reported.
bool CheckVariableName(std::string_view name, Span at, Session& session);

// P0214 for a secret or variable that GitHub's settings would not take.
void CheckSettingName(std::string_view what, std::string_view name, Span at, Reporter& report);

// P0401 for a variable that reads another one of the same `env`: GitHub fills them in at once.
void CheckOwnEnv(const std::vector<EnvEntry>& env, Session& session);

// P0614: groups that wait for themselves or contradict themselves. P0908: more inputs than GitHub takes.
void CheckLimits(const Pipeline& pipeline, Session& session);

}  // namespace sluice::check

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/evaluate.h"
#include "compiler/model/program.h"

namespace sluice::steps {

// A workflow value with its expressions evaluated: maps become Objects, lists Arrays. A list inside a list that an
// expression made is spliced in, and so is the mapping of an `${{ insert }}` key, as GitHub's template reader does.
Result<expr::Value> Render(const model::Value& value, const expr::Environment& environment);

// As text: scalars only, with GitHub's spelling. An absent value is "".
Result<std::string> RenderText(const model::Value& value, const expr::Environment& environment);
Result<std::string> RenderText(const std::optional<model::Value>& value, const expr::Environment& environment);

// true or false, also as text. `what` names the setting in the error.
Result<bool> RenderBoolean(const std::optional<model::Value>& value, bool absent, const expr::Environment& environment,
                           std::string_view what);
// A number that is not negative; absent and null give `absent`.
Result<double> RenderNumber(const std::optional<model::Value>& value, double absent,
                            const expr::Environment& environment, std::string_view what);

// A mapping of texts (`env`, `with`) in source order; absent is empty.
using TextMap = std::vector<std::pair<std::string, std::string>>;
Result<TextMap> RenderMap(const std::optional<model::Value>& value, const expr::Environment& environment,
                          std::string_view what);

// The value of `key`, which is compared without case, or `absent`.
std::string With(const TextMap& with, std::string_view key, std::string absent = "");

// Does the condition hold? Adds GitHub's implicit `success() &&`.
Result<bool> Holds(const std::optional<model::Condition>& condition, const expr::Environment& environment);

// The secrets whose values the setting needs, upper case, each once. A test of presence (`secrets.X != ''`,
// `secrets.X && …`, `secrets.X || 'default'`) needs nothing, since GitHub gives '' for a secret that is not set;
// `github.token` counts as GITHUB_TOKEN.
std::vector<std::string> NeededSecrets(const model::Value& value);
// Every secret that is named at all; `all` is set when one is named at run time only (`secrets[x]`, `toJSON(secrets)`).
struct NamedSecrets {
  std::vector<std::string> names;
  bool all = false;
};
void CollectSecrets(const model::Value& value, NamedSecrets& found);

}  // namespace sluice::steps

// The small languages inside sluice.lock: kinds of inputs, conditional permissions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "compiler/base/text.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/permissions.h"

namespace sluice::catalogue {
namespace {

constexpr std::array<std::string_view, 10> kKindNames = {"string", "bool",  "number", "secret", "code",
                                                         "path",   "lines", "commas", "spaces", "pairs"};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool IsInputName(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.'; });
}

// A member that holds a comma or a parenthesis would not be read back.
std::string JoinMembers(const std::vector<std::string>& members) { return fmt::format("{}", fmt::join(members, ", ")); }

}  // namespace

std::optional<ActionInput> ParseInputKind(std::string_view text) {
  ActionInput input;
  if (text.ends_with('~')) {
    input.deprecated = true;
    text.remove_suffix(1);
  }
  if (text.ends_with('!')) {
    input.required = true;
    text.remove_suffix(1);
  }
  if (const auto known = std::ranges::find(kKindNames, text); known != kKindNames.end()) {
    input.kind = static_cast<InputKind>(known - kKindNames.begin());
    return input;
  }
  if (!text.starts_with("enum(") || !text.ends_with(')')) return std::nullopt;
  input.kind = InputKind::Enum;
  for (std::string_view member : SplitString(text.substr(5, text.size() - 6), ',')) {
    member = Trim(member);
    if (member.empty()) return std::nullopt;
    input.members.emplace_back(member);
  }
  return input;
}

std::string PrintInputKind(const ActionInput& input) {
  std::string out = input.kind == InputKind::Enum ? fmt::format("enum({})", JoinMembers(input.members))
                                                  : std::string(kKindNames[static_cast<size_t>(input.kind)]);
  if (input.required) out += '!';
  if (input.deprecated) out += '~';
  return out;
}

std::optional<ConditionalPermissions> ParseConditionalPermissions(std::string_view text) {
  const size_t colon = text.rfind(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  ConditionalPermissions out;
  std::string_view condition = text.substr(0, colon);
  if (condition.starts_with('!')) {
    out.negated = true;
    condition.remove_prefix(1);
  }
  if (const size_t equals = condition.find('='); equals != std::string_view::npos) {
    out.value = std::string(condition.substr(equals + 1));
    condition = condition.substr(0, equals);
  }
  out.input = std::string(condition);
  if (!IsInputName(condition) || (out.negated && out.value)) return std::nullopt;
  for (const std::string_view grant : SplitString(text.substr(colon + 2), ',')) {
    const std::string_view pair = Trim(grant);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    PermissionGrant parsed{std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1))};
    if (!AllowsAccess(parsed.scope, parsed.access)) return std::nullopt;
    out.grants.push_back(std::move(parsed));
  }
  return out;
}

std::string PrintConditionalPermissions(const ConditionalPermissions& conditional) {
  std::string out = (conditional.negated ? "!" : "") + conditional.input;
  if (conditional.value) out += "=" + *conditional.value;
  std::string grants;
  for (const PermissionGrant& grant : conditional.grants)
    grants += fmt::format("{}{}={}", grants.empty() ? "" : ", ", grant.scope, grant.access);
  return out + ": " + grants;
}

}  // namespace sluice::catalogue

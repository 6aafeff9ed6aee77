// Writes sluice.lock: sorted, so that the lines of two branches meet only where they speak of the same thing.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/toml.h"

namespace sluice::catalogue {
namespace {

std::string PrintGrants(const std::vector<PermissionGrant>& grants) {
  if (grants.empty()) return "{}";
  std::string out;
  for (const PermissionGrant& grant : grants)
    out += fmt::format("{}{} = {}", out.empty() ? "{ " : ", ", grant.scope, toml::Quote(grant.access));
  return out + " }";
}

std::string PrintStrings(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + toml::Quote(item);
  return out + "]";
}

std::string PrintKey(std::string_view key) {
  const bool bare =
      !key.empty() && std::ranges::all_of(key, [](char c) { return IsAsciiAlnum(c) || c == '-' || c == '_'; });
  return bare ? std::string(key) : toml::Quote(key);
}

// `key = "value"` lines; an empty version is left out.
std::string PrintSettings(std::span<const std::pair<std::string_view, std::string_view>> settings) {
  std::string out;
  for (const auto& [key, value] : settings)
    if (key != "version" || !value.empty()) out += fmt::format("{} = {}\n", key, toml::Quote(value));
  return out;
}

std::string PrintInputs(std::string_view header, std::vector<ActionInput> inputs) {
  if (inputs.empty()) return "";
  std::ranges::sort(inputs, {}, &ActionInput::name);
  std::string out = fmt::format("\n[{}]\n", header);
  for (const ActionInput& input : inputs)
    out += fmt::format("{} = {}\n", PrintKey(input.name), toml::Quote(PrintInputKind(input)));
  return out;
}

std::string Print(const ActionPin& pin) {
  const std::pair<std::string_view, std::string_view> settings[] = {
      {"uses", pin.uses}, {"ref", pin.ref}, {"sha", pin.sha}, {"version", pin.version}, {"using", pin.runtime}};
  std::string out = "\n[[action]]\n" + PrintSettings(settings);
  if (pin.permissions) out += fmt::format("permissions = {}\n", PrintGrants(*pin.permissions));
  if (!pin.permissions_if.empty()) {
    std::vector<std::string> lines;
    for (const ConditionalPermissions& c : pin.permissions_if) lines.push_back(PrintConditionalPermissions(c));
    out += fmt::format("permissions-if = {}\n", PrintStrings(lines));
  }
  out += fmt::format("outputs = {}\n", PrintStrings(pin.outputs));
  return out + PrintInputs("action.inputs", pin.inputs);
}

std::string Print(const ImagePin& pin) {
  const std::pair<std::string_view, std::string_view> settings[] = {{"uses", pin.uses}, {"digest", pin.digest}};
  return "\n[[image]]\n" + PrintSettings(settings);
}

std::string Print(const ToolPin& pin) {
  std::string out =
      fmt::format("\n[[tool]]\nname = {}\nversion = {}\n", toml::Quote(pin.name), toml::Quote(pin.version));
  for (const ToolFile& file : pin.files)
    out += fmt::format("{} = {{ url = {}, sha256 = {} }}\n", file.platform, toml::Quote(file.url),
                       toml::Quote(file.sha256));
  return out;
}

std::string Print(const WorkflowPin& pin) {
  const std::pair<std::string_view, std::string_view> settings[] = {
      {"uses", pin.uses}, {"ref", pin.ref}, {"sha", pin.sha}, {"version", pin.version}};
  std::string out = "\n[[workflow]]\n" + PrintSettings(settings);
  if (pin.permissions) out += fmt::format("permissions = {}\n", PrintGrants(*pin.permissions));
  out += fmt::format("outputs = {}\n", PrintStrings(pin.outputs));
  out += PrintInputs("workflow.inputs", pin.inputs);
  if (pin.secrets.empty()) return out;
  out += "\n[workflow.secrets]\n";
  std::vector<WorkflowSecret> secrets = pin.secrets;
  std::ranges::sort(secrets, {}, &WorkflowSecret::name);
  for (const WorkflowSecret& secret : secrets)
    out += fmt::format("{} = \"secret{}\"\n", PrintKey(secret.name), secret.required ? "!" : "");
  return out;
}

}  // namespace

void Sort(Lock& lock) {
  const auto by_uses = [](const auto& a, const auto& b) {
    return std::tuple(AsciiLower(a.uses), std::string_view(a.ref)) <
           std::tuple(AsciiLower(b.uses), std::string_view(b.ref));
  };
  std::ranges::sort(lock.actions, by_uses);
  std::ranges::sort(lock.workflows, by_uses);
  std::ranges::sort(lock.images, {}, &ImagePin::uses);
  std::ranges::sort(lock.tools, {}, &ToolPin::name);
  for (ToolPin& tool : lock.tools) std::ranges::sort(tool.files, {}, &ToolFile::platform);
}

std::string PrintLock(const Lock& unsorted) {
  Lock lock = unsorted;
  Sort(lock);
  std::string out = "# Written by `sluice lock`. Commit it; do not edit.\nversion = 1\n";
  for (const ActionPin& pin : lock.actions) out += Print(pin);
  for (const ImagePin& pin : lock.images) out += Print(pin);
  for (const ToolPin& pin : lock.tools) out += Print(pin);
  for (const WorkflowPin& pin : lock.workflows) out += Print(pin);
  return out;
}

}  // namespace sluice::catalogue

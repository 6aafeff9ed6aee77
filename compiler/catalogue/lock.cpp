#include "compiler/catalogue/lock.h"

#include <algorithm>
#include <tuple>

#include "compiler/base/text.h"

namespace sluice::catalogue {
namespace {

bool IsHex(std::string_view text, size_t length) {
  return text.size() == length &&
         std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f'); });
}

const ActionInput* FindIn(const std::vector<ActionInput>& inputs, std::string_view name) {
  const auto found =
      std::ranges::find_if(inputs, [&](const ActionInput& input) { return EqualsIgnoreCase(input.name, name); });
  return found == inputs.end() ? nullptr : &*found;
}

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& each) { return EqualsIgnoreCase(each, name); });
}

// Where the path inside the repository begins: behind `owner/repo`.
size_t PathOf(std::string_view uses) {
  const size_t owner = uses.find('/');
  return owner == std::string_view::npos ? uses.size() : std::min(uses.find('/', owner + 1), uses.size());
}

}  // namespace

const ActionInput* ActionPin::FindInput(std::string_view name) const { return FindIn(inputs, name); }
bool ActionPin::HasOutput(std::string_view name) const { return Has(outputs, name); }
const ActionInput* WorkflowPin::FindInput(std::string_view name) const { return FindIn(inputs, name); }
bool WorkflowPin::HasOutput(std::string_view name) const { return Has(outputs, name); }

const WorkflowSecret* WorkflowPin::FindSecret(std::string_view name) const {
  const auto found =
      std::ranges::find_if(secrets, [&](const WorkflowSecret& secret) { return EqualsIgnoreCase(secret.name, name); });
  return found == secrets.end() ? nullptr : &*found;
}

const ToolFile* ToolPin::FindFile(std::string_view platform) const {
  const auto found = std::ranges::find(files, platform, &ToolFile::platform);
  return found == files.end() ? nullptr : &*found;
}

const ActionPin* Lock::Find(std::string_view uses, std::string_view ref) const {
  for (const ActionPin& pin : actions)
    if (pin.ref == ref && EqualsIgnoreCase(pin.uses, uses)) return &pin;
  return nullptr;
}

const ActionPin* Lock::Newest(std::string_view uses) const {
  const ActionPin* newest = nullptr;
  for (const ActionPin& pin : actions) {
    if (!EqualsIgnoreCase(pin.uses, uses)) continue;
    if (newest == nullptr || VersionLess(newest->version, pin.version)) newest = &pin;
  }
  return newest;
}

const ImagePin* Lock::FindImage(std::string_view image) const {
  constexpr std::string_view kScheme = "docker://";
  if (image.starts_with(kScheme)) image.remove_prefix(kScheme.size());
  const auto found = std::ranges::find(images, image, &ImagePin::uses);
  return found == images.end() ? nullptr : &*found;
}

const ToolPin* Lock::FindTool(std::string_view name) const {
  const auto found = std::ranges::find(tools, name, &ToolPin::name);
  return found == tools.end() ? nullptr : &*found;
}

const WorkflowPin* Lock::FindWorkflow(std::string_view uses, std::string_view ref) const {
  for (const WorkflowPin& pin : workflows)
    if (pin.ref == ref && SameWorkflow(pin.uses, uses)) return &pin;
  return nullptr;
}

bool IsCommit(std::string_view text) { return IsHex(text, 40); }

bool IsDigest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return text.starts_with(kAlgorithm) && IsHex(text.substr(kAlgorithm.size()), 64);
}

bool IsWorkflowPath(std::string_view uses) {
  return uses.substr(PathOf(uses)).starts_with("/.github/workflows/") &&
         (uses.ends_with(".yml") || uses.ends_with(".yaml"));
}

bool SameWorkflow(std::string_view a, std::string_view b) {
  const size_t path = PathOf(a);
  return a.size() == b.size() && path == PathOf(b) && EqualsIgnoreCase(a.substr(0, path), b.substr(0, path)) &&
         a.substr(path) == b.substr(path);
}

std::optional<std::pair<std::string_view, std::string_view>> SplitActionRef(std::string_view target) {
  const size_t at = target.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(target.substr(0, at), target.substr(at + 1));
}

}  // namespace sluice::catalogue

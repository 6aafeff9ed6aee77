#include "compiler/import/uses.h"

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/catalogue/lock.h"
#include "compiler/catalogue/shipped_actions.h"

namespace sluice::import {

std::optional<std::pair<std::string, std::string>> SplitPin(std::string_view target) {
  const size_t at = target.rfind('@');
  const bool action = at != std::string_view::npos && !target.starts_with(".") && !target.starts_with("docker://") &&
                      target.substr(0, at).find('/') != std::string_view::npos;
  if (!action) return std::nullopt;
  return std::pair(std::string(target.substr(0, at)), std::string(target.substr(at + 1)));
}

std::optional<std::string> VersionOf(std::string_view comment) {
  for (std::string_view word : SplitString(comment, ' ')) {
    if (word.starts_with("tag=") || word.starts_with("pin@")) word.remove_prefix(4);
    if (word.empty()) continue;
    const size_t digit = word.starts_with('v') || word.starts_with('V') ? 1 : 0;
    const bool version = word.size() > digit && IsAsciiDigit(word[digit]) && std::ranges::all_of(word, [](char c) {
                           return IsAsciiAlnum(c) || c == '.' || c == '-' || c == '_' || c == '/';
                         });
    return version ? std::optional(std::string(word)) : std::nullopt;
  }
  return std::nullopt;
}

bool KeepsCredentials(std::string_view target) {
  if (!IsCheckout(target)) return false;
  const auto split = catalogue::SplitActionRef(target);
  if (!split) return true;
  const catalogue::Resolution known = catalogue::ResolveAction(split->first, split->second);
  return known.problem != catalogue::Resolution::Problem::None || known.pin.FindInput("persist-credentials") != nullptr;
}

bool IsCheckout(std::string_view target) {
  return AsciiLower(target.substr(0, target.find('@'))) == "actions/checkout";
}

}  // namespace sluice::import

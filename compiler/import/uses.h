#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::import {

// `owner/repo[/path]@ref` -> its two halves; nothing for paths, images and what has no `@`.
std::optional<std::pair<std::string, std::string>> SplitPin(std::string_view target);

// The version that a comment behind a pin tells: "v4.1.2" of `# v4.1.2`, `# tag=v4`, `# 4.1.2 (pinned)`.
std::optional<std::string> VersionOf(std::string_view comment);

bool IsCheckout(std::string_view target);
// A checkout that leaves the token behind unless it is told not to; the first version could not be told.
bool KeepsCredentials(std::string_view target);

// As it stands behind `uses`: bare, or in quotes when it is a path, an image or has other characters.
std::string TargetText(std::string_view target);

}  // namespace sluice::import

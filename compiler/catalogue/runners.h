#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sluice::catalogue {

// A label of a machine that GitHub hosts.
// Source: github.com/actions/runner-images and docs.github.com "GitHub-hosted runners", mid-2026.
struct RunnerLabel {
  std::string_view label;
  std::string_view os;    // linux, windows, macos
  std::string_view arch;  // x64, arm64
};

std::span<const RunnerLabel> RunnerLabels();
// Without case, as GitHub compares labels.
const RunnerLabel* FindRunnerLabel(std::string_view label);

// What `runner.os` and `runner.arch` print for ours: linux -> Linux, macos -> macOS, x64 -> X64.
std::string_view GithubOsName(std::string_view os);
std::string_view GithubArchName(std::string_view arch);

// Does an image of that name (`alpine:3.22`, `docker.io/library/alpine@sha256:…`) come without bash? Gives the name of
// its family ("alpine") when that is known, else nothing.
std::optional<std::string_view> FamilyWithoutBash(std::string_view image);

}  // namespace sluice::catalogue

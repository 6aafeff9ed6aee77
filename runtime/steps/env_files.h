#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace sluice::steps {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The content of GITHUB_ENV, GITHUB_OUTPUT or GITHUB_STATE: `NAME=value` lines and `NAME<<DELIMITER` blocks. Errors are
// the runner's sentences.
Result<Pairs> ParseEnvFile(std::string_view text);

// The content of GITHUB_PATH: one folder a line, in order of writing.
std::vector<std::string> ParsePathFile(std::string_view text);

// GitHub refuses a larger summary: https://docs.github.com/actions/reference/limits
inline constexpr size_t kMaxSummaryBytes = 1024 * 1024;

}  // namespace sluice::steps

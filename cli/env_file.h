#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace sluice::cli {

// `NAME=value` lines as `--env-file` reads them: `#` comments, an `export` before the name, 'literal' and "escaped \n"
// values. Errors name the line.
Result<std::map<std::string, std::string>> ParseEnvironmentFile(std::string_view text, const std::string& path);

}  // namespace sluice::cli

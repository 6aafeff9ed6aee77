#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/types/cron.h"

namespace sluice::check {

using types::LiteralMistake;

// P0305 for it.
diagnostics::Diagnostic WrongLiteral(const LiteralMistake& mistake, diagnostics::Span at);

// What is wrong with a pattern: GitHub cannot read it, or it matches nothing.
struct PatternMistake : LiteralMistake {
  bool malformed = false;
};

// P0305 for what is malformed, else P0626.
diagnostics::Diagnostic WrongPattern(const PatternMistake& mistake, diagnostics::Span at);

// Checks one pattern of `branches`, `tags` or `paths`, and all patterns of such a filter together.
// Source: docs.github.com "Workflow syntax", filter pattern cheat sheet; git-check-ref-format for names of branches.
std::optional<PatternMistake> CheckRefPattern(std::string_view text);
std::optional<PatternMistake> CheckPathPattern(std::string_view text);
std::optional<PatternMistake> CheckPatterns(const std::vector<std::string>& patterns);

// Checks a pattern of `hashFiles`: a path inside the workspace. Source: github.com/actions/toolkit, packages/glob.
std::optional<PatternMistake> CheckFilePattern(std::string_view text);

// Checks a port of a container: `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`, ports or ranges of them.
// Source: docs.docker.com "docker container run", --publish.
std::optional<LiteralMistake> CheckPort(std::string_view text);

}  // namespace sluice::check

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/catalogue/project_file.h"
#include "compiler/check/reporter.h"
#include "compiler/source/source_map.h"

namespace sluice::check {

// The candidate that was probably meant: near in spelling, or the only one that has the word as its first or last part.
std::optional<std::string> Nearest(std::string_view wrong, std::span<const std::string> candidates);

// Labels the primary place "did you mean `x`?" with its fix when a candidate is near, else with `otherwise`.
void Suggest(Build& report, std::string_view wrong, source::Span at, std::span<const std::string> candidates,
             std::string_view otherwise);

// "a, b, c".
std::string JoinNames(std::span<const std::string> names);

// P0201.
Diagnostic UnknownRunner(const catalogue::Project& project, std::string_view label, source::Span at);

}  // namespace sluice::check

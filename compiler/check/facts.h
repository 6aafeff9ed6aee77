#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/types/type.h"

namespace sluice::check {

// The type of a property of a context whose properties are fixed: `github`, `runner`, `job`, `strategy` and the objects
// in them ("job.container"). Nothing for an unknown one.
std::optional<types::Type> ContextProperty(std::string_view context, std::string_view property);
std::vector<std::string> ContextProperties(std::string_view context);

// The names of the properties of a payload's shape.
std::vector<std::string> ShapeProperties(std::string_view shape);

// Who writes an untrusted text, as a sentence: "the author of the pull request writes it". `path`: `github.head_ref`,
// `github.event.pull_request.title`. Sources: zizmor's context list, GitHub's "Security hardening".
std::string WhoWrites(std::string_view path);

}  // namespace sluice::check

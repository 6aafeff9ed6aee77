#pragma once

#include <optional>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/ast.h"

// The parts of CheckPlaces (parse.h).
namespace sluice::syntax {

// What a block belongs to. Steps stands for `if` and `for` of a job.
enum class Place : uint8_t { File, Pipeline, Job, Action, Steps, Step, Parallel, Other };

// P0102, if this is a key of GitHub's that is written differently here. `job` is the name of the job around, or empty.
std::optional<diagnostics::Diagnostic> CheckGitHubKey(const source::SourceMap& sources, const Ast& ast,
                                                      const Setting& setting, Place place, std::string_view job);

// The same for a key alone, where its value made no sense (`uses: actions/checkout@v7`).
std::optional<diagnostics::Diagnostic> ExplainGitHubKey(source::Span key, std::string_view text, std::string_view value,
                                                        source::Span colon);

// P0116.
void CheckDirectives(const source::SourceMap& sources, const Ast& ast, diagnostics::Sink& sink);

// P0115 for what an item of the first milestone may contain of later ones.
std::optional<diagnostics::Diagnostic> CheckLater(const Ast& ast, const Item& item, Place place);

}  // namespace sluice::syntax

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"

namespace sluice::lower {

// A raw block, and what is around it.
struct Raw {
  const check::RawBlock& block;
  const check::Settings& settings;  // of the pipeline, job or step that it stands in
  const source::SourceMap& sources;
  model::Program& program;
  diagnostics::Sink& sink;
};

// Merges the mapping of a raw block into what Sluice writes (language reference 2.12): mappings merge, keys that are not
// written yet are added, and a scalar or list that is written is P0623. The block is checked against GitHub's schema;
// with a mistake nothing is merged. `jobs` are those of the pipeline; others that the block has are added to it.
void MergeRaw(const Raw& raw, model::Step& step);
void MergeRaw(const Raw& raw, model::Job& job);
void MergeRaw(const Raw& raw, model::Pipeline& pipeline);

// The step that a `step raw` writes, checked against GitHub's schema; nothing after a mistake. `others`: ids of the steps
// before it, which it may wait for.
std::optional<model::StepId> StepOfRaw(const Raw& raw, const std::vector<std::string>& others);

}  // namespace sluice::lower

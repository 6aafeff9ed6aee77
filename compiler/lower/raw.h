#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/checked.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/program.h"
#include "compiler/source/source_map.h"

namespace sluice::lower {

// A key that Sluice writes, with the setting that it comes from ("timeout") and its place if there is one.
struct WrittenKey {
  std::string key;
  std::string setting;
  source::Span at;
};

// The keys that GitHub knows at the three places of `raw`.
extern const std::span<const std::string_view> kPipelineKeys, kJobKeys, kStepKeys;

// What is written for a step without its raw block.
std::vector<WrittenKey> WrittenKeys(const model::Step& step);
std::vector<WrittenKey> WrittenKeys(const model::Job& job);
std::vector<WrittenKey> WrittenKeys(const model::Pipeline& pipeline);

// The mapping of a raw block: read as YAML, its `${{ }}` as GitHub's. P0623 for keys that are written already, P0112
// for text that is no mapping, P0208 for keys that GitHub does not know.
model::Value RawOf(const check::RawBlock& raw, std::span<const std::string_view> known,
                   const std::vector<WrittenKey>& written, const source::SourceMap& sources, diagnostics::Sink& sink);

}  // namespace sluice::lower

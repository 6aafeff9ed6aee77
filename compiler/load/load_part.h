#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/model/value.h"
#include "compiler/source/source_map.h"

namespace sluice::load {

// The mappings of a workflow that can stand alone in another file.
enum class Part : uint8_t { Workflow, Job, CallJob, Step, RunStep, UsesStep };

// Reads the file as one mapping of that kind, checked against GitHub's schema. `open` is asked for the path of each
// mapping in it, the empty one for the whole: are other keys of it written elsewhere, so that none is missing here?
// Nothing after a mistake; P0112 for a file that is no YAML or no mapping.
std::optional<model::Value> ReadPart(const source::SourceMap& sources, source::FileId file, Part part,
                                     const std::function<bool(const std::vector<std::string>& path)>& open,
                                     diagnostics::Sink& sink);

// What the YAML of a step says of itself, whether or not GitHub would take it. Empty for what is no mapping.
struct StepFacts {
  std::string id;
  bool conditional = false;  // it has an `if`
  bool goes_on = false;      // `continue-on-error` is there, and not `false`
};
StepFacts ReadStepFacts(const std::string& yaml);

}  // namespace sluice::load

#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_map.h"

// Which generated files are ours (language reference 2.15): those that begin with the header, and no others.
namespace sluice::cli {

struct OutputPlan {
  std::map<std::string, std::string> changed;  // path -> new content
  std::vector<std::string> removed;            // carry the header, and nothing produces them any more
};

// Compares `outputs` with what is there. P1003 for a file in the way that Sluice did not write, unless `force`; P1002
// for an output outside of the root. `whole_project`: all sources were read, so what is left over in `folder` goes.
OutputPlan PlanOutputs(const FileSystem& files, const std::map<std::string, std::string>& outputs,
                       const std::string& folder, bool whole_project, bool force, source::SourceMap& sources,
                       diagnostics::Sink& sink);

// Writes and removes. A file that cannot be written leaves the old one as it was.
Status WriteOutputs(FileSystem& files, const OutputPlan& plan);

}  // namespace sluice::cli

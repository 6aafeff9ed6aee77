#pragma once

#include <map>
#include <set>
#include <string>

#include "compiler/catalogue/lock.h"
#include "compiler/import/canonical_expr.h"
#include "compiler/model/program.h"

namespace sluice::import {

// A workflow as a list of places and what stands there, in one form for everything that GitHub treats alike.
using Places = std::map<std::string, std::string>;

struct Reading {
  const catalogue::Lock& lock;
  std::set<std::string> outputs_read;  // "job.output", lower case; "*": all
  bool reads_name = false;             // something reads `github.workflow`
  std::map<std::string, Names> names;  // by job: what is called otherwise
};

// What is read in this program of outputs and names.
Reading ReadingOf(const model::Program& program, const catalogue::Lock& lock);

// The axis that the rows of a job's matrix were put into; empty when the job has its axes.
std::string RowAxis(const model::Job& job);

Places PlacesOf(const model::Program& program, model::PipelineId id, const Reading& reading);

}  // namespace sluice::import

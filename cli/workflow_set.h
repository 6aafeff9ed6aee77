#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "compiler/model/difference.h"
#include "compiler/model/program.h"

namespace sluice::cli {

// Workflow files, read as GitHub reads them, so that two states of a project can be compared.
class WorkflowSet {
 public:
  // path from the root -> text
  explicit WorkflowSet(const std::map<std::string, std::string>& files);

  // What GitHub would not accept: path -> the first reason.
  const std::map<std::string, std::string>& broken() const { return broken_; }
  bool Has(const std::string& path) const { return read_.contains(path); }
  // With the names of checks; empty for a file that is not there or is broken.
  std::vector<model::Fact> FactsOf(const std::string& path) const;
  std::vector<std::string> CheckNamesOf(const std::string& path) const;

 private:
  std::map<std::string, model::Program> read_;  // of one pipeline each
  std::map<std::string, std::string> broken_;
};

}  // namespace sluice::cli

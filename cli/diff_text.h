#pragma once

#include <string>
#include <vector>

#include "compiler/model/difference.h"

namespace sluice::cli {

// How one workflow file differs from a commit's.
struct FileDifference {
  std::string path;
  bool added = false, removed = false;
  std::string unread;  // why the commit's file is no workflow: then everything counts as new
  std::vector<model::Change> changes;
};

// For a terminal: a line a change, below its topic. No character of a workflow can steer the terminal.
std::string DiffText(const std::vector<FileDifference>& files, const std::string& revision);
// For a comment on a pull request. No text of a workflow is read as Markdown.
std::string DiffMarkdown(const std::vector<FileDifference>& files, const std::string& revision);

}  // namespace sluice::cli

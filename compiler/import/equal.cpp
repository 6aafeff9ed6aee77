#include "compiler/import/equal.h"

#include <algorithm>
#include <map>

#include "compiler/base/text.h"
#include "compiler/import/canonical.h"
#include "compiler/import/canonical_expr.h"
#include "compiler/import/same_script.h"

namespace sluice::import {
namespace {

const model::Job* FindJob(const model::Program& program, model::PipelineId id, const std::string& name) {
  for (const model::JobId job : program.pipelines[id].jobs)
    if (program.jobs[job].id == name) return &program.jobs[job];
  return nullptr;
}

// The name that GitHub shows for a workflow without one is its path, ours is that of the pipeline.
void DropName(Places& loaded, Places& lowered, bool read) {
  if (!read && !loaded.contains("name")) lowered.erase("name");
}

// The name that import gives a job whose rows stand in one axis, so that its checks are called as before.
void DropRowNames(const model::Program& lowered, model::PipelineId id, Places& loaded, Places& places) {
  for (const model::JobId job : lowered.pipelines[id].jobs) {
    const std::string path = "jobs." + lowered.jobs[job].id + ".name";
    const auto it = places.find(path);
    if (it == places.end() || loaded.contains(path) || RowAxis(lowered.jobs[job]).empty()) continue;
    if (it->second.starts_with(lowered.jobs[job].id + " (${{ matrix.")) places.erase(it);
  }
}

}  // namespace

std::vector<Difference> Compare(const model::Program& loaded, model::PipelineId loaded_id,
                                const model::Program& lowered, model::PipelineId lowered_id,
                                const catalogue::Lock& lock, const std::map<std::string, Names>& names) {
  model::Program raised = lowered;
  for (const model::JobId id : raised.pipelines[lowered_id].jobs) {
    const model::Job& mine = raised.jobs[id];
    const model::Job* other = FindJob(loaded, loaded_id, mine.id);
    if (other == nullptr || other->steps.size() != mine.steps.size()) continue;
    const auto renamed = names.find(mine.id);
    Names here = renamed == names.end() ? Names{} : renamed->second;
    here.row = RowAxis(mine);
    here.needs.emplace();
    for (const model::Need& need : other->needs) here.needs->insert(AsciiLower(loaded.jobs[need.job].id));
    for (size_t i = 0; i < mine.steps.size(); ++i)
      RaiseScript(loaded.steps[other->steps[i]], raised.steps[mine.steps[i]], here);
  }
  Reading reading = ReadingOf(loaded, lock);
  Places before = PlacesOf(loaded, loaded_id, reading);
  reading.names = names;
  Places after = PlacesOf(raised, lowered_id, reading);
  DropName(before, after, reading.reads_name);
  DropRowNames(raised, lowered_id, before, after);
  std::vector<Difference> differences;
  for (const auto& [path, text] : before) {
    const auto it = after.find(path);
    if (it == after.end())
      differences.push_back({path, text.empty() ? "is there" : text, ""});
    else if (it->second != text)
      differences.push_back({path, text, it->second});
  }
  for (const auto& [path, text] : after)
    if (!before.contains(path)) differences.push_back({path, "", text.empty() ? "is there" : text});
  return differences;
}

}  // namespace sluice::import

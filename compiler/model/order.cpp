#include "compiler/model/order.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace sluice::model {
namespace {

// Peels off jobs whose needs are all done, in rounds; what remains waits for a circle.
std::vector<JobId> Peel(const Program& program, const std::vector<JobId>& jobs, std::unordered_set<JobId>& left) {
  std::vector<JobId> order;
  std::unordered_map<JobId, size_t> waits;
  std::unordered_map<JobId, std::vector<JobId>> readers;
  left.insert(jobs.begin(), jobs.end());
  std::vector<JobId> ready;
  for (const JobId id : jobs) {
    for (const Need& need : program.jobs[id].needs) {
      if (!left.contains(need.job)) continue;
      ++waits[id];
      readers[need.job].push_back(id);
    }
    if (waits[id] == 0) ready.push_back(id);
  }
  for (size_t i = 0; i < ready.size(); ++i) {
    order.push_back(ready[i]);
    left.erase(ready[i]);
    for (const JobId reader : readers[ready[i]])
      if (--waits[reader] == 0) ready.push_back(reader);
  }
  return order;
}

}  // namespace

std::vector<JobId> FindCircle(const Program& program, const std::vector<JobId>& jobs) {
  std::unordered_set<JobId> left;
  Peel(program, jobs, left);
  const auto start = std::ranges::find_if(jobs, [&](JobId id) { return left.contains(id); });
  if (start == jobs.end()) return {};
  // Every job that is left needs another one that is left: following needs must come back.
  std::vector<JobId> path{*start};
  while (true) {
    const auto& needs = program.jobs[path.back()].needs;
    const auto next = std::ranges::find_if(needs, [&](const Need& need) { return left.contains(need.job); });
    if (next == needs.end()) return {};
    const auto again = std::ranges::find(path, next->job);
    if (again != path.end()) return {again, path.end()};
    path.push_back(next->job);
  }
}

std::vector<JobId> InOrderOfNeeds(const Program& program, const std::vector<JobId>& jobs) {
  std::unordered_set<JobId> left;
  std::vector<JobId> order = Peel(program, jobs, left);
  for (const JobId id : jobs)
    if (left.contains(id)) order.push_back(id);
  return order;
}

}  // namespace sluice::model

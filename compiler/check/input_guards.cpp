#include "compiler/check/input_guards.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::check {
namespace {

bool IsClosed(const Type& type) { return type.is(Kind::Enum) || type.is(Kind::Environment); }

TermPtr MemberTest(const Pipeline& pipeline, const Parameter& parameter, const Term& read) {
  const std::vector<std::string>& members =
      parameter.type.is(Kind::Enum) ? parameter.type.members : pipeline.environments;
  std::vector<TermPtr> items;
  for (const std::string& member : members) items.push_back(StringTerm(member, parameter.type, read.at));
  const Type list = types::ListOf(parameter.type);
  Term bare = read;
  bare.let.clear();
  return Share(NodeOver(TermKind::In, types::Simple(Kind::Bool), read.at,
                        {Share(std::move(bare)), Share(NodeOver(TermKind::List, list, read.at, std::move(items)))}));
}

// What `untyped` takes is used as it is.
template <class Visit>
void WalkTyped(const TermPtr& term, const Visit& visit) {
  if (term == nullptr || IsUntyped(*term)) return;
  visit(*term);
  for (const TermPtr& arg : term->args) WalkTyped(arg, visit);
}

void GuardHead(const Pipeline& pipeline, Job& job) {
  std::set<std::string> tested;
  std::vector<TermPtr> head{job.environment, job.runs_on, job.container};
  if (job.concurrency) head.push_back(job.concurrency->group);
  for (const TermPtr& value : head)
    WalkTyped(value, [&](const Term& term) {
      const Parameter* parameter = term.is(TermKind::Param) ? pipeline.FindParameter(term.name) : nullptr;
      if (parameter == nullptr || !IsClosed(parameter->type) || !tested.insert(term.name).second) return;
      job.input_guards.push_back(MemberTest(pipeline, *parameter, term));
    });
}

// The parameters with a format that the job reads.
std::set<size_t> FormatsOf(const Pipeline& pipeline, const Job& job) {
  std::set<size_t> read;
  ForEachValue(job, [&](const TermPtr& value) {
    Walk(value, [&](const Term& term) {
      if (!term.is(TermKind::Param)) return;
      for (size_t i = 0; i < pipeline.parameters.size(); ++i)
        if (pipeline.parameters[i].name == term.name && pipeline.parameters[i].type.is(Kind::String) &&
            pipeline.parameters[i].type.refined != Refined::None)
          read.insert(i);
    });
  });
  return read;
}

std::set<size_t> RootsOf(const Pipeline& pipeline, size_t job) {
  std::set<size_t> seen{job}, roots;
  std::vector<size_t> todo{job};
  while (!todo.empty()) {
    const size_t next = todo.back();
    todo.pop_back();
    if (pipeline.jobs[next].needs.empty()) roots.insert(next);
    for (const Need& need : pipeline.jobs[next].needs)
      if (seen.insert(need.job).second) todo.push_back(need.job);
  }
  return roots;
}

}  // namespace

void GuardInputs(Pipeline& pipeline) {
  std::vector<std::set<size_t>> tests(pipeline.jobs.size());
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    GuardHead(pipeline, pipeline.jobs[i]);
    const std::set<size_t> read = FormatsOf(pipeline, pipeline.jobs[i]);
    if (read.empty()) continue;
    for (size_t root : RootsOf(pipeline, i)) tests[root].insert(read.begin(), read.end());
  }
  for (size_t i = 0; i < pipeline.jobs.size(); ++i)
    pipeline.jobs[i].checked_inputs.assign(tests[i].begin(), tests[i].end());
}

}  // namespace sluice::check

#include "compiler/model/draw.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/model/order.h"
#include "compiler/model/show.h"

namespace sluice::model {
namespace {

std::string Plural(size_t n, const std::string& word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

std::string ShowMatrix(const Job& job) {
  if (!job.strategy || (!job.strategy->matrix && !job.strategy->whole)) return "";
  if (!job.strategy->matrix || job.strategy->matrix->whole) return ", a matrix known when it runs";
  std::string text;
  for (const auto& [axis, values] : job.strategy->matrix->axes)
    text += fmt::format("{}{} {}", text.empty() ? ", for " : ", ", Show(axis), Show(values, Maps::Hidden));
  if (job.strategy->matrix->include && text.empty()) text = ", for rows of its own";
  return text;
}

std::string ShowWork(const Job& job) {
  if (job.call) return "calls " + Show(job.call->target);
  std::string runner = "no runner";
  if (job.runner && job.runner->labels)
    runner = Show(*job.runner->labels);
  else if (job.runner && job.runner->group)
    runner = "group " + Show(*job.runner->group);
  return fmt::format("{}{}, {}{}", runner, ShowMatrix(job), Plural(job.steps.size(), "step"), job.gate ? ", gate" : "");
}

std::string_view ShowWhy(Need::Why why) {
  switch (why) {
    case Need::Why::Output:
      return " (output)";
    case Need::Why::File:
      return " (file)";
    case Need::Why::Result:
      return " (result)";
    default:
      return "";
  }
}

std::string ShowNeeds(const Program& program, const Job& job) {
  std::string text;
  for (const Need& need : job.needs) {
    text += text.empty() ? "" : ", ";
    text += program.jobs[need.job].id;
    text += ShowWhy(need.why);
  }
  return text;
}

std::string Quoted(std::string text) {
  text = ReplaceAll(ReplaceAll(text, "\\", "\\\\"), "\"", "\\\"");
  return "\"" + ReplaceAll(text, "\n", " ") + "\"";
}

}  // namespace

std::string DrawText(const Program& program, PipelineId id) {
  const Pipeline& pipeline = program.pipelines[id];
  std::string events;
  for (const Trigger& trigger : pipeline.triggers) events += (events.empty() ? "" : ", ") + trigger.event;
  std::string out = fmt::format("{}  on {}\n", pipeline.name ? Show(*pipeline.name) : pipeline.id, events);
  size_t width = 0;
  for (const JobId job : pipeline.jobs) width = std::max(width, program.jobs[job].id.size());
  for (const JobId job_id : InOrderOfNeeds(program, pipeline.jobs)) {
    const Job& job = program.jobs[job_id];
    out += fmt::format("  {:<{}}  {}\n", job.id, width, ReplaceAll(ShowWork(job), "\n", " "));
    if (!job.needs.empty()) out += fmt::format("  {:<{}}  after {}\n", "", width, ShowNeeds(program, job));
    if (job.condition)
      out += fmt::format("  {:<{}}  if {}\n", "", width, ReplaceAll(Show(job.condition->user), "\n", " "));
  }
  return out;
}

std::string DrawDot(const Program& program, PipelineId id) {
  const Pipeline& pipeline = program.pipelines[id];
  std::string out =
      fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box, style=rounded];\n", Quoted(pipeline.id));
  for (const JobId job_id : pipeline.jobs) {
    const Job& job = program.jobs[job_id];
    out += fmt::format("  {} [tooltip={}];\n", Quoted(job.id), Quoted(ShowWork(job)));
    for (const Need& need : job.needs) {
      const std::string_view why = ShowWhy(need.why);
      out += fmt::format("  {} -> {}", Quoted(program.jobs[need.job].id), Quoted(job.id));
      out += why.empty() ? ";\n" : fmt::format(" [label={}];\n", Quoted(std::string(why.substr(2, why.size() - 3))));
    }
  }
  return out + "}\n";
}

std::string DrawMermaid(const Program& program, PipelineId id) {
  const Pipeline& pipeline = program.pipelines[id];
  std::string out = "flowchart LR\n";
  // Ids of jobs may be words of Mermaid's own (`end`); a prefix keeps them apart.
  for (const JobId job_id : pipeline.jobs) {
    const Job& job = program.jobs[job_id];
    out += fmt::format("  job_{}[\"{}\"]\n", job.id, job.id);
    for (const Need& need : job.needs) {
      const std::string_view why = ShowWhy(need.why);
      const std::string label = why.empty() ? "" : fmt::format("|{}|", why.substr(2, why.size() - 3));
      out += fmt::format("  job_{} -->{} job_{}\n", program.jobs[need.job].id, label, job.id);
    }
  }
  return out;
}

}  // namespace sluice::model

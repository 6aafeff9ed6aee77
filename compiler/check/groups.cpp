// Reading the jobs of a `for`: `build["web"]` is the job `build-web`, and in the same round `build` is.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/elaborate.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

// `[\"web\"][\"arm\"]`, as it is written behind the name.
std::string Brackets(const JobScope& job, size_t from) {
  std::string text;
  for (size_t i = from; i < job.rounds.size(); ++i) {
    const bool quoted = job.rounds[i].item->constant.kind == Constant::Kind::String;
    text += quoted ? fmt::format("[\"{}\"]", job.rounds[i].text) : fmt::format("[{}]", job.rounds[i].text);
  }
  return text;
}

// What a reader with a mistake wanted counts as read.
void CountAsRead(const JobGroup& group) {
  for (JobScope* job : group.jobs)
    for (auto& [name, output] : job->outputs) output.read = true;
}

}  // namespace

// The job once all items are chosen, else what an index chooses further.
TermPtr Elaborator::GroupTerm(const JobGroup& group, std::vector<std::string> chosen, Span at) {
  if (chosen.size() < group.loops.size()) {
    Term term = PathTerm("group." + group.name.text, types::Simple(Kind::Object), {}, at);
    term.declared = group.name.span;
    term.keys = std::move(chosen);
    return Share(std::move(term));
  }
  for (const JobScope* job : group.jobs)
    if (StandsIn(*job, chosen))
      return Path("needs." + job->name.text, types::Simple(Kind::Object), Context::Needs, at, job->name.span);
  return ErrorTerm(at);  // it was not made, and that was reported
}

TermPtr Elaborator::ReadRound(const TermPtr& group, const TermPtr& key, Span at, const Env& env) {
  const PipelineScope* pipeline = env.run();
  const auto found = pipeline == nullptr ? decltype(pipeline->groups.end())()
                                         : pipeline->groups.find(std::string_view(group->name).substr(6));
  if (pipeline == nullptr || found == pipeline->groups.end() || pipeline->unmade) return ErrorTerm(at);
  if (pipeline->expanding) return RefuseGroup(group, at);
  if (!key->is_constant()) {
    CountAsRead(found->second);
    return Fail(Build(Code::P0403, key->at, "which job of a `for` is meant is a constant", types::ToText(key->type))
                    .Also(group->declared, "its jobs"),
                at);
  }
  std::vector<std::string> chosen = group->keys, names;
  chosen.push_back(RenderConstant(key->constant));
  for (const JobScope* job : found->second.jobs) {
    if (StandsIn(*job, chosen)) return GroupTerm(found->second, std::move(chosen), at);
    if (StandsIn(*job, group->keys) && std::ranges::find(names, job->rounds[group->keys.size()].text) == names.end())
      names.push_back(job->rounds[group->keys.size()].text);
  }
  CountAsRead(found->second);
  Build report(Code::P0309, key->at, fmt::format("the `for` makes no job `{}` for `{}`", found->first, chosen.back()));
  if (const auto nearest = DidYouMean(chosen.back(), names)) {
    const bool quoted = key->constant.kind == Constant::Kind::String;
    report.Label(fmt::format("did you mean `{}`?", *nearest))
        .FixLabel(Replace(key->at, quoted ? fmt::format("\"{}\"", *nearest) : *nearest, "name that job"));
  } else {
    report.Label("not one of its items");
  }
  return Fail(report.Also(group->declared, "its jobs"), at);
}

// P0302: several jobs are no job; P0403 where the lists of `for`s are read.
TermPtr Elaborator::RefuseGroup(const TermPtr& group, Span at) {
  for (const PipelineScope& pipeline : session_.names.pipelines) {
    const auto found = pipeline.groups.find(std::string_view(group->name).substr(6));
    if (found == pipeline.groups.end() || !(found->second.name.span == group->declared)) continue;
    CountAsRead(found->second);
    if (pipeline.expanding)
      return Fail(Build(Code::P0403, at, "`for` goes over constants only", "known only at run time")
                      .Say("Over a list that is known at run time goes a matrix:   job NAME for x in LIST"),
                  at);
    if (pipeline.unmade) return ErrorTerm(at);
    Build report(Code::P0302, group->at, fmt::format("`{}` is several jobs here", found->first),
                 "a `for` makes one for each item");
    report.Also(group->declared, "made here");
    for (const JobScope* job : found->second.jobs)
      if (StandsIn(*job, group->keys)) {
        report.Say(fmt::format("Name the one:   {}{}", TextOf(group->at), Brackets(*job, group->keys.size())));
        break;
      }
    return Fail(std::move(report), at);
  }
  return ErrorTerm(at);
}

JobScope* Elaborator::JobOf(ExprId id, const Env& env) {
  const TermPtr term = Elaborate(id, env);
  if (term->is(TermKind::Error) || env.pipeline == nullptr) return nullptr;
  if (term->is(TermKind::Path) && term->name.starts_with("needs."))
    if (JobScope* job = Find(env.pipeline->jobs, std::string_view(term->name).substr(6))) return job;
  if (term->is(TermKind::Path) && term->name.starts_with("group.")) {
    RefuseGroup(term, term->at);
    return nullptr;
  }
  session_.report.Add(
      Build(Code::P0302, SpanOf(*env.file->ast, id), "`needs` takes names of jobs", types::WithArticle(term->type))
          .Say("Write   needs: [build, test]"));
  return nullptr;
}

}  // namespace sluice::check

// Jobs of a `for`: one for each item, called by its name and the item (language reference 2.9, Ids).
#include "compiler/check/loops.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/collect.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
namespace {

constexpr size_t kMostJobs = 1000;  // that one pipeline makes by `for`

// The names of jobs and gates, which GitHub compares without case, and where each comes from.
using Taken = std::map<std::string, Span>;

class Expansion {
 public:
  Expansion(PipelineScope& pipeline, Elaborator& elaborator)
      : pipeline_(pipeline), elaborator_(elaborator), session_(elaborator.session()), ast_(*pipeline.file->ast) {}

  void Run();

 private:
  // What the `for`s around have chosen.
  struct Around {
    std::vector<JobRound> rounds;
    LocalsPtr locals;
  };

  void Items(const syntax::Block& block, const Around& around);
  void Loop(ItemId id, const syntax::ForDecl& decl, const Around& around);
  bool Round(ItemId id, const syntax::ForDecl& decl, const TermPtr& item, const Around& around);
  void Job(ItemId id, const syntax::JobDecl& decl, const Around& around);
  bool Take(const std::string& name, Span place);
  bool Budget(const syntax::ForDecl& decl);

  PipelineScope& pipeline_;
  Elaborator& elaborator_;
  Session& session_;
  const Ast& ast_;
  Taken taken_;
  std::map<int32_t, JobScope*> written_;  // jobs of no `for`, by their item
  std::vector<JobScope*> order_;
  size_t made_ = 0;
  bool too_many_ = false;
  std::pair<const syntax::ForDecl*, size_t> widest_ = {nullptr, 0};
};

void Expansion::Run() {
  const bool loops = std::ranges::any_of(pipeline_.decl->block.items,
                                         [&](ItemId id) { return ast_.As<syntax::ForDecl>(id) != nullptr; });
  if (!loops) return;
  for (JobScope* job : pipeline_.job_order) {
    written_[job->item.index] = job;
    taken_.emplace(AsciiLower(job->name.text), job->name.span);
  }
  for (const ItemId id : pipeline_.gates) {
    const auto& gate = std::get<syntax::GateDecl>(ast_[id].node);
    taken_.emplace(AsciiLower(gate.name.text), gate.name.span);
  }
  for (const auto& [name, group] : pipeline_.groups) taken_.emplace(AsciiLower(name), group.name.span);
  pipeline_.expanding = true;
  Items(pipeline_.decl->block, {});
  pipeline_.expanding = false;
  pipeline_.job_order = order_;
  for (size_t i = 0; i < order_.size(); ++i) order_[i]->index = i;
}

void Expansion::Items(const syntax::Block& block, const Around& around) {
  for (const ItemId id : block.items) {
    if (const auto* loop = ast_.As<syntax::ForDecl>(id)) Loop(id, *loop, around);
    const auto* job = ast_.As<syntax::JobDecl>(id);
    if (job == nullptr) continue;
    if (!around.rounds.empty())
      Job(id, *job, around);
    else if (auto found = written_.find(id.index); found != written_.end())
      order_.push_back(found->second);
  }
}

void Expansion::Loop(ItemId id, const syntax::ForDecl& decl, const Around& around) {
  Reporter::Item item(session_.report, &ast_[id], ast_[id].damaged);
  Env env;
  env.file = pipeline_.file;
  env.pipeline = &pipeline_;
  env.locals = around.locals;
  const TermPtr list = ast_[id].damaged ? ErrorTerm(ast_[id].span) : elaborator_.Elaborate(decl.list, env);
  const auto items = LoopItems(list, elaborator_);
  if (!items) {
    pipeline_.unmade = true;
    return;
  }
  if (decl.block.items.empty()) {
    session_.report.Add(Build(Code::P0601, ast_[id].keyword, "this `for` has no job", "nothing would be made"));
    pipeline_.unmade = true;
  }
  if (items->size() > widest_.second) widest_ = {&decl, items->size()};
  for (const TermPtr& value : *items)
    if (!Round(id, decl, value, around)) {
      pipeline_.unmade = true;
      return;
    }
}

// False when the rest is left out after a mistake.
bool Expansion::Round(ItemId id, const syntax::ForDecl& decl, const TermPtr& item, const Around& around) {
  if (item->is(TermKind::Error)) return false;
  if (!item->is_constant() || item->constant.kind == Constant::Kind::Null || item->type.is(Kind::Duration)) {
    session_.report.Add(
        Build(Code::P0308, item->at, "the names of these jobs are made of the items", types::WithArticle(item->type))
            .Say("Go over texts, and read the rest from a map:   let PORTS = { web: 80, api: 81 }"));
    return false;
  }
  Around inner = around;
  inner.locals = Bind(around.locals, decl.name, item);
  inner.rounds.push_back({id, decl.name, item, RenderConstant(item->constant)});
  Env env;
  env.file = pipeline_.file;
  env.pipeline = &pipeline_;
  env.locals = inner.locals;
  const std::optional<bool> wanted = LetsThrough(decl, env, elaborator_);
  if (!wanted) return false;
  if (*wanted) Items(decl.block, inner);
  return !too_many_;
}

// P0205 when another job or gate has the name.
bool Expansion::Take(const std::string& name, Span place) {
  const auto [other, fresh] = taken_.emplace(AsciiLower(name), place);
  if (fresh) return true;
  Build report(Code::P0205, place, fmt::format("two jobs are called `{}`", name), "the second one");
  if (!(other->second == place)) report.Also(other->second, "the first one");
  session_.report.Add(report.Say("The items of a `for` over jobs differ, without case."));
  return false;
}

// P0906, once, at the `for` with the most items.
bool Expansion::Budget(const syntax::ForDecl& decl) {
  if (++made_ <= kMostJobs) return true;
  if (std::exchange(too_many_, true)) return false;
  const syntax::ForDecl& widest = widest_.first != nullptr ? *widest_.first : decl;
  session_.report.Add(Build(Code::P0906, ast_[widest.list].span, "these jobs are too many once they are written out",
                            fmt::format("{} items; more than 1,000 jobs", widest_.second))
                          .Say("Make it a matrix:   job NAME for x in LIST"));
  return false;
}

void Expansion::Job(ItemId id, const syntax::JobDecl& decl, const Around& around) {
  const auto group = pipeline_.groups.find(decl.name.text);
  if (group == pipeline_.groups.end() || group->second.item != id) return;  // two are called so, which was reported
  const JobRound& last = around.rounds.back();
  syntax::Name name = decl.name;
  bool empty = false;
  for (const JobRound& round : around.rounds) {
    name.text += "-" + round.text;
    empty = empty || round.text.empty();
  }
  if (!Budget(std::get<syntax::ForDecl>(ast_[last.loop].node))) return;
  if (empty) {
    session_.report.Add(Build(Code::P0214, last.item->at,
                              fmt::format("the name of `{}` would end in nothing", decl.name.text),
                              "an empty text makes no name"));
    pipeline_.unmade = true;
    return;
  }
  if (!CheckId({name.text, last.item->at}, session_.report) || !Take(name.text, last.item->at)) {
    pipeline_.unmade = true;
    return;
  }
  JobScope& job = CollectJob(id, decl, name, pipeline_, session_.names, session_.report);
  job.rounds = around.rounds;
  job.group = &group->second;
  for (const JobRound& round : around.rounds) job.locals = Bind(job.locals, round.variable, round.item, &job.body);
  job.body.locals = job.locals;
  group->second.jobs.push_back(&job);
  order_.push_back(&job);
}

}  // namespace

std::optional<std::vector<TermPtr>> LoopItems(const TermPtr& list, Elaborator& elaborator) {
  if (list->is(TermKind::Error)) return std::nullopt;
  if (!list->type.is(Kind::List)) {
    elaborator.session().report.Add(Build(Code::P0302, list->at,
                                          fmt::format("`for` goes over a list, not {}", types::WithArticle(list->type)),
                                          types::ToText(list->type)));
    return std::nullopt;
  }
  if (elaborator.RefuseAbsent(list)) return std::nullopt;
  if (list->is(TermKind::List)) return list->args;
  if (list->may_be_known())
    return std::vector{UnknownTerm(list->type.element != nullptr ? *list->type.element : Type{}, list->at)};
  elaborator.session().report.Add(
      Build(Code::P0403, list->at, "`for` goes over constants only", "known only at run time")
          .Say("Over a list that is known at run time goes a matrix:   job NAME for x in LIST"));
  return std::nullopt;
}

std::optional<bool> LetsThrough(const syntax::ForDecl& decl, const Env& env, Elaborator& elaborator) {
  if (!decl.condition.valid()) return true;
  const TermPtr condition =
      elaborator.ElaborateAs(decl.condition, env, types::Simple(Kind::Bool), "the condition of a `for`");
  if (condition->is(TermKind::Error)) return std::nullopt;
  if (condition->may_be_known()) return true;
  if (condition->is_constant()) return condition->is_bool(true);
  elaborator.session().report.Add(
      Build(Code::P0403, condition->at, "the `if` of a `for` is a constant", "known only at run time")
          .Say("Put the condition into the block:   if ... { ... }"));
  return std::nullopt;
}

void MakeJobs(Elaborator& elaborator) {
  for (PipelineScope& pipeline : elaborator.session().names.pipelines) Expansion(pipeline, elaborator).Run();
}

std::vector<JobScope*> JobsNamed(const PipelineScope& pipeline, const JobScope* reader, std::string_view name) {
  if (JobScope* job = Find(pipeline.jobs, name)) return {job};
  const auto group = pipeline.groups.find(name);
  if (group == pipeline.groups.end()) return {};
  const std::vector<std::string> chosen = ChosenFor(group->second, reader);
  std::vector<JobScope*> jobs;
  for (JobScope* job : group->second.jobs)
    if (StandsIn(*job, chosen)) jobs.push_back(job);
  return jobs;
}

}  // namespace sluice::check

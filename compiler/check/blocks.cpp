// Steps among steps: `for`, `parallel`, and steps in the background.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/collect.h"
#include "compiler/check/loops.h"
#include "compiler/check/steps.h"
#include "compiler/check/suggest.h"

namespace sluice::check {
// Each round sees the names of the block anew.
void BodyChecker::Renew(BlockScope& loop, const LocalsPtr& locals) {
  loop.locals = locals;
  const auto renew = [](BlockScope& block) {
    for (auto& [name, let] : block.lets)
      if (let->state == LetEntry::State::Good) {
        let->state = LetEntry::State::New;
        let->constant = nullptr;
      }
  };
  renew(loop);
  for (auto& [key, block] : scope_.blocks)
    if (block != &loop && loop.Holds(block)) renew(*block);
  for (auto& [name, step] : scope_.all_steps)
    if (step->loop != nullptr && loop.Holds(step->loop)) step->passed = step->started = false, step->cancelled = {};
}

// P0906, once, at the `for` with the most items.
bool BodyChecker::CheckBudget(const syntax::ForDecl& decl, const std::vector<Node>& added) {
  BodyChecker& root = Root();
  root.unrolled_ += 1 + CountSteps(added);
  ForEachValue(added, [&](const TermPtr& value) { root.unrolled_ += value->size; });
  if (root.too_big_ || root.unrolled_ <= kMostNodes) return !root.too_big_;
  root.too_big_ = true;
  const syntax::ForDecl& widest = widest_.first != nullptr ? *widest_.first : decl;
  session_.report.Add(Build(Code::P0906, ast_[widest.list].span, "these steps are too many once they are written out",
                            fmt::format("{} items; more than 100,000 parts", widest_.second))
                          .Say("Write the loop in a script, or make it a matrix:   job NAME for x in LIST"));
  return false;
}

void BodyChecker::Loop(ItemId id, const syntax::ForDecl& decl, const Env& env, std::vector<Node>& nodes) {
  const TermPtr list = elaborator_.Elaborate(decl.list, env);
  const std::optional<std::vector<TermPtr>> items = LoopItems(list, elaborator_);
  auto block = scope_.blocks.find(id.index);
  if (!items || block == scope_.blocks.end()) {
    job_.broken = true;
    return;
  }
  if (items->size() > widest_.second) widest_ = {&decl, items->size()};
  const bool outer = std::exchange(folds_, true);
  for (const TermPtr& item : *items) {
    Env inner = env;
    inner.block = block->second;
    inner.locals = Bind(env.locals, decl.name, item, block->second);
    const std::optional<bool> wanted = LetsThrough(decl, inner, elaborator_);
    if (!wanted) break;
    if (!*wanted) continue;
    Renew(*block->second, inner.locals);
    std::vector<Node> round = Nodes(decl.block, std::move(inner));
    if (!CheckBudget(decl, round)) break;
    std::ranges::move(round, std::back_inserter(nodes));
  }
  folds_ = outer;
}

// The name, in an action behind that of the call; a repetition in the job has a number behind it.
std::string BodyChecker::NewId(StepEntry& entry) {
  JobScope& root = Root().scope_;
  const std::string name = prefix_.empty() ? entry.name.text : prefix_ + "-" + entry.name.text;
  const auto is_name = [&](const std::string& id) {
    return std::ranges::any_of(
        root.all_steps, [&](const auto& step) { return step.second != &entry && EqualsIgnoreCase(step.first, id); });
  };
  size_t& next = root.next_ids.emplace(AsciiLower(name), 1).first->second;
  std::string id = next == 1 ? name : fmt::format("{}-{}", name, next);
  while (root.taken_ids.contains(AsciiLower(id)) || is_name(id)) id = fmt::format("{}-{}", name, ++next);
  ++next;
  root.taken_ids.insert(AsciiLower(id));
  root.step_ids[id] = &entry;
  return id;
}

void BodyChecker::Pass(StepEntry& entry) {
  if (entry.background)
    entry.started = true;
  else if (together_ != nullptr)
    together_->push_back(&entry);
  else
    entry.passed = true;
}

ParallelBlock BodyChecker::Parallel(ItemId id, const syntax::ParallelStep& decl, const Env& env) {
  ParallelBlock block;
  block.at = ast_[id].keyword;
  block.docs = ast_[id].docs;
  std::vector<StepEntry*> passed;
  std::vector<StepEntry*>* outer = std::exchange(together_, &passed);
  for (ItemId inner : decl.block.items) {
    if (ast_[inner].damaged) job_.broken = true;
    if (const auto* call = CallOf(inner)) {
      session_.report.Add(Build(Code::P0114, call->target.span, "a call of an action cannot stand in a `parallel`",
                                "its steps run one after the other"));
      continue;
    }
    if (auto step = PlainStep(inner, env)) block.steps.push_back(std::move(*step));
  }
  together_ = outer;
  for (StepEntry* entry : passed) entry->passed = true;
  if (decl.block.items.empty())
    session_.report.Add(Build(Code::P0601, block.at, "this `parallel` has no step", "nothing would run"));
  return block;
}

// P0615: whether the step is awaited would not be known where its values are read.
bool BodyChecker::RefuseCondition(ItemId id, std::string_view word, const Env& env) {
  if (env.path.empty()) return false;
  session_.report.Add(Build(Code::P0615, ast_[id].keyword, fmt::format("`{}` cannot stand under a condition", word),
                            "GitHub has no `if` for it")
                          .Say(fmt::format("Move it out of the `if`: a step that was skipped has ended, too.")));
  return true;
}

// The step in the background of that name; null when there is none, which was reported.
StepEntry* BodyChecker::Running(const syntax::QualifiedName& name, const Env& env) {
  if (name.empty()) return nullptr;
  const Span at = source::Join(name.front().span, name.back().span);
  StepEntry* entry = name.size() == 1 ? Find(scope_.all_steps, name[0].text) : nullptr;
  if (entry != nullptr && entry->loop != nullptr && !entry->loop->Holds(env.block)) entry = nullptr;
  if (entry != nullptr && entry->started) return entry;
  if (entry != nullptr) {
    const bool later = entry->background;
    session_.report.Add(Build(Code::P0202, at,
                              later ? fmt::format("the step `{}` has not started yet here", name[0].text)
                                    : fmt::format("the step `{}` does not run in the background", name[0].text),
                              later ? "it stands further down" : "it has ended before the next step starts")
                            .Also(entry->name.span, "this step"));
    return nullptr;
  }
  std::vector<std::string> known;
  for (const auto& [each, step] : scope_.all_steps)
    if (step->started && (step->loop == nullptr || step->loop->Holds(env.block))) known.push_back(each);
  Build report(Code::P0202, at, fmt::format("there is no step `{}` in the background", session_.sources.Text(at)));
  Suggest(report, name[0].text, at, known, "not a step that was started before");
  report.Say(fmt::format("Such a step is started by   let {} = background run ...", name[0].text));
  session_.report.Add(std::move(report));
  return nullptr;
}

void BodyChecker::Wait(ItemId id, const syntax::WaitStep& decl, const Env& env, std::vector<Node>& nodes) {
  if (RefuseCondition(id, "wait", env)) return;
  WaitPlace place;
  place.all = decl.all;
  place.docs = ast_[id].docs;
  place.at = ast_[id].span;
  for (const syntax::QualifiedName& target : decl.targets) {
    StepEntry* entry = Running(target, env);
    if (entry == nullptr) return;
    entry->passed = true;
    place.ids.push_back(entry->id);
  }
  if (decl.all)
    for (auto& [name, entry] : scope_.all_steps) entry->passed = entry->passed || entry->started;
  nodes.push_back({std::move(place)});
}

void BodyChecker::Cancel(ItemId id, const syntax::CancelStep& decl, const Env& env, std::vector<Node>& nodes) {
  if (RefuseCondition(id, "cancel", env)) return;
  StepEntry* entry = Running(decl.target, env);
  if (entry == nullptr) return;
  entry->cancelled = ast_[id].span;
  nodes.push_back({CancelPlace{entry->id, ast_[id].docs, ast_[id].span}});
}

}  // namespace sluice::check

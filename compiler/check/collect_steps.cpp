// What the bodies of jobs and actions declare: steps, their names and outputs, blocks.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/base/text.h"
#include "compiler/check/collector.h"
#include "compiler/check/limits.h"
#include "compiler/types/contexts.h"

namespace sluice::check {

void Collector::Block(JobScope& job, BlockScope& scope, const syntax::Block& block, const std::vector<int32_t>& path,
                      Span condition) {
  for (ItemId id : block.items) {
    Reporter::Item item(report_, &ast_[id], ast_[id].damaged);
    const syntax::ItemNode& node = ast_[id].node;
    if (const auto* let = std::get_if<syntax::LetDecl>(&node)) {
      CheckShadow(*job.pipeline, let->name, "`let`");
      if (LetEntry* entry = Let(id, *let, scope.lets)) {
        entry->pipeline = job.pipeline;
        entry->job = &job;
        entry->block = &scope;
      }
    } else if (const auto* setting = std::get_if<syntax::Setting>(&node)) {
      if (&scope == &job.body) Setting(job.settings, id, *setting);
    } else if (const auto* output = std::get_if<syntax::OutputDecl>(&node)) {
      Output(job, scope, id, *output, path);
    } else if (const auto* branch = std::get_if<syntax::IfStep>(&node)) {
      IfBlock(job, scope, id, *branch, path);
    } else if (const auto* once = std::get_if<syntax::OnceStep>(&node)) {
      PlainStep(job, scope, once->step, path, condition);
    } else if (const auto* loop = std::get_if<syntax::ForDecl>(&node)) {
      Loop(job, scope, id, *loop, path, condition);
    } else if (const auto* parallel = std::get_if<syntax::ParallelStep>(&node)) {
      Parallel(job, scope, *parallel, path, condition);
    } else {
      PlainStep(job, scope, id, path, condition);
    }
  }
}

void Collector::PlainStep(JobScope& job, BlockScope& scope, ItemId id, const std::vector<int32_t>& path,
                          Span condition) {
  if (const StepParts parts = PartsOf(ast_, id); parts.is_step()) Step(job, scope, id, parts, path, condition);
  if (ast_.As<syntax::StepRaw>(id) != nullptr) job.raw_steps.push_back({id, &scope, loop_, path, condition});
}

void Collector::IfBlock(JobScope& job, BlockScope& scope, ItemId id, const syntax::IfStep& decl,
                        std::vector<int32_t> path) {
  const Span condition = decl.condition.valid() ? ast_[decl.condition].span : Span{};
  auto open = [&](int32_t key) -> BlockScope& {
    BlockScope& inner = names_.blocks.emplace_back();
    inner.parent = &scope;
    job.blocks[key] = &inner;
    return inner;
  };
  path.push_back(id.index);
  Block(job, open(id.index), decl.then, path, condition);
  path.back() = ~id.index;
  if (decl.otherwise) Block(job, open(~id.index), *decl.otherwise, path, condition);
  if (decl.else_if.valid())
    if (const auto* next = ast_.As<syntax::IfStep>(decl.else_if)) {
      Reporter::Item item(report_, &ast_[decl.else_if], ast_[decl.else_if].damaged);
      IfBlock(job, open(~id.index), decl.else_if, *next, path);
    }
}

void Collector::Loop(JobScope& job, BlockScope& scope, ItemId id, const syntax::ForDecl& decl,
                     const std::vector<int32_t>& path, Span condition) {
  CheckContextName(decl.name, "a variable");
  CheckShadow(*job.pipeline, decl.name, "variable");
  BlockScope& inner = names_.blocks.emplace_back();
  inner.parent = &scope;
  job.blocks[id.index] = &inner;
  const BlockScope* outer = std::exchange(loop_, &inner);
  Block(job, inner, decl.block, path, condition);
  loop_ = outer;
}

void Collector::Parallel(JobScope& job, BlockScope& scope, const syntax::ParallelStep& decl,
                         const std::vector<int32_t>& path, Span condition) {
  for (ItemId id : decl.block.items) {
    Reporter::Item item(report_, &ast_[id], ast_[id].damaged);
    PlainStep(job, scope, id, path, condition);
  }
}

void Collector::StepSettings(StepEntry& entry, const syntax::Block& block) {
  std::map<std::string, ItemId, std::less<>> settings;
  for (ItemId id : block.items) {
    const auto* setting = ast_.As<syntax::Setting>(id);
    if (setting == nullptr) continue;
    Reporter::Item item(report_, &ast_[id], ast_[id].damaged);
    Setting(settings, id, *setting);
    if (setting->key.text == "if") {
      entry.own_condition = true;
      entry.condition_at = ast_[id].span;
    }
    const bool off = setting->value.valid() && ast_[setting->value].kind == syntax::ExprKind::False;
    if (setting->key.text == "continue-on-error" && !off) entry.continue_on_error = ast_[id].span;
  }
}

void Collector::Step(JobScope& job, BlockScope& scope, ItemId id, const StepParts& parts,
                     const std::vector<int32_t>& path, Span condition) {
  StepEntry unnamed;
  StepEntry* entry = &unnamed;
  if (parts.let != nullptr) {
    const syntax::Name& name = parts.let->name;
    CheckContextName(name, "a step");
    CheckId(name, report_);
    CheckShadow(*job.pipeline, name, "step");
    for (const auto& [other, step] : job.all_steps)
      if (EqualsIgnoreCase(other, name.text)) {
        Names twice(report_, "step", "steps");
        twice.Add(step->name);
        twice.Add(name);
        break;
      }
    entry = &names_.steps.emplace_back();
    entry->name = name;
    entry->id = name.text;
    entry->loop = loop_;
    entry->background = parts.let->background;
    entry->item = id;
    entry->path = path;
    entry->condition_at = condition;
    entry->is_run = parts.run != nullptr;
    scope.steps[name.text] = entry;
    job.all_steps[name.text] = entry;
  }
  if (parts.named != nullptr && parts.named->block) StepSettings(*entry, *parts.named->block);
}

void Collector::Output(JobScope& job, BlockScope& scope, ItemId id, const syntax::OutputDecl& decl,
                       const std::vector<int32_t>& path) {
  static constexpr std::string_view kReserved[] = {"result", "outcome", "conclusion", "stdout", "outputs"};
  CheckId(decl.name, report_);
  // Written as `untyped(…)` it is GitHub's own, and read in the same way only.
  const syntax::Expr* value = decl.value.valid() ? &ast_[decl.value] : nullptr;
  const bool untyped = value != nullptr && value->kind == syntax::ExprKind::Call && !value->args.empty() &&
                       ast_[value->args[0]].text == kUntyped;
  if (!untyped && std::ranges::find(kReserved, decl.name.text) != std::end(kReserved))
    report_.Add(Build(Code::P0212, decl.name.span, fmt::format("an output cannot be called `{}`", decl.name.text),
                      decl.name.text == "result"
                          ? fmt::format("`{}.result` is the result of the job", job.name.text)
                          : fmt::format("`{}.{}` has a meaning already", job.name.text, decl.name.text))
                    .Say("Any other name will do. Reserved: result, outcome, conclusion, stdout, outputs."));
  for (const auto& [name, other] : job.outputs)
    if (EqualsIgnoreCase(name, decl.name.text)) {
      Names twice(report_, "output", "outputs");
      twice.Add(other.name);
      twice.Add(decl.name);
      return;
    }
  OutputEntry& entry = job.outputs[decl.name.text];
  entry.name = decl.name;
  entry.item = id;
  entry.block = &scope;
  entry.path = path;
  job.output_order.push_back(decl.name.text);
}

}  // namespace sluice::check

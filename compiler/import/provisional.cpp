#include "compiler/import/provisional.h"

#include <algorithm>
#include <set>

#include "compiler/base/text.h"
#include "compiler/catalogue/runners.h"
#include "compiler/catalogue/shipped_actions.h"
#include "compiler/import/uses.h"
#include "compiler/syntax/uses.h"

namespace sluice::import {
namespace {

using catalogue::ActionPin;
using model::Value;

// A commit for what nobody knows: told apart by the name, and never written.
std::string NoCommit(std::string_view target) {
  uint64_t hash = 1469598103934665603ULL;
  for (const char c : target) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string sha;
  for (int i = 0; i < 40; ++i) {
    sha += "0123456789abcdef"[(hash >> (i % 16 * 4)) & 15];
    if (i % 16 == 15) hash *= 1099511628211ULL;
  }
  return sha;
}

// The inputs that the text gives to an action.
std::vector<catalogue::ActionInput> InputsGiven(const syntax::Ast& ast, std::string_view target) {
  std::set<std::string> names;
  for (size_t i = 0; i < ast.item_store.size(); ++i)
    if (const auto* uses = ast.As<syntax::UsesStep>(syntax::ItemId{static_cast<int32_t>(i)});
        uses != nullptr && uses->target.text == target)
      for (const syntax::Entry& entry : uses->args)
        if (entry.key) names.insert(entry.key->text);
  std::vector<catalogue::ActionInput> inputs;
  for (const std::string& name : names) inputs.push_back({name, catalogue::InputKind::String, {}, false, false});
  return inputs;
}

// All words that stand as `steps.x.outputs.WORD`.
std::vector<std::string> OutputsRead(const syntax::Ast& ast) {
  std::set<std::string> names;
  for (size_t i = 0; i < ast.exprs.size(); ++i) {
    const syntax::Expr& e = ast[syntax::ExprId{static_cast<int32_t>(i)}];
    if (e.kind == syntax::ExprKind::Member && !e.name.text.empty()) names.insert(e.name.text);
    if (e.kind == syntax::ExprKind::String && e.parts.size() == 1) names.insert(e.parts[0].text);
  }
  return {names.begin(), names.end()};
}

std::string PlainText(const syntax::Ast& ast, syntax::ExprId id) {
  if (!id.valid() || ast[id].kind != syntax::ExprKind::String || ast[id].parts.size() != 1) return {};
  return ast[id].parts[0].placeholder.valid() ? std::string{} : ast[id].parts[0].text;
}

// Calls `visit(job)` for every job that calls a workflow.
template <class Visit>
void ForEachCall(const syntax::Ast& ast, const Visit& visit) {
  for (size_t i = 0; i < ast.item_store.size(); ++i)
    if (const auto* job = ast.As<syntax::JobDecl>(syntax::ItemId{static_cast<int32_t>(i)}); job != nullptr && job->call)
      visit(*job);
}

// Takes what it is given, and gives what is read.
void Assume(const syntax::Ast& ast, const syntax::JobDecl& job, catalogue::WorkflowPin& pin) {
  pin.assumed = true;
  pin.permissions.emplace();
  pin.outputs = OutputsRead(ast);
  for (const syntax::Entry& entry : job.call_args)
    if (entry.key && pin.FindInput(entry.key->text) == nullptr)
      pin.inputs.push_back({entry.key->text, catalogue::InputKind::String, {}, false, false});
}

void CollectLabels(const Value& value, std::vector<std::string>& labels) {
  if (value.is(Value::Kind::String)) labels.push_back(value.text);
  if (value.expr)
    WalkExpression(*value.expr, [&](const expr::Expr& e) {
      if (e.op == expr::Op::String) labels.push_back(e.text);
    });
  for (const Value& item : value.items) CollectLabels(item, labels);
}

}  // namespace

catalogue::Lock ProvisionalLock(const catalogue::Lock& lock, const std::vector<Pin>& pins, const syntax::Ast& ast,
                                std::vector<std::string>* unknown) {
  catalogue::Lock result = lock;
  result.present = true;
  const syntax::ActionUses found = syntax::CollectActionUses(ast);
  for (const syntax::ActionUse& use : found.uses) {
    const auto split = catalogue::SplitActionRef(use.target);
    if (!split || result.Find(split->first, split->second) != nullptr) continue;
    const auto pinned = std::ranges::find_if(
        pins, [&](const Pin& pin) { return EqualsIgnoreCase(pin.uses, split->first) && pin.ref == split->second; });
    catalogue::Resolution known = catalogue::ResolveAction(split->first, split->second);
    const bool shipped = known.problem == catalogue::Resolution::Problem::None;
    ActionPin pin = shipped ? known.pin : ActionPin{};
    pin.uses = split->first;
    pin.ref = split->second;
    if (!shipped) {
      pin.inputs = InputsGiven(ast, use.target);
      pin.outputs = OutputsRead(ast);
      pin.permissions.emplace();
      pin.version = pin.ref;
      pin.sha = pin.ref.size() == 40 ? pin.ref : NoCommit(use.target);
      if (unknown != nullptr && pinned == pins.end()) unknown->push_back(use.target);
    }
    if (pinned != pins.end()) {
      pin.sha = pinned->sha;
      pin.version = pinned->version;
    }
    result.actions.push_back(std::move(pin));
  }
  ForEachCall(ast, [&](const syntax::JobDecl& job) {
    const auto split =
        job.call->kind == syntax::Target::Kind::ActionRef ? catalogue::SplitActionRef(job.call->text) : std::nullopt;
    if (!split || lock.FindWorkflow(split->first, split->second) != nullptr) return;
    auto known = std::ranges::find_if(result.workflows, [&](const catalogue::WorkflowPin& pin) {
      return EqualsIgnoreCase(pin.uses, split->first) && pin.ref == split->second;
    });
    if (known == result.workflows.end()) {
      catalogue::WorkflowPin pin;
      pin.uses = split->first;
      pin.ref = split->second;
      pin.version = pin.ref;
      pin.sha = pin.ref.size() == 40 ? pin.ref : NoCommit(job.call->text);
      const auto pinned = std::ranges::find_if(
          pins, [&](const Pin& each) { return EqualsIgnoreCase(each.uses, pin.uses) && each.ref == pin.ref; });
      if (pinned != pins.end()) {
        pin.sha = pinned->sha;
        pin.version = pinned->version;
      }
      known = result.workflows.insert(result.workflows.end(), std::move(pin));
    }
    Assume(ast, job, *known);
  });
  // As a lock is read: by name, then ref.
  std::ranges::stable_sort(result.actions, [](const ActionPin& a, const ActionPin& b) {
    const std::string x = AsciiLower(a.uses), y = AsciiLower(b.uses);
    return x != y ? x < y : a.ref < b.ref;
  });
  std::ranges::stable_sort(result.workflows, [](const catalogue::WorkflowPin& a, const catalogue::WorkflowPin& b) {
    const std::string x = AsciiLower(a.uses), y = AsciiLower(b.uses);
    return x != y ? x < y : a.ref < b.ref;
  });
  return result;
}

std::map<std::string, catalogue::WorkflowPin> ProvisionalWorkflows(const syntax::Ast& ast) {
  std::map<std::string, catalogue::WorkflowPin> workflows;
  ForEachCall(ast, [&](const syntax::JobDecl& job) {
    const std::string path = PlainText(ast, job.call->string);
    if (path.starts_with("./")) Assume(ast, job, workflows[path.substr(2)]);
  });
  return workflows;
}

catalogue::Project ProvisionalProject(const catalogue::Project& project, const model::Program& loaded,
                                      std::vector<std::string>* added) {
  catalogue::Project result = project;
  std::vector<std::string> labels;
  for (size_t i = 0; i < loaded.jobs.size(); ++i) {
    const model::Job& job = loaded.jobs[model::JobId{static_cast<int32_t>(i)}];
    if (job.runner && job.runner->labels) CollectLabels(*job.runner->labels, labels);
  }
  for (const std::string& label : labels) {
    if (catalogue::FindRunnerLabel(label) != nullptr || result.FindRunner(label) != nullptr) continue;
    const bool windows = AsciiLower(label).find("windows") != std::string::npos;
    result.runners.push_back({label, windows ? "windows" : "linux", "x64", "", {}, false, "", {}});
    if (added != nullptr) added->push_back(label);
  }
  return result;
}

}  // namespace sluice::import

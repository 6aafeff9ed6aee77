#include "compiler/syntax/uses.h"

#include <algorithm>

namespace sluice::syntax {

ActionUses CollectActionUses(const Ast& ast) {
  ActionUses out;
  const auto add = [](const Target& target, std::vector<ActionUse>& to) {
    if (target.kind == Target::Kind::ActionRef) to.push_back({target.text, target.span});
  };
  for (const Item& item : ast.item_store) {
    if (const auto* step = std::get_if<UsesStep>(&item.node)) add(step->target, out.uses);
    if (const auto* declared = std::get_if<ExternDecl>(&item.node)) add(declared->from, out.uses);
    if (const auto* job = std::get_if<JobDecl>(&item.node); job != nullptr && job->call) add(*job->call, out.calls);
    const auto* output = std::get_if<OutputDecl>(&item.node);
    if (output == nullptr || !output->type.valid()) continue;
    const Type& type = ast[output->type];
    if (type.kind == TypeKind::Named && type.name.size() == 1 && type.name[0].text == "file") out.file_outputs = true;
  }
  const auto place = [](const ActionUse& use) { return use.span.begin; };
  std::ranges::stable_sort(out.uses, {}, place);
  std::ranges::stable_sort(out.calls, {}, place);
  return out;
}

}  // namespace sluice::syntax

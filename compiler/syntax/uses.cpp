#include "compiler/syntax/uses.h"

#include <algorithm>

namespace sluice::syntax {

ActionUses CollectActionUses(const Ast& ast) {
  ActionUses out;
  const auto add = [&](const Target& target) {
    if (target.kind == Target::Kind::ActionRef) out.uses.push_back({target.text, target.span});
  };
  for (const Item& item : ast.item_store) {
    if (const auto* step = std::get_if<UsesStep>(&item.node)) add(step->target);
    if (const auto* declared = std::get_if<ExternDecl>(&item.node)) add(declared->from);
    const auto* output = std::get_if<OutputDecl>(&item.node);
    if (output == nullptr || !output->type.valid()) continue;
    const Type& type = ast[output->type];
    if (type.kind == TypeKind::Named && type.name.size() == 1 && type.name[0].text == "file") out.file_outputs = true;
  }
  std::ranges::stable_sort(out.uses, {}, [](const ActionUse& use) { return use.span.begin; });
  return out;
}

}  // namespace sluice::syntax

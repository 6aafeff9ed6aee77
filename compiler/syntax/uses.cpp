#include "compiler/syntax/uses.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::syntax {

namespace {

// `uses "owner/repo@ref"`: what stands between the quotes, if it names an action of another repository.
std::optional<ActionUse> InQuotes(const Target& target, const Ast& ast) {
  if (target.kind != Target::Kind::String || !target.string.valid()) return std::nullopt;
  const Expr& string = ast[target.string];
  if (string.kind != ExprKind::String || string.parts.size() != 1 || string.parts[0].is_placeholder())
    return std::nullopt;
  const std::string& text = string.parts[0].text;
  const size_t slash = text.find('/'), at = text.find('@');
  const bool own = text.starts_with('.') || text.starts_with('$') || text.find("://") != std::string::npos;
  if (own || slash == std::string::npos || at == std::string::npos || at < slash) return std::nullopt;
  return ActionUse{text, string.parts[0].span};
}

}  // namespace

ActionUses CollectActionUses(const Ast& ast) {
  ActionUses out;
  const auto add = [](const Target& target, std::vector<ActionUse>& to) {
    if (target.kind == Target::Kind::ActionRef) to.push_back({target.text, target.span});
  };
  for (const Item& item : ast.item_store) {
    if (const auto* step = std::get_if<UsesStep>(&item.node)) {
      add(step->target, out.uses);
      if (auto quoted = InQuotes(step->target, ast)) out.uses.push_back(std::move(*quoted));
    }
    if (const auto* declared = std::get_if<ExternDecl>(&item.node)) add(declared->from, out.uses);
    if (const auto* job = std::get_if<JobDecl>(&item.node); job != nullptr && job->call) add(*job->call, out.calls);
    if (const auto* on = std::get_if<OnDecl>(&item.node))
      for (const Entry& filter : on->args)
        if (filter.key && filter.key->text.starts_with("paths")) out.path_filters = true;
    if (const auto* setting = std::get_if<Setting>(&item.node)) out.caches = out.caches || setting->key.text == "cache";
    const auto* output = std::get_if<OutputDecl>(&item.node);
    if (output == nullptr || !output->type.valid()) continue;
    const Type& type = ast[output->type];
    const bool named = type.kind == TypeKind::Named && type.name.size() == 1;
    if (named && (type.name[0].text == "file" || type.name[0].text == "dir")) out.file_outputs = true;
  }
  const auto place = [](const ActionUse& use) { return use.span.begin; };
  std::ranges::stable_sort(out.uses, {}, place);
  std::ranges::stable_sort(out.calls, {}, place);
  return out;
}

}  // namespace sluice::syntax

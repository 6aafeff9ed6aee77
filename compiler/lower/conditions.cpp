#include "compiler/lower/conditions.h"

#include <utility>

namespace sluice::lower {

std::optional<model::Condition> ConditionOf(const std::vector<check::TermPtr>& conditions, Expressions& expressions,
                                            bool of_step) {
  std::vector<check::TermPtr> given;
  for (const check::TermPtr& condition : conditions)
    if (condition != nullptr) given.push_back(condition);
  if (given.empty()) return std::nullopt;
  const check::TermPtr all = check::Conjunction(given, given.front()->at);
  if (all == nullptr) return std::nullopt;
  expressions.set_in_step_condition(of_step);
  expr::Expr e = expressions.Typed(all);
  expressions.set_in_step_condition(false);
  model::Condition condition;
  condition.origin.at = all->at;
  condition.implicit_success = !expr::CallsStatusFunction(e);
  condition.user =
      all->is_constant() ? model::Value::Boolean(all->constant.boolean) : model::Value::Expression(std::move(e));
  return condition;
}

}  // namespace sluice::lower

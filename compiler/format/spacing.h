#pragma once

#include <vector>

#include "compiler/syntax/cst.h"

namespace sluice::format {

// Which rule each token is a direct part of.
std::vector<syntax::Rule> RulesOfTokens(const syntax::Cst& cst, size_t tokens);

// Is there a blank between token `i - 1` and token `i` when they stand on one line?
bool BlankBefore(const syntax::TokenList& list, const std::vector<syntax::Rule>& rules, size_t i);

}  // namespace sluice::format
